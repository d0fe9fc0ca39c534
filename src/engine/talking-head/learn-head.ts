import type { HeadExcerpt } from '../../contract/talking-style.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { poseAngles, poseAt } from '../capture/index.ts';
import { clamp } from './noise.ts';
import { deviation, mean, quantile } from './statistics.ts';
import type { Look } from './style-looks.ts';

/** Filmed head motion is kept at this rate and in pieces of this length. */
const EXCERPT_RATE = 12.5;
const EXCERPT_SECONDS = 3.2;
const MOST_EXCERPTS = 24;

/** Angles of a head about their middle, radians, one per look. */
export interface HeadAngles {
  readonly yaw: Float32Array;
  readonly pitch: Float32Array;
  readonly roll: Float32Array;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Turn of the head in every look. */
export function headAngles(looks: readonly Look[]): HeadAngles {
  const angles = looks.map(({ track, row }) => poseAngles(poseAt(track.pose, row)));
  const centred = (values: number[]): Float32Array => {
    const middle = quantile(values, 0.5);
    return Float32Array.from(values, (value) => value - middle);
  };
  return {
    yaw: centred(angles.map(({ yawRad }) => yawRad)),
    pitch: centred(angles.map(({ pitchRad }) => pitchRad)),
    roll: centred(angles.map(({ rollRad }) => rollRad)),
  };
}

/** Changes of direction of a curve per second, ignoring those smaller than a quarter of its spread. */
export function tempoOf(values: Float32Array, looks: readonly Look[]): number {
  const least = deviation(values) * 0.25;
  let extreme = values[0] ?? 0;
  let rising: boolean | null = null;
  let turns = 0;
  for (const value of values) {
    if (rising !== false && value > extreme) extreme = value;
    else if (rising !== true && value < extreme) extreme = value;
    else if (Math.abs(value - extreme) > least) {
      if (rising !== null) turns++;
      rising = value > extreme;
      extreme = value;
    }
    if (rising === null && Math.abs(value - (values[0] ?? 0)) > least) rising = value > (values[0] ?? 0);
  }
  return turns / Math.max(1, (looks.at(-1)?.seconds ?? 0) - (looks[0]?.seconds ?? 0));
}

/** Pieces of filmed head motion with the speech under them. */
export function cutExcerpts(looks: readonly Look[], head: HeadAngles, speech: SpeechTrack): HeadExcerpt[] {
  const excerpts: HeadExcerpt[] = [];
  let first = 0;
  for (let i = 1; i <= looks.length; i++) {
    const broken = i === looks.length || looks[i]!.seconds - looks[i - 1]!.seconds > 0.2;
    const long = !broken && looks[i]!.seconds - looks[first]!.seconds >= EXCERPT_SECONDS;
    if (!broken && !long) continue;
    const [from, until] = [looks[first]!.seconds, looks[i - 1]!.seconds];
    if (until - from > EXCERPT_SECONDS * 0.5) {
      const count = Math.floor((until - from) * EXCERPT_RATE);
      const read = (values: Float32Array): number[] =>
        Array.from({ length: count }, (_, s) => {
          const t = from + s / EXCERPT_RATE;
          let k = first;
          while (k < i - 2 && looks[k + 1]!.seconds <= t) k++;
          const share = clamp(
            (t - looks[k]!.seconds) / Math.max(1e-3, looks[k + 1]!.seconds - looks[k]!.seconds),
            0,
            1,
          );
          return round(values[k]! + (values[k + 1]! - values[k]!) * share);
        });
      const rows = Array.from(
        { length: Math.max(1, Math.round((until - from) * speech.rateHz)) },
        (_, s) => Math.round(from * speech.rateHz) + s,
      );
      excerpts.push({
        rateHz: EXCERPT_RATE,
        yaw: read(head.yaw),
        pitch: read(head.pitch),
        roll: read(head.roll),
        stress: round(clamp(mean(rows.map((at) => speech.stress[at] ?? 0)), 0, 1)),
        speaking: round(clamp(mean(rows.map((at) => ((speech.voice[at] ?? 0) > 0.5 ? 1 : 0))), 0, 1)),
      });
    }
    first = i;
  }
  return excerpts.slice(0, MOST_EXCERPTS);
}
