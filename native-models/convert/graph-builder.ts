import { createHash } from 'node:crypto';
import { toExactHalves } from './half.ts';
import {
  type Attribute,
  ELEMENT_TYPES,
  encodeOnnx,
  type OnnxInitializer,
  type OnnxNode,
  type OnnxPort,
} from './onnx-model.ts';
import { elementCount, type Shape, type TensorData, transposeData } from './tensor.ts';

/** A constant of the source network, always in its logical (TensorFlow) layout. */
export interface Constant {
  readonly kind: 'constant';
  readonly shape: Shape;
  readonly data: TensorData;
}

/**
 * A tensor computed by the network. `shape` is always logical (NHWC for pictures); with `channelsFirst` the tensor is
 * stored NCHW, as ONNX convolutions want it.
 */
export interface Computed {
  readonly kind: 'computed';
  readonly name: string;
  readonly shape: Shape;
  readonly channelsFirst: boolean;
}

/** Operand of a graph operation. */
export type Value = Constant | Computed;

/** Where each dimension of an NHWC tensor lies once it is stored NCHW. */
const AXIS_IN_NCHW = [0, 2, 3, 1] as const;
const NHWC_TO_NCHW = [0, 3, 1, 2] as const;
const NCHW_TO_NHWC = [0, 2, 3, 1] as const;
/** Below this many values a float16 initialiser with its Cast costs more bytes than it saves. */
const HALF_MINIMUM = 64;

/** Axis of a logical dimension in the way `value` is stored. */
export function storedAxis(value: Computed, axis: number): number {
  return value.channelsFirst ? AXIS_IN_NCHW[axis]! : axis;
}

/** Wraps data as a {@link Constant}. */
export function constant(data: TensorData, shape: Shape): Constant {
  if (data.length !== elementCount(shape)) throw new Error(`constant of ${data.length} values as [${shape}]`);
  return { kind: 'constant', data, shape };
}

/**
 * Collects ONNX nodes for a network described in TensorFlow terms. Layout changes are inserted where they are needed
 * and only once per tensor; equal constants are stored once, and in half precision when that loses nothing.
 */
export class GraphBuilder {
  readonly name: string;
  readonly #nodes: OnnxNode[] = [];
  readonly #initializers: OnnxInitializer[] = [];
  readonly #inputs: OnnxPort[] = [];
  readonly #outputs: OnnxPort[] = [];
  readonly #constants = new Map<string, string>();
  readonly #relaid = new Map<string, string>();
  #counter = 0;

  constructor(name: string) {
    this.name = name;
  }

  #fresh(prefix: string): string {
    this.#counter += 1;
    return `${prefix}_${this.#counter}`;
  }

  /** Adds a node whose inputs are names of stored tensors and returns its output. */
  emit(
    operator: string,
    inputs: readonly string[],
    shape: Shape,
    attributes: Readonly<Record<string, Attribute>> = {},
    channelsFirst = false,
  ): Computed {
    const output = this.#fresh(operator);
    this.#nodes.push({ operator, inputs, output, attributes });
    return { kind: 'computed', name: output, shape, channelsFirst };
  }

  /** As {@link emit} for operations that see their operands in logical layout. */
  emitPlain(
    operator: string,
    inputs: readonly Value[],
    shape: Shape,
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Computed {
    const names = inputs.map((input) => this.plain(input));
    return this.emit(operator, names, shape, attributes);
  }

  /** Stores a constant exactly as given and returns its name. */
  initializer(data: TensorData | BigInt64Array, shape: Shape): string {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const type = data instanceof Float32Array ? 'float32' : data instanceof Int32Array ? 'int32' : 'int64';
    const key = `${type}[${shape}]${createHash('sha256').update(bytes).digest('base64')}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const halves = data instanceof Float32Array && data.length >= HALF_MINIMUM ? toExactHalves(data) : null;
    let name = this.#fresh('constant');
    if (halves === null) this.#initializers.push({ name, type, shape, data });
    else {
      this.#initializers.push({ name, type: 'float16', shape, data: halves });
      // Folded into a float32 constant when the session is created, so it costs nothing at run time.
      name = this.emit('Cast', [name], shape, { to: ELEMENT_TYPES.float32 }).name;
    }
    this.#constants.set(key, name);
    return name;
  }

  /** Name of an int64 vector, the type of ONNX shape, axis and index operands. */
  integers(values: readonly number[]): string {
    return this.initializer(BigInt64Array.from(values, BigInt), [values.length]);
  }

  /** A float constant; a scalar when no shape is given. */
  floats(values: readonly number[], shape: Shape = []): Constant {
    return constant(Float32Array.from(values), shape);
  }

  /** Name of `value` stored NCHW; it must have four dimensions. */
  channelsFirst(value: Value): string {
    if (value.shape.length !== 4) throw new Error(`[${value.shape}] has no channels-first form`);
    if (value.kind === 'constant') {
      const stored = NHWC_TO_NCHW.map((axis) => value.shape[axis]!);
      return this.initializer(transposeData(value.data, value.shape, NHWC_TO_NCHW), stored);
    }
    if (value.channelsFirst) return value.name;
    return this.#relayout(value, () => this.emit('Transpose', [value.name], value.shape, { perm: NHWC_TO_NCHW }, true));
  }

  /** Name of `value` stored in its logical layout. */
  plain(value: Value): string {
    if (value.kind === 'constant') return this.initializer(value.data, value.shape);
    if (!value.channelsFirst) return value.name;
    const isVector = value.shape[1] === 1 && value.shape[2] === 1;
    return this.#relayout(value, () =>
      isVector
        ? this.emit('Reshape', [value.name, this.integers(value.shape)], value.shape)
        : this.emit('Transpose', [value.name], value.shape, { perm: NCHW_TO_NHWC }),
    );
  }

  #relayout(value: Computed, convert: () => Computed): string {
    const known = this.#relaid.get(value.name);
    if (known !== undefined) return known;
    const { name } = convert();
    this.#relaid.set(value.name, name);
    return name;
  }

  /** Declares a float32 input in logical layout. */
  input(name: string, shape: Shape): Computed {
    this.#inputs.push({ name, shape });
    return { kind: 'computed', name, shape, channelsFirst: false };
  }

  /** Declares a float32 output in logical layout. */
  output(name: string, value: Value): void {
    this.#nodes.push({ operator: 'Identity', inputs: [this.plain(value)], output: name, attributes: {} });
    this.#outputs.push({ name, shape: value.shape });
  }

  /** The .onnx file of everything the outputs depend on. */
  finish(): Uint8Array {
    const needed = new Set(this.#outputs.map((port) => port.name));
    const nodes = this.#nodes.toReversed().filter((node) => {
      if (!needed.has(node.output)) return false;
      for (const input of node.inputs) needed.add(input);
      return true;
    });
    return encodeOnnx({
      name: this.name,
      nodes: nodes.reverse(),
      initializers: this.#initializers.filter((tensor) => needed.has(tensor.name)),
      inputs: this.#inputs,
      outputs: this.#outputs,
    });
  }
}
