import { SHAPE_COUNT, SHAPE_NAMES } from '../../core/performance.ts';
import type { TalkingPerformance } from './perform.ts';

/** Value between two, at a share of the second. */
type Mix = (a: number, b: number, share: number, column: number) => number;

const between: Mix = (a, b, share) => a + share * (b - a);
/** Lids are not half shut between an eye that blinks and one that does not: they follow the nearer performance. */
const LIDS = SHAPE_NAMES.map((name) => name.startsWith('eyeBlink'));
const nearerLids: Mix = (a, b, share, column) =>
  between(a, b, LIDS[column % SHAPE_COUNT] ? Math.round(share) : share, 0);
/** Lips that touch in one of the two touch. */
const both: Mix = (a, b, share) => (share <= 0 ? a : share >= 1 ? b : Math.max(a, b));

/**
 * One performance that passes between two of the same speech, rate and length: at each frame `shareAt` (0..1) of the
 * second. So a style's strength can be keyed over time: both ends are performed whole, and nothing jumps in between.
 */
export function mixPerformances(
  first: TalkingPerformance,
  second: TalkingPerformance,
  shareAt: (frame: number) => number,
): TalkingPerformance {
  const shares = Float32Array.from({ length: first.frames }, (_, frame) => shareAt(frame));
  const mixed = (a: Float32Array, b: Float32Array, mix: Mix): Float32Array => {
    const width = a.length / Math.max(1, first.frames);
    return a.map((value, at) => mix(value, b[at]!, shares[Math.floor(at / width)]!, at % width));
  };
  return {
    ...first,
    coefficients: mixed(first.coefficients, second.coefficients, nearerLids),
    head: mixed(first.head, second.head, between),
    gaze: mixed(first.gaze, second.gaze, between),
    shut: mixed(first.shut, second.shut, both),
    tongue: mixed(first.tongue, second.tongue, between),
    engaged: mixed(first.engaged, second.engaged, between),
  };
}
