/**
 * In-place Cholesky factor of a dense symmetric positive definite matrix [n, n] (row major): the lower triangle of
 * `matrix` becomes L with L L^T = A. Throws a RangeError when the matrix is not positive definite.
 */
export function factoriseCholesky(matrix: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    const rowJ = j * n;
    let diagonal = matrix[rowJ + j]!;
    for (let k = 0; k < j; k++) diagonal -= matrix[rowJ + k]! * matrix[rowJ + k]!;
    if (!(diagonal > 0)) throw new RangeError(`Matrix is not positive definite (row ${j} of ${n}).`);
    const root = Math.sqrt(diagonal);
    matrix[rowJ + j] = root;
    for (let i = j + 1; i < n; i++) {
      const rowI = i * n;
      let sum = matrix[rowI + j]!;
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k]! * matrix[rowJ + k]!;
      matrix[rowI + j] = sum / root;
    }
  }
}

/**
 * Solves A x = b in place for `columns` right-hand sides interleaved in `b` [n, columns], with the factor that
 * {@link factoriseCholesky} left in `factor`.
 */
export function solveCholesky(factor: Float64Array, n: number, b: Float64Array, columns: number): void {
  for (let c = 0; c < columns; c++) {
    for (let i = 0; i < n; i++) {
      let sum = b[i * columns + c]!;
      for (let k = 0; k < i; k++) sum -= factor[i * n + k]! * b[k * columns + c]!;
      b[i * columns + c] = sum / factor[i * n + i]!;
    }
    for (let i = n - 1; i >= 0; i--) {
      let sum = b[i * columns + c]!;
      for (let k = i + 1; k < n; k++) sum -= factor[k * n + i]! * b[k * columns + c]!;
      b[i * columns + c] = sum / factor[i * n + i]!;
    }
  }
}
