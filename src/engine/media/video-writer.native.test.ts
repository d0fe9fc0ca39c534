import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PresetId } from '../../contract/presets.ts';
import type { Picture, PictureColour, PictureLayout } from '../../core/picture.ts';
import { rational } from '../../core/rational.ts';
import { readExr } from './exr.ts';
import { allLayouts, planarFormatOf } from './pixel-formats.ts';
import { probeMedia } from './probe.ts';
import { filmOptions, frameHashes, writeFilm } from './testing/films.ts';
import { hasSystemFfmpeg, systemFrameHashes, TEST_COLOUR, testFrame, YUV420 } from './testing/synthetic.ts';
import { openVideo } from './video-source.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-writer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function firstPicture(path: string, index = 0): Promise<Picture> {
  await using source = await openVideo(path);
  return (await source.frameAt(index)).picture;
}

function peakSignalToNoise(a: Picture, b: Picture): number {
  let error = 0;
  let count = 0;
  for (const [plane, samples] of a.planes.entries())
    for (const [i, value] of samples.entries()) {
      error += (value / 2 ** a.layout.bitDepth - b.planes[plane]![i]! / 2 ** b.layout.bitDepth) ** 2;
      count++;
    }
  return 10 * Math.log10(count / error);
}

/** FFV1 formats that FFmpeg 5 and 6 do not decode. */
const OLD_FFMPEG_LACKS = new Set(['yuva422p12le', 'yuva444p12le']);

function packedHash({ planes, width, height }: Picture): string {
  const packed = new Uint8Array(width * height * planes.length);
  for (const [plane, samples] of planes.entries())
    for (const [i, value] of samples.entries()) packed[i * planes.length + plane] = value;
  return createHash('md5').update(packed).digest('hex');
}

describe('FFV1 gives back identical samples', () => {
  const colours: PictureColour[] = [
    TEST_COLOUR,
    {
      ...TEST_COLOUR,
      range: 'full',
      matrix: 'bt601',
      primaries: 'bt470bg',
      transfer: 'smpte170m',
      chromaLocation: 'center',
    },
    { ...TEST_COLOUR, matrix: 'bt2020', primaries: 'bt2020', transfer: 'smpte2084', chromaLocation: 'topleft' },
  ];
  for (const layout of allLayouts()) {
    const { name } = planarFormatOf(layout)!;
    it(`${name}, odd size, and its colour tags`, async () => {
      for (const [index, given] of colours.entries()) {
        const colour = layout.family === 'rgb' ? { ...given, range: 'full' as const, matrix: 'rgb' as const } : given;
        const path = join(folder, `${name}-${index}.mkv`);
        const { report, hashes } = await writeFilm(
          path,
          3,
          filmOptions('ffv1', { layout, colour, width: 53, height: 39 }),
        );
        expect(report.conversion).toBeNull();
        expect(await frameHashes(path)).toEqual(hashes);
        const { video } = await probeMedia(path);
        expect(video).toMatchObject({ width: 53, height: 39, layout, frameCount: 3 });
        expect(video!.colour).toMatchObject({
          range: colour.range,
          transfer: colour.transfer,
          primaries: colour.primaries,
        });
        if (layout.family === 'yuv') expect(video!.colour.matrix).toBe(colour.matrix);
        if (layout.chromaShiftY === 1 && layout.chromaShiftX === 1)
          expect(video!.colour.chromaLocation).toBe(colour.chromaLocation);
        if (!hasSystemFfmpeg || OLD_FFMPEG_LACKS.has(name)) continue;
        // FFmpeg before 7 converts packed RGBA to planes by way of YUV, so it is asked for RGBA itself.
        if (name === 'gbrap')
          expect(systemFrameHashes(path, 'rgba')).toEqual(
            [0, 1, 2].map((i) => packedHash(testFrame(53, 39, i, layout, colour))),
          );
        else expect(systemFrameHashes(path, name)).toEqual(hashes);
      }
    });
  }
});

