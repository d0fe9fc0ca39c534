/**
 * Spreads the light that arrives at the skin sideways, red furthest, as light does under skin (d'Eon & Luebke 2007:
 * sums of Gaussians in screen space). `light` [h, w, 3] holds sums over `count` samples per pixel and comes back as
 * means; pixels without skin neither give nor take.
 */
export function spreadUnderSkin(
  light: Float32Array,
  count: Float32Array,
  width: number,
  height: number,
  scale: number,
): void {
  for (let i = 0; i < count.length; i += 1) {
    const n = count[i]!;
    if (n > 0) for (let k = 0; k < 3; k += 1) light[i * 3 + k]! /= n;
  }
  const sigma = [0.12 * scale, 0.065 * scale, 0.045 * scale];
  const share = [0.64, 0.56, 0.48];
  const row = new Float32Array(width * height);
  for (let k = 0; k < 3; k += 1) {
    const reach = Math.min(24, Math.ceil(sigma[k]! * 2));
    if (reach < 1) continue;
    const weight = Array.from({ length: reach + 1 }, (_, d) => Math.exp((-d * d) / (2 * sigma[k]! ** 2)));
    const pass = (
      read: (i: number) => number,
      step: number,
      limit: (i: number) => number,
      write: (i: number, v: number) => void,
    ): void => {
      for (let i = 0; i < count.length; i += 1) {
        if (count[i]! === 0) continue;
        const place = limit(i);
        const end = step === 1 ? width : height;
        let sum = weight[0]! * read(i);
        let total = weight[0]!;
        for (let d = 1; d <= reach; d += 1) {
          const w = weight[d]!;
          if (place - d >= 0 && count[i - d * step]! > 0) {
            sum += w * read(i - d * step);
            total += w;
          }
          if (place + d < end && count[i + d * step]! > 0) {
            sum += w * read(i + d * step);
            total += w;
          }
        }
        write(i, sum / total);
      }
    };
    pass(
      (i) => light[i * 3 + k]!,
      1,
      (i) => i % width,
      (i, v) => {
        row[i] = v;
      },
    );
    pass(
      (i) => row[i]!,
      width,
      (i) => Math.floor(i / width),
      (i, v) => {
        light[i * 3 + k] = light[i * 3 + k]! * (1 - share[k]!) + share[k]! * v;
      },
    );
  }
}
