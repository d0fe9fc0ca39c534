import { createHash } from 'node:crypto';
import { chmod, link, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PresetId } from '../../contract/presets.ts';
import type { Picture, PictureColour, PictureLayout } from '../../core/picture.ts';
import { rational } from '../../core/rational.ts';
import { readAudio } from './audio-read.ts';
import { readExr } from './exr.ts';
import { allLayouts, planarFormatOf } from './pixel-formats.ts';
import { probeMedia } from './probe.ts';
import {
  hasSystemFfmpeg,
  madeByFfmpeg,
  paintTestFrame,
  pictureHash,
  systemFrameHashes,
  TEST_COLOUR,
  testFrame,
  YUV420,
} from './testing/synthetic.ts';
import { openVideo } from './video-source.ts';
import { createVideoWriter } from './video-writer.ts';
import type { VideoWriterOptions, WriteReport } from './writer-types.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-writer-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const options = (preset: PresetId, more: Partial<VideoWriterOptions> = {}): VideoWriterOptions => ({
  preset,
  width: 96,
  height: 64,
  rate: rational(25),
  layout: YUV420,
  colour: TEST_COLOUR,
  ...more,
});

async function writeFilm(
  path: string,
  count: number,
  settings: VideoWriterOptions,
): Promise<{ report: WriteReport; hashes: string[] }> {
  await using writer = await createVideoWriter(path, settings);
  const picture = testFrame(settings.width, settings.height, 0, settings.layout, settings.colour);
  const hashes: string[] = [];
  for (let index = 0; index < count; index++) {
    paintTestFrame(picture, index);
    hashes.push(pictureHash(picture));
    await writer.write(picture);
  }
  return { report: await writer.finish(), hashes };
}

async function readHashes(path: string): Promise<string[]> {
  await using source = await openVideo(path);
  const hashes: string[] = [];
  for await (const frame of source.frames()) {
    hashes.push(pictureHash(frame.picture));
    frame.release();
  }
  return hashes;
}

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
        const { report, hashes } = await writeFilm(path, 3, options('ffv1', { layout, colour, width: 53, height: 39 }));
        expect(report.conversion).toBeNull();
        expect(await readHashes(path)).toEqual(hashes);
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
      const { report } = await writeFilm(path, 12, options(preset, { layout, width, height }));
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
    const fromRgb = await writeFilm(join(folder, 'rgb.mp4'), 2, options('h264', { layout: rgb, colour }));
    expect(fromRgb.report.conversion).toBe('gbrp full -> yuv420p limited');
    const fromFull = await writeFilm(
      join(folder, 'full.mov'),
      2,
      options('prores422hq', {
        layout: { ...YUV420, bitDepth: 10, chromaShiftY: 0 },
        colour: { ...TEST_COLOUR, range: 'full' },
      }),
    );
    expect(fromFull.report.conversion).toBe('yuv422p10le full -> yuv422p10le limited');
    const odd = await writeFilm(join(folder, 'odd.mp4'), 2, options('h264', { width: 33, height: 21 }));
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
    const { report } = await writeFilm(path, 3, options('h264', { colour }));
    expect(report.conversion).toBeNull();
    expect((await probeMedia(path)).video!.colour).toEqual({ ...colour, chromaLocation: 'left' });
  });

  it('keeps transparency in ProRes 4444', async () => {
    const layout: PictureLayout = { family: 'yuv', bitDepth: 10, chromaShiftX: 0, chromaShiftY: 0, alpha: true };
    const path = join(folder, 'alpha.mov');
    const { report } = await writeFilm(path, 3, options('prores422hq', { layout }));
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
        options('png-sequence', { layout, colour: { ...TEST_COLOUR, range: 'full', matrix: 'rgb' } }),
      );
      expect(report).toMatchObject({ frames: 4, conversion: null });
      expect((await readdir(path)).sort()).toEqual([1, 2, 3, 4].map((n) => `frame-00000${n}.png`));
      expect(await readHashes(path)).toEqual(hashes);
      const { video } = await probeMedia(path, { imageSequenceRate: rational(24) });
      expect(video).toMatchObject({ rate: rational(24), frameCount: 4 });
    });

  it('EXR sequence holds RGB in the transfer curve of the source', async () => {
    const path = join(folder, 'exr');
    await writeFilm(path, 2, options('exr-sequence'));
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
        await writeFilm(path, 30, options(preset, { rate: rational(num, den), timecode: '01:00:00:00' }));
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
      await writeFilm(path, 8, options(preset, { rate: rational(20), timestamps }));
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
    await writeFilm(path, 6, options('h264', { fieldOrder: 'top-first' }));
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
      await writeFilm(path, 2, options(preset, { tags, width: 256, height: 128 }));
      const read = (await probeMedia(path)).tags;
      const lower = Object.fromEntries(Object.entries(read).map(([key, value]) => [key.toLowerCase(), value]));
      for (const [key, value] of Object.entries(tags)) expect(lower[key.toLowerCase()], `${name} ${key}`).toBe(value);
    }
  });
});