describe('presets', () => {
  const deep: PictureLayout = { ...YUV420, bitDepth: 10, chromaShiftY: 0 };
  const cases: {
    preset: PresetId;
    layout: PictureLayout;
    pixelFormat: string;
    decibels: number;
    width?: number;
    height?: number;
  }[] = [
    { preset: 'h264', layout: YUV420, pixelFormat: 'yuv420p', decibels: 30 },
    { preset: 'h264', layout: deep, pixelFormat: 'yuv422p10le', decibels: 30 },
    {
      preset: 'h264',
      layout: { ...YUV420, chromaShiftX: 0, chromaShiftY: 0 },
      pixelFormat: 'yuv444p',
      decibels: 28,
      width: 95,
      height: 63,
    },
    { preset: 'h265', layout: YUV420, pixelFormat: 'yuv420p', decibels: 28 },
    { preset: 'h265', layout: deep, pixelFormat: 'yuv422p10le', decibels: 28 },
    { preset: 'prores422hq', layout: deep, pixelFormat: 'yuv422p10le', decibels: 35 },
    { preset: 'dnxhr', layout: deep, pixelFormat: 'yuv422p10le', decibels: 30, width: 256, height: 128 },
    {
      preset: 'dnxhr',
      layout: { ...YUV420, chromaShiftY: 0 },
      pixelFormat: 'yuv422p',
      decibels: 30,
      width: 256,
      height: 128,
    },
  ];
  for (const { preset, layout, pixelFormat, decibels, width = 96, height = 64 } of cases)
    it(`${preset} from ${planarFormatOf(layout)!.name} ${width}x${height}`, async () => {
      const path = join(folder, `${preset}-${pixelFormat}${preset.startsWith('h') ? '.mp4' : '.mov'}`);
      const { report } = await writeFilm(path, 12, filmOptions(preset, { layout, width, height }));
      expect(report).toMatchObject({ frames: 12, pixelFormat, conversion: null, hardware: false });
      expect(report.bytes).toBe((await stat(path)).size);
      const { video } = await probeMedia(path);
      expect(video).toMatchObject({ width, height, frameCount: 12, rate: rational(25), variableRate: false });
      expect(video!.colour).toMatchObject({ range: 'limited', matrix: 'bt709', primaries: 'bt709', transfer: 'bt709' });
      const back = await firstPicture(path, 7);
      expect(peakSignalToNoise(testFrame(width, height, 7, layout), back)).toBeGreaterThan(decibels);
      if (hasSystemFfmpeg) expect(systemFrameHashes(path)).toHaveLength(12);
    });

  it('tells conversions: RGB to H.264, full range to ProRes, odd 4:2:0 to H.264', async () => {
    const rgb: PictureLayout = { family: 'rgb', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false };
    const colour: PictureColour = { ...TEST_COLOUR, range: 'full', matrix: 'rgb' };
    const fromRgb = await writeFilm(join(folder, 'rgb.mp4'), 2, filmOptions('h264', { layout: rgb, colour }));
    expect(fromRgb.report.conversion).toBe('gbrp full -> yuv420p limited');
    const fromFull = await writeFilm(
      join(folder, 'full.mov'),
      2,
      filmOptions('prores422hq', {
        layout: { ...YUV420, bitDepth: 10, chromaShiftY: 0 },
        colour: { ...TEST_COLOUR, range: 'full' },
      }),
    );
    expect(fromFull.report.conversion).toBe('yuv422p10le full -> yuv422p10le limited');
    const odd = await writeFilm(join(folder, 'odd.mp4'), 2, filmOptions('h264', { width: 33, height: 21 }));
    expect(odd.report.conversion).toBe('yuv420p limited -> yuv444p limited');
    expect((await probeMedia(join(folder, 'odd.mp4'))).video).toMatchObject({ width: 33, height: 21 });
  });

  it('full-range H.264 stays full range without conversion', async () => {
    const path = join(folder, 'full.mp4');
    const colour: PictureColour = {
      ...TEST_COLOUR,
      range: 'full',
      matrix: 'bt601',
      primaries: 'smpte170m',
      transfer: 'smpte170m',
    };
    const { report } = await writeFilm(path, 3, filmOptions('h264', { colour }));
    expect(report.conversion).toBeNull();
    expect((await probeMedia(path)).video!.colour).toEqual({ ...colour, chromaLocation: 'left' });
  });

  it('keeps transparency in ProRes 4444', async () => {
    const layout: PictureLayout = { family: 'yuv', bitDepth: 10, chromaShiftX: 0, chromaShiftY: 0, alpha: true };
    const path = join(folder, 'alpha.mov');
    const { report } = await writeFilm(path, 3, filmOptions('prores422hq', { layout }));
    expect(report.pixelFormat).toBe('yuva444p10le');
    expect((await probeMedia(path)).video!.layout.alpha).toBe(true);
  });

  for (const [name, layout] of [
    ['8-bit', { family: 'rgb', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: true }],
    ['16-bit', { family: 'rgb', bitDepth: 16, chromaShiftX: 0, chromaShiftY: 0, alpha: false }],
  ] as const)
    it(`PNG sequence keeps ${name} RGB to the bit and reads back as a clip`, async () => {
      const path = join(folder, `png-${name}`);
      const { report, hashes } = await writeFilm(
        path,
        4,
        filmOptions('png-sequence', { layout, colour: { ...TEST_COLOUR, range: 'full', matrix: 'rgb' } }),
      );
      expect(report).toMatchObject({ frames: 4, conversion: null });
      expect((await readdir(path)).sort()).toEqual([1, 2, 3, 4].map((n) => `frame-00000${n}.png`));
      expect(await frameHashes(path)).toEqual(hashes);
      const { video } = await probeMedia(path, { imageSequenceRate: rational(24) });
      expect(video).toMatchObject({ rate: rational(24), frameCount: 4 });
    });

  it('EXR sequence holds RGB in the transfer curve of the source', async () => {
    const path = join(folder, 'exr');
    await writeFilm(path, 2, filmOptions('exr-sequence'));
    const image = await readExr(join(path, 'frame-000002.exr'));
    expect(image.channels.map(({ name }) => name)).toEqual(['B', 'G', 'R']);
    expect(image.attributes).toEqual({ transfer: 'bt709' });
    expect((await probeMedia(path)).video).toMatchObject({ width: 96, height: 64, frameCount: 2 });
  });
});

