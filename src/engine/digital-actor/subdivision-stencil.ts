import { RetakeError } from '../../core/errors.ts';

/** A sparse matrix by rows: result row r = sum of `weight[k] * input[column[k]]` for k in start[r]..start[r+1]. */
export interface Stencil {
  readonly rows: number;
  readonly start: Uint32Array;
  readonly column: Uint32Array;
  readonly weight: Float32Array;
}

/** A refined mesh and the stencil that makes its vertices from those of the control mesh. */
export interface Refinement {
  readonly triangles: Uint32Array;
  readonly stencil: Stencil;
  /** For refined vertex r: the two parents of the finest level (equal for an old vertex); for attribute blending. */
  readonly vertexCount: number;
}

interface Topology {
  readonly neighbours: readonly (readonly number[])[];
  /** Boundary neighbours of a vertex on the rim, else empty. */
  readonly rim: readonly (readonly number[])[];
  /** Per edge `min * V + max`: the one or two opposite vertices. */
  readonly edges: ReadonlyMap<number, readonly number[]>;
}

function topologyOf(vertexCount: number, triangles: Uint32Array): Topology {
  const edges = new Map<number, number[]>();
  const neighbours: number[][] = Array.from({ length: vertexCount }, () => []);
  for (let t = 0; t < triangles.length; t += 3)
    for (let corner = 0; corner < 3; corner += 1) {
      const a = triangles[t + corner]!;
      const b = triangles[t + ((corner + 1) % 3)]!;
      const opposite = triangles[t + ((corner + 2) % 3)]!;
      const key = Math.min(a, b) * vertexCount + Math.max(a, b);
      const known = edges.get(key);
      if (known === undefined) {
        edges.set(key, [opposite]);
        neighbours[a]!.push(b);
        neighbours[b]!.push(a);
      } else known.push(opposite);
    }
  const rim: number[][] = Array.from({ length: vertexCount }, () => []);
  for (const [key, opposites] of edges) {
    if (opposites.length > 2) throw new RetakeError('internal', 'An edge of the actor mesh has more than two faces.');
    if (opposites.length === 2) continue;
    const a = Math.floor(key / vertexCount);
    const b = key % vertexCount;
    rim[a]!.push(b);
    rim[b]!.push(a);
  }
  return { neighbours, rim, edges };
}

const loopBeta = (valence: number): number =>
  (0.625 - (0.375 + 0.25 * Math.cos((2 * Math.PI) / valence)) ** 2) / valence;

class StencilBuilder {
  private readonly start: number[] = [0];
  private readonly column: number[] = [];
  private readonly weight: number[] = [];
  private readonly accumulator: Float64Array;
  private readonly touched: number[] = [];

  constructor(columns: number) {
    this.accumulator = new Float64Array(columns);
  }

  /** Adds `factor` times a row of `base` (or column `row` itself when there is no base) to the row being built. */
  add(base: Stencil | undefined, row: number, factor: number): void {
    if (base === undefined) {
      this.put(row, factor);
      return;
    }
    for (let k = base.start[row]!; k < base.start[row + 1]!; k += 1)
      this.put(base.column[k]!, factor * base.weight[k]!);
  }

  private put(column: number, value: number): void {
    if (this.accumulator[column] === 0) this.touched.push(column);
    this.accumulator[column]! += value;
  }

  endRow(): void {
    for (const column of this.touched) {
      const value = this.accumulator[column]!;
      this.accumulator[column] = 0;
      if (Math.abs(value) < 1e-7) continue;
      this.column.push(column);
      this.weight.push(value);
    }
    this.touched.length = 0;
    this.start.push(this.column.length);
  }

  build(): Stencil {
    return {
      rows: this.start.length - 1,
      start: Uint32Array.from(this.start),
      column: Uint32Array.from(this.column),
      weight: Float32Array.from(this.weight),
    };
  }
}

/**
 * Loop subdivision as a linear map: `levels` refinements of a triangle mesh (C. Loop, 1987; cubic B-spline rims),
 * expressed on the control vertices, so that a deforming mesh is refined by one sparse product.
 */
