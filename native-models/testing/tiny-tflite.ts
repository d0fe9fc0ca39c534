import { Builder } from 'flatbuffers';

/** A tensor of a test network; with `data` it is a constant. */
export interface TinyTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** TensorType of schema.fbs: 0 float32, 1 float16, 2 int32, 9 int8. */
  readonly type?: number;
  readonly data?: ArrayBufferView;
}

/** An operator of a test network. */
export interface TinyOperator {
  /** BuiltinOperator number, or the name of a custom operator. */
  readonly code: number | string;
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Option table: slot -> byte or 32-bit value. */
  readonly options?: Readonly<Record<number, { readonly byte?: number; readonly int?: number }>>;
}

function intVector(builder: Builder, values: readonly number[]): number {
  builder.startVector(4, values.length, 4);
  for (const value of values.toReversed()) builder.addInt32(value);
  return builder.endVector();
}

function offsetVector(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

/** Writes a table from thunks per slot; offsets must exist before, so children come in already written. */
function table(builder: Builder, slots: Readonly<Record<number, () => void>>): number {
  const numbers = Object.keys(slots).map(Number);
  builder.startObject(Math.max(0, ...numbers.map((slot) => slot + 1)));
  for (const slot of numbers) slots[slot]!();
  return builder.endObject();
}

/** A TFLite file with one graph, enough of the schema for the converter's tests. */
export function tinyTflite(
  tensors: readonly TinyTensor[],
  operators: readonly TinyOperator[],
  inputs: readonly number[],
  outputs: readonly number[],
): Uint8Array {
  const builder = new Builder(4096);
  const buffers = [undefined, ...tensors.map(({ data }) => data)].map((data) => {
    if (data === undefined) return table(builder, {});
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const vector = builder.createByteVector(bytes);
    return table(builder, { 0: () => builder.addFieldOffset(0, vector, 0) });
  });
  const codes = operators.map(({ code }) => {
    if (typeof code === 'number') return table(builder, { 3: () => builder.addFieldInt32(3, code, 0) });
    const name = builder.createString(code);
    return table(builder, { 1: () => builder.addFieldOffset(1, name, 0), 3: () => builder.addFieldInt32(3, 32, 0) });
  });
  const tensorTables = tensors.map((tensor, index) => {
    const shape = intVector(builder, tensor.shape);
    const name = builder.createString(tensor.name);
    return table(builder, {
      0: () => builder.addFieldOffset(0, shape, 0),
      1: () => builder.addFieldInt8(1, tensor.type ?? 0, 0),
      2: () => builder.addFieldInt32(2, index + 1, 0),
      3: () => builder.addFieldOffset(3, name, 0),
    });
  });
  const operatorTables = operators.map((operator, index) => {
    const ins = intVector(builder, operator.inputs);
    const outs = intVector(builder, operator.outputs);
    const slots = Object.entries(operator.options ?? {}).map(([key, { byte, int }]) => {
      const slot = Number(key);
      const write = (): void =>
        byte === undefined ? builder.addFieldInt32(slot, int!, -999) : builder.addFieldInt8(slot, byte, -99);
      return [slot, write] as const;
    });
    const options = table(builder, Object.fromEntries(slots));
    return table(builder, {
      0: () => builder.addFieldInt32(0, index, -1),
      1: () => builder.addFieldOffset(1, ins, 0),
      2: () => builder.addFieldOffset(2, outs, 0),
      4: () => builder.addFieldOffset(4, options, 0),
    });
  });
  const children = [tensorTables, operatorTables].map((offsets) => offsetVector(builder, offsets));
  const ends = [inputs, outputs].map((indices) => intVector(builder, indices));
  const graph = table(builder, {
    0: () => builder.addFieldOffset(0, children[0]!, 0),
    1: () => builder.addFieldOffset(1, ends[0]!, 0),
    2: () => builder.addFieldOffset(2, ends[1]!, 0),
    3: () => builder.addFieldOffset(3, children[1]!, 0),
  });
  const lists = [codes, [graph], buffers].map((offsets) => offsetVector(builder, offsets));
  const model = table(builder, {
    0: () => builder.addFieldInt32(0, 3, 0),
    1: () => builder.addFieldOffset(1, lists[0]!, 0),
    2: () => builder.addFieldOffset(2, lists[1]!, 0),
    4: () => builder.addFieldOffset(4, lists[2]!, 0),
  });
  builder.finish(model, 'TFL3');
  return builder.asUint8Array();
}
