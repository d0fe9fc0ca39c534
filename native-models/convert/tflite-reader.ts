import { ByteBuffer } from 'flatbuffers';
import { toObject } from 'flatbuffers/js/flexbuffers.js';

/** Names of the built-in operators that the converter knows (tensorflow/lite/schema/schema.fbs, BuiltinOperator). */
const BUILTIN_OPERATORS: Readonly<Record<number, string>> = {
  0: 'ADD',
  1: 'AVERAGE_POOL_2D',
  2: 'CONCATENATION',
  3: 'CONV_2D',
  4: 'DEPTHWISE_CONV_2D',
  6: 'DEQUANTIZE',
  14: 'LOGISTIC',
  17: 'MAX_POOL_2D',
  18: 'MUL',
  19: 'RELU',
  21: 'RELU6',
  22: 'RESHAPE',
  34: 'PAD',
  41: 'SUB',
  45: 'STRIDED_SLICE',
  54: 'PRELU',
};
const CUSTOM_OPERATOR = 32;

const TENSOR_TYPES: Readonly<Record<number, TfliteType>> = { 0: 'float32', 1: 'float16', 2: 'int32' };

/** Element types that the converter takes; everything else is refused by name. */
export type TfliteType = 'float32' | 'float16' | 'int32' | 'other';

/** A tensor of the network; `data` is set for constants. */
export interface TfliteTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: TfliteType;
  readonly encoded: boolean;
  readonly data: Uint8Array | null;
}

/** One operator call. Tensors are given by index; -1 leaves an optional input out. */
export interface TfliteOperator {
  readonly name: string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Options of a built-in operator, by slot of its table in schema.fbs. */
  readonly options: FlatTable | null;
  /** Options of a custom operator. */
  readonly customOptions: Readonly<Record<string, unknown>>;
}

/** The first subgraph of a TFLite file. */
export interface TfliteModel {
  readonly tensors: readonly TfliteTensor[];
  readonly operators: readonly TfliteOperator[];
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

/** A FlatBuffers table read by slot number: the order of its fields in the schema. */
export class FlatTable {
  readonly #buffer: ByteBuffer;
  readonly #position: number;

  constructor(buffer: ByteBuffer, position: number) {
    this.#buffer = buffer;
    this.#position = position;
  }

  #field(slot: number): number | null {
    const offset = this.#buffer.__offset(this.#position, 4 + 2 * slot);
    return offset === 0 ? null : this.#position + offset;
  }

  #vector(slot: number): { start: number; length: number } {
    const field = this.#field(slot);
    if (field === null) return { start: 0, length: 0 };
    const vector = field + this.#buffer.readInt32(field);
    return { start: vector + 4, length: this.#buffer.readInt32(vector) };
  }

  /** An 8-bit field, or 0. */
  byte(slot: number): number {
    const field = this.#field(slot);
    return field === null ? 0 : this.#buffer.readInt8(field);
  }

  /** A 32-bit field, or its default. */
  integer(slot: number, fallback = 0): number {
    const field = this.#field(slot);
    return field === null ? fallback : this.#buffer.readInt32(field);
  }

  /** A vector of 32-bit integers; empty when absent. */
  integers(slot: number): number[] {
    const { start, length } = this.#vector(slot);
    return Array.from({ length }, (_, index) => this.#buffer.readInt32(start + 4 * index));
  }

  /** A vector of bytes; empty when absent. */
  bytes(slot: number): Uint8Array {
    const { start, length } = this.#vector(slot);
    return this.#buffer.bytes().subarray(start, start + length);
  }

  /** A text; empty when absent. */
  text(slot: number): string {
    return new TextDecoder().decode(this.bytes(slot));
  }

  /** A table (or union member) that a field points to. */
  table(slot: number): FlatTable | null {
    const field = this.#field(slot);
    return field === null ? null : new FlatTable(this.#buffer, field + this.#buffer.readInt32(field));
  }

  /** A vector of tables; empty when absent. */
  tables(slot: number): FlatTable[] {
    const { start, length } = this.#vector(slot);
    return Array.from({ length }, (_, index) => {
      const at = start + 4 * index;
      return new FlatTable(this.#buffer, at + this.#buffer.readInt32(at));
    });
  }
}

function operatorName(code: FlatTable): string {
  // Codes past 127 moved to a wider field; old files leave that one at 0.
  const builtin = Math.max(code.byte(0), code.integer(3));
  return builtin === CUSTOM_OPERATOR ? code.text(1) : (BUILTIN_OPERATORS[builtin] ?? `builtin ${builtin}`);
}

function readTensor(table: FlatTable, buffers: readonly FlatTable[]): TfliteTensor {
  const data = buffers[table.integer(2)]!.bytes(0);
  const quantization = table.table(4);
  return {
    name: table.text(3),
    shape: table.integers(0),
    type: TENSOR_TYPES[table.byte(1)] ?? 'other',
    encoded: table.table(6) !== null || (quantization !== null && quantization.integers(2).length > 0),
    data: data.length > 0 ? data : null,
  };
}

function readCustomOptions(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  if (bytes.length === 0) return {};
  const options: unknown = toObject(new Uint8Array(bytes).buffer);
  return typeof options === 'object' && options !== null ? { ...options } : {};
}

/** Reads the first subgraph of a TFLite file. Throws when the bytes are not one. */
export function readTflite(bytes: Uint8Array): TfliteModel {
  const buffer = new ByteBuffer(bytes);
  if (bytes.length < 8 || !buffer.__has_identifier('TFL3')) throw new Error('not a TFLite file');
  const model = new FlatTable(buffer, buffer.readInt32(0));
  const names = model.tables(1).map(operatorName);
  const buffers = model.tables(4);
  const graph = model.tables(2)[0];
  if (graph === undefined) throw new Error('TFLite file without a graph');
  return {
    tensors: graph.tables(0).map((table) => readTensor(table, buffers)),
    operators: graph.tables(3).map((table) => ({
      name: names[table.integer(0)]!,
      inputs: table.integers(1),
      outputs: table.integers(2),
      options: table.table(4),
      customOptions: readCustomOptions(table.bytes(5)),
    })),
    inputs: graph.integers(1),
    outputs: graph.integers(2),
  };
}
