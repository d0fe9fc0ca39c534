import { describe, expect, it } from 'vitest';
import { noise } from '../testing/reference.ts';
import { binary, unary } from './elementwise-ops.ts';
import { constant, GraphBuilder } from './graph-builder.ts';
import { type ProtobufField, readProtobuf } from './protobuf.ts';

const read = (field: ProtobufField): ProtobufField[] => readProtobuf(field.value as Uint8Array);
const graphOf = (bytes: Uint8Array): ProtobufField[] => read(readProtobuf(bytes).find(({ field }) => field === 7)!);
const textIn = (fields: readonly ProtobufField[], number: number): string =>
  new TextDecoder().decode(fields.find(({ field }) => field === number)!.value as Uint8Array);
const operators = (bytes: Uint8Array): string[] =>
  graphOf(bytes)
    .filter(({ field }) => field === 1)
    .map((node) => textIn(read(node), 4));
const initializerTypes = (bytes: Uint8Array): number[] =>
  graphOf(bytes)
    .filter(({ field }) => field === 5)
    .map((tensor) => Number(read(tensor).find(({ field }) => field === 2)!.value));

describe('GraphBuilder', () => {
  it('leaves out what no output needs', () => {
    const graph = new GraphBuilder('test');
    const input = graph.input('in', [4]);
    unary(graph, 'Sigmoid', input);
    graph.output('out', unary(graph, 'Relu', input));
    expect(operators(graph.finish())).toEqual(['Relu', 'Identity']);
  });

  it('stores equal constants once and keeps types apart', () => {
    const graph = new GraphBuilder('test');
    const a = graph.initializer(Float32Array.of(1, 2), [2]);
    expect(graph.initializer(Float32Array.of(1, 2), [2])).toBe(a);
    expect(graph.initializer(Float32Array.of(1, 2), [1, 2])).not.toBe(a);
    expect(graph.initializer(new Int32Array(2), [2])).not.toBe(graph.initializer(new Float32Array(2), [2]));
  });

  it('changes the layout of a tensor once, however often it is asked for', () => {
    const graph = new GraphBuilder('test');
    const input = graph.input('in', [1, 2, 3, 4]);
    expect(graph.channelsFirst(input)).toBe(graph.channelsFirst(input));
    expect(() => graph.channelsFirst(graph.input('flat', [4]))).toThrow('channels-first');
  });

  it('stores large constants in half precision only when that is exact', () => {
    const build = (values: Float32Array): Uint8Array => {
      const graph = new GraphBuilder('test');
      const shape = [values.length];
      graph.output('out', binary(graph, 'Add', graph.input('in', shape), constant(values, shape)));
      return graph.finish();
    };
    const exact = build(new Float32Array(100).fill(0.25));
    expect(initializerTypes(exact)).toEqual([10]);
    expect(operators(exact)).toEqual(['Cast', 'Add', 'Identity']);
    expect(initializerTypes(build(new Float32Array(100).fill(0.1)))).toEqual([1]);
    expect(initializerTypes(build(new Float32Array(4).fill(0.25)))).toEqual([1]);
  });

  it('refuses a constant whose data does not fill its shape', () => {
    expect(() => constant(noise([6], 1).data, [7])).toThrow('6 values');
  });
});
