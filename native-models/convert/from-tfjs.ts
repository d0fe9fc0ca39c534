import { activation, binary, prelu } from './elementwise-ops.ts';
import { type Computed, type Constant, GraphBuilder, type Value } from './graph-builder.ts';
import { declareOutputs, type OutputRequest } from './outputs.ts';
import { concatenate, matrixProduct, mean, pad, reshape, softmax } from './shape-ops.ts';
import { transposeData } from './tensor.ts';
import type { TfjsModel, TfjsNode } from './tfjs-reader.ts';
import { convolution, pool, type Window } from './window-ops.ts';

/** What to call the converted network and its ends. */
export interface TfjsConversion {
  readonly name: string;
  /** New name of the only input. */
  readonly input: string;
  readonly outputs: readonly OutputRequest[];
}

const decodeText = (base64: string): string => Buffer.from(base64, 'base64').toString('latin1');

function text(node: TfjsNode, key: string): string | undefined {
  const value = node.attr?.[key]?.s;
  return value === undefined ? undefined : decodeText(value);
}

function integers(node: TfjsNode, key: string): number[] {
  return (node.attr?.[key]?.list?.i ?? []).map(Number);
}

function flag(node: TfjsNode, key: string): boolean {
  return node.attr?.[key]?.b ?? false;
}

function asComputed(value: Value): Computed {
  if (value.kind === 'constant') throw new Error('operation on a constant');
  return value;
}

class TfjsConverter {
  readonly #model: TfjsModel;
  readonly #graph: GraphBuilder;
  readonly #input: string;
  readonly #values = new Map<string, Value>();

  constructor(model: TfjsModel, graph: GraphBuilder, input: string) {
    this.#model = model;
    this.#graph = graph;
    this.#input = input;
  }

  /** The value of `name` or `name:0`; computed on first use, so unused branches are never visited. */
  value(reference: string): Value {
    const name = reference.replace(/:0$/, '');
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const node = this.#model.nodes.get(name);
    if (node === undefined) throw new Error(`no node ${name}`);
    const value = this.#operator(node);
    this.#values.set(name, value);
    return value;
  }

