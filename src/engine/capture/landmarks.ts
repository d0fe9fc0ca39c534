import { LANDMARK_COUNT } from '../../core/performance.ts';
import type { CropRegion } from './crop.ts';
import { cropToPicture } from './crop.ts';
import { LEFT_EYE_HEAD, LEFT_IRIS, LIP_HEAD, RIGHT_EYE_HEAD, RIGHT_IRIS } from './landmark-heads.ts';

/** Side of the landmark network's input. */
export const LANDMARK_SIDE = 192;

/** Raw output of the attention landmark network, in pixels of its {@link LANDMARK_SIDE} crop. */
export interface AttentionOutput {
  /** [468, 3]. */
  readonly mesh: Float32Array;
  /** [80, 2]. */
  readonly lips: Float32Array;
  /** [71, 2], the eye at image left. */
  readonly rightEye: Float32Array;
  /** [71, 2], the eye at image right. */
  readonly leftEye: Float32Array;
  /** [5, 2] each. */
  readonly rightIris: Float32Array;
  readonly leftIris: Float32Array;
}

const EYE_RIM = 16;

function overwrite(points: Float32Array, head: readonly number[], values: Float32Array): void {
  head.forEach((landmark, k) => {
    points[landmark * 3] = values[k * 2]!;
    points[landmark * 3 + 1] = values[k * 2 + 1]!;
  });
}

function appendIris(points: Float32Array, first: number, iris: Float32Array, eye: readonly number[]): void {
  // The iris head has no depth: it lies as deep as the lid rim (the head's first 16 points) on average.
  let depth = 0;
  for (let k = 0; k < EYE_RIM; k++) depth += points[eye[k]! * 3 + 2]! / EYE_RIM;
  for (let k = 0; k < 5; k++) {
    points[(first + k) * 3] = iris[k * 2]!;
    points[(first + k) * 3 + 1] = iris[k * 2 + 1]!;
    points[(first + k) * 3 + 2] = depth;
  }
}

/**
 * Joins the heads of the attention network into `out` [478, 3] picture pixels: lips and eyes overwrite the mesh's
 * x and y, irises are appended, the crop's rotation and scale are undone. z is in picture pixels, towards the
 * viewer positive (the network's own sign is the opposite).
 */
export function decodeAttention(raw: AttentionOutput, region: CropRegion, out: Float32Array): void {
  out.set(raw.mesh.subarray(0, 468 * 3));
  overwrite(out, LIP_HEAD, raw.lips);
  overwrite(out, RIGHT_EYE_HEAD, raw.rightEye);
  overwrite(out, LEFT_EYE_HEAD, raw.leftEye);
  appendIris(out, RIGHT_IRIS, raw.rightIris, RIGHT_EYE_HEAD);
  appendIris(out, LEFT_IRIS, raw.leftIris, LEFT_EYE_HEAD);
  cropToPicture(out, 3, LANDMARK_COUNT, region, LANDMARK_SIDE);
  const depth = -region.size / LANDMARK_SIDE;
  for (let k = 0; k < LANDMARK_COUNT; k++) out[k * 3 + 2]! *= depth;
}

/** Axis-aligned box of all landmarks: x, y, width, height. */
export function landmarkBox(points: Float32Array): { x: number; y: number; width: number; height: number } {
  let [x0, y0, x1, y1] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let k = 0; k < LANDMARK_COUNT; k++) {
    const x = points[k * 3]!;
    const y = points[k * 3 + 1]!;
    if (x < x0) x0 = x;
    if (x > x1) x1 = x;
    if (y < y0) y0 = y;
    if (y > y1) y1 = y;
  }
  return { x: x0, y: y0, width: x1 - x0, height: y1 - y0 };
}

/** Crop for the next frame: 1.5 x the long side of the landmark box, outer eye corners (33, 263) level. */
export function regionFromLandmarks(points: Float32Array): CropRegion {
  const box = landmarkBox(points);
  return {
    centreX: box.x + box.width / 2,
    centreY: box.y + box.height / 2,
    size: 1.5 * Math.max(box.width, box.height),
    angleRad: Math.atan2(points[263 * 3 + 1]! - points[33 * 3 + 1]!, points[263 * 3]! - points[33 * 3]!),
  };
}

/** Distance between the eye centres (mean of each eye's corners) in pixels. */
export function interocularDistance(points: Float32Array): number {
  const axis = (d: 0 | 1): number =>
    (points[362 * 3 + d]! + points[263 * 3 + d]! - points[33 * 3 + d]! - points[133 * 3 + d]!) / 2;
  return Math.hypot(axis(0), axis(1));
}
