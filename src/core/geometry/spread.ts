import { factoriseCholesky, solveCholesky } from './cholesky.ts';
import { gramMatrix, multiplySparse, type SparseMatrix } from './laplacian.ts';

/** A vertex whose value is given. */
export interface SpreadHandle {
  readonly vertex: number;
  /** One number per component. */
  readonly value: readonly number[];
}

/** A quadratic smoothness energy on a mesh, made once and used for many spreads. */
export interface SpreadEnergy {
  readonly vertexCount: number;
  readonly form: SparseMatrix;
}

/**
 * Energy bending + tension * stretching of a per-vertex field. Bending alone (|Lx|^2) is the smoothest and may
 * overshoot beyond the handles; tension pulls it towards a membrane, which never does.
 */
export function buildSpreadEnergy(laplacian: SparseMatrix, tension: number): SpreadEnergy {
  const bending = gramMatrix(laplacian);
  const values = Float64Array.from(bending.values);
  // The normalised Laplacian is not symmetric where degrees differ: its symmetric part is the membrane term.
  const add = (row: number, column: number, value: number): void => {
    for (let e = bending.offsets[row]!; e < bending.offsets[row + 1]!; e++)
      if (bending.columns[e] === column) values[e]! += value;
  };
  for (let r = 0; r < laplacian.size; r++) {
    for (let e = laplacian.offsets[r]!; e < laplacian.offsets[r + 1]!; e++) {
      const c = laplacian.columns[e]!;
      if (c === r) continue;
      // Each undirected edge is met from both ends with its own weight; half of each gives a symmetric form.
      const weight = -0.5 * tension * laplacian.values[e]!;
      add(r, r, weight);
      add(c, c, weight);
      add(r, c, -weight);
      add(c, r, -weight);
    }
  }
  return { vertexCount: laplacian.size, form: { ...bending, values } };
}

/**
 * The smoothest field that takes the handles' values exactly and is zero outside `free`.
 * @param free vertices that may move, without repeats; handles may or may not be among them.
 * @param components values per vertex (3 for displacements, 1 for weights).
 * @returns [vertexCount, components].
 */
export function spreadHandles(
  energy: SpreadEnergy,
  handles: readonly SpreadHandle[],
  free: readonly number[],
  components: number,
): Float64Array {
  const { form, vertexCount } = energy;
  const field = new Float64Array(vertexCount * components);
  const given = new Set<number>();
  for (const { vertex, value } of handles) {
    given.add(vertex);
    for (let c = 0; c < components; c++) field[vertex * components + c] = value[c]!;
  }
  const unknown = free.filter((vertex) => !given.has(vertex));
  const n = unknown.length;
  if (n === 0) return field;
  const position = new Map(unknown.map((vertex, index) => [vertex, index]));
  const pull = new Float64Array(vertexCount * components);
  multiplySparse(form, field, components, pull);
  const matrix = new Float64Array(n * n);
  const right = new Float64Array(n * components);
  for (let i = 0; i < n; i++) {
    const row = unknown[i]!;
    for (let e = form.offsets[row]!; e < form.offsets[row + 1]!; e++) {
      const j = position.get(form.columns[e]!);
      if (j !== undefined) matrix[i * n + j] = form.values[e]!;
    }
    for (let c = 0; c < components; c++) right[i * components + c] = -pull[row * components + c]!;
  }
  factoriseCholesky(matrix, n);
  solveCholesky(matrix, n, right, components);
  for (let i = 0; i < n; i++)
    for (let c = 0; c < components; c++) field[unknown[i]! * components + c] = right[i * components + c]!;
  return field;
}