const speechFilm = (name: string, audio: string[], extra: string[] = []): string =>
  madeByFfmpeg(
    name,
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=160x120:rate=25:duration=3',
    ...extra,
    '-f',
    'lavfi',
    '-i',
    'aevalsrc=sin(440*2*PI*t)*gt(mod(t\\,1)\\,0.5):s=48000:d=3',
    '-map',
    '0:v',
    '-map',
    '1:a',
    '-pix_fmt',
    'yuv420p',
    '-c:v',
    'libx264',
    ...audio,
  );

describe.skipIf(!hasSystemFfmpeg)('sound', () => {
  async function remake(
    source: string,
    path: string,
    preset: PresetId,
    from?: number,
    until?: number,
  ): Promise<WriteReport> {
    await using clip = await openVideo(source);
    const { video } = clip.info;
    const [first, last] = [from ?? 0, until ?? clip.frameCount];
    await using writer = await createVideoWriter(path, {
      ...options(preset, {
        width: video.width,
        height: video.height,
        rate: clip.rate,
        layout: video.layout,
        colour: video.colour,
      }),
      sourceForAudio: {
        path: source,
        ...(from === undefined ? {} : { fromSeconds: clip.secondsOf(first), untilSeconds: clip.secondsOf(last) }),
      },
    });
    for await (const frame of clip.frames(first, last)) {
      await writer.write(frame.picture);
      frame.release();
    }
    return writer.finish();
  }

  it('is copied untouched for the whole clip', async () => {
    const source = speechFilm('aac.mp4', ['-c:a', 'aac', '-ac', '2']);
    const path = join(folder, 'copied.mp4');
    expect((await remake(source, path, 'h264')).audio).toEqual([{ how: 'copied', codec: 'aac', reason: null }]);
    const [before, after] = [
      await readAudio(source, { sampleRate: 48_000, channels: 2 }),
      await readAudio(path, { sampleRate: 48_000, channels: 2 }),
    ];
    expect(after.startSeconds).toBeCloseTo(before.startSeconds, 3);
    expect(after.channels).toEqual(before.channels);
  });

  it('5.1 is copied, and encoded with its channels when trimmed', async () => {
    const source = speechFilm('ac3-51.mkv', ['-af', 'pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0', '-c:a', 'ac3']);
    const whole = join(folder, 'copied-51.mp4');
    expect((await remake(source, whole, 'h264')).audio).toEqual([{ how: 'copied', codec: 'ac3', reason: null }]);
    const part = join(folder, 'part-51.mp4');
    const report = await remake(source, part, 'h264', 25, 50);
    expect(report.audio).toEqual([{ how: 'encoded', codec: 'aac', reason: 'only a part of the clip is written' }]);
    expect((await probeMedia(part)).audio[0]).toMatchObject({ codec: 'aac', channels: 6 });
  });

  it('a part is cut to the sample and in sync', async () => {
    const source = speechFilm('pcm.mkv', ['-c:a', 'pcm_s16le', '-ac', '1']);
    for (const [preset, name] of [
      ['h264', 'part.mp4'],
      ['prores422hq', 'part.mov'],
      ['ffv1', 'part.mkv'],
    ] as const) {
      const path = join(folder, name);
      const report = await remake(source, path, preset, 20, 60);
      expect(report.audio[0]!.how).toBe('encoded');
      const sound = await readAudio(path, { sampleRate: 48_000, channels: 1 });
      const samples = sound.channels[0]!;
      expect(Math.abs(sound.startSeconds)).toBeLessThan(0.03);
      // Loud from 0.5 s to 1 s of each second; frame 20 is 0.8 s: silence begins after 0.2 s and ends after 0.7 s.
      const loud = (from: number, until: number): number => {
        const [a, b] = [from, until].map((seconds) => Math.round((seconds - sound.startSeconds) * 48_000));
        return Math.hypot(...samples.subarray(a, b)) / Math.sqrt(b! - a!);
      };
      expect(loud(0.1, 0.19)).toBeGreaterThan(0.5);
      expect(loud(0.22, 0.68)).toBeLessThan(0.02);
      expect(loud(0.71, 0.79)).toBeGreaterThan(0.5);
      expect(samples.length / 48_000 + sound.startSeconds).toBeCloseTo(1.6, 1);
    }
  });

  it('a start before or after the picture is kept', async () => {
    for (const [name, offset] of [
      ['late-video.mkv', 0.7],
      ['late-audio.mkv', -0.4],
    ] as const) {
      const source = speechFilm(name, ['-c:a', 'aac', '-ac', '1'], []);
      const shifted = madeByFfmpeg(
        `shifted-${name}`,
        ...(offset > 0
          ? ['-i', source, '-itsoffset', String(-offset), '-i', source]
          : ['-i', source, '-itsoffset', String(-offset), '-i', source]),
        '-map',
        '0:v',
        '-map',
        '1:a',
        '-c',
        'copy',
      );
      const before = await probeMedia(shifted);
      expect(before.audio[0]!.startSeconds).toBeCloseTo(-offset, 1);
      for (const preset of ['h264', 'ffv1'] as const) {
        const path = join(folder, `${preset}-${name}${preset === 'h264' ? '.mp4' : '.mkv'}`);
        await remake(shifted, path, preset);
        expect((await probeMedia(path)).audio[0]!.startSeconds).toBeCloseTo(before.audio[0]!.startSeconds, 2);
      }
    }
  });
});

