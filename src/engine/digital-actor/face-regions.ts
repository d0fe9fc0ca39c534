import { INNER_LIP_LOWER, INNER_LIP_UPPER, OUTER_LIP_LOOP } from '../capture/face-model/index.ts';

/**
 * Vertex lists of the canonical face mesh that the actor is built on. Lists of one side name the image-right half
 * (the actor's left, x > 0) unless said otherwise.
 */

/** Inner rim of the lips: upper from the image-left corner (78) to the image-right one (308), then lower back. */
export const LIPS_INNER: readonly number[] = [...INNER_LIP_UPPER, ...INNER_LIP_LOWER.slice(1, -1).reverse()];

/** Outer rim of the lips in the same order. */
export const LIPS_OUTER: readonly number[] = OUTER_LIP_LOOP;

/** Ring between {@link LIPS_OUTER} and the inner rim, nearer to the outer. */
export const LIPS_MIDDLE: readonly number[] = [
  76, 184, 74, 73, 72, 11, 302, 303, 304, 408, 306, 307, 320, 404, 315, 16, 85, 180, 90, 77,
];

/** Ring just outside the inner rim. */
export const LIPS_NEAR: readonly number[] = [
  62, 183, 42, 41, 38, 12, 268, 271, 272, 407, 292, 325, 319, 403, 316, 15, 86, 179, 89, 96,
];

/** Pairs of inner-lip vertices that meet when the mouth closes (upper, lower). */
export const LIP_PAIRS: readonly (readonly [number, number])[] = INNER_LIP_UPPER.slice(1, -1).map((upper, column) => [
  upper,
  INNER_LIP_LOWER[column + 1]!,
]);

/** Edge of the eyelids, image-left eye (the actor's right): outer corner, lower lid, inner corner, upper lid. */
export const LID_RIGHT: readonly number[] = [
  33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246,
];

/** Edge of the eyelids, image-right eye (the actor's left), same order. */
export const LID_LEFT: readonly number[] = [
  263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466,
];

/** Second ring around the image-left eye, in the order of {@link LID_RIGHT}. */
export const LID_FOLD_RIGHT: readonly number[] = [130, 25, 110, 24, 23, 22, 26, 112, 243, 190, 56, 28, 27, 29, 30, 247];

/** Second ring around the image-right eye. */
export const LID_FOLD_LEFT: readonly number[] = [
  359, 255, 339, 254, 253, 252, 256, 341, 463, 414, 286, 258, 257, 259, 260, 467,
];

/** Oval of the face, from above the image-right temple over the forehead, down the other side, round the chin. */
export const OVAL: readonly number[] = [
  356, 389, 251, 284, 332, 297, 338, 10, 109, 67, 103, 54, 21, 162, 127, 234, 93, 132, 58, 172, 136, 150, 149, 176, 148,
  152, 377, 400, 378, 379, 365, 397, 288, 361, 323, 454,
];

/** Lower and upper edge of the image-left brow, inner end first. */
export const BROW_RIGHT = { lower: [55, 65, 52, 53, 46], upper: [107, 66, 105, 63, 70] } as const;

/** Lower and upper edge of the image-right brow, inner end first. */
export const BROW_LEFT = { lower: [285, 295, 282, 283, 276], upper: [336, 296, 334, 293, 300] } as const;