describe('time', () => {
  for (const [num, den] of [
    [24_000, 1001],
    [24, 1],
    [30_000, 1001],
    [50, 1],
    [60_000, 1001],
    [12_500, 1000],
  ] as const)
    it(`${num}/${den} comes back exactly, with its timecode`, async () => {
      for (const preset of ['h264', 'prores422hq', 'ffv1'] as const) {
        const path = join(
          folder,
          `rate-${num}-${preset}${preset === 'h264' ? '.mp4' : preset === 'ffv1' ? '.mkv' : '.mov'}`,
        );
        await writeFilm(path, 30, filmOptions(preset, { rate: rational(num, den), timecode: '01:00:00:00' }));
        const { video } = await probeMedia(path);
        expect(video).toMatchObject({
          rate: rational(num, den),
          variableRate: false,
          frameCount: 30,
          timecode: '01:00:00:00',
        });
      }
    });

  it('keeps the true times of a variable rate in MP4 and Matroska', async () => {
    const ticks = Float64Array.from([0, 33, 66, 133, 166, 266, 300, 333]);
    const timestamps = { timeBase: rational(1, 1000), ticks, end: 400 };
    for (const [preset, name] of [
      ['h264', 'vfr.mp4'],
      ['h265', 'vfr-h265.mp4'],
      ['ffv1', 'vfr.mkv'],
    ] as const) {
      const path = join(folder, name);
      await writeFilm(path, 8, filmOptions(preset, { rate: rational(20), timestamps }));
      await using source = await openVideo(path);
      expect(source.info.video).toMatchObject({ variableRate: true, rate: rational(20), frameCount: 8 });
      for (const [index, tick] of ticks.entries()) {
        expect(source.secondsOf(index)).toBeCloseTo(tick / 1000, 4);
        expect(source.frameAtSeconds(tick / 1000 + 0.01)).toBe(index);
      }
      expect(source.secondsOf(8)).toBeCloseTo(0.4, 2);
      const again = source.timestamps(2, 6)!;
      expect(
        Array.from(again.ticks, (tick) => Math.round((tick * 1000 * again.timeBase.num) / again.timeBase.den)),
      ).toEqual([66, 133, 166, 266]);
    }
  });

  it.skipIf(!hasSystemFfmpeg)('flags interlaced output', async () => {
    const path = join(folder, 'interlaced.mp4');
    await writeFilm(path, 6, filmOptions('h264', { fieldOrder: 'top-first' }));
    expect((await probeMedia(path)).video).toMatchObject({ interlaced: true, fieldOrder: 'top-first' });
  });
});

describe('tags', () => {
  it('arbitrary keys survive in MP4, MOV and Matroska', async () => {
    const tags = {
      title: 'A shot',
      'retake.provenance': '{"claim":"edited","frames":[1,2]}',
      'com.example.Key': 'ä ß 中',
    };
    for (const [preset, name] of [
      ['h264', 'tags.mp4'],
      ['dnxhr', 'tags.mov'],
      ['ffv1', 'tags.mkv'],
    ] as const) {
      const path = join(folder, name);
      await writeFilm(path, 2, filmOptions(preset, { tags, width: 256, height: 128 }));
      const read = (await probeMedia(path)).tags;
      const lower = Object.fromEntries(Object.entries(read).map(([key, value]) => [key.toLowerCase(), value]));
      for (const [key, value] of Object.entries(tags)) expect(lower[key.toLowerCase()], `${name} ${key}`).toBe(value);
    }
  });
});
