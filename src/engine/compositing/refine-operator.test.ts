import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyRows, refine } from './refine-operator.ts';

// A square of 2 x 2 cells, 9 vertices, 8 triangles.
const GRID = [0, 1, 4, 0, 4, 3, 1, 2, 5, 1, 5, 4, 3, 4, 7, 3, 7, 6, 4, 5, 8, 4, 8, 7];
const positions = Float32Array.from([0, 0, 1, 0, 2, 0, 0, 1, 1, 1, 2, 1, 0, 2, 1, 2, 2, 2]);

describe('refine', () => {
  it('quarters every triangle and keeps its parent', () => {
    const fine = refine(9, GRID, 2, new Set());
    expect(fine.triangles.length).toBe(GRID.length * 16);
    expect(new Set(fine.parents).size).toBe(8);
  });

  it('interpolates positions exactly and reproduces linear fields under the smooth scheme inside', () => {
    const fine = refine(9, GRID, 2, new Set([0, 2, 6, 8]));
    const linear = new Float32Array(fine.vertexCount * 2);
    applyRows(fine.linear, positions, 2, linear);
    expect([...linear.slice(0, 18)]).toEqual([...positions]);
    const smooth = new Float32Array(fine.vertexCount * 2);
    applyRows(fine.smooth, positions, 2, smooth);
    // Corners are marked sharp, so the square's outline survives smoothing.
    for (let i = 0; i < fine.vertexCount; i++)
      for (const k of [0, 1]) {
        expect(smooth[i * 2 + k]!).toBeGreaterThanOrEqual(-1e-6);
        expect(smooth[i * 2 + k]!).toBeLessThanOrEqual(2 + 1e-6);
      }
    expect([...smooth.slice(0, 2)]).toEqual([0, 0]);
  });

  it('keeps constant fields constant whatever the corners (property)', () => {
    fc.assert(
      fc.property(fc.float({ min: -50, max: 50, noNaN: true }), fc.uniqueArray(fc.nat(8)), (value, corners) => {
        const fine = refine(9, GRID, 1, new Set(corners));
        const out = new Float32Array(fine.vertexCount);
        applyRows(fine.smooth, new Float32Array(9).fill(value), 1, out);
        for (const v of out) expect(v).toBeCloseTo(value, 3);
      }),
    );
  });
});
