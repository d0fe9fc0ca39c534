import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingDepth, remapOpening } from './teeth-remap.ts';

const place = fc.double({ min: 0, max: 1, noNaN: true });
const stretch = fc.double({ min: 0.2, max: 8, noNaN: true });

describe('remapOpening', () => {
  it('keeps the ends, never runs backwards and stays inside (property)', () => {
    fc.assert(
      fc.property(place, place, stretch, (a, b, s) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        expect(remapOpening(0, s)).toBeCloseTo(0, 9);
        expect(remapOpening(1, s)).toBeCloseTo(1, 9);
        expect(remapOpening(high, s)).toBeGreaterThanOrEqual(remapOpening(low, s) - 1e-9);
        expect(remapOpening(a, s)).toBeGreaterThanOrEqual(-1e-9);
        expect(remapOpening(a, s)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('keeps the size of both rows of teeth', () => {
    for (const s of [1.2, 2, 4]) {
      expect(remapOpening(0.5 / s, s)).toBeCloseTo(0.5, 9);
      expect(remapOpening(1 - 0.4 / s, s)).toBeCloseTo(0.6, 9);
    }
  });

  it('is dark between the rows only, and only when stretched', () => {
    expect(openingDepth(0.5, 1)).toBe(0);
    expect(openingDepth(0.02, 3)).toBe(0);
    expect(openingDepth(0.98, 3)).toBe(0);
    expect(openingDepth(0.5, 3)).toBeCloseTo(1, 6);
    expect(openingDepth(0.52, 1.02)).toBeLessThan(0.3);
  });
});
