export { smoothStepBetween as smoothstep } from '../../core/smooth-step.ts';

/** Repeatable pseudo-random numbers and the smooth noises that skin, cloth and motion are made of. */

/** Generator of uniform numbers in [0, 1); the same seed gives the same sequence on every machine. */
export type Random = () => number;

/** Mulberry32 generator (32-bit state, full period). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One sample of a standard normal distribution (Box-Muller). */
export function gaussian(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/** Hash of a lattice point to [0, 1). */
export function hash3(x: number, y: number, z: number): number {
  let h = Math.imul(x, 374761393) + Math.imul(y, 668265263) + Math.imul(z, 2147483647 - 1274126177);
  h = Math.imul(h ^ (h >>> 13), 1274126177);
  h = Math.imul(h ^ (h >>> 16), 2246822519);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

const LATTICE = 64;
/** Random values on a lattice that repeats every 64 units: far cheaper than hashing at every lookup. */
const lattice = (() => {
  const table = new Float32Array(LATTICE ** 3);
  for (let i = 0; i < table.length; i += 1) table[i] = hash3(i & 63, (i >> 6) & 63, i >> 12) * 2 - 1;
  return table;
})();

/** Value noise in [-1, 1], one feature per unit, repeating after 64. */
export function noise3(x: number, y: number, z: number): number {
  const xf = Math.floor(x);
  const yf = Math.floor(y);
  const zf = Math.floor(z);
  let u = x - xf;
  let v = y - yf;
  let w = z - zf;
  u = u * u * (3 - 2 * u);
  v = v * v * (3 - 2 * v);
  w = w * w * (3 - 2 * w);
  const x0 = xf & 63;
  const x1 = (xf + 1) & 63;
  const y0 = (yf & 63) << 6;
  const y1 = ((yf + 1) & 63) << 6;
  const z0 = (zf & 63) << 12;
  const z1 = ((zf + 1) & 63) << 12;
  const a00 = lattice[z0 | y0 | x0]!;
  const a10 = lattice[z0 | y1 | x0]!;
  const a01 = lattice[z1 | y0 | x0]!;
  const a11 = lattice[z1 | y1 | x0]!;
  const b00 = a00 + (lattice[z0 | y0 | x1]! - a00) * u;
  const b10 = a10 + (lattice[z0 | y1 | x1]! - a10) * u;
  const b01 = a01 + (lattice[z1 | y0 | x1]! - a01) * u;
  const b11 = a11 + (lattice[z1 | y1 | x1]! - a11) * u;
  const c0 = b00 + (b10 - b00) * v;
  const c1 = b01 + (b11 - b01) * v;
  return c0 + (c1 - c0) * w;
}

/** Sum of `octaves` value noises, each twice as fine and `gain` times as strong; about [-1, 1]. */
export function fractal3(x: number, y: number, z: number, octaves: number, gain = 0.5): number {
  let sum = 0;
  let weight = 1;
  let total = 0;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += weight * noise3(x * scale + octave * 17.3, y * scale - octave * 9.1, z * scale + octave * 4.7);
    total += weight;
    weight *= gain;
    scale *= 2.03;
  }
  return sum / total;
}

/** Cell noise: distances to the nearest and second nearest of one random point per unit cell. */
export function cells3(x: number, y: number, z: number, out: Float64Array): void {
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const zi = Math.floor(z);
  let first = 9;
  let second = 9;
  for (let k = -1; k <= 1; k += 1)
    for (let j = -1; j <= 1; j += 1)
      for (let i = -1; i <= 1; i += 1) {
        const cx = xi + i;
        const cy = yi + j;
        const cz = zi + k;
        const h = 0.5 + 0.5 * lattice[((cz & 63) << 12) | ((cy & 63) << 6) | (cx & 63)]!;
        const dx = cx + h - x;
        const dy = cy + ((h * 57.31) % 1) - y;
        const dz = cz + ((h * 131.7) % 1) - z;
        const d = dx * dx + dy * dy + dz * dz;
        if (d < first) {
          second = first;
          first = d;
        } else if (d < second) second = d;
      }
  out[0] = Math.sqrt(first);
  out[1] = Math.sqrt(second);
}

/** `a` at 0, `b` at 1. */
export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}

/** `x` limited to [low, high]. */
export function clamp(x: number, low: number, high: number): number {
  return Math.max(low, Math.min(x, high));
}
