import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { correlation, mean, median, withoutSlowPart } from './statistics.ts';

const wave = Array.from({ length: 80 }, (_, i) => Math.sin(i / 3));

describe('statistics', () => {
  it('take the middle and the mean', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNull();
    expect(mean([1, 2, 6])).toBe(3);
    expect(mean([])).toBeNull();
  });

  it('correlation ignores gain and offset, and turns with the sign', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.1, max: 50, noNaN: true }),
        fc.double({ min: -50, max: 50, noNaN: true }),
        (gain, offset) => {
          expect(
            correlation(
              wave,
              wave.map((v) => v * gain + offset),
            ),
          ).toBeCloseTo(1);
          expect(
            correlation(
              wave,
              wave.map((v) => offset - v * gain),
            ),
          ).toBeCloseTo(-1);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('correlation skips gaps and refuses when there is no motion', () => {
    const holes = wave.map((v, i) => (i % 5 === 0 ? null : v));
    expect(correlation(holes, wave)).toBeCloseTo(1);
    expect(correlation(wave.slice(0, 7), wave.slice(0, 7))).toBeNull();
    expect(
      correlation(
        wave,
        wave.map(() => 2),
      ),
    ).toBeNull();
    expect(
      correlation(
        wave,
        wave.map(() => null),
      ),
    ).toBeNull();
  });

  it('the slow part goes, the fast part stays', () => {
    const slow = Array.from({ length: 200 }, (_, i) => i / 100);
    const fast = slow.map((_, i) => (i % 8 < 2 ? 1 : 0));
    const rest = withoutSlowPart(
      slow.map((v, i) => v + fast[i]!),
      25,
    );
    expect(correlation(rest.slice(20, 180), fast.slice(20, 180))).toBeGreaterThan(0.98);
    expect(Math.abs(rest[100]! - rest[60]!)).toBeLessThan(0.1);
  });
});
