import { buildVertexAdjacency, type TriangleIndices } from './mesh-topology.ts';

/** A square sparse matrix in compressed rows; columns ascend within a row. */
export interface SparseMatrix {
  readonly size: number;
  readonly offsets: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/** `uniform`: every neighbour counts the same. `cotangent`: by the angles opposite the edge, so triangle shape drops out. */
export type LaplacianKind = 'uniform' | 'cotangent';

/** Below this share of a vertex's mean weight a cotangent weight is raised: obtuse triangles would turn it negative. */
const SMALLEST_WEIGHT = 0.05;

/**
 * Normalised Laplacian: row v is 1 at v and -w/sum(w) at its neighbours, so that constants vanish. `positions` [n, 3].
 * Source: Meyer et al., Discrete Differential-Geometry Operators for Triangulated 2-Manifolds (2003).
 */
export function buildLaplacian(positions: Float32Array, triangles: TriangleIndices, kind: LaplacianKind): SparseMatrix {
  const size = positions.length / 3;
  const { offsets: near, neighbours } = buildVertexAdjacency(triangles, size);
  const weights =
    kind === 'uniform' ? new Float64Array(neighbours.length).fill(1) : new Float64Array(neighbours.length);
  if (kind === 'cotangent') {
    const add = (a: number, b: number, weight: number): void => {
      for (let e = near[a]!; e < near[a + 1]!; e++) if (neighbours[e] === b) weights[e]! += weight;
    };
    for (let t = 0; t < triangles.length; t += 3) {
      for (let k = 0; k < 3; k++) {
        const apex = triangles[t + k]!;
        const a = triangles[t + ((k + 1) % 3)]!;
        const b = triangles[t + ((k + 2) % 3)]!;
        const weight = 0.5 * cotangentAt(positions, apex, a, b);
        add(a, b, weight);
        add(b, a, weight);
      }
    }
  }
  const offsets = new Uint32Array(size + 1);
  const columns = new Uint32Array(neighbours.length + size);
  const values = new Float64Array(neighbours.length + size);
  let write = 0;
  for (let v = 0; v < size; v++) {
    const from = near[v]!;
    const until = near[v + 1]!;
    let mean = 0;
    for (let e = from; e < until; e++) mean += Math.max(0, weights[e]!) / (until - from);
    const least = mean * SMALLEST_WEIGHT;
    let sum = 0;
    for (let e = from; e < until; e++) sum += Math.max(least, weights[e]!);
    let placed = false;
    for (let e = from; e <= until; e++) {
      if (!placed && (e === until || neighbours[e]! > v)) {
        columns[write] = v;
        values[write++] = 1;
        placed = true;
      }
      if (e === until) break;
      columns[write] = neighbours[e]!;
      values[write++] = -Math.max(least, weights[e]!) / sum;
    }
    offsets[v + 1] = write;
  }
  return { size, offsets, columns, values };
}

/** Transposed times itself: the quadratic form |Lx|^2 of thin-plate bending. */
export function gramMatrix(matrix: SparseMatrix): SparseMatrix {
  const { size, offsets, columns, values } = matrix;
  const rows = Array.from({ length: size }, () => new Map<number, number>());
  for (let r = 0; r < size; r++) {
    for (let a = offsets[r]!; a < offsets[r + 1]!; a++) {
      const row = rows[columns[a]!]!;
      for (let b = offsets[r]!; b < offsets[r + 1]!; b++) {
        const column = columns[b]!;
        row.set(column, (row.get(column) ?? 0) + values[a]! * values[b]!);
      }
    }
  }
  const outOffsets = new Uint32Array(size + 1);
  for (let r = 0; r < size; r++) outOffsets[r + 1] = outOffsets[r]! + rows[r]!.size;
  const outColumns = new Uint32Array(outOffsets[size]!);
  const outValues = new Float64Array(outOffsets[size]!);
  for (let r = 0; r < size; r++) {
    let at = outOffsets[r]!;
    for (const [column, value] of [...rows[r]!].sort((x, y) => x[0] - y[0])) {
      outColumns[at] = column;
      outValues[at++] = value;
    }
  }
  return { size, offsets: outOffsets, columns: outColumns, values: outValues };
}

/** out = matrix * x for `components` interleaved values per vertex. */
export function multiplySparse(
  matrix: SparseMatrix,
  x: Float32Array | Float64Array,
  components: number,
  out: Float32Array | Float64Array,
): void {
  for (let r = 0; r < matrix.size; r++) {
    for (let c = 0; c < components; c++) {
      let sum = 0;
      for (let e = matrix.offsets[r]!; e < matrix.offsets[r + 1]!; e++)
        sum += matrix.values[e]! * x[matrix.columns[e]! * components + c]!;
      out[r * components + c] = sum;
    }
  }
}

function cotangentAt(p: Float32Array, apex: number, a: number, b: number): number {
  const ux = p[a * 3]! - p[apex * 3]!;
  const uy = p[a * 3 + 1]! - p[apex * 3 + 1]!;
  const uz = p[a * 3 + 2]! - p[apex * 3 + 2]!;
  const vx = p[b * 3]! - p[apex * 3]!;
  const vy = p[b * 3 + 1]! - p[apex * 3 + 1]!;
  const vz = p[b * 3 + 2]! - p[apex * 3 + 2]!;
  const cross = Math.hypot(uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx);
  return (ux * vx + uy * vy + uz * vz) / Math.max(cross, 1e-12);
}