  #argument(node: TfjsNode, position: number): Value {
    const reference = node.input?.[position];
    if (reference === undefined) throw new Error(`${node.op} ${node.name} lacks input ${position}`);
    return this.value(reference);
  }

  #constant(node: TfjsNode, position: number): Constant {
    const value = this.#argument(node, position);
    if (value.kind !== 'constant') throw new Error(`${node.op} ${node.name}: input ${position} is not constant`);
    return value;
  }

  #floats(node: TfjsNode, position: number): Float32Array {
    const { data } = this.#constant(node, position);
    if (!(data instanceof Float32Array)) throw new Error(`${node.op} ${node.name}: input ${position} is not float`);
    return data;
  }

  #operator(node: TfjsNode): Value {
    const graph = this.#graph;
    const argument = (position: number): Value => this.#argument(node, position);
    const format = text(node, 'data_format');
    if (format !== undefined && format !== 'NHWC') throw new Error(`${node.name}: layout ${format}`);
    switch (node.op) {
      case 'Const': {
        const weight = this.#model.weights.get(node.name);
        if (weight === undefined) throw new Error(`no weight ${node.name}`);
        return weight;
      }
      case 'Placeholder':
        return this.#placeholder(node);
      case 'Identity':
        return argument(0);
      case 'Conv2D':
      case '_FusedConv2D':
        return this.#convolution(node, false);
      case 'DepthwiseConv2dNative':
      case 'FusedDepthwiseConv2dNative':
        return this.#convolution(node, true);
      case 'Add':
      case 'AddV2':
      case 'BiasAdd':
        return binary(graph, 'Add', argument(0), argument(1));
      case 'Sub':
        return binary(graph, 'Sub', argument(0), argument(1));
      case 'Mul':
        return binary(graph, 'Mul', argument(0), argument(1));
      case 'Minimum':
        return binary(graph, 'Min', argument(0), argument(1));
      case 'Maximum':
        return binary(graph, 'Max', argument(0), argument(1));
      case 'Relu':
      case 'Relu6':
      case 'Sigmoid':
        return activation(graph, asComputed(argument(0)), node.op);
      case 'Prelu':
        return prelu(graph, argument(0), argument(1));
      case 'MaxPool':
      case 'AvgPool': {
        const [, rows, columns] = integers(node, 'ksize') as [number, number, number];
        const window = this.#window(node, [rows, columns]);
        return pool(graph, node.op === 'MaxPool' ? 'MaxPool' : 'AveragePool', argument(0), window);
      }
      case 'Pad': {
        const { data } = this.#constant(node, 1);
        const pairs = Array.from({ length: data.length / 2 }, (_, axis) => {
          return [data[2 * axis]!, data[2 * axis + 1]!] as const;
        });
        return pad(graph, argument(0), pairs);
      }
      case 'Reshape':
        return reshape(graph, argument(0), [...this.#constant(node, 1).data]);
      case 'ConcatV2': {
        const operands = (node.input ?? []).filter((reference) => !reference.startsWith('^'));
        const axis = this.#constant(node, operands.length - 1).data[0]!;
        return concatenate(
          graph,
          operands.slice(0, -1).map((reference) => this.value(reference)),
          axis,
        );
      }
      case 'Mean':
        return mean(graph, argument(0), [...this.#constant(node, 1).data], flag(node, 'keep_dims'));
      case 'MatMul':
      case '_FusedMatMul': {
        if (flag(node, 'transpose_a')) throw new Error(`${node.name}: transposed first operand`);
        const product = matrixProduct(graph, argument(0), this.#constant(node, 1), flag(node, 'transpose_b'));
        return this.#epilogue(node, product, (bias) => binary(graph, 'Add', product, bias));
      }
      case 'Softmax':
        return softmax(graph, argument(0));
      default:
        throw new Error(`TFJS operator ${node.op} (${node.name}) is not supported`);
    }
  }

  #placeholder(node: TfjsNode): Computed {
    const sizes = (node.attr?.['shape']?.shape?.dim ?? []).map((dimension) => Number(dimension.size));
    // An open batch dimension is fixed at 1: one face at a time, several sessions side by side.
    const shape = sizes.map((size, axis) => (axis === 0 && size === -1 ? 1 : size));
    if (shape.some((size) => size < 1)) throw new Error(`input ${node.name} has open dimensions [${sizes}]`);
    return this.#graph.input(this.#input, shape);
  }

  #window(node: TfjsNode, kernel: readonly [number, number]): Window {
    const [, down = 1, across = 1] = integers(node, 'strides');
    const [, dilationDown = 1, dilationAcross = 1] = integers(node, 'dilations');
    const padding = text(node, 'padding') ?? 'unknown';
    return { kernel, strides: [down, across], dilations: [dilationDown, dilationAcross], padding };
  }

  #fusedOperators(node: TfjsNode): string[] {
    return (node.attr?.['fused_ops']?.list?.s ?? []).map(decodeText);
  }

  /** Bias, then activation, then its slopes: the only order in which TensorFlow fuses them. */
  #epilogue(node: TfjsNode, value: Computed, addBias: (bias: Value) => Computed): Computed {
    const [bias, name, ...more] = this.#fusedOperators(node);
    if (bias === undefined) return value;
    if (bias !== 'BiasAdd' || more.length > 0) throw new Error(`${node.name}: fused ${this.#fusedOperators(node)}`);
    const biased = addBias(this.#argument(node, 2));
    if (name === undefined) return biased;
    const slope = name === 'Prelu' ? this.#argument(node, 3) : node.attr?.['leakyrelu_alpha']?.f;
    return activation(this.#graph, biased, name, slope);
  }

  #convolution(node: TfjsNode, depthwise: boolean): Computed {
    const kernel = this.#constant(node, 1);
    const [rows, columns, channels, last] = kernel.shape as [number, number, number, number];
    // Plain kernels are [rows, columns, in, out], depthwise ones [rows, columns, in, multiplier].
    const data = transposeData(this.#floats(node, 1), kernel.shape, depthwise ? [2, 3, 0, 1] : [3, 2, 0, 1]);
    const shape = depthwise
      ? ([channels * last, 1, rows, columns] as const)
      : ([last, channels, rows, columns] as const);
    const window = this.#window(node, [rows, columns]);
    const convolve = (bias: Float32Array | null): Computed =>
      convolution(this.#graph, this.#argument(node, 0), { data, shape }, bias, window, depthwise);
    if (this.#fusedOperators(node).length === 0) return convolve(null);
    const biased = convolve(this.#floats(node, 2));
    return this.#epilogue(node, biased, () => biased);
  }
}

/** Turns a TFJS graph model into an ONNX file. Throws on anything it would have to guess. */
export function convertTfjs(model: TfjsModel, conversion: TfjsConversion): Uint8Array {
  const graph = new GraphBuilder(conversion.name);
  const converter = new TfjsConverter(model, graph, conversion.input);
  declareOutputs(graph, conversion.outputs, (name) => converter.value(name));
  return graph.finish();
}
