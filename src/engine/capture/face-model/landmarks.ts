// Vertex numbers of the canonical face mesh (the 468 landmarks of MediaPipe Face Mesh). `right` is the actor's own
// right: image left, x < 0 in face space. Numbers were read off the mesh itself; tests check them against its geometry.

/** One eye: rims from the outer corner to the inner one, upper and lower vertex of a column facing each other. */
export interface EyeLandmarks {
  readonly outerCorner: number;
  readonly innerCorner: number;
  /** Seven columns, outer to inner. */
  readonly upper: readonly number[];
  readonly lower: readonly number[];
}

/** The actor's right eye. */
export const RIGHT_EYE: EyeLandmarks = {
  outerCorner: 33,
  innerCorner: 133,
  upper: [246, 161, 160, 159, 158, 157, 173],
  lower: [7, 163, 144, 145, 153, 154, 155],
};

/** The actor's left eye. */
export const LEFT_EYE: EyeLandmarks = {
  outerCorner: 263,
  innerCorner: 362,
  upper: [466, 388, 387, 386, 385, 384, 398],
  lower: [249, 390, 373, 374, 380, 381, 382],
};

/** Rim of an eye as one closed loop. */
export function eyeLoop(eye: EyeLandmarks): number[] {
  return [eye.outerCorner, ...eye.upper, eye.innerCorner, ...eye.lower.toReversed()];
}

/**
 * Lip rows of the right half from the outside of the vermilion to where the lips meet; within a row the columns run
 * from the corner (0) to the middle (5). Corner and middle columns complete both halves.
 */
export const LIP_CORNER_RIGHT: readonly number[] = [61, 76, 62, 78];
/** See {@link LIP_CORNER_RIGHT}; [row][column 1..5], upper lip, right half. */
export const UPPER_LIP_RIGHT: readonly (readonly number[])[] = [
  [185, 40, 39, 37, 0],
  [184, 74, 73, 72, 11],
  [183, 42, 41, 38, 12],
  [191, 80, 81, 82, 13],
];
/** See {@link LIP_CORNER_RIGHT}; [row][column 1..5], lower lip, right half. */
export const LOWER_LIP_RIGHT: readonly (readonly number[])[] = [
  [146, 91, 181, 84, 17],
  [77, 90, 180, 85, 16],
  [96, 89, 179, 86, 15],
  [95, 88, 178, 87, 14],
];

/** Where the lips meet, right corner to left corner along the upper lip. */
export const INNER_LIP_UPPER: readonly number[] = [78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308];
/** The partners of {@link INNER_LIP_UPPER} on the lower lip, column by column (both corners are shared). */
export const INNER_LIP_LOWER: readonly number[] = [78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308];
/** Outer edge of the vermilion as one closed loop, from the right corner along the upper lip. */
export const OUTER_LIP_LOOP: readonly number[] = [
  61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
];
/** Rim of the mouth opening as one closed loop, from the right corner along the upper lip. */
export const INNER_LIP_LOOP: readonly number[] = [
  78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
];

/** Border of the mesh, from the middle of the forehead clockwise in the image. */
export const FACE_OVAL: readonly number[] = [
  10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149, 150, 136,
  172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
];
