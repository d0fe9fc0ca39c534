import { describe, expect, it } from 'vitest';
import { broadcastShapes, elementCount, resolveAxis, transposeData } from './tensor.ts';

describe('transposeData', () => {
  it('turns a matrix', () => {
    const data = Int32Array.of(1, 2, 3, 4, 5, 6);
    expect(transposeData(data, [2, 3], [1, 0])).toEqual(Int32Array.of(1, 4, 2, 5, 3, 6));
  });

  it('comes back with the inverse order', () => {
    const data = Float32Array.from({ length: 120 }, (_, index) => index);
    const there = transposeData(data, [2, 3, 4, 5], [0, 3, 1, 2]);
    expect(there[1]).toBe(5);
    expect(transposeData(there, [2, 5, 3, 4], [0, 2, 3, 1])).toEqual(data);
  });
});

describe('broadcastShapes', () => {
  it('repeats missing and single dimensions', () => {
    expect(broadcastShapes([1, 3, 1], [4, 1, 3, 5])).toEqual([4, 1, 3, 5]);
    expect(broadcastShapes([], [2, 3])).toEqual([2, 3]);
  });

  it('refuses others', () => {
    expect(() => broadcastShapes([2, 3], [4])).toThrow('[2,3] and [4]');
  });
});

describe('resolveAxis', () => {
  it('counts negative axes from the back', () => {
    expect(resolveAxis(-1, 4)).toBe(3);
    expect(() => resolveAxis(-5, 4)).toThrow('-5');
    expect(() => resolveAxis(4, 4)).toThrow('4');
  });
});

it('a scalar has one element', () => {
  expect(elementCount([])).toBe(1);
  expect(elementCount([2, 0, 3])).toBe(0);
});
