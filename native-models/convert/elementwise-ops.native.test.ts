import { describe, expect, it } from 'vitest';
import { at, fill, map, noise, type Plain } from '../testing/reference.ts';
import { asConstant, difference, runGraph, stored } from '../testing/run-graph.ts';
import { activation, type BinaryOperator, binary, prelu } from './elementwise-ops.ts';

const EXACT = 1e-5;
const scaled = (seed: number): Plain => map(noise([1, 3, 4, 5], seed), (value) => value * 8);

describe('activation', () => {
  const references: Readonly<Record<string, (value: number) => number>> = {
    NONE: (x) => x,
    Relu: (x) => Math.max(x, 0),
    Relu6: (x) => Math.min(Math.max(x, 0), 6),
    Elu: (x) => (x > 0 ? x : Math.expm1(x)),
    TANH: Math.tanh,
    Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
    LOGISTIC: (x) => 1 / (1 + Math.exp(-x)),
    LeakyRelu: (x) => (x > 0 ? x : 0.2 * x),
  };

  it.each(Object.keys(references))('%s', async (name) => {
    const input = scaled(1);
    const result = await runGraph([input], (graph, value) => activation(graph, value, name));
    expect(difference(result, map(input, references[name]!))).toBeLessThan(EXACT);
  });

  it('keeps a channels-first tensor as it is', async () => {
    const input = scaled(2);
    const result = await runGraph([input], (graph, value) => activation(graph, stored(graph, value), 'RELU6'));
    expect(difference(result, map(input, references['Relu6']!))).toBeLessThan(EXACT);
  });

  it('takes the slope of a leaky ReLU', async () => {
    const input = scaled(3);
    const result = await runGraph([input], (graph, value) => activation(graph, value, 'LeakyRelu', 0.05));
    expect(
      difference(
        result,
        map(input, (x) => (x > 0 ? x : 0.05 * x)),
      ),
    ).toBeLessThan(EXACT);
  });

  it('refuses what it does not know', async () => {
    await expect(runGraph([scaled(4)], (graph, value) => activation(graph, value, 'Swish'))).rejects.toThrow('Swish');
  });
});

describe('prelu', () => {
  it.each([[[1, 3, 4, 5]], [[2, 5]]])('has one slope per channel on [%s]', async (shape) => {
    const input = noise(shape, 5);
    const slopes = noise([5], 6);
    const expected = map(input, (value, flat) => (value > 0 ? value : value * slopes.data[flat % 5]!));
    const result = await runGraph([input], (graph, value) => prelu(graph, value, asConstant(slopes)));
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });

  it('takes slopes stored with leading ones', async () => {
    const input = noise([1, 2, 2, 5], 7);
    const slopes = noise([1, 1, 5], 8);
    const expected = map(input, (value, flat) => (value > 0 ? value : value * slopes.data[flat % 5]!));
    const result = await runGraph([input], (graph, value) => prelu(graph, stored(graph, value), asConstant(slopes)));
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });

  it('refuses slopes per pixel', async () => {
    await expect(
      runGraph([noise([1, 2, 2, 5], 9)], (graph, value) => prelu(graph, value, asConstant(noise([2, 2, 5], 1)))),
    ).rejects.toThrow('slope');
  });
});

describe('binary', () => {
  const operators: Readonly<Record<BinaryOperator, (a: number, b: number) => number>> = {
    Add: (a, b) => a + b,
    Sub: (a, b) => a - b,
    Mul: (a, b) => a * b,
    Div: (a, b) => a / b,
    Min: Math.min,
    Max: Math.max,
  };
  const shapes = [
    { a: [1, 3, 4, 5], b: [1, 3, 4, 5] },
    { a: [1, 3, 4, 5], b: [5] },
    { a: [1, 3, 4, 5], b: [1] },
    { a: [1, 3, 4, 5], b: [] },
    { a: [1, 3, 4, 5], b: [4, 1] },
    { a: [1, 1, 1, 5], b: [1, 3, 4, 1] },
    { a: [2, 5], b: [5] },
  ];
  const cases = Object.keys(operators).flatMap((operator) => shapes.map((shape) => ({ operator, ...shape })));

  /** Broadcast by hand: missing and single dimensions repeat. */
  function expected(operator: BinaryOperator, a: Plain, b: Plain): Plain {
    const rank = Math.max(a.shape.length, b.shape.length);
    const size = (plain: Plain, axis: number): number => plain.shape[axis - rank + plain.shape.length] ?? 1;
    const shape = Array.from({ length: rank }, (_, axis) => Math.max(size(a, axis), size(b, axis)));
    const pick = (plain: Plain, index: readonly number[]): number =>
      at(
        plain,
        ...index.slice(rank - plain.shape.length).map((position, axis) => (plain.shape[axis] === 1 ? 0 : position)),
      );
    return fill(shape, (...index) => operators[operator](pick(a, index), pick(b, index)));
  }

  it.each(cases)('$operator of [$a] and [$b]', async ({ operator, a, b }) => {
    const name = operator as BinaryOperator;
    const left = noise(a, 10);
    const right = map(noise(b, 11), (value) => value + 2);
    const computed = await runGraph([left, right], (graph, x, y) => binary(graph, name, x!, y!));
    expect(difference(computed, expected(name, left, right))).toBeLessThan(EXACT);
    const withConstant = await runGraph([left], (graph, x) =>
      binary(graph, name, a.length === 4 ? stored(graph, x!) : x!, asConstant(right)),
    );
    expect(difference(withConstant, expected(name, left, right))).toBeLessThan(EXACT);
  });

  it('brings a channels-first and a low-rank computed operand together', async () => {
    const left = noise([1, 3, 4, 5], 12);
    const right = noise([4, 5], 13);
    const result = await runGraph([left, right], (graph, x, y) => binary(graph, 'Mul', stored(graph, x!), y!));
    expect(difference(result, expected('Mul', left, right))).toBeLessThan(EXACT);
  });

  it('refuses shapes that do not fit', async () => {
    await expect(
      runGraph([noise([1, 3, 4, 5], 1), noise([1, 3, 4, 4], 1)], (graph, x, y) => binary(graph, 'Add', x!, y!)),
    ).rejects.toThrow('broadcast');
  });
});
