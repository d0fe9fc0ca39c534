/** Number of spherical-harmonic coefficients of an irradiance map (bands 0 to 2). */
export const LIGHT_SIZE = 9;

/**
 * The nine real spherical-harmonic basis functions at unit normal (x, y, z), already multiplied by the cosine-lobe
 * factors (Ramamoorthi and Hanrahan 2001, "An efficient representation for irradiance environment maps"; constants
 * folded, as only ratios are used).
 */
export function lightBasis(x: number, y: number, z: number, out: Float32Array | Float64Array, at = 0): void {
  out[at] = 1;
  out[at + 1] = y;
  out[at + 2] = z;
  out[at + 3] = x;
  out[at + 4] = 0.5 * x * y;
  out[at + 5] = 0.5 * y * z;
  out[at + 6] = 0.25 * (3 * z * z - 1);
  out[at + 7] = 0.5 * x * z;
  out[at + 8] = 0.25 * (x * x - y * y);
}

/** Shading of a unit normal under a light; 1 is the mean skin brightness. */
export function shade(light: Float32Array, x: number, y: number, z: number): number {
  return (
    light[0]! +
    light[1]! * y +
    light[2]! * z +
    light[3]! * x +
    light[4]! * 0.5 * x * y +
    light[5]! * 0.5 * y * z +
    light[6]! * 0.25 * (3 * z * z - 1) +
    light[7]! * 0.5 * x * z +
    light[8]! * 0.25 * (x * x - y * y)
  );
}

/** Ridge weights by band: the mean is free, direction is pulled a little, band 2 strongly (skin is not white paint). */
const RIDGE = [0, 0.02, 0.02, 0.02, 0.2, 0.2, 0.2, 0.2, 0.2];

function solveSymmetric(matrix: Float64Array, right: Float64Array, n: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let k = 0; k < j; k++) {
      const l = matrix[j * n + k]!;
      for (let i = j; i < n; i++) matrix[i * n + j]! -= matrix[i * n + k]! * l;
    }
    const d = Math.sqrt(Math.max(1e-12, matrix[j * n + j]!));
    for (let i = j; i < n; i++) matrix[i * n + j]! /= d;
  }
  const x = Float64Array.from(right);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= matrix[i * n + k]! * x[k]!;
    x[i]! /= matrix[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= matrix[k * n + i]! * x[k]!;
    x[i]! /= matrix[i * n + i]!;
  }
  return x;
}

/**
 * Light on a face from skin samples, by ridge regression with Huber reweighting (brows, beard and highlights are
 * outliers).
 *
 * @param normals unit normals in camera axes (x right, y up, z to the viewer), [n, 3]
 * @param luminance linear luminance of each sample, > 0
 * @returns LIGHT_SIZE coefficients scaled so that the mean sample has shading 1, or null with under 30 samples or a
 *   black face
 */
export function estimateLight(normals: Float32Array, luminance: Float32Array): Float32Array | null {
  const n = luminance.length;
  const mean = luminance.reduce((sum, value) => sum + value, 0) / Math.max(1, n);
  if (n < 30 || !(mean > 1e-4)) return null;
  const weights = new Float64Array(n).fill(1);
  const basis = new Float64Array(LIGHT_SIZE);
  let light = new Float64Array(LIGHT_SIZE);
  for (let round = 0; round < 6; round++) {
    const matrix = new Float64Array(LIGHT_SIZE * LIGHT_SIZE);
    const right = new Float64Array(LIGHT_SIZE);
    let total = 0;
    for (let i = 0; i < n; i++) {
      lightBasis(normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!, basis);
      const w = weights[i]!;
      total += w;
      for (let r = 0; r < LIGHT_SIZE; r++) {
        right[r]! += w * basis[r]! * (luminance[i]! / mean);
        for (let c = 0; c <= r; c++) matrix[r * LIGHT_SIZE + c]! += w * basis[r]! * basis[c]!;
      }
    }
    for (let r = 0; r < LIGHT_SIZE; r++) matrix[r * LIGHT_SIZE + r]! += RIDGE[r]! * total + 1e-9;
    light = solveSymmetric(matrix, right, LIGHT_SIZE) as Float64Array<ArrayBuffer>;
    for (let i = 0; i < n; i++) {
      lightBasis(normals[i * 3]!, normals[i * 3 + 1]!, normals[i * 3 + 2]!, basis);
      let fit = 0;
      for (let r = 0; r < LIGHT_SIZE; r++) fit += light[r]! * basis[r]!;
      weights[i] = 1 / Math.max(1, Math.abs(luminance[i]! / mean - fit) / 0.15);
    }
  }
  return Float32Array.from(light);
}
