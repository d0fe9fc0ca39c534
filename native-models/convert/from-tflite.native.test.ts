import { describe, expect, it } from 'vitest';
import { at, convolve, convolveDepthwise, map, noise, type Plain, permute, slide } from '../testing/reference.ts';
import { difference, runOnnx } from '../testing/run-graph.ts';
import { type TinyOperator, type TinyTensor, tinyTflite } from '../testing/tiny-tflite.ts';
import { convertTflite, readLandmarkCrop } from './from-tflite.ts';
import { toExactHalves } from './half.ts';

const EXACT = 1e-5;
const input = noise([1, 7, 6, 3], 1);
const RELU = { byte: 1 };

const plain = (name: string, tensor: Plain): TinyTensor => ({ name, shape: tensor.shape, data: tensor.data });
const integers = (name: string, shape: number[], ...values: number[]): TinyTensor => ({
  name,
  shape,
  type: 2,
  data: Int32Array.from(values),
});

/** Runs one operator: tensor 0 is the input, then come the constants, the last tensor is the output. */
async function run(
  operator: Omit<TinyOperator, 'inputs' | 'outputs'>,
  constants: readonly TinyTensor[],
  shape: readonly number[],
  data = input,
): Promise<Plain> {
  const tensors = [{ name: 'x', shape: data.shape }, ...constants, { name: 'y', shape }];
  const inputs = tensors.slice(0, -1).map((_, index) => index);
  const last = tensors.length - 1;
  const bytes = tinyTflite(tensors, [{ ...operator, inputs, outputs: [last] }], [0], [last]);
  const onnx = convertTflite(bytes, { name: 't', input: 'in', outputs: [{ name: 'out', from: ['y'] }] });
  return (await runOnnx(onnx, { in: data }))['out']!;
}

