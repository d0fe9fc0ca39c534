import { describe, expect, it } from 'vitest';
import { pairUnlikeness } from './pair-likeness.ts';

const WIDTH = 96;
const HEIGHT = 64;

/** Grain whose neighbours are alike, the same for the same seed. */
function grain(seed: number): Float32Array {
  let state = seed;
  const plane = Float32Array.from({ length: WIDTH * HEIGHT }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
  return blurAcross(plane, 1);
}

/** Mean of 2 radius + 1 pixels along each row. */
function blurAcross(plane: Float32Array, radius: number): Float32Array {
  return plane.map((_, i) => {
    const row = i - (i % WIDTH);
    let sum = 0;
    for (let k = -radius; k <= radius; k++) sum += plane[row + Math.max(0, Math.min(WIDTH - 1, (i % WIDTH) + k))]!;
    return sum / (2 * radius + 1);
  });
}

describe('pairUnlikeness', () => {
  const one = new Float32Array(WIDTH * HEIGHT).fill(1);
  const unlike = (a: Float32Array, b: Float32Array, mask = one) => pairUnlikeness(a, b, mask, one, WIDTH);

  it('is 0 for the same picture, however bright, and 1 where nothing is compared', () => {
    const picture = grain(1);
    const brighter = picture.map((value) => 0.4 + 1.5 * value);
    expect(unlike(picture, brighter)).toBeCloseTo(0, 5);
    expect(unlike(picture, brighter, new Float32Array(one.length))).toBe(1);
  });

  it('finds how long a blur is though the sharp look differs, where the misfit of light takes it for longer', () => {
    const [face, other] = [grain(2), grain(3)];
    const seen = blurAcross(face, 3);
    // What the neighbour shows lies not quite right: half of its grain is another one.
    const neighbour = face.map((value, i) => value + other[i]!);
    const radii = [1, 2, 3, 4, 5, 6, 8];
    const misfit = (a: Float32Array): number => a.reduce((sum, value, i) => sum + (value - seen[i]!) ** 2, 0);
    const best = (cost: (blurred: Float32Array) => number): number => {
      const costs = radii.map((radius) => cost(blurAcross(neighbour, radius)));
      return radii[costs.indexOf(Math.min(...costs))]!;
    };
    expect(best((blurred) => unlike(blurred, seen))).toBe(3);
    expect(best(misfit)).toBeGreaterThan(3);
  });
});
