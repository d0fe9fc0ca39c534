// Straightforward NHWC arithmetic that the converter's graphs are compared with. Slow on purpose: nothing to get wrong.
import { elementCount, type Shape } from '../convert/tensor.ts';

/** A tensor in logical layout. */
export interface Plain {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** Repeatable numbers between -1 and 1 (mulberry32). */
export function noise(shape: Shape, seed: number): Plain {
  let state = seed >>> 0;
  const data = Float32Array.from({ length: elementCount(shape) }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
  });
  return { shape, data };
}

/** Value at an index; 0 outside. */
export function at(tensor: Plain, ...index: number[]): number {
  let offset = 0;
  for (const [axis, position] of index.entries()) {
    const size = tensor.shape[axis]!;
    if (position < 0 || position >= size) return 0;
    offset = offset * size + position;
  }
  return tensor.data[offset]!;
}

/** A tensor filled by a function of its index. */
export function fill(shape: Shape, value: (...index: number[]) => number): Plain {
  const data = Float32Array.from({ length: elementCount(shape) }, (_, flat) => {
    const index: number[] = [];
    let rest = flat;
    for (const size of shape.toReversed()) {
      index.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return value(...index);
  });
  return { shape, data };
}

/** How a reference window moves. */
export interface ReferenceWindow {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: string;
}

/** Output size and padding before the first sample, as TensorFlow documents them for SAME and VALID. */
function geometry(size: number, axis: 0 | 1, window: ReferenceWindow): { output: number; before: number } {
  const stride = window.strides[axis];
  const extent = (window.kernel[axis] - 1) * window.dilations[axis] + 1;
  if (window.padding === 'VALID') return { output: Math.floor((size - extent) / stride) + 1, before: 0 };
  const output = Math.ceil(size / stride);
  const remainder = size % stride;
  const total = remainder === 0 ? Math.max(extent - stride, 0) : Math.max(extent - remainder, 0);
  return { output, before: Math.floor(total / 2) };
}

/** Visits the samples under the window for every output position and reduces them per channel. */
export function slide(
  input: Plain,
  window: ReferenceWindow,
  channels: number,
  reduce: (samples: readonly { row: number; column: number; y: number; x: number }[], channel: number) => number,
): Plain {
  const [batch, height, width] = input.shape as [number, number, number, number];
  const down = geometry(height, 0, window);
  const across = geometry(width, 1, window);
  return fill([batch, down.output, across.output, channels], (_n, oy, ox, channel) => {
    const samples = [];
    for (let row = 0; row < window.kernel[0]; row++) {
      for (let column = 0; column < window.kernel[1]; column++) {
        const y = oy! * window.strides[0] - down.before + row * window.dilations[0];
        const x = ox! * window.strides[1] - across.before + column * window.dilations[1];
        if (y >= 0 && y < height && x >= 0 && x < width) samples.push({ row, column, y, x });
      }
    }
    return reduce(samples, channel!);
  });
}

/** Convolution with weights [rows, columns, in, out]. */
export function convolve(input: Plain, weights: Plain, bias: Plain | null, window: ReferenceWindow): Plain {
  const [, , channels, outputs] = weights.shape as [number, number, number, number];
  return slide(input, window, outputs, (samples, output) => {
    let sum = bias === null ? 0 : at(bias, output);
    for (const { row, column, y, x } of samples)
      for (let channel = 0; channel < channels; channel++)
        sum += at(input, 0, y, x, channel) * at(weights, row, column, channel, output);
    return sum;
  });
}

/** Depthwise convolution with weights [rows, columns, in, multiplier]; output channel = in * multiplier + m. */
export function convolveDepthwise(input: Plain, weights: Plain, bias: Plain | null, window: ReferenceWindow): Plain {
  const [, , channels, multiplier] = weights.shape as [number, number, number, number];
  return slide(input, window, channels * multiplier, (samples, output) => {
    const channel = Math.floor(output / multiplier);
    let sum = bias === null ? 0 : at(bias, output);
    for (const { row, column, y, x } of samples)
      sum += at(input, 0, y, x, channel) * at(weights, row, column, channel, output % multiplier);
    return sum;
  });
}

/** The same tensor with every value changed. */
export function map(input: Plain, change: (value: number, flat: number) => number): Plain {
  return { shape: input.shape, data: input.data.map(change) };
}

/** The same tensor with its dimensions reordered. */
export function permute(input: Plain, permutation: readonly number[]): Plain {
  const shape = permutation.map((axis) => input.shape[axis]!);
  return fill(shape, (...index) => {
    const source = new Array<number>(index.length);
    permutation.forEach((axis, position) => {
      source[axis] = index[position]!;
    });
    return at(input, ...source);
  });
}