describe('convertTflite', () => {
  // Down 2, across 1; the file lists width first.
  const strided = { 0: { byte: 0 }, 1: { int: 1 }, 2: { int: 2 } };
  const window = { kernel: [3, 3], strides: [2, 1], dilations: [1, 1], padding: 'SAME' } as const;
  const relu = (value: number): number => Math.max(value, 0);

  it('CONV_2D with bias, stride, padding and fused ReLU', async () => {
    const weights = noise([3, 3, 3, 4], 2);
    const bias = noise([4], 3);
    const parts = [plain('w', permute(weights, [3, 0, 1, 2])), plain('b', bias)];
    const result = await run({ code: 3, options: { ...strided, 3: RELU } }, parts, [1, 4, 6, 4]);
    expect(difference(result, map(convolve(input, weights, bias, window), relu))).toBeLessThan(EXACT);
  });

  it('CONV_2D with dilation, width first', async () => {
    const weights = noise([3, 3, 3, 2], 4);
    const options = { 0: { byte: 1 }, 4: { int: 1 }, 5: { int: 2 } };
    const shape = { kernel: [3, 3], strides: [1, 1], dilations: [2, 1], padding: 'VALID' } as const;
    const result = await run({ code: 3, options }, [plain('w', permute(weights, [3, 0, 1, 2]))], [1, 3, 4, 2]);
    expect(difference(result, convolve(input, weights, null, shape))).toBeLessThan(EXACT);
  });

  it('DEPTHWISE_CONV_2D', async () => {
    const weights = noise([3, 3, 3, 1], 5);
    const parts = [plain('w', permute(weights, [3, 0, 1, 2])), plain('b', noise([3], 6))];
    const result = await run({ code: 4, options: { ...strided, 4: RELU } }, parts, [1, 4, 6, 3]);
    const expected = map(convolveDepthwise(input, weights, noise([3], 6), window), relu);
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });

  it('MAX_POOL_2D and AVERAGE_POOL_2D, filter width first', async () => {
    const options = { ...strided, 3: { int: 2 }, 4: { int: 3 } };
    const shape = { ...window, kernel: [3, 2] } as const;
    const values = (samples: readonly { y: number; x: number }[], channel: number): number[] =>
      samples.map(({ y, x }) => at(input, 0, y, x, channel));
    const largest = slide(input, shape, 3, (samples, channel) => Math.max(...values(samples, channel)));
    expect(difference(await run({ code: 17, options }, [], [1, 4, 6, 3]), largest)).toBe(0);
    const average = slide(input, shape, 3, (samples, channel) => {
      return values(samples, channel).reduce((sum, value) => sum + value, 0) / samples.length;
    });
    expect(difference(await run({ code: 1, options }, [], [1, 4, 6, 3]), average)).toBeLessThan(EXACT);
  });

  it.each([
    ['ADD', 0, (a: number, b: number) => a + b],
    ['SUB', 41, (a: number, b: number) => a - b],
    ['MUL', 18, (a: number, b: number) => a * b],
  ] as const)('%s with fused ReLU', async (_name, code, reference) => {
    const other = noise([3], 7);
    const result = await run({ code, options: { 0: RELU } }, [plain('c', other)], input.shape);
    const expected = map(input, (value, flat) => relu(reference(value, other.data[flat % 3]!)));
    expect(difference(result, expected)).toBeLessThan(EXACT);
  });

  it.each([
    ['RELU', 19, relu],
    ['RELU6', 21, (value: number) => Math.min(Math.max(value, 0), 6)],
    ['LOGISTIC', 14, (value: number) => 1 / (1 + Math.exp(-value))],
  ] as const)('%s', async (_name, code, reference) => {
    const big = map(input, (value) => value * 9);
    expect(difference(await run({ code }, [], input.shape, big), map(big, reference))).toBeLessThan(EXACT);
  });

  it('PRELU', async () => {
    const slopes = noise([1, 1, 3], 8);
    const expected = map(input, (value, flat) => (value > 0 ? value : value * slopes.data[flat % 3]!));
    expect(difference(await run({ code: 54 }, [plain('a', slopes)], input.shape), expected)).toBeLessThan(EXACT);
  });

  it('PAD, RESHAPE, CONCATENATION and a STRIDED_SLICE of everything', async () => {
    const padded = await run({ code: 34 }, [integers('p', [4, 2], 0, 0, 1, 0, 0, 2, 0, 1)], [1, 8, 8, 4]);
    expect(at(padded, 0, 1, 0, 2)).toBe(at(input, 0, 0, 0, 2));
    expect(at(padded, 0, 0, 0, 0)).toBe(0);
    const flat = await run({ code: 22 }, [], [42, 3]);
    expect(difference(flat, { shape: [42, 3], data: input.data })).toBe(0);
    const other = noise([1, 7, 6, 2], 9);
    const joined = await run({ code: 2, options: { 0: { int: -1 } } }, [plain('c', other)], [1, 7, 6, 5]);
    expect(at(joined, 0, 3, 2, 4)).toBe(at(other, 0, 3, 2, 1));
    const bounds = [integers('b', [4], 0, 0, 0, 0), integers('e', [4], 1, 7, 6, 3), integers('s', [4], 1, 1, 1, 1)];
    expect(difference(await run({ code: 45 }, bounds, input.shape), input)).toBe(0);
  });

  it('DEQUANTIZE of half-precision weights', async () => {
    const other = map(noise([3], 10), (value) => Math.round(value * 64) / 64);
    const tensors: TinyTensor[] = [
      { name: 'x', shape: input.shape },
      { name: 'h', shape: [3], type: 1, data: toExactHalves(other.data)! },
      { name: 'c', shape: [3] },
      { name: 'y', shape: input.shape },
    ];
    const operators = [
      { code: 6, inputs: [1], outputs: [2] },
      { code: 0, inputs: [0, 2], outputs: [3] },
    ];
    const bytes = tinyTflite(tensors, operators, [0], [3]);
    const onnx = convertTflite(bytes, { name: 't', input: 'in', outputs: [{ name: 'out', from: ['y'] }] });
    const result = (await runOnnx(onnx, { in: input }))['out']!;
    expect(
      difference(
        result,
        map(input, (value, flat) => value + other.data[flat % 3]!),
      ),
    ).toBeLessThan(EXACT);
  });

  it.each([
    ['an operator it does not know', { code: 999 }, [], input.shape, 'builtin 999'],
    ['a custom operator it does not know', { code: 'Mystery' }, [], input.shape, 'Mystery'],
    ['a shape that is not the one in the file', { code: 19 }, [], [1, 7, 6, 4], 'not [1,7,6,4]'],
    ['quantised weights', { code: 0 }, [{ name: 'c', shape: [3], type: 9, data: new Int8Array(3) }], [1], 'tensor c'],
    [
      'a fused activation it does not know',
      { code: 0, options: { 0: { byte: 5 } } },
      [plain('c', noise([3], 1))],
      [1],
      'SIGN_BIT',
    ],
    ['weights that are computed', { code: 54 }, [{ name: 'c', shape: [3] }], [1], 'no producer'],
  ] as const)('refuses %s', async (_what, operator, constants, shape, message) => {
    await expect(run(operator, constants, shape)).rejects.toThrow(message);
  });

  it('refuses a slice that cuts something off', async () => {
    const bounds = [integers('b', [4], 0, 1, 0, 0), integers('e', [4], 1, 7, 6, 3), integers('s', [4], 1, 1, 1, 1)];
    await expect(run({ code: 45 }, bounds, [1, 6, 6, 3])).rejects.toThrow('cuts');
  });

  it('refuses bytes that are no TFLite file', () => {
    const conversion = { name: 't', input: 'in', outputs: [] };
    expect(() => convertTflite(new Uint8Array(64), conversion)).toThrow('not a TFLite file');
    expect(() => convertTflite(new Uint8Array(3), conversion)).toThrow('not a TFLite file');
  });
});

describe('readLandmarkCrop', () => {
  const options = {
    subset_idxs: [1, 2],
    left_rotation_idx: 1,
    right_rotation_idx: 2,
    scale_x: 1.5,
    scale_y: 1.25,
    output_width: 16,
    output_height: 8,
    target_rotation_radians: null,
  };

  it('takes a missing turn for none', () => {
    expect(readLandmarkCrop(options)).toEqual({
      subset: [1, 2],
      left: 1,
      right: 2,
      scale: [1.5, 1.25],
      width: 16,
      height: 8,
    });
  });

  it('refuses a turn and incomplete options', () => {
    expect(() => readLandmarkCrop({ ...options, target_rotation_radians: 1 })).toThrow('target_rotation_radians');
    expect(() => readLandmarkCrop({ ...options, scale_x: undefined })).toThrow('scale_x');
    expect(() => readLandmarkCrop({ ...options, subset_idxs: 3 })).toThrow('subset_idxs');
  });
});
