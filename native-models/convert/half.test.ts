import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { floatToHalf, halfToFloat, toExactHalves } from './half.ts';

describe('binary16', () => {
  it('brings every one of the 65536 patterns back', () => {
    const changed: number[] = [];
    for (let bits = 0; bits < 65536; bits++) {
      const value = halfToFloat(bits);
      const back = floatToHalf(value);
      const same = Number.isNaN(value) ? Number.isNaN(halfToFloat(back)) : back === bits;
      if (!same) changed.push(bits);
    }
    expect(changed).toEqual([]);
  });

  it.each([
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519, 0x7bff],
    [65520, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.0001, 0x0001],
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [Number.NEGATIVE_INFINITY, 0xfc00],
  ])('rounds %d to nearest even', (value, bits) => {
    expect(floatToHalf(value)).toBe(bits);
  });

  it('never picks the farther of two neighbours', () => {
    fc.assert(
      fc.property(fc.float({ min: -65000, max: 65000, noNaN: true }), (value) => {
        const bits = floatToHalf(value);
        const error = Math.abs(halfToFloat(bits) - value);
        for (const neighbour of [bits - 1, bits + 1]) {
          const other = halfToFloat(neighbour & 0xffff);
          if (Number.isFinite(other)) expect(error).toBeLessThanOrEqual(Math.abs(other - value));
        }
      }),
    );
  });
});

describe('toExactHalves', () => {
  it('takes values that survive', () => {
    expect(toExactHalves(Float32Array.of(0, -0, 0.5, 1024))).toEqual(Uint16Array.of(0, 0x8000, 0x3800, 0x6400));
  });

  it('refuses as soon as one would change', () => {
    expect(toExactHalves(Float32Array.of(0.5, 0.1))).toBeNull();
  });
});
