import { type LandmarkCrop, landmarksToMatrix, transformLandmarks, transformTensor } from './attention-ops.ts';
import { activation, binary, prelu } from './elementwise-ops.ts';
import { type Computed, type Constant, constant, GraphBuilder, type Value } from './graph-builder.ts';
import { halfToFloat } from './half.ts';
import { declareOutputs, type OutputRequest } from './outputs.ts';
import { concatenate, pad, reshape } from './shape-ops.ts';
import { transposeData } from './tensor.ts';
import { readTflite, type TfliteModel, type TfliteOperator, type TfliteTensor } from './tflite-reader.ts';
import { convolution, pool, type Window } from './window-ops.ts';

/** ActivationFunctionType and Padding of schema.fbs. */
const ACTIVATIONS = ['NONE', 'RELU', 'RELU_N1_TO_1', 'RELU6', 'TANH', 'SIGN_BIT'] as const;
const PADDINGS = ['SAME', 'VALID'] as const;

/** What to call the converted network and its ends. */
export interface TfliteConversion {
  readonly name: string;
  /** New name of the only input. */
  readonly input: string;
  readonly outputs: readonly OutputRequest[];
}

/** Options of a Landmarks2TransformMatrix call, checked. */
export function readLandmarkCrop(options: Readonly<Record<string, unknown>>): LandmarkCrop {
  const number = (key: string): number => {
    const value = options[key];
    if (typeof value !== 'number') throw new Error(`Landmarks2TransformMatrix without ${key}`);
    return value;
  };
  const subset = options['subset_idxs'];
  if (!Array.isArray(subset)) throw new Error('Landmarks2TransformMatrix without subset_idxs');
  // Left out (null) it is 0; the crop would have to be turned further otherwise.
  if (options['target_rotation_radians']) throw new Error('target_rotation_radians is not supported');
  return {
    subset: subset.map(Number),
    left: number('left_rotation_idx'),
    right: number('right_rotation_idx'),
    scale: [number('scale_x'), number('scale_y')],
    width: number('output_width'),
    height: number('output_height'),
  };
}

function readConstant(tensor: TfliteTensor): Constant {
  const { data, name, shape, type } = tensor;
  if (data === null) throw new Error(`tensor ${name} has no producer`);
  if (tensor.encoded) throw new Error(`tensor ${name} is sparse or quantised`);
  const bytes = new Uint8Array(data).buffer; // a copy, aligned for the typed arrays below
  if (type === 'float32') return constant(new Float32Array(bytes), shape);
  if (type === 'float16') return constant(Float32Array.from(new Uint16Array(bytes), halfToFloat), shape);
  if (type === 'int32') return constant(new Int32Array(bytes), shape);
  throw new Error(`tensor ${name} has an element type that is not supported`);
}

function floatData(value: Value): Float32Array {
  if (value.kind !== 'constant' || !(value.data instanceof Float32Array)) throw new Error('weights are not constant');
  return value.data;
}

function integerData(value: Value): Int32Array {
  if (value.kind !== 'constant' || !(value.data instanceof Int32Array)) throw new Error('operand is not constant');
  return value.data;
}

class TfliteConverter {
  readonly #model: TfliteModel;
  readonly #graph: GraphBuilder;
  readonly #values = new Map<number, Value>();

  constructor(model: TfliteModel, graph: GraphBuilder) {
    this.#model = model;
    this.#graph = graph;
  }

  #value(index: number): Value {
    const known = this.#values.get(index);
    if (known !== undefined) return known;
    const value = readConstant(this.#model.tensors[index]!);
    this.#values.set(index, value);
    return value;
  }

