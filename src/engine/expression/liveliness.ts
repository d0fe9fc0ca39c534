/** Deterministic hash of two integers to [0, 1) (a 32-bit finaliser after Murmur3). */
function hash01(seed: number, index: number): number {
  let h = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 0x7f4a7c15, 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return (h >>> 0) / 4_294_967_296;
}

/**
 * Smooth repeatable noise in -1..1: values at whole positions from the seed, quintic ease between (Perlin 2002's fade).
 * An expression that is held stays alive by moving a few percent along it.
 */
export function smoothNoise(seed: number, position: number): number {
  const cell = Math.floor(position);
  const t = position - cell;
  const fade = t * t * t * (t * (t * 6 - 15) + 10);
  const a = hash01(seed, cell);
  const b = hash01(seed, cell + 1);
  return (a + (b - a) * fade) * 2 - 1;
}
