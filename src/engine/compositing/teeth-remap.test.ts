import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tongueShare } from './mouth-depth.ts';
import { bareTeeth, openingDepth, placeInGap, remapOpening, type TeethRows } from './teeth-remap.ts';

/** Rows that keep their size. */
const fixedRows = (split: number): TeethRows => ({ split, upperGain: 1, lowerGain: 1 });

const place = fc.double({ min: 0, max: 1, noNaN: true });
const stretch = fc.double({ min: 0.2, max: 8, noNaN: true });

describe('remapOpening', () => {
  it('keeps the ends, never runs backwards and stays inside (property)', () => {
    fc.assert(
      fc.property(place, place, stretch, place, place, place, (a, b, s, split, up, down) => {
        const rows = bareTeeth(split, 20, 30 * up, 30 * down);
        const [low, high] = a < b ? [a, b] : [b, a];
        if (split > 0) expect(remapOpening(0, s, rows)).toBeCloseTo(0, 9);
        if (split < 1) expect(remapOpening(1, s, rows)).toBeCloseTo(1, 9);
        expect(remapOpening(high, s, rows)).toBeGreaterThanOrEqual(remapOpening(low, s, rows) - 1e-9);
        expect(remapOpening(a, s, rows)).toBeGreaterThanOrEqual(-1e-9);
        expect(remapOpening(a, s, rows)).toBeLessThanOrEqual(1 + 1e-9);
      }),
    );
  });

  it('keeps the size of both rows of teeth', () => {
    for (const s of [1.2, 2, 4]) {
      expect(remapOpening(0.5 / s, s, fixedRows(0.55))).toBeCloseTo(0.5, 9);
      expect(remapOpening(1 - 0.4 / s, s, fixedRows(0.55))).toBeCloseTo(0.6, 9);
    }
  });

  it('bares more of the upper teeth, without a gap, when only the upper lip rises', () => {
    // An opening of 20 px whose upper 10 px are teeth; the lip goes up by 5.
    const rows = bareTeeth(0.5, 20, 5, 0);
    expect(rows.upperGain).toBeCloseTo(1.5, 9);
    expect(openingDepth(0.6, 25 / 20, rows)).toBe(0);
    expect(remapOpening(15 / 25, 25 / 20, rows)).toBeCloseTo(0.5, 9);
  });

  it('does not make long teeth of a sliver', () => {
    expect(bareTeeth(0.5, 4, 30, 0).upperGain).toBeCloseTo(1.5, 9);
  });

  it('is dark between the rows only, and only when stretched', () => {
    expect(openingDepth(0.5, 1, fixedRows(0.55))).toBe(0);
    expect(openingDepth(0.02, 3, fixedRows(0.55))).toBe(0);
    expect(openingDepth(0.98, 3, fixedRows(0.55))).toBe(0);
    expect(openingDepth(0.5, 3, fixedRows(0.55))).toBeCloseTo(1, 6);
    expect(openingDepth(0.52, 1.02, fixedRows(0.55))).toBeLessThan(0.3);
  });
});

describe('placeInGap', () => {
  it('goes from the upper row to the lower one', () => {
    const rows = fixedRows(0.5);
    expect(placeInGap(0.1, 4, rows).place).toBe(0);
    expect(placeInGap(0.5, 4, rows).place).toBeCloseTo(0.5, 9);
    expect(placeInGap(0.5, 4, rows).height).toBeCloseTo(0.75, 9);
    expect(placeInGap(0.95, 4, rows).place).toBe(1);
    expect(placeInGap(0.5, 0.9, rows)).toEqual({ place: 0, height: 0 });
  });
});

describe('tongueShare', () => {
  it('shows a tongue on the floor of a wide mouth, none under the teeth and none in a slit', () => {
    expect(tongueShare(0.2, 0.5)).toBe(0);
    expect(tongueShare(0.85, 0.5)).toBeGreaterThan(0.95);
    expect(tongueShare(1, 0.5)).toBeLessThan(tongueShare(0.85, 0.5));
    expect(tongueShare(0.85, 0.04)).toBe(0);
  });
});
