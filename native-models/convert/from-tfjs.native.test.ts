import { describe, expect, it } from 'vitest';
import { at, convolve, convolveDepthwise, map, noise, type Plain, slide } from '../testing/reference.ts';
import { asConstant, difference, runOnnx } from '../testing/run-graph.ts';
import { convertTfjs } from './from-tfjs.ts';
import { type Constant, constant } from './graph-builder.ts';
import type { TfjsAttribute, TfjsModel, TfjsNode } from './tfjs-reader.ts';

const EXACT = 1e-5;
const input = noise([1, 7, 6, 3], 1);

const text = (value: string): TfjsAttribute => ({ s: Buffer.from(value).toString('base64') });
const ints = (...values: number[]): TfjsAttribute => ({ list: { i: values.map(String) } });
const fused = (...names: string[]): TfjsAttribute => ({
  list: { s: names.map((name) => Buffer.from(name).toString('base64')) },
});
const int32 = (...values: number[]): Constant => constant(Int32Array.from(values), [values.length]);

/** A network of one input `x` (batch size open) and the given nodes; the last one is the output. */
function network(
  nodes: readonly Omit<TfjsNode, 'name'>[],
  weights: Readonly<Record<string, Constant>>,
  shape: readonly number[] = [-1, ...input.shape.slice(1)],
): TfjsModel {
  const dim = shape.map((size) => ({ size: String(size) }));
  const all: TfjsNode[] = [
    { name: 'x', op: 'Placeholder', attr: { shape: { shape: { dim } } } },
    ...Object.keys(weights).map((name) => ({ name, op: 'Const' })),
    ...nodes.map((node, index) => ({ ...node, name: `n${index}` })),
  ];
  return { nodes: new Map(all.map((node) => [node.name, node])), weights: new Map(Object.entries(weights)) };
}

async function run(model: TfjsModel, data: Plain = input): Promise<Plain> {
  const last = [...model.nodes.keys()].at(-1)!;
  const bytes = convertTfjs(model, { name: 't', input: 'in', outputs: [{ name: 'out', from: [`${last}:0`] }] });
  return (await runOnnx(bytes, { in: data }))['out']!;
}

const same = { strides: ints(1, 2, 1, 1), padding: text('SAME'), data_format: text('NHWC') };
const window = { kernel: [3, 3], strides: [2, 1], dilations: [1, 1], padding: 'SAME' } as const;
const relu = (value: number): number => Math.max(value, 0);

