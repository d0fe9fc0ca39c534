/**
 * How unlike two pictures of a face are, 0 alike to 1: one less the correlation of their gradients as they are seen. Unlike the
 * misfit of their light it does not fall merely because one of them is blurred more: detail that lies not quite right
 * fits ever better under ever longer blur, but so does what it is measured against. `mask` is 0 where nothing is compared.
 */
export function pairUnlikeness(
  a: Float32Array,
  b: Float32Array,
  mask: Float32Array,
  scale: Float32Array,
  width: number,
): number {
  let [cross, own, other] = [0, 0, 0];
  for (let i = 0; i < mask.length - width; i++) {
    if (mask[i]! <= 0 || mask[i + 1]! <= 0 || mask[i + width]! <= 0) continue;
    const w = scale[i]! ** 2;
    const ax = a[i + 1]! - a[i]!;
    const ay = a[i + width]! - a[i]!;
    const bx = b[i + 1]! - b[i]!;
    const by = b[i + width]! - b[i]!;
    cross += w * (ax * bx + ay * by);
    own += w * (ax * ax + ay * ay);
    other += w * (bx * bx + by * by);
  }
  return own > 0 && other > 0 ? 1 - cross / Math.sqrt(own * other) : 1;
}