  #find(name: string): Value {
    const index = this.#model.tensors.findIndex((tensor) => tensor.name === name);
    if (index < 0) throw new Error(`no tensor ${name}`);
    return this.#value(index);
  }

  convert(conversion: TfliteConversion): void {
    const [input, ...others] = this.#model.inputs;
    if (input === undefined || others.length > 0) throw new Error('expected a network with one input');
    this.#values.set(input, this.#graph.input(conversion.input, this.#model.tensors[input]!.shape));
    for (const operator of this.#model.operators) {
      const [output, ...more] = operator.outputs;
      if (output === undefined || more.length > 0) throw new Error(`${operator.name} has ${more.length + 1} outputs`);
      const value = this.#operator(operator);
      const { shape } = this.#model.tensors[output]!;
      // The file states every shape: a slip in the converter shows here and not in the picture.
      if (String(value.shape) !== String(shape))
        throw new Error(`${operator.name} gives [${value.shape}], not [${shape}]`);
      this.#values.set(output, value);
    }
    declareOutputs(this.#graph, conversion.outputs, (name) => this.#find(name));
  }

  #operator(operator: TfliteOperator): Value {
    const graph = this.#graph;
    const input = (position: number): Value => this.#value(operator.inputs[position]!);
    switch (operator.name) {
      case 'DEQUANTIZE': {
        const value = input(0);
        if (value.kind !== 'constant') throw new Error('DEQUANTIZE at run time');
        return value;
      }
      case 'CONV_2D':
      case 'DEPTHWISE_CONV_2D':
        return this.#convolution(operator, operator.name === 'DEPTHWISE_CONV_2D');
      case 'MAX_POOL_2D':
        return this.#pool(operator, 'MaxPool');
      case 'AVERAGE_POOL_2D':
        return this.#pool(operator, 'AveragePool');
      case 'ADD':
        return this.#fused(operator, binary(graph, 'Add', input(0), input(1)), 0);
      case 'SUB':
        return this.#fused(operator, binary(graph, 'Sub', input(0), input(1)), 0);
      case 'MUL':
        return this.#fused(operator, binary(graph, 'Mul', input(0), input(1)), 0);
      case 'PRELU':
        return prelu(graph, input(0), input(1));
      case 'RELU':
      case 'RELU6':
      case 'LOGISTIC':
        return this.#activation(input(0), operator.name);
      case 'PAD': {
        const amounts = integerData(input(1));
        const pairs = Array.from({ length: amounts.length / 2 }, (_, axis) => {
          return [amounts[2 * axis]!, amounts[2 * axis + 1]!] as const;
        });
        return pad(graph, input(0), pairs);
      }
      case 'RESHAPE':
        return reshape(graph, input(0), this.#model.tensors[operator.outputs[0]!]!.shape);
      case 'CONCATENATION': {
        const parts = operator.inputs.map((index) => this.#value(index));
        return this.#fused(operator, concatenate(graph, parts, operator.options!.integer(0)), 1);
      }
      case 'STRIDED_SLICE':
        return this.#wholeSlice(operator);
      case 'Landmarks2TransformMatrix':
        return landmarksToMatrix(graph, input(0), readLandmarkCrop(operator.customOptions));
      case 'TransformTensorBilinear': {
        const { output_height: height, output_width: width } = operator.customOptions;
        return transformTensor(graph, input(0), input(1), Number(height), Number(width));
      }
      case 'TransformLandmarks':
        return transformLandmarks(graph, input(0), input(1));
      default:
        throw new Error(`TFLite operator ${operator.name} is not supported`);
    }
  }

  #activation(value: Value, name: string): Computed {
    if (value.kind === 'constant') throw new Error(`${name} of a constant`);
    return activation(this.#graph, value, name);
  }

  #fused(operator: TfliteOperator, value: Computed, slot: number): Computed {
    const code = operator.options?.byte(slot) ?? 0;
    return activation(this.#graph, value, ACTIVATIONS[code] ?? `number ${code}`);
  }

  /** Slots of Conv2DOptions, DepthwiseConv2DOptions and Pool2DOptions; each lists width before height. */
  #window(operator: TfliteOperator, kernel: readonly [number, number], dilationSlot: number | null): Window {
    const options = operator.options!;
    const dilation = (slot: number): number => (dilationSlot === null ? 1 : options.integer(dilationSlot + slot, 1));
    return {
      kernel,
      strides: [options.integer(2, 1), options.integer(1, 1)],
      dilations: [dilation(1), dilation(0)],
      padding: PADDINGS[options.byte(0)] ?? 'unknown',
    };
  }

  #convolution(operator: TfliteOperator, depthwise: boolean): Computed {
    const [input, weights, bias] = operator.inputs as [number, number, number | undefined];
    const kernel = this.#value(weights);
    const [, rows, columns, last] = kernel.shape as [number, number, number, number];
    // Plain kernels are [out, rows, columns, in], depthwise ones [1, rows, columns, out].
    const data = transposeData(floatData(kernel), kernel.shape, depthwise ? [3, 0, 1, 2] : [0, 3, 1, 2]);
    const shape = depthwise ? ([last, 1, rows, columns] as const) : ([kernel.shape[0]!, last, rows, columns] as const);
    const offsets = bias === undefined || bias < 0 ? null : floatData(this.#value(bias));
    const window = this.#window(operator, [rows, columns], depthwise ? 5 : 4);
    const value = convolution(this.#graph, this.#value(input), { data, shape }, offsets, window, depthwise);
    return this.#fused(operator, value, depthwise ? 4 : 3);
  }

  #pool(operator: TfliteOperator, name: 'MaxPool' | 'AveragePool'): Computed {
    const kernel = [operator.options!.integer(4), operator.options!.integer(3)] as const;
    const value = pool(this.#graph, name, this.#value(operator.inputs[0]!), this.#window(operator, kernel, null));
    return this.#fused(operator, value, 5);
  }

  /** The attention mesh slices nothing off; anything else is refused. */
  #wholeSlice(operator: TfliteOperator): Value {
    const [input, begin, end, strides] = operator.inputs.map((index) => this.#value(index));
    const whole = [input!.shape.map(() => 0), input!.shape, input!.shape.map(() => 1)];
    const given = [begin!, end!, strides!].map(integerData);
    if (given.some((values, row) => String([...values]) !== String(whole[row]))) {
      throw new Error('STRIDED_SLICE that cuts something off');
    }
    return input!;
  }
}

/** Turns a TFLite network into an ONNX file. Throws on anything it would have to guess. */
export function convertTflite(bytes: Uint8Array, conversion: TfliteConversion): Uint8Array {
  const graph = new GraphBuilder(conversion.name);
  new TfliteConverter(readTflite(bytes), graph).convert(conversion);
  return graph.finish();
}
