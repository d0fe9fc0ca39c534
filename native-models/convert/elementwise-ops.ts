import { type Computed, constant, type GraphBuilder, type Value } from './graph-builder.ts';
import { broadcastShapes } from './tensor.ts';

/** Element-wise functions of one operand that ONNX has under these names. */
export type UnaryOperator = 'Relu' | 'Sigmoid' | 'Elu' | 'Tanh';

/** Element-wise functions of two operands. */
export type BinaryOperator = 'Add' | 'Sub' | 'Mul' | 'Div' | 'Min' | 'Max';

function storedAsIs(graph: GraphBuilder, value: Value): Computed {
  if (value.kind === 'computed') return value;
  return { kind: 'computed', name: graph.plain(value), shape: value.shape, channelsFirst: false };
}

/** A function of one operand; the layout stays. */
export function unary(graph: GraphBuilder, operator: UnaryOperator, input: Value): Computed {
  const { name, shape, channelsFirst } = storedAsIs(graph, input);
  return graph.emit(operator, [name], shape, {}, channelsFirst);
}

/** min(max(x, low), high). */
export function clip(graph: GraphBuilder, input: Value, low: number, high: number): Computed {
  const { name, shape, channelsFirst } = storedAsIs(graph, input);
  const bounds = [low, high].map((bound) => graph.plain(graph.floats([bound])));
  return graph.emit('Clip', [name, ...bounds], shape, {}, channelsFirst);
}

/** x where positive, else alpha * x. */
export function leakyRelu(graph: GraphBuilder, input: Value, alpha: number): Computed {
  const { name, shape, channelsFirst } = storedAsIs(graph, input);
  return graph.emit('LeakyRelu', [name], shape, { alpha: { float: alpha } }, channelsFirst);
}

/**
 * Leaky ReLU with one learned slope per channel (the last dimension). Of pictures as `slope x + (1 - slope) max(x, 0)`, which
 * is the same: ONNX Runtime keeps convolutions, Relu and Add in blocks of channels, while its PRelu cannot and turns
 * the picture around before and after. The landmark network takes three quarters of the time it takes with PRelu.
 */
export function prelu(graph: GraphBuilder, input: Value, slope: Value): Computed {
  const channels = input.shape.at(-1)!;
  if (slope.kind !== 'constant' || !(slope.data instanceof Float32Array))
    throw new Error('PReLU slope is not constant');
  if (slope.data.length !== channels) throw new Error(`PReLU slope [${slope.shape}] for [${input.shape}]`);
  if (input.shape.length !== 4) {
    return graph.emit('PRelu', [graph.plain(input), graph.initializer(slope.data, [channels])], input.shape);
  }
  const slopes = slope.data;
  const scaled = (name: string, factors: Float32Array): string => {
    const attributes = { kernel_shape: [1, 1], group: channels };
    return graph.emit('Conv', [name, graph.initializer(factors, [channels, 1, 1, 1])], input.shape, attributes, true)
      .name;
  };
  const name = graph.channelsFirst(input);
  const positive = graph.emit('Relu', [name], input.shape, {}, true).name;
  const lift = slopes.map((value) => 1 - value);
  return graph.emit('Add', [scaled(name, slopes), scaled(positive, lift)], input.shape, {}, true);
}

/** Element-wise operation with broadcasting. Stays channels-first when either side is and both can be. */
export function binary(graph: GraphBuilder, operator: BinaryOperator, a: Value, b: Value): Computed {
  const shape = broadcastShapes(a.shape, b.shape);
  const operands = [a, b];
  const channelsFirst =
    shape.length === 4 &&
    operands.some((value) => value.kind === 'computed' && value.channelsFirst) &&
    operands.every((value) => value.shape.length === 4 || value.kind === 'constant');
  if (!channelsFirst) return graph.emitPlain(operator, operands, shape);
  const names = operands.map((value) => {
    if (value.kind === 'computed') return graph.channelsFirst(value);
    if (value.data.length === 1) return graph.initializer(value.data, []);
    const leading = new Array<number>(4 - value.shape.length).fill(1);
    return graph.channelsFirst(constant(value.data, [...leading, ...value.shape]));
  });
  return graph.emit(operator, names, shape, {}, true);
}

/** The activation that TensorFlow fuses into convolutions and products, by any of the names it goes under. */
export function activation(graph: GraphBuilder, input: Computed, name: string, slope?: Value | number): Computed {
  switch (name.toUpperCase()) {
    case 'NONE':
      return input;
    case 'RELU':
      return unary(graph, 'Relu', input);
    case 'RELU6':
      return clip(graph, input, 0, 6);
    case 'ELU':
      return unary(graph, 'Elu', input);
    case 'TANH':
      return unary(graph, 'Tanh', input);
    case 'SIGMOID':
    case 'LOGISTIC':
      return unary(graph, 'Sigmoid', input);
    case 'LEAKYRELU':
      // 0.2 is what TensorFlow assumes when the attribute is left out.
      return leakyRelu(graph, input, typeof slope === 'number' ? slope : 0.2);
    case 'PRELU':
      if (typeof slope !== 'object') throw new Error('PReLU without slopes');
      return prelu(graph, input, slope);
    default:
      throw new Error(`activation ${name} is not supported`);
  }
}
