import { ProtobufWriter } from './protobuf.ts';
import type { Shape } from './tensor.ts';

/** Element types that the converter writes, by their number in onnx.TensorProto.DataType. */
export const ELEMENT_TYPES = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10 } as const;

/** One of {@link ELEMENT_TYPES}. */
export type ElementType = keyof typeof ELEMENT_TYPES;

/** A node attribute; plain numbers are integers, floats are marked as such. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** One operator call. An empty input name leaves an optional input out. */
export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A constant tensor stored in the file. */
export interface OnnxInitializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: Shape;
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint16Array;
}

/** Name and shape of a float32 input or output. */
export interface OnnxPort {
  readonly name: string;
  readonly shape: Shape;
}

/** Everything an .onnx file holds. */
export interface OnnxGraph {
  readonly name: string;
  readonly nodes: readonly OnnxNode[];
  readonly initializers: readonly OnnxInitializer[];
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
}

/** Opset 17 is the newest that every execution provider of ONNX Runtime 1.30 covers without fallback nodes. */
const OPSET = 17;
/** IR version 8 belongs to opset 17. */
const IR_VERSION = 8;

function encodeAttribute(name: string, value: Attribute): ProtobufWriter {
  const writer = new ProtobufWriter().text(1, name);
  if (typeof value === 'number') return writer.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return writer.text(4, value).integer(20, 3);
  if ('float' in value) return writer.float(2, value.float).integer(20, 1);
  return writer.integers(8, value).integer(20, 7);
}

function encodePort(port: OnnxPort): ProtobufWriter {
  const shape = new ProtobufWriter();
  for (const dimension of port.shape) shape.message(1, new ProtobufWriter().integer(1, dimension));
  const tensor = new ProtobufWriter().integer(1, ELEMENT_TYPES.float32).message(2, shape);
  return new ProtobufWriter().text(1, port.name).message(2, new ProtobufWriter().message(1, tensor));
}

function encodeNode(node: OnnxNode): ProtobufWriter {
  const writer = new ProtobufWriter();
  for (const input of node.inputs) writer.text(1, input);
  writer.text(2, node.output).text(3, node.output).text(4, node.operator);
  for (const [name, value] of Object.entries(node.attributes)) writer.message(5, encodeAttribute(name, value));
  return writer;
}

function encodeInitializer(tensor: OnnxInitializer): ProtobufWriter {
  const raw = new Uint8Array(tensor.data.buffer, tensor.data.byteOffset, tensor.data.byteLength);
  return new ProtobufWriter()
    .integers(1, tensor.shape)
    .integer(2, ELEMENT_TYPES[tensor.type])
    .text(8, tensor.name)
    .bytes(9, raw);
}

/** Serialises a graph as an ONNX file (onnx.proto3, field numbers of onnx 1.13). */
export function encodeOnnx(graph: OnnxGraph): Uint8Array {
  const body = new ProtobufWriter();
  for (const node of graph.nodes) body.message(1, encodeNode(node));
  body.text(2, graph.name);
  for (const tensor of graph.initializers) body.message(5, encodeInitializer(tensor));
  for (const port of graph.inputs) body.message(11, encodePort(port));
  for (const port of graph.outputs) body.message(12, encodePort(port));
  return new ProtobufWriter()
    .integer(1, IR_VERSION)
    .text(2, 'retake')
    .message(7, body)
    .message(8, new ProtobufWriter().text(1, '').integer(2, OPSET))
    .finish();
}
