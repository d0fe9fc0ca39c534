/** Value below which the share `q` (0..1) of the numbers lies, interpolated; NaN for none. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) return Number.NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (sorted[high]! - sorted[low]!) * (at - low);
}

/** Middle value; NaN for none. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Arithmetic mean; NaN for none. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Pearson's correlation of two series of one length; NaN when either never changes or both are shorter than 3. */
export function correlation(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) throw new Error(`series of ${a.length} and ${b.length} values`);
  if (a.length < 3) return Number.NaN;
  const meanA = mean(a);
  const meanB = mean(b);
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const x = a[i]! - meanA;
    const y = b[i]! - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return aa === 0 || bb === 0 ? Number.NaN : ab / Math.sqrt(aa * bb);
}
