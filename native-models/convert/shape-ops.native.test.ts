import { describe, expect, it } from 'vitest';
import { at, fill, noise, permute } from '../testing/reference.ts';
import { asConstant, difference, runGraph, stored } from '../testing/run-graph.ts';
import { concatenate, matrixProduct, mean, pad, reshape, softmax } from './shape-ops.ts';

const EXACT = 1e-5;
const layouts = [{ first: false }, { first: true }];

describe('pad', () => {
  it.each(layouts)('adds zeros on each side (channels first: $first)', async ({ first }) => {
    const input = noise([1, 3, 4, 2], 1);
    const amounts = [
      [0, 0],
      [1, 2],
      [0, 3],
      [2, 1],
    ] as const;
    const expected = fill([1, 6, 7, 5], (n, y, x, c) => at(input, n!, y! - 1, x!, c! - 2));
    const result = await runGraph([input], (graph, value) => pad(graph, first ? stored(graph, value) : value, amounts));
    expect(difference(result, expected)).toBe(0);
  });

  it('wants a pair per dimension', async () => {
    await expect(runGraph([noise([2, 2], 1)], (graph, value) => pad(graph, value, [[1, 1]]))).rejects.toThrow('rank');
  });
});

describe('reshape', () => {
  it.each(layouts)('keeps the logical order (channels first: $first)', async ({ first }) => {
    const input = noise([1, 3, 4, 2], 2);
    const result = await runGraph([input], (graph, value) =>
      reshape(graph, first ? stored(graph, value) : value, [6, -1]),
    );
    expect(difference(result, { shape: [6, 4], data: input.data })).toBe(0);
  });

  it('refuses another number of elements', async () => {
    await expect(runGraph([noise([4], 1)], (graph, value) => reshape(graph, value, [3]))).rejects.toThrow('reshape');
  });
});

describe('concatenate', () => {
  it.each([{ axis: 1 }, { axis: 2 }, { axis: 3 }, { axis: -1 }])(
    'joins along $axis in every storage',
    async ({ axis }) => {
      const along = axis < 0 ? 3 : axis;
      const shape = [1, 2, 3, 4];
      const other = shape.map((size, index) => (index === along ? size + 2 : size));
      const a = noise(shape, 3);
      const b = noise(other, 4);
      const joined = shape.map((size, index) => (index === along ? size + other[index]! : size));
      const expected = fill(joined, (...index) => {
        const position = index[along]!;
        const inFirst = position < shape[along]!;
        const moved = index.with(along, inFirst ? position : position - shape[along]!);
        return at(inFirst ? a : b, ...moved);
      });
      for (const firsts of [
        [false, false],
        [true, true],
        [true, false],
      ]) {
        const result = await runGraph([a, b], (graph, ...values) =>
          concatenate(
            graph,
            values.map((value, index) => (firsts[index] ? stored(graph, value) : value)),
            axis,
          ),
        );
        expect(difference(result, expected)).toBe(0);
      }
    },
  );
});

describe('mean', () => {
  const cases = layouts.flatMap(({ first }) =>
    [[1, 2], [-2, -3], [3], [1, 2, 3]].flatMap((axes) => [true, false].map((keep) => ({ first, axes, keep }))),
  );
  it.each(cases)('over $axes, kept: $keep (channels first: $first)', async ({ first, axes, keep }) => {
    const input = noise([1, 3, 4, 5], 5);
    const reduced = axes.map((axis) => (axis < 0 ? axis + 4 : axis));
    const full = fill(
      input.shape.map((size, axis) => (reduced.includes(axis) ? 1 : size)),
      (...index) => {
        let sum = 0;
        let count = 0;
        fill(input.shape, (...position) => {
          if (position.every((value, axis) => reduced.includes(axis) || value === index[axis])) {
            sum += at(input, ...position);
            count += 1;
          }
          return 0;
        });
        return sum / count;
      },
    );
    const shape = keep ? full.shape : full.shape.filter((_, axis) => !reduced.includes(axis));
    const result = await runGraph([input], (graph, value) =>
      mean(graph, first ? stored(graph, value) : value, axes, keep),
    );
    expect(difference(result, { shape, data: full.data })).toBeLessThan(EXACT);
  });
});

describe('matrixProduct', () => {
  it.each([{ transposed: false }, { transposed: true }])(
    'with a constant (transposed: $transposed)',
    async ({ transposed }) => {
      const a = noise([2, 3], 6);
      const b = noise([3, 4], 7);
      const expected = fill([2, 4], (row, column) =>
        [0, 1, 2].reduce((sum, k) => sum + at(a, row!, k) * at(b, k, column!), 0),
      );
      const right = asConstant(transposed ? permute(b, [1, 0]) : b);
      const result = await runGraph([a], (graph, value) => matrixProduct(graph, value, right, transposed));
      expect(difference(result, expected)).toBeLessThan(EXACT);
    },
  );

  it('refuses matrices that do not fit', async () => {
    await expect(
      runGraph([noise([2, 3], 1)], (graph, value) => matrixProduct(graph, value, asConstant(noise([4, 2], 1)))),
    ).rejects.toThrow('product');
  });
});

describe('softmax', () => {
  it('adds up to one over the last dimension', async () => {
    const input = noise([2, 5], 8);
    const expected = fill([2, 5], (row, column) => {
      const total = [0, 1, 2, 3, 4].reduce((sum, k) => sum + Math.exp(at(input, row!, k)), 0);
      return Math.exp(at(input, row!, column!)) / total;
    });
    const result = await runGraph([input], (graph, value) => softmax(graph, value));
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });
});
