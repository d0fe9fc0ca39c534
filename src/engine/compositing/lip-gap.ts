import { INNER_LIP_PAIRS } from './face-loops.ts';

/** Height and width of the mouth opening in one frame. */
export interface LipOpening {
  /** Mean distance between facing inner-lip points along the face, pixels, >= 0. */
  readonly gapPx: number;
  /** Distance between the inner lip corners, pixels. */
  readonly widthPx: number;
}

/**
 * Opening of the inner lips.
 *
 * @param landmarks [n, 3] pixels, read from `offset`
 * @param downX, downY unit vector down the face in the image
 */
export function lipOpening(landmarks: Float32Array, offset: number, downX: number, downY: number): LipOpening {
  let gap = 0;
  for (const [u, l] of INNER_LIP_PAIRS) {
    const dx = landmarks[offset + l * 3]! - landmarks[offset + u * 3]!;
    const dy = landmarks[offset + l * 3 + 1]! - landmarks[offset + u * 3 + 1]!;
    gap += Math.max(0, dx * downX + dy * downY);
  }
  const widthPx = Math.hypot(
    landmarks[offset + 308 * 3]! - landmarks[offset + 78 * 3]!,
    landmarks[offset + 308 * 3 + 1]! - landmarks[offset + 78 * 3 + 1]!,
  );
  return { gapPx: gap / INNER_LIP_PAIRS.length, widthPx: Math.max(1e-3, widthPx) };
}

/** Inner-lip gap over mouth width at row `row` of a track's landmarks [rows, 478, 3], with the pose's down axis. */
export function relativeGap(landmarks: Float32Array, pose: Float32Array, row: number, landmarkCount: number): number {
  const at = row * 7;
  const [x, y, z, w] = [pose[at]!, pose[at + 1]!, pose[at + 2]!, pose[at + 3]!];
  const downX = -2 * (x * y - z * w);
  const downY = 1 - 2 * (x * x + z * z);
  const norm = Math.hypot(downX, downY) || 1;
  const { gapPx, widthPx } = lipOpening(landmarks, row * landmarkCount * 3, downX / norm, downY / norm);
  return gapPx / widthPx;
}
