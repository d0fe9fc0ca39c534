/**
 * Columns of `/performance/HANDLE/PERFORMANCE/clip/CLIP/lips`, one row per frame of each track, tracks one after the
 * other. Openings and widths are those of the inner lips in centimetres of face space: as tracked in the plate, of the
 * reconstructed mesh, and as the edit leaves them in the picture. `error` is the mean distance of the mesh's lip
 * contours from the plate's, in centimetres. `closed` adds up {@link LIPS_CLOSED}. A frame without a face is all NaN.
 */
export const LIP_COLUMNS = [
  'plateGap',
  'plateWidth',
  'meshGap',
  'meshWidth',
  'editGap',
  'editWidth',
  'error',
  'closed',
] as const;

/** One of {@link LIP_COLUMNS}. */
export type LipColumn = (typeof LIP_COLUMNS)[number];

/** Whose lips touch. */
export const LIPS_CLOSED = { plate: 1, mesh: 2, edit: 4 } as const;

/** Vertices around the mouth opening, one closed loop from the corner at image left along the upper lip. */
export const INNER_LIPS: readonly number[] = [
  78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95,
];

/** Vertices around the outside of the lips, one closed loop as {@link INNER_LIPS}. */
export const OUTER_LIPS: readonly number[] = [
  61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146,
];
