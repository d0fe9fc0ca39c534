import { FACE_VERTEX_COUNT, POSE_SIZE, SHAPE_COUNT } from '../../core/performance.ts';

/** Floats of a face as the engine sends it: coefficients before and after, pose, gaze, confidence, weight. */
export const FACE_FLOATS = 2 * SHAPE_COUNT + POSE_SIZE + 4 + 2;

/** A face's numbers at one frame, as views into what the engine sent. */
export interface FaceFrame {
  readonly before: Float32Array;
  readonly after: Float32Array;
  /** x y z w, tx, ty in pixels of the media, pixels per centimetre. */
  readonly pose: Float32Array;
  readonly confidence: number;
  readonly weight: number;
}

/** Names the floats of a face. */
export function faceFrame(floats: Float32Array): FaceFrame {
  return {
    before: floats.subarray(0, SHAPE_COUNT),
    after: floats.subarray(SHAPE_COUNT, 2 * SHAPE_COUNT),
    pose: floats.subarray(2 * SHAPE_COUNT, 2 * SHAPE_COUNT + POSE_SIZE),
    confidence: floats[FACE_FLOATS - 2] ?? 0,
    weight: floats[FACE_FLOATS - 1] ?? 0,
  };
}

/** Coefficients that show: the source's, and as much of the edit as its weight lets through. */
export function shownCoefficients({ before, after, weight }: FaceFrame, edited: boolean): Float32Array {
  return edited ? before.map((value, k) => value + weight * (after[k]! - value)) : before;
}

/** Vertices [468, 3] of the mesh with these coefficients, centimetres. */
export function meshPoints(
  { neutral, shapes }: { readonly neutral: Float32Array; readonly shapes: Float32Array },
  coefficients: Float32Array,
): Float32Array {
  const out = neutral.slice();
  for (let k = 0; k < SHAPE_COUNT; k++) {
    const by = coefficients[k]!;
    if (by === 0) continue;
    const from = k * neutral.length;
    for (let i = 0; i < out.length; i++) out[i]! += by * shapes[from + i]!;
  }
  return out;
}

/** Places of vertices in the plate, [468, 2] in pixels of the media, y down. */
export function platePoints(points: Float32Array, pose: Float32Array): Float32Array {
  const [x, y, z, w, tx, ty, s] = pose as unknown as [number, number, number, number, number, number, number];
  const m = [
    1 - 2 * (y * y + z * z),
    2 * (x * y - z * w),
    2 * (x * z + y * w),
    2 * (x * y + z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z - x * w),
  ] as const;
  const out = new Float32Array((points.length / 3) * 2);
  for (let v = 0; v < Math.min(FACE_VERTEX_COUNT, points.length / 3); v++) {
    const [px, py, pz] = [points[v * 3]!, points[v * 3 + 1]!, points[v * 3 + 2]!];
    out[v * 2] = tx + s * (m[0] * px + m[1] * py + m[2] * pz);
    out[v * 2 + 1] = ty - s * (m[3] * px + m[4] * py + m[5] * pz);
  }
  return out;
}

/** How a picture of one size lies in a frame of another: whole, in the middle. */
export interface Fit {
  readonly scale: number;
  readonly x: number;
  readonly y: number;
}

/** See {@link Fit}. */
export function fitInto(width: number, height: number, intoWidth: number, intoHeight: number): Fit {
  const scale = Math.min(intoWidth / Math.max(1, width), intoHeight / Math.max(1, height));
  return { scale, x: (intoWidth - width * scale) / 2, y: (intoHeight - height * scale) / 2 };
}
