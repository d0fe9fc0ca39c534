import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  applySimilarity,
  applySubdivision,
  borderLoops,
  buildEdgeTable,
  buildLaplacian,
  buildSpreadEnergy,
  buildVertexAdjacency,
  factoriseCholesky,
  fitSimilarity,
  mirrorPermutation,
  multiplySparse,
  rotateVector,
  rotationMatrix,
  solveCholesky,
  spreadHandles,
  subdivide,
  symmetricEigen,
  triangleNormals,
  vertexNormals,
  withoutFilledLoops,
} from './index.ts';

/** A flat n x n grid of squares, each cut in two, counter-clockwise from +z. */
function grid(n: number): { positions: Float32Array; triangles: Uint32Array } {
  const positions = new Float32Array((n + 1) * (n + 1) * 3);
  for (let y = 0; y <= n; y++)
    for (let x = 0; x <= n; x++) positions.set([x - n / 2, y - n / 2, 0], (y * (n + 1) + x) * 3);
  const list: number[] = [];
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const a = y * (n + 1) + x;
      list.push(a, a + 1, a + n + 2, a, a + n + 2, a + n + 1);
    }
  }
  return { positions, triangles: Uint32Array.from(list) };
}

const OCTAHEDRON = {
  positions: Float32Array.of(1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1, 0, 0, 0, 1, 0, 0, -1),
  triangles: Uint32Array.of(0, 2, 4, 2, 1, 4, 1, 3, 4, 3, 0, 4, 2, 0, 5, 1, 2, 5, 3, 1, 5, 0, 3, 5),
};

describe('mesh topology', () => {
  it('knows neighbours, borders and both sides of each edge', () => {
    const { triangles } = grid(3);
    const { offsets, neighbours } = buildVertexAdjacency(triangles, 16);
    expect([...neighbours.subarray(offsets[5]!, offsets[6]!)]).toEqual([0, 1, 4, 6, 9, 10]);
    expect(borderLoops(triangles)).toHaveLength(1);
    expect(new Set(borderLoops(triangles)[0])).toEqual(new Set([0, 1, 2, 3, 7, 11, 15, 14, 13, 12, 8, 4]));
    const { ends, opposite } = buildEdgeTable(OCTAHEDRON.triangles);
    expect(ends).toHaveLength(24);
    expect([...opposite].includes(-1)).toBe(false);
  });

  it('refuses three triangles on one edge', () => {
    expect(() => buildEdgeTable(Uint32Array.of(0, 1, 2, 0, 1, 3, 0, 1, 4))).toThrow(RangeError);
  });

  it('finds mirror partners and refuses a lopsided mesh', () => {
    const { positions } = grid(2);
    expect([...mirrorPermutation(positions, 1e-6)]).toEqual([2, 1, 0, 5, 4, 3, 8, 7, 6]);
    positions[0]! -= 0.5;
    expect(() => mirrorPermutation(positions, 0.1)).toThrow(/mirror/);
  });

  it('opens a filled loop only', () => {
    const { triangles } = grid(3);
    const open = withoutFilledLoops(triangles, [[5, 6, 10, 9]]);
    expect(open).toHaveLength(triangles.length - 6);
    expect(borderLoops(open).map((loop) => loop.length)).toEqual([12, 4]);
  });
});

