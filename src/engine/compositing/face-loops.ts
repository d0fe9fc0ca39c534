/**
 * Vertex loops of the canonical face mesh, in order around each opening. Indices are those of MediaPipe's
 * FACEMESH_FACE_OVAL, FACEMESH_LIPS (inner), FACEMESH_RIGHT_EYE and FACEMESH_LEFT_EYE connections.
 */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];

/** Inner lip contour from the image-left corner (78) along the upper lip to the other corner (308) and back below. */
export const INNER_LIPS: readonly number[] = [
  78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
];

/** Outer lip contour, corner 61, upper lip, corner 291, lower lip. */
export const OUTER_LIPS: readonly number[] = [
  61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
];

/** Lid contour of the eye on the image left: outer corner 33, upper lid, inner corner 133, lower lid. */
export const EYE_IMAGE_LEFT: readonly number[] = [
  33, 246, 161, 160, 159, 158, 157, 173, 133, 155, 154, 153, 145, 144, 163, 7,
];

/** Lid contour of the eye on the image right: inner corner 362, upper lid, outer corner 263, lower lid. */
export const EYE_IMAGE_RIGHT: readonly number[] = [
  362, 398, 384, 385, 386, 387, 388, 466, 263, 249, 390, 373, 374, 380, 381, 382,
];

/** Corners of the inner lip contour. */
export const INNER_LIP_CORNERS: readonly number[] = [78, 308];

/** Upper and lower inner-lip vertices that face one another, from corner to corner. */
export const INNER_LIP_PAIRS: readonly (readonly [number, number])[] = [
  [191, 95],
  [80, 88],
  [81, 178],
  [82, 87],
  [13, 14],
  [312, 317],
  [311, 402],
  [310, 318],
  [415, 324],
];
