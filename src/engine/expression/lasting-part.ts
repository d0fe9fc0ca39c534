/**
 * The lasting part of a curve: its grey-scale opening (Serra 1982, Image Analysis and Mathematical Morphology) by a flat
 * window that lies within the curve. A peak that is shorter than the window is gone, one that lasts keeps its height, to
 * its very ends.
 *
 * @param curve [n]
 * @param frames length of the window, >= 1; the whole curve where that is shorter
 */
export function lastingPart(curve: Float32Array, frames: number): Float32Array {
  const length = Math.min(frames, curve.length);
  const windows = curve.length - length + 1;
  const least = Float32Array.from({ length: windows }, (_, from) => {
    let value = curve[from]!;
    for (let f = from + 1; f < from + length; f++) value = Math.min(value, curve[f]!);
    return value;
  });
  return curve.map((_, f) => {
    const first = Math.max(0, f - length + 1);
    let value = least[first]!;
    for (let from = first + 1; from <= Math.min(f, windows - 1); from++) value = Math.max(value, least[from]!);
    return value;
  });
}