describe('laplacian and spread', () => {
  it.each(['uniform', 'cotangent'] as const)('%s: constants vanish everywhere, linear fields inside', (kind) => {
    const { positions, triangles } = grid(4);
    const laplacian = buildLaplacian(positions, triangles, kind);
    const constant = new Float64Array(25).fill(3);
    const out = new Float64Array(25);
    multiplySparse(laplacian, constant, 1, out);
    expect(Math.max(...out.map(Math.abs))).toBeLessThan(1e-12);
    const x = Float64Array.from({ length: 25 }, (_, v) => positions[v * 3]!);
    multiplySparse(laplacian, x, 1, out);
    for (const inside of [6, 7, 8, 11, 12, 13, 16, 17, 18]) expect(out[inside]).toBeCloseTo(0, 10);
  });

  it('meets its handles, stays zero outside and decreases in between', () => {
    const { positions, triangles } = grid(8);
    const energy = buildSpreadEnergy(buildLaplacian(positions, triangles, 'cotangent'), 0.05);
    const inside = Array.from({ length: 81 }, (_, v) => v).filter((v) => v % 9 > 0 && v % 9 < 8 && v > 8 && v < 72);
    const field = spreadHandles(energy, [{ vertex: 40, value: [1, -2] }], inside, 2);
    expect(field[80]).toBe(1);
    expect(field[81]).toBe(-2);
    for (let v = 0; v < 9; v++) expect(field[v * 2]).toBe(0);
    expect(field[41 * 2]).toBeLessThan(1);
    expect(field[42 * 2]).toBeLessThan(field[41 * 2]!);
    expect(field[43 * 2]).toBeLessThan(field[42 * 2]!);
    expect(field[43 * 2]).toBeGreaterThan(0);
  });
});

describe('dense solvers', () => {
  it('Cholesky solves random positive definite systems', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: 25, maxLength: 25 }), (m) => {
        const n = 5;
        const a = new Float64Array(25);
        for (let i = 0; i < n; i++)
          for (let j = 0; j < n; j++) {
            for (let k = 0; k < n; k++) a[i * n + j]! += m[i * n + k]! * m[j * n + k]!;
            if (i === j) a[i * n + j]! += 1;
          }
        const x = [1, -2, 3, 0.5, 4];
        const b = Float64Array.from({ length: n }, (_, i) =>
          x.reduce((sum, value, j) => sum + a[i * n + j]! * value, 0),
        );
        factoriseCholesky(a, n);
        solveCholesky(a, n, b, 1);
        x.forEach((value, i) => {
          expect(b[i]).toBeCloseTo(value, 6);
        });
      }),
    );
    expect(() => factoriseCholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/positive definite/);
  });

  it('Jacobi gives orthonormal vectors that reproduce the matrix', () => {
    const m = [4, 1, -2, 0.5, 1, 3, 0, 1, -2, 0, -1, 2, 0.5, 1, 2, 0];
    const { values, vectors } = symmetricEigen(m, 4);
    expect([...values]).toEqual([...values].sort((a, b) => a - b));
    for (let i = 0; i < 4; i++)
      for (let j = 0; j < 4; j++) {
        let rebuilt = 0;
        let dot = 0;
        for (let k = 0; k < 4; k++) {
          rebuilt += values[k]! * vectors[k * 4 + i]! * vectors[k * 4 + j]!;
          dot += vectors[i * 4 + k]! * vectors[j * 4 + k]!;
        }
        expect(rebuilt).toBeCloseTo(m[i * 4 + j]!, 10);
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 10);
      }
  });
});

describe('similarity fit', () => {
  const number = (limit: number) => fc.double({ min: -limit, max: limit, noNaN: true });
  it('recovers any rotation, scale and translation, ignoring points without weight', () => {
    fc.assert(
      fc.property(
        fc.tuple(number(1), number(1), number(1), number(1)).filter((q) => Math.hypot(...q) > 0.2),
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.tuple(number(100), number(100), number(100)),
        (raw, scale, move) => {
          const length = Math.hypot(...raw);
          const q = raw.map((v) => v / length) as [number, number, number, number];
          const source = Float64Array.of(1, 0, 0, 0, 2, 0, 0, 0, 3, -1, -1, -1, 9, 9, 9);
          const target = new Float64Array(source.length);
          for (let i = 0; i < 15; i += 3)
            rotateVector(q, source[i]!, source[i + 1]!, source[i + 2]!).forEach((value, k) => {
              target[i + k] = scale * value + move[k]!;
            });
          target.set([1e3, -1e3, 5], 12);
          const fit = fitSimilarity(source, target, [1, 2, 1, 0.5, 0]);
          expect(fit.scale / scale).toBeCloseTo(1, 8);
          expect(Math.abs(fit.rotation.reduce((sum, value, k) => sum + value * q[k]!, 0))).toBeCloseTo(1, 8);
          expect(fit.residual / scale).toBeLessThan(1e-4);
          const moved = new Float32Array(12);
          applySimilarity(fit, Float32Array.from(source.subarray(0, 12)), moved);
          for (let i = 0; i < 12; i++) expect(Math.abs(moved[i]! - target[i]!) / scale).toBeLessThan(1e-3);
        },
      ),
    );
  });

  it('agrees with its matrix and refuses what has no answer', () => {
    const q = [0.5, 0.5, 0.5, 0.5] as const;
    const m = rotationMatrix(q);
    const turned = rotateVector(q, 1, 2, 3);
    for (let r = 0; r < 3; r++) expect(m[r * 3]! + 2 * m[r * 3 + 1]! + 3 * m[r * 3 + 2]!).toBeCloseTo(turned[r]!, 12);
    expect(() => fitSimilarity(new Float64Array(9), new Float64Array(9), [0, 0, 0])).toThrow(RangeError);
    expect(() => fitSimilarity(new Float64Array(9), new Float64Array(9), [1, 1, 1])).toThrow(RangeError);
  });
});

