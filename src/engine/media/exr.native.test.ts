import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeExr, readExr, writeExr } from './exr.ts';
import { fromHalf, toHalf } from './half-float.ts';
import { hasSystemFfmpeg, systemFfmpeg } from './testing/synthetic.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-exr-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('half floats', () => {
  it('gives back every code', () => {
    for (let code = 0; code < 0x1_0000; code++) {
      const value = fromHalf(code);
      if (!Number.isNaN(value)) expect(toHalf(value)).toBe(code);
    }
  });

  it('rounds to the nearest code, ties to even', () => {
    fc.assert(
      fc.property(fc.double({ min: -65_504, max: 65_504, noNaN: true }), (double) => {
        const value = Math.fround(double);
        const code = toHalf(value);
        const error = Math.abs(fromHalf(code) - value);
        for (const other of [code - 1, code + 1])
          if ((other & 0x7fff) < 0x7c00 && other >= 0)
            expect(error).toBeLessThanOrEqual(Math.abs(fromHalf(other) - value));
      }),
    );
    expect(toHalf(1 + 2 ** -11)).toBe(toHalf(1));
    expect(toHalf(1 + 3 * 2 ** -11)).toBe(toHalf(1 + 2 ** -9));
  });
});

const ramp = (count: number, scale: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => ((i * 37) % 101) * scale - 0.25);

describe('EXR', () => {
  it('keeps named float and half channels and text attributes', async () => {
    const [width, height] = [37, 35];
    const path = join(folder, 'st.exr');
    const channels = [
      { name: 'V', type: 'float', samples: ramp(width * height, 0.013) },
      { name: 'U', type: 'float', samples: ramp(width * height, 0.007) },
      { name: 'A', type: 'half', samples: ramp(width * height, 0.25) },
    ] as const;
    await writeExr(path, { width, height, channels, attributes: { note: 'edit of a shot' } });
    const read = await readExr(path);
    expect(read.channels.map(({ name }) => name)).toEqual(['A', 'U', 'V']);
    expect(read.attributes).toEqual({ note: 'edit of a shot' });
    for (const { name, samples } of channels)
      expect(read.channels.find((each) => each.name === name)!.samples).toEqual(samples);
    expect(await readdir(folder)).toEqual(['st.exr']);
  });

  it.skipIf(!hasSystemFfmpeg)('is read by an independent decoder', async () => {
    const [width, height] = [50, 33];
    const path = join(folder, 'rgba.exr');
    const channel = (name: string, scale: number) => ({
      name,
      type: 'float' as const,
      samples: ramp(width * height, scale),
    });
    const channels = [channel('R', 0.01), channel('G', 0.02), channel('B', 0.003), channel('A', 0.005)];
    await writeExr(path, { width, height, channels });
    const raw = join(folder, 'rgba.raw');
    systemFfmpeg('-i', path, '-f', 'rawvideo', '-pix_fmt', 'gbrapf32le', raw);
    const bytes = await readFile(raw);
    const floats = new Float32Array(bytes.buffer, bytes.byteOffset, width * height * 4);
    for (const [plane, name] of ['G', 'B', 'R', 'A'].entries())
      expect(floats.slice(plane * width * height, (plane + 1) * width * height)).toEqual(
        channels.find((each) => each.name === name)!.samples,
      );
  });

  it('refuses what is no EXR, and one that breaks off', async () => {
    const text = join(folder, 'text.exr');
    await writeFile(text, 'this is not a picture');
    await expect(readExr(text)).rejects.toMatchObject({ code: 'not-media' });
    const whole = await encodeExr({
      width: 64,
      height: 64,
      channels: [{ name: 'Y', type: 'half', samples: ramp(4096, 0.01) }],
    });
    await writeFile(text, whole.subarray(0, whole.length - 200));
    await expect(readExr(text)).rejects.toMatchObject({ code: 'media-damaged' });
  });

  it('refuses channels of the wrong length or with the same name', async () => {
    const channel = { name: 'Y', type: 'half', samples: new Float32Array(3) } as const;
    await expect(encodeExr({ width: 2, height: 2, channels: [channel] })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
    await expect(encodeExr({ width: 3, height: 1, channels: [channel, channel] })).rejects.toMatchObject({
      code: 'invalid-argument',
    });
  });
});
