import { describe, expect, it } from 'vitest';
import { type NumberKey, valueAt } from '../../core/document/parameter.ts';
import { handleOf, withHandle, withInterpolation, withKeyAt } from './key-math.ts';

const key = (frame: number, value: number, interpolation: NumberKey['interpolation'] = 'bezier'): NumberKey => ({
  frame,
  value,
  interpolation,
  out: null,
  in: null,
});
const keys = [key(0, 0), key(30, 1), key(60, 0.5)];
const span = { min: 0, max: 1.5 };

describe('keys that are edited by hand', () => {
  it('stay between their neighbours and inside the span', () => {
    expect(withKeyAt(keys, 1, 90.4, 7, span)[1]).toMatchObject({ frame: 59, value: 1.5 });
    expect(withKeyAt(keys, 1, -5, -1, span)[1]).toMatchObject({ frame: 1, value: 0 });
    expect(withKeyAt(keys, 2, 200.6, 0.25, span)[2]).toMatchObject({ frame: 201, value: 0.25 });
  });

  it('have handles where a bezier begins or ends', () => {
    expect(handleOf(keys, 0, 'in')).toBeUndefined();
    expect(handleOf(keys, 0, 'out')).toEqual({ frames: 10, value: 0 });
    expect(handleOf(withInterpolation(keys, 0, 'linear'), 1, 'in')).toBeUndefined();
  });

  it('turn both handles together unless they are broken', () => {
    const turned = withHandle(keys, 1, 'out', 15, 0.3, false)[1]!;
    expect(turned.out).toEqual({ frames: 15, value: 0.3 });
    expect(turned.in).toEqual({ frames: 10, value: -0.2 });
    expect(withHandle(keys, 1, 'out', 15, 0.3, true)[1]!.in).toBeNull();
    expect(withHandle(keys, 1, 'out', 99, 0, true)[1]!.out?.frames).toBe(30);
  });

  it('change the curve that the evaluator sees', () => {
    const before = valueAt({ kind: 'keyed', keys }, 40);
    const after = valueAt({ kind: 'keyed', keys: withHandle(keys, 1, 'out', 15, 0.3, false) }, 40);
    expect(after).toBeGreaterThan(before + 0.05);
  });
});
