import { describe, expect, it } from 'vitest';
import { waveFile } from './wave-file.ts';

describe('waveFile', () => {
  const ascii = (bytes: Uint8Array, at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));

  it('writes the header of the format and interleaves channels', () => {
    const bytes = waveFile([Float32Array.of(0, 1), Float32Array.of(-1, 0.5)], 48_000, 'int16');
    const view = new DataView(bytes.buffer);
    expect([ascii(bytes, 0), ascii(bytes, 8), ascii(bytes, 12), ascii(bytes, 36)]).toEqual([
      'RIFF',
      'WAVE',
      'fmt ',
      'data',
    ]);
    expect(view.getUint32(4, true)).toBe(bytes.length - 8);
    expect([view.getUint16(20, true), view.getUint16(22, true), view.getUint32(24, true)]).toEqual([1, 2, 48_000]);
    expect([view.getUint32(28, true), view.getUint16(32, true), view.getUint16(34, true)]).toEqual([192_000, 4, 16]);
    expect(view.getUint32(40, true)).toBe(8);
    expect([0, 1, 2, 3].map((i) => view.getInt16(44 + i * 2, true))).toEqual([0, -32_767, 32_767, 16_384]);
  });

  it('cuts off what is too loud in whole numbers and keeps it in floats', () => {
    const loud = [Float32Array.of(1.5, -2)];
    const whole = new DataView(waveFile(loud, 8000, 'int16').buffer);
    expect([whole.getInt16(44, true), whole.getInt16(46, true)]).toEqual([32_767, -32_767]);
    const floats = new DataView(waveFile(loud, 8000, 'float32').buffer);
    expect([floats.getUint16(20, true), floats.getFloat32(44, true), floats.getFloat32(48, true)]).toEqual([
      3, 1.5, -2,
    ]);
  });

  it('holds no samples where there are none', () => {
    expect(waveFile([new Float32Array(0)], 16_000, 'int16').length).toBe(44);
  });
});
