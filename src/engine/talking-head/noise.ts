export { smoothStepBetween as smoothStep } from '../../core/smooth-step.ts';

/** Random numbers in [0, 1) from a seed: a 32-bit mix per draw, the same on every machine. */
export function createRandom(seed: number): () => number {
  let state = (seed ^ 0x6d2b79f5) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let z = state;
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
    return ((z ^ (z >>> 15)) >>> 0) / 4_294_967_296;
  };
}

function lattice(seed: number, cell: number): number {
  let h = Math.imul(seed ^ 0x51ed270b, 0x85ebca6b) ^ Math.imul(cell + 0x7f4a7c15, 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2_147_483_648 - 1;
}

/** Smooth repeatable wandering of unit standard deviation or so: three octaves of value noise with quintic ease. */
export function wander(seed: number, position: number): number {
  let sum = 0;
  let amplitude = 1.25;
  let at = position;
  for (let octave = 0; octave < 3; octave++) {
    const cell = Math.floor(at);
    const t = at - cell;
    const fade = t * t * t * (t * (t * 6 - 15) + 10);
    const a = lattice(seed + octave * 101, cell);
    sum += amplitude * (a + (lattice(seed + octave * 101, cell + 1) - a) * fade);
    amplitude *= 0.5;
    at *= 2.03;
  }
  return sum;
}

/** Value held within two limits. */
export function clamp(value: number, low: number, high: number): number {
  return value < low ? low : value > high ? high : value;
}
