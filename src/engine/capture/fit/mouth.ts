import { INNER_LIP_LOWER, INNER_LIP_UPPER } from '../face-model/landmarks.ts';
import type { Pose } from './pose.ts';

/** Lips of one frame as measured in the picture (or on the projected mesh), in centimetres of face space. */
export interface LipMeasure {
  /** Mean opening of the middle of the inner lips; overlap counts as 0. */
  readonly gap: number;
  /** Corner to corner along the inner lips. */
  readonly width: number;
}

/** Lips count as touching below this opening (cm) ... */
export const CLOSE_BELOW = 0.07;
/** ... and as parted again above this one. */
export const OPEN_ABOVE = 0.13;

/** Columns of the inner lips that a closure is judged by: the middle seven, away from the corners where lips always touch. */
const MIDDLE = [2, 3, 4, 5, 6, 7, 8] as const;

/**
 * Measures the inner lips on points [.., 3] in picture pixels seen under `pose`. The opening is taken along the
 * face's own down direction in the picture.
 */
export function measureLips(points: Float32Array, pose: Pose): LipMeasure {
  const [qx, qy, qz, qw] = pose.rotation;
  // Image direction of the face's y axis: R (0, 1, 0), y up.
  const ux = 2 * (qx * qy - qw * qz);
  const uy = 1 - 2 * (qx * qx + qz * qz);
  const norm = Math.max(0.3, Math.hypot(ux, uy));
  let gap = 0;
  for (const k of MIDDLE) {
    const a = INNER_LIP_UPPER[k]! * 3;
    const b = INNER_LIP_LOWER[k]! * 3;
    const along = ((points[a]! - points[b]!) * ux + (points[b + 1]! - points[a + 1]!) * uy) / norm;
    gap += Math.max(0, along) / (pose.scale * norm) / MIDDLE.length;
  }
  const width = Math.hypot(points[308 * 3]! - points[78 * 3]!, points[308 * 3 + 1]! - points[78 * 3 + 1]!) / pose.scale;
  return { gap, width };
}

/**
 * Frames whose lips touch, by two thresholds: a closure starts below {@link CLOSE_BELOW} and reaches in both directions
 * as far as the opening stays below {@link OPEN_ABOVE}, so that noise at one threshold does not chop it up. `valid` = 0 frames are never closed and end a
 * closure. Both in frame order; the answer has 1 for closed.
 */
export function findClosures(gaps: ArrayLike<number>, valid: ArrayLike<number>): Uint8Array {
  const closed = new Uint8Array(gaps.length);
  for (let t = 0; t < gaps.length; t++) if (valid[t] && gaps[t]! < CLOSE_BELOW) closed[t] = 1;
  const extend = (from: number, step: number): void => {
    for (let t = from; t >= 0 && t < gaps.length; t += step) {
      const before = t - step;
      if (closed[t] || before < 0 || before >= gaps.length || !closed[before]) continue;
      if (valid[t] && gaps[t]! < OPEN_ABOVE) closed[t] = 1;
    }
  };
  extend(0, 1);
  extend(gaps.length - 1, -1);
  return closed;
}