describe('convertTfjs', () => {
  const weights = noise([3, 3, 3, 4], 2);
  const bias = noise([4], 3);

  it('Conv2D', async () => {
    const model = network([{ op: 'Conv2D', input: ['x', 'w'], attr: same }], { w: asConstant(weights) });
    expect(difference(await run(model), convolve(input, weights, null, window))).toBeLessThan(EXACT);
  });

  it('_FusedConv2D with bias and activation', async () => {
    const attr = { ...same, fused_ops: fused('BiasAdd', 'Relu') };
    const parts = { w: asConstant(weights), b: asConstant(bias) };
    const model = network([{ op: '_FusedConv2D', input: ['x', 'w', 'b'], attr }], parts);
    expect(difference(await run(model), map(convolve(input, weights, bias, window), relu))).toBeLessThan(EXACT);
  });

  it('_FusedConv2D with learned slopes', async () => {
    const slopes = noise([1, 1, 4], 4);
    const attr = { ...same, fused_ops: fused('BiasAdd', 'Prelu') };
    const parts = { w: asConstant(weights), b: asConstant(bias), a: asConstant(slopes) };
    const model = network([{ op: '_FusedConv2D', input: ['x', 'w', 'b', 'a'], attr }], parts);
    const expected = map(convolve(input, weights, bias, window), (value, flat) =>
      value > 0 ? value : value * slopes.data[flat % 4]!,
    );
    expect(difference(await run(model), expected)).toBeLessThan(EXACT);
  });

  it('DepthwiseConv2dNative with dilation', async () => {
    const deep = noise([3, 3, 3, 2], 5);
    const attr = { strides: ints(1, 1, 1, 1), dilations: ints(1, 2, 1, 1), padding: text('VALID') };
    const model = network([{ op: 'DepthwiseConv2dNative', input: ['x', 'w'], attr }], { w: asConstant(deep) });
    const shape = { kernel: [3, 3], strides: [1, 1], dilations: [2, 1], padding: 'VALID' } as const;
    expect(difference(await run(model), convolveDepthwise(input, deep, null, shape))).toBeLessThan(EXACT);
  });

  it('MaxPool and AvgPool', async () => {
    const attr = { ...same, ksize: ints(1, 3, 3, 1) };
    const expected = slide(input, window, 3, (samples, channel) =>
      Math.max(...samples.map(({ y, x }) => at(input, 0, y, x, channel))),
    );
    expect(difference(await run(network([{ op: 'MaxPool', input: ['x'], attr }], {})), expected)).toBe(0);
    const average = slide(
      input,
      window,
      3,
      (samples, channel) => samples.reduce((sum, { y, x }) => sum + at(input, 0, y, x, channel), 0) / samples.length,
    );
    expect(difference(await run(network([{ op: 'AvgPool', input: ['x'], attr }], {})), average)).toBeLessThan(EXACT);
  });

  it.each([
    ['Add', (a: number, b: number) => a + b],
    ['AddV2', (a: number, b: number) => a + b],
    ['BiasAdd', (a: number, b: number) => a + b],
    ['Sub', (a: number, b: number) => a - b],
    ['Mul', (a: number, b: number) => a * b],
    ['Minimum', Math.min],
    ['Maximum', Math.max],
  ] as const)('%s', async (op, reference) => {
    const other = noise([3], 6);
    const model = network([{ op, input: ['x', 'c'] }], { c: asConstant(other) });
    const expected = map(input, (value, flat) => reference(value, other.data[flat % 3]!));
    expect(difference(await run(model), expected)).toBeLessThan(EXACT);
  });

  it.each([
    ['Relu', relu],
    ['Relu6', (value: number) => Math.min(Math.max(value, 0), 6)],
    ['Sigmoid', (value: number) => 1 / (1 + Math.exp(-value))],
    ['Identity', (value: number) => value],
  ] as const)('%s', async (op, reference) => {
    const big = map(input, (value) => value * 9);
    const model = network(
      [
        { op, input: ['x'] },
        { op: 'Identity', input: ['n0'] },
      ],
      {},
    );
    expect(difference(await run(model, big), map(big, reference))).toBeLessThan(EXACT);
  });

  it('Prelu', async () => {
    const slopes = noise([3], 7);
    const model = network([{ op: 'Prelu', input: ['x', 'a'] }], { a: asConstant(slopes) });
    const expected = map(input, (value, flat) => (value > 0 ? value : value * slopes.data[flat % 3]!));
    expect(difference(await run(model), expected)).toBeLessThan(EXACT);
  });

  it('Pad, Reshape, ConcatV2 and Mean with constant operands', async () => {
    const paddings = constant(Int32Array.of(0, 0, 1, 0, 0, 2, 0, 0), [4, 2]);
    const padded = await run(network([{ op: 'Pad', input: ['x', 'p'] }], { p: paddings }));
    expect(padded.shape).toEqual([1, 8, 8, 3]);
    expect(at(padded, 0, 1, 0, 2)).toBe(at(input, 0, 0, 0, 2));
    expect(at(padded, 0, 0, 0, 0)).toBe(0);

    const flat = await run(network([{ op: 'Reshape', input: ['x', 's'] }], { s: int32(-1, 3) }));
    expect(difference(flat, { shape: [42, 3], data: input.data })).toBe(0);

    const joined = await run(network([{ op: 'ConcatV2', input: ['x', 'x', 'k', '^x'] }], { k: int32(-1) }));
    expect(joined.shape).toEqual([1, 7, 6, 6]);
    expect(at(joined, 0, 3, 2, 4)).toBe(at(input, 0, 3, 2, 1));

    const attr = { keep_dims: { b: false } };
    const averaged = await run(network([{ op: 'Mean', input: ['x', 'k'], attr }], { k: int32(1, 2) }));
    const channel = input.data.filter((_, index) => index % 3 === 1);
    expect(averaged.shape).toEqual([1, 3]);
    expect(averaged.data[1]).toBeCloseTo(channel.reduce((sum, value) => sum + value, 0) / channel.length, 5);
  });

  it('_FusedMatMul with a transposed matrix and bias, then Softmax', async () => {
    const vector = noise([1, 3], 8);
    const matrix = noise([4, 3], 9);
    const attr = { transpose_b: { b: true }, fused_ops: fused('BiasAdd') };
    const product = { op: '_FusedMatMul', input: ['x', 'w', 'b'], attr };
    const parts = { w: asConstant(matrix), b: asConstant(bias) };
    const logits = [0, 1, 2, 3].map(
      (row) => at(bias, row) + [0, 1, 2].reduce((sum, k) => sum + at(vector, 0, k) * at(matrix, row, k), 0),
    );
    const total = logits.reduce((sum, value) => sum + Math.exp(value), 0);
    const expected = Float32Array.from(logits, (value) => Math.exp(value) / total);
    const result = await run(network([product, { op: 'Softmax', input: ['n0'] }], parts, [-1, 3]), vector);
    expect(difference(result, { shape: [1, 4], data: expected })).toBeLessThan(EXACT);
  });

  it.each([
    ['an operator it does not know', { op: 'Einsum', input: ['x'] }, 'Einsum'],
    ['channels-first data', { op: 'Conv2D', input: ['x', 'w'], attr: { data_format: text('NCHW') } }, 'NCHW'],
    ['weights that are computed', { op: 'Conv2D', input: ['x', 'x'], attr: same }, 'not constant'],
    ['a transposed first operand', { op: 'MatMul', input: ['x', 'w'], attr: { transpose_a: { b: true } } }, 'first'],
    ['an unknown fusion', { op: '_FusedConv2D', input: ['x', 'w'], attr: { ...same, fused_ops: fused('Relu') } }, 'n0'],
    ['a node that is not there', { op: 'Identity', input: ['y'] }, 'no node y'],
  ])('refuses %s', async (_what, node, message) => {
    await expect(run(network([node], { w: asConstant(weights) }))).rejects.toThrow(message);
  });
});