describe('subdivision', () => {
  it.each(['midpoint', 'loop'] as const)('%s: right counts, weights sum to one, attributes stay linear', (scheme) => {
    const { positions, triangles } = grid(3);
    const fine = subdivide(triangles, 16, scheme, 2);
    expect(fine.triangles).toHaveLength(triangles.length * 16);
    for (let v = 0; v < fine.vertexCount; v++) {
      let sum = 0;
      for (let e = fine.offsets[v]!; e < fine.offsets[v + 1]!; e++) sum += fine.weights[e]!;
      expect(sum).toBeCloseTo(1, 5);
    }
    const out = new Float32Array(fine.vertexCount * 3);
    applySubdivision(fine, positions, 3, out);
    const single = new Float32Array(fine.vertexCount);
    applySubdivision(
      fine,
      Float32Array.from({ length: 16 }, (_, v) => 2 * positions[v * 3]! + 1),
      1,
      single,
    );
    for (let v = 0; v < fine.vertexCount; v++) expect(single[v]).toBeCloseTo(2 * out[v * 3]! + 1, 4);
  });

  it('loop keeps a flat grid flat and rounds an octahedron towards its limit', () => {
    const fine = subdivide(OCTAHEDRON.triangles, 6, 'loop', 3);
    const out = new Float32Array(fine.vertexCount * 3);
    applySubdivision(fine, OCTAHEDRON.positions, 3, out);
    const radii = Array.from({ length: fine.vertexCount }, (_, v) =>
      Math.hypot(out[v * 3]!, out[v * 3 + 1]!, out[v * 3 + 2]!),
    );
    expect(Math.max(...radii) / Math.min(...radii)).toBeLessThan(1.25);
    expect(borderLoops(fine.triangles)).toHaveLength(0);
  });

  it('loop borders depend on the border alone, so holes stay where they are', () => {
    const { triangles } = grid(4);
    const open = withoutFilledLoops(triangles, [[6, 7, 12, 11]]);
    const fine = subdivide(open, 25, 'loop', 1);
    for (const v of borderLoops(fine.triangles).flat())
      for (let e = fine.offsets[v]!; e < fine.offsets[v + 1]!; e++)
        expect(borderLoops(open).flat()).toContain(fine.sources[e]!);
  });
});

describe('normals', () => {
  it('point outwards with unit length', () => {
    const normals = new Float32Array(18);
    vertexNormals(OCTAHEDRON.positions, OCTAHEDRON.triangles, normals);
    for (let i = 0; i < 18; i++) expect(normals[i]).toBeCloseTo(OCTAHEDRON.positions[i]!, 6);
    const faces = new Float32Array(24);
    triangleNormals(OCTAHEDRON.positions, OCTAHEDRON.triangles, faces);
    expect([...faces.subarray(0, 3)]).toEqual([1, 1, 1]);
  });

  it('gives a lone vertex a normal all the same', () => {
    const normals = new Float32Array(3);
    vertexNormals(Float32Array.of(1, 2, 3), new Uint32Array(0), normals);
    expect([...normals]).toEqual([0, 0, 1]);
  });
});
