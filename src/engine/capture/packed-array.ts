import { deflateSync, inflateSync } from 'node:zlib';
import type { PackedArray } from '../../contract/performance-file.ts';
import { RetakeError } from '../../core/errors.ts';

const LEVEL = 6;

function bytesOf(data: Float32Array | Int32Array | Uint8Array): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function values(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function encode(bytes: Uint8Array): string {
  return deflateSync(bytes, { level: LEVEL }).toString('base64');
}

/** Packs floats without loss. */
export function packFloats(data: Float32Array, shape: readonly number[]): PackedArray {
  return { type: 'f32', shape: [...shape], data: encode(bytesOf(data)) };
}

/** Packs bytes. */
export function packBytes(data: Uint8Array, shape: readonly number[]): PackedArray {
  return { type: 'u8', shape: [...shape], data: encode(data) };
}

/** Packs floats rounded to multiples of `step`, row after row as differences: small for what moves slowly. */
export function packDeltas(data: Float32Array, shape: readonly number[], step: number): PackedArray {
  const total = values(shape);
  const width = shape[0] ? total / shape[0] : 0;
  const planes = new Uint8Array(total * 4);
  for (let i = 0; i < total; i++) {
    const now = Math.round(data[i]! / step);
    const delta = i < width ? now : now - Math.round(data[i - width]! / step);
    for (let b = 0; b < 4; b++) planes[b * total + i] = (delta >> (8 * b)) & 255;
  }
  return { type: 'delta', shape: [...shape], step, data: encode(planes) };
}

function inflate(packed: PackedArray, bytes: number, what: string): Uint8Array {
  let out: Uint8Array;
  try {
    out = inflateSync(Buffer.from(packed.data, 'base64'), { maxOutputLength: Math.max(1, bytes) });
  } catch (error) {
    throw damaged(what, error);
  }
  if (out.length !== bytes) throw damaged(what);
  return out;
}

function damaged(what: string, cause?: unknown): RetakeError {
  return new RetakeError(
    'file-damaged',
    `The performance file is damaged: its ${what} do not unpack. Run "retake track" again to make a new one.`,
    { part: what },
    cause,
  );
}

function checkShape(packed: PackedArray, shape: readonly number[], what: string): void {
  if (packed.shape.length !== shape.length || shape.some((size, k) => packed.shape[k] !== size)) throw damaged(what);
}

/** Floats of an array that must have this shape; `what` names it in errors. Throws `file-damaged`. */
export function unpackFloats(packed: PackedArray, shape: readonly number[], what: string): Float32Array {
  checkShape(packed, shape, what);
  const total = values(shape);
  if (packed.type === 'f32') {
    const bytes = inflate(packed, total * 4, what);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }
  if (packed.type !== 'delta') throw damaged(what);
  const planes = inflate(packed, total * 4, what);
  const step = packed.step!;
  const width = shape[0] ? total / shape[0] : 0;
  const row = new Int32Array(width);
  const out = new Float32Array(total);
  for (let i = 0; i < total; i++) {
    const k = i % width;
    row[k]! += planes[i]! | (planes[total + i]! << 8) | (planes[2 * total + i]! << 16) | (planes[3 * total + i]! << 24);
    out[i] = row[k]! * step;
  }
  return out;
}

/** Bytes of an array that must have this shape. Throws `file-damaged`. */
export function unpackBytes(packed: PackedArray, shape: readonly number[], what: string): Uint8Array {
  checkShape(packed, shape, what);
  if (packed.type !== 'u8') throw damaged(what);
  return new Uint8Array(inflate(packed, values(shape), what));
}