describe('an output appears whole or not at all', () => {
  async function emptyFolder(name: string): Promise<string> {
    const path = join(folder, name);
    await mkdir(path);
    return path;
  }

  it('leaves nothing after an abort, an error, or a cancellation', async () => {
    const place = await emptyFolder('aborts');
    const aborted = await createVideoWriter(join(place, 'a.mp4'), options('h264'));
    await aborted.write(testFrame(96, 64, 0));
    expect((await readdir(place)).filter((name) => name.startsWith('.a.mp4.partial-'))).toHaveLength(1);
    await aborted.abort();
    const wrong = await createVideoWriter(join(place, 'b'), options('png-sequence'));
    await wrong.write(testFrame(96, 64, 0));
    await expect(wrong.write(testFrame(64, 64, 1))).rejects.toMatchObject({ code: 'invalid-argument' });
    const stop = new AbortController();
    const cancelled = await createVideoWriter(join(place, 'c.mkv'), options('ffv1', { signal: stop.signal }));
    await cancelled.write(testFrame(96, 64, 0));
    stop.abort();
    await expect(cancelled.write(testFrame(96, 64, 1))).rejects.toMatchObject({ code: 'cancelled' });
    await expect(writeFilm(join(place, 'd.mp4'), 0, options('h264'))).rejects.toMatchObject({ code: 'invalid-range' });
    expect(await readdir(place)).toEqual([]);
  });

  it('replaces an older output only when finished', async () => {
    const place = await emptyFolder('replaces');
    const path = join(place, 'out.mp4');
    await writeFile(path, 'older');
    const writer = await createVideoWriter(path, options('h264'));
    await writer.write(testFrame(96, 64, 0));
    expect((await stat(path)).size).toBe(5);
    await writer.finish();
    expect(await readdir(place)).toEqual(['out.mp4']);
    expect((await probeMedia(path)).video!.frameCount).toBe(1);
  });

  it('refuses to overwrite its source, by name or by link', async () => {
    const place = await emptyFolder('same');
    const source = join(place, 'in.mkv');
    await writeFilm(source, 2, options('ffv1'));
    const twin = join(place, 'twin.mkv');
    await link(source, twin);
    for (const path of [source, twin, join(place, 'x', '..', 'in.mkv')])
      await expect(createVideoWriter(path, options('ffv1', { inputs: [source] }))).rejects.toMatchObject({
        code: 'output-exists-as-input',
      });
    await expect(
      createVideoWriter(source, options('ffv1', { sourceForAudio: { path: source } })),
    ).rejects.toMatchObject({ code: 'output-exists-as-input' });
    expect((await readdir(place)).sort()).toEqual(['in.mkv', 'twin.mkv']);
  });

  it('refuses a missing folder, a file as folder, a folder as file', async () => {
    const place = await emptyFolder('places');
    await writeFile(join(place, 'file'), 'x');
    await mkdir(join(place, 'folder.mp4'));
    for (const name of ['missing/out.mp4', 'file/out.mp4', 'folder.mp4'])
      await expect(createVideoWriter(join(place, name), options('h264'))).rejects.toMatchObject({
        code: 'output-unwritable',
      });
    expect((await readdir(place)).sort()).toEqual(['file', 'folder.mp4']);
  });

  it.skipIf(process.getuid?.() === 0)('refuses a folder that may not be written to', async () => {
    const place = await emptyFolder('locked');
    await chmod(place, 0o500);
    await expect(createVideoWriter(join(place, 'out.mp4'), options('h264'))).rejects.toMatchObject({
      code: 'output-unwritable',
    });
  });
});
