/** A convex quadratic 1/2 c'Hc - g'c over a box, solved in place. */
export interface BoundedProblem {
  readonly size: number;
  /** [size, size], symmetric, positive diagonal where a variable is free. */
  readonly hessian: Float64Array;
  readonly gradient: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** Variable k may not exceed variable `cappedBy[k]` (-1: no such cap). */
  readonly cappedBy: Int16Array;
}

const MAX_SWEEPS = 80;
const TOLERANCE = 1e-5;

/**
 * Minimises the problem by cyclic coordinate descent from `c` (start value, in the box; result). Deterministic. A
 * variable with lower = upper stays fixed. Returns the number of sweeps.
 * Source: Wright, Coordinate descent algorithms (2015).
 */
export function solveBounded(problem: BoundedProblem, c: Float64Array): number {
  const { size, hessian, gradient, lower, upper, cappedBy } = problem;
  for (let sweep = 1; sweep <= MAX_SWEEPS; sweep++) {
    let moved = 0;
    for (let k = 0; k < size; k++) {
      const low = lower[k]!;
      let high = upper[k]!;
      if (low === high) {
        c[k] = low;
        continue;
      }
      const cap = cappedBy[k]!;
      if (cap >= 0) high = Math.max(low, Math.min(high, c[cap]!));
      const row = k * size;
      let slope = gradient[k]!;
      for (let l = 0; l < size; l++) slope -= hessian[row + l]! * c[l]!;
      const next = Math.min(high, Math.max(low, c[k]! + slope / hessian[row + k]!));
      moved = Math.max(moved, Math.abs(next - c[k]!));
      c[k] = next;
    }
    if (moved < TOLERANCE) return sweep;
  }
  return MAX_SWEEPS;
}
