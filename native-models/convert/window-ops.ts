import type { Computed, GraphBuilder, Value } from './graph-builder.ts';
import type { Shape } from './tensor.ts';

/** How a kernel moves over a picture; pairs are [vertical, horizontal]. */
export interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly padding: string;
}

interface Placement {
  readonly size: number;
  readonly before: number;
  readonly after: number;
}

/** TensorFlow's SAME puts the odd row or column of padding at the END, unlike ONNX's SAME_UPPER for strided windows. */
function place(size: number, kernel: number, stride: number, dilation: number, padding: string): Placement {
  const extent = (kernel - 1) * dilation + 1;
  if (padding === 'VALID') return { size: Math.ceil((size - extent + 1) / stride), before: 0, after: 0 };
  if (padding !== 'SAME') throw new Error(`padding ${padding} is not supported`);
  const output = Math.ceil(size / stride);
  const total = Math.max((output - 1) * stride + extent - size, 0);
  return { size: output, before: total >> 1, after: total - (total >> 1) };
}

function placeWindow(input: Shape, { kernel, strides, dilations, padding }: Window) {
  const rows = place(input[1]!, kernel[0], strides[0], dilations[0], padding);
  const columns = place(input[2]!, kernel[1], strides[1], dilations[1], padding);
  return {
    rows: rows.size,
    columns: columns.size,
    pads: [rows.before, columns.before, rows.after, columns.after],
  };
}

/** Weights in ONNX order: [output channels, input channels per group, rows, columns]. */
export interface ConvolutionWeights {
  readonly data: Float32Array;
  readonly shape: readonly [number, number, number, number];
}

/** 2-D convolution; with `depthwise` each input channel is a group of its own. */
export function convolution(
  graph: GraphBuilder,
  input: Value,
  weights: ConvolutionWeights,
  bias: Float32Array | null,
  window: Window,
  depthwise: boolean,
): Computed {
  const channels = input.shape[3]!;
  const group = depthwise ? channels : 1;
  const [outputs, perGroup] = weights.shape;
  if (perGroup * group !== channels) throw new Error(`convolution of ${channels} channels with [${weights.shape}]`);
  const { rows, columns, pads } = placeWindow(input.shape, window);
  const names = [graph.channelsFirst(input), graph.initializer(weights.data, weights.shape)];
  if (bias !== null) names.push(graph.initializer(bias, [outputs]));
  const attributes = {
    kernel_shape: window.kernel,
    strides: window.strides,
    dilations: window.dilations,
    pads,
    group,
  };
  return graph.emit('Conv', names, [input.shape[0]!, rows, columns, outputs], attributes, true);
}

/** Maximum or average over a window. TensorFlow leaves padding out of averages, which is ONNX's default as well. */
export function pool(graph: GraphBuilder, operator: 'MaxPool' | 'AveragePool', input: Value, window: Window): Computed {
  const { rows, columns, pads } = placeWindow(input.shape, window);
  const attributes = { kernel_shape: window.kernel, strides: window.strides, pads };
  const shape = [input.shape[0]!, rows, columns, input.shape[3]!];
  return graph.emit(operator, [graph.channelsFirst(input)], shape, attributes, true);
}
