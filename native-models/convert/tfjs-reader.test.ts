import { describe, expect, it } from 'vitest';
import { readTfjs, type TfjsFile } from './tfjs-reader.ts';

function file(weights: TfjsFile['weightsManifest'][number]['weights'], paths = ['a.bin']): TfjsFile {
  return { modelTopology: { node: [{ name: 'x', op: 'Const' }] }, weightsManifest: [{ paths, weights }] };
}
const bytes = (...arrays: ArrayBufferView[]): Uint8Array =>
  Buffer.concat(arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)));

describe('readTfjs', () => {
  it('decodes every kind of weight, in order', () => {
    const stored = bytes(
      Float32Array.of(1.5, -2),
      Uint16Array.of(0x3c00),
      Uint8Array.of(0, 255),
      Int32Array.of(-7),
      Uint16Array.of(10),
    );
    const { weights, nodes } = readTfjs(
      file([
        { name: 'plain', shape: [2], dtype: 'float32' },
        { name: 'half', shape: [1], dtype: 'float32', quantization: { dtype: 'float16' } },
        { name: 'byte', shape: [2], dtype: 'float32', quantization: { dtype: 'uint8', scale: 0.1, min: -1 } },
        { name: 'axis', shape: [], dtype: 'int32' },
        { name: 'word', shape: [1], dtype: 'int32', quantization: { dtype: 'uint16', scale: 2, min: 1 } },
      ]),
      () => stored,
    );
    expect(weights.get('plain')!.data).toEqual(Float32Array.of(1.5, -2));
    expect(weights.get('half')!.data).toEqual(Float32Array.of(1));
    expect(weights.get('byte')!.data).toEqual(Float32Array.of(-1, 24.5));
    expect(weights.get('axis')!.data).toEqual(Int32Array.of(-7));
    expect(weights.get('word')!.data).toEqual(Int32Array.of(21));
    expect(nodes.get('x')!.op).toBe('Const');
  });

  it('reads weights across the border of two files', () => {
    const all = bytes(Float32Array.of(3, 4));
    const parts: Record<string, Uint8Array> = { 'a.bin': all.subarray(0, 3), 'b.bin': all.subarray(3) };
    const source = file([{ name: 'w', shape: [2], dtype: 'float32' }], ['a.bin', 'b.bin']);
    expect(readTfjs(source, (name) => parts[name]!).weights.get('w')!.data).toEqual(Float32Array.of(3, 4));
  });

  it('refuses left-over bytes, unknown types and quantisation without scale', () => {
    const one = () => bytes(Float32Array.of(3, 4));
    expect(() => readTfjs(file([{ name: 'w', shape: [1], dtype: 'float32' }]), one)).toThrow('8 bytes');
    expect(() => readTfjs(file([{ name: 'w', shape: [1], dtype: 'bool' }]), one)).toThrow('bool');
    const quantization = { dtype: 'uint8' };
    expect(() => readTfjs(file([{ name: 'w', shape: [1], dtype: 'float32', quantization }]), one)).toThrow('scale');
  });
});
