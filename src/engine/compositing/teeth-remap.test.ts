import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';
import { openingDepth, remapOpening } from './teeth-remap.ts';
import { teethSplit } from './teeth-split.ts';

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

describe('teethSplit', () => {
  const landmarks = new Float32Array(478 * 3);
  INNER_LIP_PAIRS.forEach(([u, l], i) => {
    landmarks.set([20 + i * 5, 20, 0], u * 3);
    landmarks.set([20 + i * 5, 44, 0], l * 3);
  });
  const mouth = (tone: (t: number) => number): Picture => {
    const layout = { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
    const colour = { range: 'full', matrix: 'bt709', transfer: '', primaries: '', chromaLocation: 'left' } as const;
    const picture = allocatePicture(100, 64, layout, colour);
    for (let y = 0; y < 64; y++) picture.planes[0]!.fill(tone((y + 0.5 - 20) / 24), y * 100, (y + 1) * 100);
    return picture;
  };

  it('finds the dark line between two rows of teeth', () => {
    expect(
      teethSplit(
        mouth((t) => (Math.abs(t - 0.4) < 0.1 ? 40 : 200)),
        landmarks,
      ),
    ).toBeCloseTo(0.42, 1);
  });

  it('takes a single row of teeth for what hangs on the skull', () => {
    expect(
      teethSplit(
        mouth(() => 200),
        landmarks,
      ),
    ).toBeGreaterThan(0.9);
  });

  it('puts the split into the dark of a mouth that is open anyway', () => {
    const split = teethSplit(
      mouth((t) => (t < 0.3 ? 210 : 30)),
      landmarks,
    );
    expect(split).toBeGreaterThan(0.5);
    expect(split).toBeLessThan(0.85);
  });
});
