import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openingDepth, remapOpening } from './teeth-remap.ts';

const place = fc.double({ min: 0, max: 1, noNaN: true });
const stretch = fc.double({ min: 0.2, max: 8, noNaN: true });

describe('remapOpening', () => {
  it('keeps the ends, never runs backwards and stays inside (property)', () => {
    fc.assert(
      fc.property(place, place, stretch, place, (a, b, s, split) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        if (split > 0) expect(remapOpening(0, s, split)).toBeCloseTo(0, 9);
        if (split < 1) expect(remapOpening(1, s, split)).toBeCloseTo(1, 9);
        expect(remapOpening(high, s, split)).toBeGreaterThanOrEqual(remapOpening(low, s, split) - 1e-9);
        expect(remapOpening(a, s, split)).toBeGreaterThanOrEqual(-1e-9);
        expect(remapOpening(a, s, split)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('keeps the size of both rows of teeth', () => {
    for (const s of [1.2, 2, 4]) {
      expect(remapOpening(0.5 / s, s, 0.55)).toBeCloseTo(0.5, 9);
      expect(remapOpening(1 - 0.4 / s, s, 0.55)).toBeCloseTo(0.6, 9);
    }
  });

  it('is dark between the rows only, and only when stretched', () => {
    expect(openingDepth(0.5, 1, 0.55)).toBe(0);
    expect(openingDepth(0.02, 3, 0.55)).toBe(0);
    expect(openingDepth(0.98, 3, 0.55)).toBe(0);
    expect(openingDepth(0.5, 3, 0.55)).toBeCloseTo(1, 6);
    expect(openingDepth(0.52, 1.02, 0.55)).toBeLessThan(0.3);
  });
});