export function refine(vertexCount: number, triangles: Uint32Array, levels: number): Refinement {
  let count = vertexCount;
  let faces = triangles;
  let base: Stencil | undefined;
  for (let level = 0; level < levels; level += 1) {
    const { neighbours, rim, edges } = topologyOf(count, faces);
    const builder = new StencilBuilder(vertexCount);
    for (let v = 0; v < count; v += 1) {
      const ends = rim[v]!;
      if (ends.length > 0) {
        builder.add(base, v, 0.75);
        for (const n of ends) builder.add(base, n, 0.25 / ends.length);
      } else {
        const around = neighbours[v]!;
        const beta = loopBeta(around.length);
        builder.add(base, v, 1 - around.length * beta);
        for (const n of around) builder.add(base, n, beta);
      }
      builder.endRow();
    }
    const midpoint = new Map<number, number>();
    let next = count;
    for (const [key, opposites] of edges) {
      const a = Math.floor(key / count);
      const b = key % count;
      const inner = opposites.length === 2;
      builder.add(base, a, inner ? 0.375 : 0.5);
      builder.add(base, b, inner ? 0.375 : 0.5);
      if (inner) for (const o of opposites) builder.add(base, o, 0.125);
      builder.endRow();
      midpoint.set(key, next);
      next += 1;
    }
    const mid = (a: number, b: number): number => midpoint.get(Math.min(a, b) * count + Math.max(a, b))!;
    const refined = new Uint32Array(faces.length * 4);
    for (let t = 0; t < faces.length; t += 3) {
      const [a, b, c] = [faces[t]!, faces[t + 1]!, faces[t + 2]!];
      const [ab, bc, ca] = [mid(a, b), mid(b, c), mid(c, a)];
      refined.set([a, ab, ca, ab, b, bc, ca, bc, c, ab, bc, ca], t * 4);
    }
    faces = refined;
    count = next;
    base = builder.build();
  }
  if (base === undefined) throw new RetakeError('invalid-argument', 'A mesh is refined at least once.');
  return { triangles: faces, stencil: base, vertexCount: count };
}

/** Stencil of the Loop limit positions of the control vertices themselves (Loop 1987; B-spline limit on rims). */
export function limitStencil(vertexCount: number, triangles: Uint32Array): Stencil {
  const { neighbours, rim } = topologyOf(vertexCount, triangles);
  const builder = new StencilBuilder(vertexCount);
  for (let v = 0; v < vertexCount; v += 1) {
    const ends = rim[v]!;
    const around = ends.length > 0 ? ends : neighbours[v]!;
    const share = ends.length > 0 ? 1 / 6 : 1 / (around.length + 0.375 / loopBeta(around.length));
    builder.add(undefined, v, 1 - share * around.length);
    for (const n of around) builder.add(undefined, n, share);
    builder.endRow();
  }
  return builder.build();
}

/** Applies a stencil to interleaved values of `width` components. */
export function applyStencil(stencil: Stencil, input: Float32Array, width: number, output: Float32Array): void {
  const { start, column, weight, rows } = stencil;
  if (width === 3) {
    for (let r = 0; r < rows; r += 1) {
      let x = 0;
      let y = 0;
      let z = 0;
      for (let k = start[r]!; k < start[r + 1]!; k += 1) {
        const w = weight[k]!;
        const c = column[k]! * 3;
        x += w * input[c]!;
        y += w * input[c + 1]!;
        z += w * input[c + 2]!;
      }
      output[r * 3] = x;
      output[r * 3 + 1] = y;
      output[r * 3 + 2] = z;
    }
    return;
  }
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < width; c += 1) {
      let sum = 0;
      for (let k = start[r]!; k < start[r + 1]!; k += 1) sum += weight[k]! * input[column[k]! * width + c]!;
      output[r * width + c] = sum;
    }
}

/**
 * Displacements of the control vertices whose limit surface moves by `wanted`: progressive interpolation
 * (Cheng et al. 2009), which converges for Loop surfaces.
 */
export function controlForLimit(limit: Stencil, wanted: Float32Array, rounds = 24): Float32Array {
  const control = Float32Array.from(wanted);
  const reached = new Float32Array(wanted.length);
  for (let round = 0; round < rounds; round += 1) {
    applyStencil(limit, control, 3, reached);
    for (let k = 0; k < control.length; k += 1) control[k]! += wanted[k]! - reached[k]!;
  }
  return control;
}
