import { describe, expect, it } from 'vitest';
import { type BoundedProblem, solveBounded } from './bounded-solve.ts';

function problem(hessian: number[][], gradient: number[], lower: number[], upper: number[]): BoundedProblem {
  return {
    size: gradient.length,
    hessian: Float64Array.from(hessian.flat()),
    gradient: Float64Array.from(gradient),
    lower: Float64Array.from(lower),
    upper: Float64Array.from(upper),
    cappedBy: new Int16Array(gradient.length).fill(-1),
  };
}

describe('solveBounded', () => {
  const hessian = [
    [4, 1, 0.5],
    [1, 3, 0.2],
    [0.5, 0.2, 2],
  ];

  it('solves the free problem', () => {
    const truth = [0.3, -0.4, 0.7];
    const gradient = hessian.map((row) => row.reduce((sum, value, k) => sum + value * truth[k]!, 0));
    const c = new Float64Array(3);
    solveBounded(problem(hessian, gradient, [-9, -9, -9], [9, 9, 9]), c);
    truth.forEach((value, k) => {
      expect(c[k]).toBeCloseTo(value, 4);
    });
  });

  it('satisfies the optimality conditions at the bounds', () => {
    const p = problem(hessian, [-3, 5, 1], [0, 0, 0], [1, 1, 1]);
    const c = new Float64Array(3);
    solveBounded(p, c);
    hessian.forEach((row, k) => {
      const slope = p.gradient[k]! - row.reduce((sum, value, l) => sum + value * c[l]!, 0);
      if (c[k] === 0) expect(slope).toBeLessThanOrEqual(1e-6);
      else if (c[k] === 1) expect(slope).toBeGreaterThanOrEqual(-1e-6);
      else expect(slope).toBeCloseTo(0, 3);
    });
    expect([c[0], c[1]]).toEqual([0, 1]);
  });

  it('keeps fixed variables and caps one by another', () => {
    const p = problem(hessian, [9, 9, 9], [0.2, 0, 0], [0.2, 1, 1]);
    p.cappedBy[2] = 0;
    const c = Float64Array.of(0.2, 0, 0);
    solveBounded(p, c);
    expect(c[0]).toBe(0.2);
    expect(c[2]).toBeCloseTo(0.2, 9);
  });
});
