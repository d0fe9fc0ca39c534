import { describe, expect, it } from 'vitest';
import { relativeDoubt } from './doubt.ts';

/** A sample on every fourth frame, as the tracker takes them. */
function shot(samples: readonly number[]): Float32Array {
  const rows = new Float32Array(samples.length * 4).fill(Number.NaN);
  samples.forEach((value, k) => {
    rows[k * 4] = value;
  });
  return rows;
}
const many = (count: number, value: number): number[] => new Array<number>(count).fill(value);

describe('relativeDoubt', () => {
  it('is one for a face that is seen as well as ever, whatever a single frame says', () => {
    const [doubt] = relativeDoubt([shot([...many(10, 4), 30, ...many(10, 4)])]);
    expect(doubt!.every((value) => Math.abs(value - 1) < 1e-6)).toBe(true);
  });

  it('holds what was proven until it has gone', () => {
    const [doubt] = relativeDoubt([shot([...many(12, 4), ...many(12, 20), ...many(12, 6.6), ...many(12, 4)])]);
    expect(doubt![20 * 4]).toBeCloseTo(5, 5);
    expect(doubt![30 * 4]).toBeGreaterThan(2);
    expect(doubt![44 * 4]).toBeCloseTo(1, 5);
  });

  it('does not make something of a doubt that never was proven', () => {
    const [doubt] = relativeDoubt([shot([...many(12, 4), ...many(12, 6.6), ...many(12, 4)])]);
    expect(Math.max(...doubt!)).toBeCloseTo(1.65, 5);
  });
});
