import type { TriangleIndices } from './mesh-topology.ts';

/** Normal of the triangle whose corners are at `t`, twice its area long, into `out[at]` on. */
function triangleNormal(
  positions: Float32Array,
  triangles: TriangleIndices,
  t: number,
  out: Float32Array | Float64Array,
  at: number,
): void {
  const a = triangles[t]! * 3;
  const b = triangles[t + 1]! * 3;
  const c = triangles[t + 2]! * 3;
  const ux = positions[b]! - positions[a]!;
  const uy = positions[b + 1]! - positions[a + 1]!;
  const uz = positions[b + 2]! - positions[a + 2]!;
  const vx = positions[c]! - positions[a]!;
  const vy = positions[c + 1]! - positions[a + 1]!;
  const vz = positions[c + 2]! - positions[a + 2]!;
  out[at] = uy * vz - uz * vy;
  out[at + 1] = uz * vx - ux * vz;
  out[at + 2] = ux * vy - uy * vx;
}

const normal = new Float64Array(3);

/**
 * Unit vertex normals, area-weighted over the triangles around; (0, 0, 1) where a vertex has none. `positions` and
 * `out` [n, 3]. Allocates nothing.
 */
export function vertexNormals(positions: Float32Array, triangles: TriangleIndices, out: Float32Array): void {
  out.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    triangleNormal(positions, triangles, t, normal, 0);
    for (let k = 0; k < 3; k++) {
      const corner = triangles[t + k]! * 3;
      out[corner]! += normal[0]!;
      out[corner + 1]! += normal[1]!;
      out[corner + 2]! += normal[2]!;
    }
  }
  for (let i = 0; i < out.length; i += 3) {
    const length = Math.hypot(out[i]!, out[i + 1]!, out[i + 2]!);
    if (length < 1e-20) {
      out[i] = 0;
      out[i + 1] = 0;
      out[i + 2] = 1;
      continue;
    }
    out[i]! /= length;
    out[i + 1]! /= length;
    out[i + 2]! /= length;
  }
}

/** Normals of the triangles, not normalised: their length is twice the area. `out` [triangles, 3]. */
export function triangleNormals(positions: Float32Array, triangles: TriangleIndices, out: Float32Array): void {
  for (let t = 0; t < triangles.length; t += 3) triangleNormal(positions, triangles, t, out, t);
}
