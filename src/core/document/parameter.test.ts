import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  choiceAt,
  type NumberKey,
  numberParameterSchema,
  solveBezierTime,
  valueAt,
  withKey,
  withMovedKey,
  withoutKey,
} from './parameter.ts';

const key = (frame: number, value: number, more: Partial<NumberKey> = {}): NumberKey => ({
  frame,
  value,
  interpolation: 'linear',
  out: null,
  in: null,
  ...more,
});
const keyed = (...keys: NumberKey[]) => ({ kind: 'keyed', keys }) as const;

describe('parameters over time', () => {
  it('holds a constant and holds before the first and after the last key', () => {
    expect(valueAt({ kind: 'constant', value: 0.4 }, 99)).toBe(0.4);
    const parameter = keyed(key(10, 1), key(20, 3));
    expect([valueAt(parameter, -5), valueAt(parameter, 10), valueAt(parameter, 21)]).toEqual([1, 1, 3]);
  });

  it('interpolates by the key before: hold, linear, bezier', () => {
    expect(valueAt(keyed(key(0, 0), key(10, 1)), 2.5)).toBe(0.25);
    expect(valueAt(keyed(key(0, 0, { interpolation: 'hold' }), key(10, 1)), 9)).toBe(0);
    const ease = keyed(key(0, 0, { interpolation: 'bezier' }), key(10, 1));
    expect(valueAt(ease, 5)).toBeCloseTo(0.5, 9);
    expect(valueAt(ease, 1)).toBeCloseTo(0.028, 9); // x controls 1/3, 2/3: t = x, so 3t^2 - 2t^3
    expect(valueAt(ease, 1)).toBeLessThan(0.1);
  });

  it('a bezier with handles on the straight line is the straight line', () => {
    const straight = keyed(
      key(0, 2, { interpolation: 'bezier', out: { frames: 3, value: 0.6 } }),
      key(12, 4.4, { in: { frames: 5, value: -1 } }),
    );
    for (let frame = 0; frame <= 12; frame++) expect(valueAt(straight, frame)).toBeCloseTo(2 + frame * 0.2, 8);
  });

  it('solves bezier time for every shape of handles, and never runs backwards', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, unit, unit, (x1, x2, a, b) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)];
        const at = (t: number): number => 3 * (1 - t) ** 2 * t * x1 + 3 * (1 - t) * t * t * x2 + t ** 3;
        const t = solveBezierTime(x1, x2, first);
        expect(Math.abs(at(t) - first)).toBeLessThan(1e-9);
        expect(solveBezierTime(x1, x2, last)).toBeGreaterThanOrEqual(t - 1e-4);
      }),
      { numRuns: 500 },
    );
  });

  it('cuts handles that are longer than the stretch', () => {
    const wild = keyed(
      key(0, 0, { interpolation: 'bezier', out: { frames: 1000, value: 0 } }),
      key(10, 1, { in: { frames: 1000, value: 0 } }),
    );
    let before = -1;
    for (let frame = 0; frame <= 10; frame += 0.25) {
      const value = valueAt(wild, frame);
      expect(value).toBeGreaterThanOrEqual(before - 1e-9);
      before = value;
    }
  });

  it('blends labels where the key says so', () => {
    const keys = [
      { frame: 0, value: 'neutral', interpolation: 'linear' },
      { frame: 10, value: 'happy', interpolation: 'hold' },
      { frame: 20, value: 'sad', interpolation: 'bezier' },
    ] as const;
    const label = { kind: 'keyed', keys } as const;
    expect(choiceAt(label, 4)).toEqual({ from: 'neutral', to: 'happy', mix: 0.4 });
    expect(choiceAt(label, 15)).toEqual({ from: 'happy', to: 'happy', mix: 0 });
    expect(choiceAt(label, 99)).toEqual({ from: 'sad', to: 'sad', mix: 0 });
  });

  it('keeps keys sorted and single through any set, move and delete', () => {
    const frame = fc.integer({ min: -8, max: 8 });
    const step = fc.record({ kind: fc.constantFrom('set', 'move', 'delete'), from: frame, to: frame });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let keys: NumberKey[] = [key(0, 0)];
        for (const { kind, from, to } of steps) {
          const has = (at: number): boolean => keys.some((one) => one.frame === at);
          if (kind === 'set') keys = withKey(keys, key(from, to));
          else if (kind === 'delete' && keys.length > 1 && has(from)) keys = withoutKey(keys, from);
          else if (kind === 'delete' && !has(from)) expect(() => withoutKey(keys, from)).toThrow('no key');
          else if (kind === 'move' && has(from) && (from === to || !has(to))) keys = withMovedKey(keys, from, to);
          else if (kind === 'move') expect(() => withMovedKey(keys, from, to)).toThrow();
          expect(numberParameterSchema.safeParse(keyed(...keys)).success).toBe(true);
        }
      }),
    );
  });
});
