/** A curve as a table: values from `lowest` on, `perUnit` entries per unit, linear between. */
export interface TableRange {
  readonly lowest: number;
  readonly highest: number;
  readonly perUnit: number;
}

/** Coded values that the table of light covers; what lies beyond is held. */
export const LIGHT_RANGE: TableRange = { lowest: -0.1, highest: 1.2, perUnit: 6300 };
/** Roots of light, as shares of the brightest: near black a power curve is steep, so the table of codes is dense there. */
export const ROOT_RANGE: TableRange = { lowest: 0, highest: 1, perUnit: 8192 };
/** Coded values for which slopes are known. */
export const SLOPE_RANGE: TableRange = { lowest: 0.02, highest: 1, perUnit: 2048 };
