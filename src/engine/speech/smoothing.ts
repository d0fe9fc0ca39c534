/** Weighted mean over `2 * reach + 1` frames with a raised-cosine window, shortened at the ends. */
export function smooth(values: Float32Array, reach: number): Float32Array {
  const window = Float64Array.from(
    { length: 2 * reach + 1 },
    (_, i) => 0.5 + 0.5 * Math.cos((Math.PI * (i - reach)) / (reach + 1)),
  );
  const out = new Float32Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    let sum = 0;
    let weight = 0;
    for (let k = Math.max(-reach, -i); k <= reach && i + k < values.length; k += 1) {
      sum += values[i + k]! * window[k + reach]!;
      weight += window[k + reach]!;
    }
    out[i] = sum / weight;
  }
  return out;
}

/** Value below which `share` of the values lie; `missing` for none. */
export function quantile(values: Float32Array, share: number, missing = 0): number {
  if (values.length === 0) return missing;
  const sorted = Float32Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
}
