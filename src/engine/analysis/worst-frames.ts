import type { ReportFrame } from '../../contract/results.ts';

/** A frame to look at, with what is wrong in words. */
export interface WorstFrame {
  readonly frame: number;
  readonly reasons: readonly string[];
}

interface Measure {
  readonly badness: (frame: ReportFrame) => number | null;
  /** Only frames worse than this are worth a look. */
  readonly threshold: number;
  readonly words: (frame: ReportFrame) => string;
}

const MEASURES: readonly Measure[] = [
  {
    badness: (frame) => (frame.identity === null ? null : 1 - frame.identity),
    threshold: 0.15,
    words: (frame) => `looks least like the same person (similarity ${frame.identity!.toFixed(2)})`,
  },
  {
    badness: (frame) =>
      frame.lipGapBefore === null || frame.lipGapAfter === null
        ? null
        : Math.abs(frame.lipGapAfter - frame.lipGapBefore),
    threshold: 0.03,
    words: (frame) =>
      `lips stand ${frame.lipGapAfter! > frame.lipGapBefore! ? 'further apart' : 'closer together'} by ${Math.round(100 * Math.abs(frame.lipGapAfter! - frame.lipGapBefore!))} % of the eye distance`,
  },
  {
    badness: (frame) => frame.flicker,
    threshold: 1,
    words: (frame) => `flickers (${frame.flicker!.toFixed(1)} code values)`,
  },
  {
    badness: (frame) => frame.outsideMean,
    threshold: 2,
    words: (frame) => `changed outside the face (mean ${frame.outsideMean.toFixed(1)}, largest ${frame.outsideMax})`,
  },
  {
    badness: (frame) => (frame.depictedBefore !== null && frame.depictedAfter === null ? 1 : null),
    threshold: 0,
    words: () => 'no face is found any more',
  },
];

/**
 * The frames that most need a look: of each measure the worst `perMeasure` that pass its threshold, at least `apart` frames
 * from one another, joined and in order of time.
 */
export function worstFrames(frames: readonly ReportFrame[], perMeasure = 3, apart = 12): WorstFrame[] {
  const reasons = new Map<number, string[]>();
  for (const { badness, threshold, words } of MEASURES) {
    const ranked = frames
      .map((frame) => ({ frame, bad: badness(frame) }))
      .filter((entry): entry is { frame: ReportFrame; bad: number } => entry.bad !== null && entry.bad > threshold)
      .sort((a, b) => b.bad - a.bad);
    const taken: number[] = [];
    for (const { frame } of ranked) {
      if (taken.length === perMeasure) break;
      if (taken.some((other) => Math.abs(other - frame.frame) < apart)) continue;
      taken.push(frame.frame);
      reasons.set(frame.frame, [...(reasons.get(frame.frame) ?? []), words(frame)]);
    }
  }
  return [...reasons].sort(([a], [b]) => a - b).map(([frame, list]) => ({ frame, reasons: list }));
}
