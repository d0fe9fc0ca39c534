import {
  eyeLoop,
  INNER_LIP_LOWER,
  INNER_LIP_UPPER,
  LEFT_EYE,
  OUTER_LIP_LOOP,
  RIGHT_EYE,
} from '../capture/face-model/index.ts';

/**
 * Outline of the canonical face mesh. Indices are those of MediaPipe's FACEMESH_FACE_OVAL connections.
 */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** Inner lip contour from the image-left corner (78) along the upper lip to the other corner (308) and back below. */
export const INNER_LIPS: readonly number[] = [...INNER_LIP_UPPER, ...INNER_LIP_LOWER.slice(1, -1).reverse()];

/** Outer lip contour, corner 61, upper lip, corner 291, lower lip. */
export const OUTER_LIPS: readonly number[] = OUTER_LIP_LOOP;

/** Lid contour of the eye on the image left: outer corner 33, upper lid, inner corner 133, lower lid. */
export const EYE_IMAGE_LEFT: readonly number[] = eyeLoop(RIGHT_EYE);

/** Lid contour of the eye on the image right: inner corner 362, upper lid, outer corner 263, lower lid. */
export const EYE_IMAGE_RIGHT: readonly number[] = [
  LEFT_EYE.innerCorner,
  ...LEFT_EYE.upper.toReversed(),
  LEFT_EYE.outerCorner,
  ...LEFT_EYE.lower,
];

/** Corners of the inner lip contour. */
export const INNER_LIP_CORNERS: readonly number[] = [78, 308];

/** Upper and lower inner-lip vertices that face one another, from corner to corner. */
export const INNER_LIP_PAIRS: readonly (readonly [number, number])[] = INNER_LIP_UPPER.slice(1, -1).map(
  (upper, column) => [upper, INNER_LIP_LOWER[column + 1]!],
);
