/** Rows of a sparse matrix: row r is `columns/weights[offsets[r] .. offsets[r + 1])`. */
export interface SparseRows {
  readonly rows: number;
  readonly offsets: Uint32Array;
  readonly columns: Uint16Array;
  readonly weights: Float32Array;
}

type Row = Map<number, number>;

/** A triangle mesh refined `levels` times, as linear operators on its control points. */
export interface Refinement {
  readonly vertexCount: number;
  readonly triangles: Uint32Array;
  /** Triangle of the control mesh that a fine triangle came from. */
  readonly parents: Uint32Array;
  /** Midpoint subdivision: interpolates the control points. */
  readonly linear: SparseRows;
  /** Loop's scheme with boundary and corner rules (Loop 1987; Hoppe et al. 1994): smooth, for displacement fields. */
  readonly smooth: SparseRows;
}

function combine(parts: readonly (readonly [Row, number])[]): Row {
  const sum: Row = new Map();
  for (const [row, factor] of parts) for (const [c, w] of row) sum.set(c, (sum.get(c) ?? 0) + factor * w);
  return sum;
}

function pack(rows: readonly Row[]): SparseRows {
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, r) => {
    offsets[r + 1] = offsets[r]! + row.size;
  });
  const columns = new Uint16Array(offsets[rows.length]!);
  const weights = new Float32Array(offsets[rows.length]!);
  rows.forEach((row, r) => {
    let at = offsets[r]!;
    for (const [c, w] of row) {
      columns[at] = c;
      weights[at++] = w;
    }
  });
  return { rows: rows.length, offsets, columns, weights };
}

const edgeKey = (a: number, b: number): number => Math.min(a, b) * 65_536 + Math.max(a, b);

interface Edge {
  readonly a: number;
  readonly b: number;
  readonly opposite: number[];
}

function edgesOf(triangles: Uint32Array): Map<number, Edge> {
  const edges = new Map<number, Edge>();
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k++) {
      const a = triangles[t + k]!;
      const b = triangles[t + ((k + 1) % 3)]!;
      const key = edgeKey(a, b);
      const edge = edges.get(key) ?? { a, b, opposite: [] };
      edge.opposite.push(triangles[t + ((k + 2) % 3)]!);
      edges.set(key, edge);
    }
  return edges;
}

/** Loop's weight of each of n neighbours of an inner vertex (Warren's simplification). */
const neighbourWeight = (n: number): number => (n === 3 ? 3 / 16 : 3 / (8 * n));

/**
 * Refines a mesh of at most 65535 fine vertices. `corners` are control vertices that Loop's scheme leaves where they
 * are (lip and eye corners). Returns operators from control points to fine vertices; fine vertices 0..n-1 are the
 * control vertices themselves.
 */
export function refine(
  controlCount: number,
  control: ArrayLike<number>,
  levels: number,
  corners: ReadonlySet<number>,
): Refinement {
  let triangles = Uint32Array.from(control);
  let parents = Uint32Array.from({ length: triangles.length / 3 }, (_, t) => t);
  let linear: Row[] = Array.from({ length: controlCount }, (_, i) => new Map([[i, 1]]));
  let smooth: Row[] = linear.map((row) => new Map(row));
  for (let level = 0; level < levels; level++) {
    const edges = edgesOf(triangles);
    const count = linear.length;
    const inner: number[][] = Array.from({ length: count }, () => []);
    const boundary: number[][] = Array.from({ length: count }, () => []);
    for (const { a, b, opposite } of edges.values()) {
      inner[a]!.push(b);
      inner[b]!.push(a);
      if (opposite.length === 1) {
        boundary[a]!.push(b);
        boundary[b]!.push(a);
      }
    }
    const nextSmooth = smooth.map((row, v) => {
      const rim = boundary[v]!;
      if (corners.has(v) || inner[v]!.length === 0 || rim.length > 2) return row;
      if (rim.length === 2)
        return combine([[row, 0.75], ...rim.map((n): readonly [Row, number] => [smooth[n]!, 0.125])]);
      const beta = neighbourWeight(inner[v]!.length);
      return combine([
        [row, 1 - inner[v]!.length * beta],
        ...inner[v]!.map((n): readonly [Row, number] => [smooth[n]!, beta]),
      ]);
    });
    const nextLinear = [...linear];
    const middle = new Map<number, number>();
    for (const [key, { a, b, opposite }] of edges) {
      middle.set(key, nextLinear.length);
      nextLinear.push(
        combine([
          [linear[a]!, 0.5],
          [linear[b]!, 0.5],
        ]),
      );
      nextSmooth.push(
        opposite.length === 1
          ? combine([
              [smooth[a]!, 0.5],
              [smooth[b]!, 0.5],
            ])
          : combine([
              [smooth[a]!, 0.375],
              [smooth[b]!, 0.375],
              ...opposite.slice(0, 2).map((o): readonly [Row, number] => [smooth[o]!, 0.125]),
            ]),
      );
    }
    const next = new Uint32Array(triangles.length * 4);
    const nextParents = new Uint32Array(parents.length * 4);
    for (let t = 0, at = 0; t < triangles.length; t += 3) {
      const [a, b, c] = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
      const [ab, bc, ca] = [middle.get(edgeKey(a, b))!, middle.get(edgeKey(b, c))!, middle.get(edgeKey(c, a))!];
      next.set([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], at * 3);
      nextParents.fill(parents[t / 3]!, at, at + 4);
      at += 4;
    }
    triangles = next;
    parents = nextParents;
    linear = nextLinear;
    smooth = nextSmooth;
  }
  return { vertexCount: linear.length, triangles, parents, linear: pack(linear), smooth: pack(smooth) };
}

/** out[r, :] = sum of weights * points[column, :] for `size` floats per point; `out` holds rows * size floats. */
export function applyRows(operator: SparseRows, points: Float32Array, size: number, out: Float32Array): void {
  const { rows, offsets, columns, weights } = operator;
  for (let r = 0; r < rows; r++) {
    const end = offsets[r + 1]!;
    for (let k = 0; k < size; k++) {
      let sum = 0;
      for (let i = offsets[r]!; i < end; i++) sum += weights[i]! * points[columns[i]! * size + k]!;
      out[r * size + k] = sum;
    }
  }
}
