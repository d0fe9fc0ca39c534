import type { ReportFrame } from '../../contract/results.ts';
import { correlation, mean, median, present, withoutSlowPart } from './statistics.ts';

/** Figures of a whole comparison; see reportResultSchema for their meaning. */
export interface ComparisonSummary {
  readonly facesBefore: number;
  readonly facesAfter: number;
  readonly depicted: {
    readonly before: Record<string, number>;
    readonly after: Record<string, number>;
    readonly topAfter: Record<string, number>;
  };
  readonly identity: { readonly median: number; readonly minimum: number } | null;
  readonly lipMotion: {
    readonly gap: number | null;
    readonly width: number | null;
    readonly gapFast: number | null;
    readonly widthFast: number | null;
  };
  readonly flicker: number | null;
}

/** Lips that vary less than this share of the eye distance do not speak. */
const STILL_LIPS = 0.004;

type Distribution = Readonly<Record<string, number>>;

function meanDistribution(list: readonly Distribution[]): Record<string, number> {
  const names = Object.keys(list[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, mean(list.map((each) => each[name] ?? 0)) ?? 0]));
}

/** The most probable class. */
export function topClass(distribution: Distribution): string {
  return Object.entries(distribution).reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

function topShares(list: readonly Distribution[]): Record<string, number> {
  const shares: Record<string, number> = {};
  for (const distribution of list) {
    const top = topClass(distribution);
    shares[top] = (shares[top] ?? 0) + 1 / list.length;
  }
  return Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, Math.min(1, share)]));
}

/** Sums a comparison up. `framesPerSecond` sets what counts as slow: the running median spans one second. */
export function summarise(frames: readonly ReportFrame[], framesPerSecond: number): ComparisonSummary {
  const isPresent = <T>(value: T | null): value is T => value !== null;
  const before = frames.map((frame) => frame.depictedBefore).filter(isPresent);
  const after = frames.map((frame) => frame.depictedAfter).filter(isPresent);
  const identities = present(frames.map((frame) => frame.identity));
  const window = 2 * Math.round(framesPerSecond / 2) + 1;
  const series = {
    gap: [frames.map((frame) => frame.lipGapBefore), frames.map((frame) => frame.lipGapAfter)] as const,
    width: [frames.map((frame) => frame.lipWidthBefore), frames.map((frame) => frame.lipWidthAfter)] as const,
  };
  const whole = ([a, b]: (typeof series)['gap']): number | null => correlation(a, b, STILL_LIPS);
  const fast = ([a, b]: (typeof series)['gap']): number | null =>
    correlation(withoutSlowPart(a, window), withoutSlowPart(b, window), STILL_LIPS);
  return {
    facesBefore: frames.length === 0 ? 0 : before.length / frames.length,
    facesAfter: frames.length === 0 ? 0 : after.length / frames.length,
    depicted: { before: meanDistribution(before), after: meanDistribution(after), topAfter: topShares(after) },
    identity: identities.length === 0 ? null : { median: median(identities)!, minimum: Math.min(...identities) },
    lipMotion: {
      gap: whole(series.gap),
      width: whole(series.width),
      gapFast: fast(series.gap),
      widthFast: fast(series.width),
    },
    flicker: mean(present(frames.map((frame) => frame.flicker))),
  };
}
