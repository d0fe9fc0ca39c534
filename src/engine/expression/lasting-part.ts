/**
 * What of a curve lasts: its grey-scale opening (Serra 1982, Image Analysis and Mathematical Morphology) by a flat window.
 * A peak that is shorter than the window is gone, one that lasts keeps its height, to its very ends. The clip's own ends
 * count as if the curve went on there.
 *
 * @param curve [n]
 * @param frames length of the window, >= 1
 */
export function lastingPart(curve: Float32Array, frames: number): Float32Array {
  const n = curve.length;
  const before = Math.floor((frames - 1) / 2);
  const after = frames - 1 - before;
  const padded = Float32Array.from(
    { length: n + 2 * frames },
    (_, i) => curve[Math.max(0, Math.min(n - 1, i - frames))]!,
  );
  return sweep(sweep(padded, before, after, Math.min), after, before, Math.max).slice(frames, frames + n);
}

function sweep(curve: Float32Array, before: number, after: number, pick: typeof Math.min): Float32Array {
  const last = curve.length - 1;
  return curve.map((value, f) => {
    let picked = value;
    for (let g = Math.max(0, f - before); g <= Math.min(last, f + after); g++) picked = pick(picked, curve[g]!);
    return picked;
  });
}
