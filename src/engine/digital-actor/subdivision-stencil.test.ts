import { describe, expect, it } from 'vitest';
import { applyStencil, controlForLimit, limitStencil, refine } from './subdivision-stencil.ts';

/** An octahedron, and a flat 4 x 4 sheet with a rim. */
const octahedron = {
  count: 6,
  triangles: Uint32Array.from([0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4, 2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5]),
  points: Float32Array.from([1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1]),
};
const sheet = (() => {
  const triangles: number[] = [];
  const points: number[] = [];
  for (let y = 0; y < 4; y += 1) for (let x = 0; x < 4; x += 1) points.push(x, y, 0.5 * x - 0.25 * y + 1);
  for (let y = 0; y < 3; y += 1)
    for (let x = 0; x < 3; x += 1) {
      const a = y * 4 + x;
      triangles.push(a, a + 1, a + 4, a + 1, a + 5, a + 4);
    }
  return { count: 16, triangles: Uint32Array.from(triangles), points: Float32Array.from(points) };
})();

describe('Loop subdivision as a stencil', () => {
  it('keeps constants: every row sums to one', () => {
    for (const mesh of [octahedron, sheet])
      for (const stencil of [refine(mesh.count, mesh.triangles, 3).stencil, limitStencil(mesh.count, mesh.triangles)]) {
        const ones = new Float32Array(mesh.count).fill(1);
        const out = new Float32Array(stencil.rows);
        applyStencil(stencil, ones, 1, out);
        for (const value of out) expect(value).toBeCloseTo(1, 5);
      }
  });

  it('keeps a flat sheet flat', () => {
    const fine = refine(sheet.count, sheet.triangles, 2);
    const out = new Float32Array(fine.vertexCount * 3);
    applyStencil(fine.stencil, sheet.points, 3, out);
    for (let v = 0; v < fine.vertexCount; v += 1)
      expect(out[v * 3 + 2]!).toBeCloseTo(0.5 * out[v * 3]! - 0.25 * out[v * 3 + 1]! + 1, 4);
  });

  it('quadruples the triangles and approaches the limit', () => {
    const fine = refine(octahedron.count, octahedron.triangles, 5);
    expect(fine.triangles.length).toBe(octahedron.triangles.length * 4 ** 5);
    const near = new Float32Array(fine.vertexCount * 3);
    applyStencil(fine.stencil, octahedron.points, 3, near);
    const limit = new Float32Array(octahedron.count * 3);
    applyStencil(limitStencil(octahedron.count, octahedron.triangles), octahedron.points, 3, limit);
    for (let k = 0; k < limit.length; k += 1) expect(near[k]!).toBeCloseTo(limit[k]!, 2);
  });

  it('finds the control points whose surface passes through given points', () => {
    const limit = limitStencil(octahedron.count, octahedron.triangles);
    const control = controlForLimit(limit, octahedron.points, 60);
    const reached = new Float32Array(control.length);
    applyStencil(limit, control, 3, reached);
    for (let k = 0; k < reached.length; k += 1) expect(reached[k]!).toBeCloseTo(octahedron.points[k]!, 4);
  });
});
