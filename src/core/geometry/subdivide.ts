import { buildEdgeTable, type TriangleIndices } from './mesh-topology.ts';

/**
 * A finer mesh whose vertices are fixed weighted sums of the coarse ones, so that any per-vertex attribute
 * (position, texture coordinate, displacement) follows by {@link applySubdivision} without looking at topology again.
 */
export interface Subdivision {
  readonly coarseCount: number;
  readonly vertexCount: number;
  readonly triangles: Uint32Array;
  /** Weights in compressed rows: fine vertex v = sum of weights[e] * coarse[sources[e]], e in offsets[v] .. offsets[v+1]. */
  readonly offsets: Uint32Array;
  readonly sources: Uint32Array;
  readonly weights: Float32Array;
}

/** `midpoint` keeps the coarse surface exactly; `loop` (Loop 1987, borders as cubic curves) rounds it. */
export type SubdivisionScheme = 'midpoint' | 'loop';

type Row = ReadonlyMap<number, number>;

/**
 * Splits every triangle in four, `levels` times. The first `coarseCount` fine vertices are the coarse ones (moved by
 * `loop`, in place for `midpoint`). Borders of holes stay sharp: a Loop border depends on border vertices only.
 */
export function subdivide(
  triangles: TriangleIndices,
  coarseCount: number,
  scheme: SubdivisionScheme,
  levels = 1,
): Subdivision {
  let rows: Row[] = Array.from({ length: coarseCount }, (_, v) => new Map([[v, 1]]));
  let mesh: TriangleIndices = triangles;
  for (let level = 0; level < levels; level++) {
    const step = splitOnce(mesh, rows.length, scheme);
    const coarser = rows;
    rows = step.rows.map((row) => compose(row, coarser));
    mesh = step.triangles;
  }
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, v) => {
    offsets[v + 1] = offsets[v]! + row.size;
  });
  const sources = new Uint32Array(offsets[rows.length]!);
  const weights = new Float32Array(offsets[rows.length]!);
  rows.forEach((row, v) => {
    let at = offsets[v]!;
    for (const [source, weight] of row) {
      sources[at] = source;
      weights[at++] = weight;
    }
  });
  return { coarseCount, vertexCount: rows.length, triangles: Uint32Array.from(mesh), offsets, sources, weights };
}

/** Carries an attribute [coarse, components] to the fine vertices: `out` [fine, components]. Allocates nothing. */
export function applySubdivision(
  { vertexCount, offsets, sources, weights }: Subdivision,
  coarse: Float32Array,
  components: number,
  out: Float32Array,
): void {
  if (components === 3) {
    for (let v = 0; v < vertexCount; v++) {
      let x = 0;
      let y = 0;
      let z = 0;
      for (let e = offsets[v]!; e < offsets[v + 1]!; e++) {
        const weight = weights[e]!;
        const at = sources[e]! * 3;
        x += weight * coarse[at]!;
        y += weight * coarse[at + 1]!;
        z += weight * coarse[at + 2]!;
      }
      out[v * 3] = x;
      out[v * 3 + 1] = y;
      out[v * 3 + 2] = z;
    }
    return;
  }
  for (let v = 0; v < vertexCount; v++) {
    for (let c = 0; c < components; c++) {
      let sum = 0;
      for (let e = offsets[v]!; e < offsets[v + 1]!; e++) sum += weights[e]! * coarse[sources[e]! * components + c]!;
      out[v * components + c] = sum;
    }
  }
}

function compose(row: Row, coarser: readonly Row[]): Row {
  const out = new Map<number, number>();
  for (const [via, weight] of row)
    for (const [source, share] of coarser[via]!) out.set(source, (out.get(source) ?? 0) + weight * share);
  return out;
}

function splitOnce(triangles: TriangleIndices, count: number, scheme: SubdivisionScheme) {
  const { ends, opposite, ofTriangle } = buildEdgeTable(triangles);
  const edgeCount = ends.length / 2;
  const rows: Row[] = new Array(count + edgeCount);
  if (scheme === 'midpoint') for (let v = 0; v < count; v++) rows[v] = new Map([[v, 1]]);
  else loopVertexRows(ends, opposite, count, rows);
  for (let e = 0; e < edgeCount; e++) {
    const a = ends[e * 2]!;
    const b = ends[e * 2 + 1]!;
    const far = opposite[e * 2 + 1]!;
    rows[count + e] =
      scheme === 'midpoint' || far === -1
        ? new Map([
            [a, 0.5],
            [b, 0.5],
          ])
        : new Map([
            [a, 0.375],
            [b, 0.375],
            [opposite[e * 2]!, 0.125],
            [far, 0.125],
          ]);
  }
  const fine = new Uint32Array(triangles.length * 4);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    const ab = count + ofTriangle[t]!;
    const bc = count + ofTriangle[t + 1]!;
    const ca = count + ofTriangle[t + 2]!;
    fine.set([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], t * 4);
  }
  return { triangles: fine, rows };
}

function loopVertexRows(ends: Uint32Array, opposite: Int32Array, count: number, rows: Row[]): void {
  const near = Array.from({ length: count }, () => [] as number[]);
  const along = Array.from({ length: count }, () => [] as number[]);
  for (let e = 0; e < ends.length / 2; e++) {
    const a = ends[e * 2]!;
    const b = ends[e * 2 + 1]!;
    near[a]!.push(b);
    near[b]!.push(a);
    if (opposite[e * 2 + 1] === -1) {
      along[a]!.push(b);
      along[b]!.push(a);
    }
  }
  for (let v = 0; v < count; v++) {
    const border = along[v]!;
    if (border.length > 0 || near[v]!.length === 0) {
      // A corner where several borders meet keeps its place; an ordinary border vertex follows the cubic B-spline.
      rows[v] =
        border.length === 2 ? new Map([[v, 0.75], ...border.map((b) => [b, 0.125] as const)]) : new Map([[v, 1]]);
      continue;
    }
    const n = near[v]!.length;
    const beta = n === 3 ? 3 / 16 : (0.625 - (0.375 + 0.25 * Math.cos((2 * Math.PI) / n)) ** 2) / n;
    rows[v] = new Map([[v, 1 - n * beta], ...near[v]!.map((b) => [b, beta] as const)]);
  }
}
