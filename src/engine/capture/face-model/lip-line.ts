import { LIP_CORNER_RIGHT, LOWER_LIP_RIGHT, UPPER_LIP_RIGHT } from './landmarks.ts';
import type { LipLine, LipMotion, Offset } from './shape-recipe.ts';

/** Where the columns of the lip rows lie between corner (0) and middle (1), by arc length on the canonical face. */
const COLUMN_AT = [0, 0.09, 0.25, 0.44, 0.72, 1] as const;
const MID_AT = 0.44;
/** How far each row lies from the outside of the vermilion (0) to where the lips meet (1). */
const UPPER_ROW_AT = [0, 0.5, 0.85, 1] as const;
const LOWER_ROW_AT = [0, 0.4, 0.74, 1] as const;

/** Displacements of every lip vertex of the right half and the middle, from the few places that a recipe names. */
export function lipHandles(motion: LipMotion): Map<number, Offset> {
  const still: LipLine = [
    [0, 0, 0],
    [0, 0, 0],
  ];
  const upperInner = motion.seam ?? motion.upperInner ?? still;
  const lowerInner = motion.seam ?? motion.lowerInner ?? still;
  const upperOuter = motion.upperOuter ?? upperInner;
  const lowerOuter = motion.lowerOuter ?? lowerInner;
  const handles = new Map<number, Offset>();
  for (const vertex of LIP_CORNER_RIGHT) handles.set(vertex, motion.corner);
  const place = (rows: readonly (readonly number[])[], at: readonly number[], outer: LipLine, inner: LipLine): void => {
    rows.forEach((row, r) => {
      row.forEach((vertex, c) => {
        const column = COLUMN_AT[c + 1]!;
        const a = along(motion.corner, outer, column);
        const b = along(motion.corner, inner, column);
        const t = at[r]!;
        handles.set(vertex, [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])]);
      });
    });
  };
  place(UPPER_LIP_RIGHT, UPPER_ROW_AT, upperOuter, upperInner);
  place(LOWER_LIP_RIGHT, LOWER_ROW_AT, lowerOuter, lowerInner);
  return handles;
}

/** The lip line at `u` between corner (0) and middle (1): a cubic that is symmetric about the middle. */
function along(corner: Offset, [mid, centre]: LipLine, u: number): Offset {
  return [0, 1, 2].map((k) => {
    // Sideways motion changes sign across the middle, the others do not: that fixes the slope there.
    const a = corner[k]!;
    const b = mid[k]!;
    const c = centre[k]!;
    const mirrored = k === 0 ? -b : b;
    const slopeB = (c - a) / 1;
    const slopeC = (mirrored - b) / (2 * (1 - MID_AT));
    const slopeA = (2 * (b - a)) / MID_AT - slopeB;
    return u <= MID_AT ? hermite(a, slopeA, b, slopeB, 0, MID_AT, u) : hermite(b, slopeB, c, slopeC, MID_AT, 1, u);
  }) as unknown as Offset;
}

function hermite(a: number, slopeA: number, b: number, slopeB: number, from: number, until: number, u: number): number {
  const span = until - from;
  const t = (u - from) / span;
  const s = 1 - t;
  return a * (1 + 2 * t) * s * s + slopeA * span * t * s * s + b * t * t * (3 - 2 * t) - slopeB * span * t * t * s;
}
