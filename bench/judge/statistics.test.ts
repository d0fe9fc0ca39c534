import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { correlation, mean, median, quantile } from './statistics.ts';

describe('judge statistics', () => {
  test('quantiles interpolate between neighbours', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
    expect(median([])).toBeNaN();
  });

  test('mean', () => {
    expect(mean([1, 2, 6])).toBe(3);
  });

  test('correlation ignores gain and offset, and its sign follows the gain', () => {
    const series = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 40 });
    fc.assert(
      fc.property(series, fc.double({ min: 0.1, max: 5, noNaN: true }), (values, gain) => {
        fc.pre(Math.max(...values) - Math.min(...values) > 1e-3);
        expect(
          correlation(
            values,
            values.map((v) => v * gain + 1),
          ),
        ).toBeCloseTo(1, 5);
        expect(
          correlation(
            values,
            values.map((v) => -v * gain),
          ),
        ).toBeCloseTo(-1, 5);
      }),
    );
  });

  test('correlation of a constant is unknown, not zero', () => {
    expect(correlation([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(() => correlation([1, 2, 3], [1, 2])).toThrow('series of 3 and 2');
  });
});
