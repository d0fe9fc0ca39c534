/**
 * The slow part of a curve: a Gaussian mean over about a phrase, weighted by trust, so that blinks and syllables
 * (faster) stay in the difference. Frames without weight take what their neighbours say.
 *
 * @param curve [n] values
 * @param weight [n] trust, >= 0
 * @param sigmaFrames standard deviation of the window in frames, > 0
 */
export function slowPart(curve: Float32Array, weight: Float32Array, sigmaFrames: number): Float32Array {
  const n = curve.length;
  const out = new Float32Array(n);
  const reach = Math.max(1, Math.ceil(sigmaFrames * 3));
  const kernel = Float32Array.from({ length: reach + 1 }, (_, i) => Math.exp((-0.5 * i * i) / sigmaFrames ** 2));
  for (let f = 0; f < n; f++) {
    let sum = 0;
    let total = 1e-9;
    for (let g = Math.max(0, f - reach); g <= Math.min(n - 1, f + reach); g++) {
      const w = kernel[Math.abs(g - f)]! * (weight[g]! + 1e-4);
      sum += w * curve[g]!;
      total += w;
    }
    out[f] = sum / total;
  }
  return out;
}
