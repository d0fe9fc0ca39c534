import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rational, rational } from './rational.ts';
import {
  addTime,
  commonRate,
  compareTime,
  exactRescale,
  rationalTime,
  rescale,
  simplifyTime,
  subtractTime,
} from './rational-time.ts';

const RATES: Rational[] = [
  rational(24),
  rational(25),
  rational(30_000, 1001),
  rational(24_000, 1001),
  rational(48_000),
];
const rate = fc.constantFrom(...RATES);
const time = fc.tuple(fc.integer({ min: -1e6, max: 1e6 }), rate).map(([value, r]) => rationalTime(value, r));

describe('rational time', () => {
  it('finds the slowest common rate', () => {
    expect(commonRate(rational(24), rational(25))).toEqual({ num: 600, den: 1 });
    expect(commonRate(rational(24_000, 1001), rational(30_000, 1001))).toEqual({ num: 120_000, den: 1001 });
  });

  it('rounds down, up and to the nearest, also below zero', () => {
    const third = (value: number) => rationalTime(value, rational(3));
    expect(rescale(third(4), rational(1), 'floor')).toBe(1);
    expect(rescale(third(4), rational(1), 'ceil')).toBe(2);
    expect(rescale(third(-4), rational(1), 'floor')).toBe(-2);
    expect(rescale(third(-4), rational(1), 'ceil')).toBe(-1);
    expect(rescale(third(5), rational(1), 'round')).toBe(2);
    expect(rescale(rationalTime(48, rational(24)), rational(25), 'floor')).toBe(50);
  });

  it('says when a time is not whole in another rate', () => {
    expect(exactRescale(rationalTime(1, rational(24)), rational(25))).toBeUndefined();
    expect(exactRescale(rationalTime(24, rational(24)), rational(25))).toEqual(rationalTime(25, rational(25)));
  });

  it('adds exactly and reversibly over mixed rates', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        const back = subtractTime(addTime(a, b), b);
        expect(compareTime(back, a)).toBe(0);
        expect(simplifyTime(back, a.rate)).toEqual(a);
      }),
    );
  });

  it('orders like seconds do', () => {
    fc.assert(
      fc.property(time, time, (a, b) => {
        const seconds = (a.value * a.rate.den) / a.rate.num - (b.value * b.rate.den) / b.rate.num;
        if (Math.abs(seconds) > 1e-6) expect(Math.sign(compareTime(a, b))).toBe(Math.sign(seconds));
      }),
    );
  });
});
