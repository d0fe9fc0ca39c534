import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  hasSystemFfmpeg,
  madeByFfmpeg,
  mediaCache,
  pictureHash,
  systemFrameHashes,
  TEST_COLOUR,
  testFrame,
  YUV420,
} from './testing/synthetic.ts';
import type { VideoSource } from './types.ts';
import { openVideo } from './video-source.ts';
import { createVideoWriter } from './video-writer.ts';

async function sequentialHashes(source: VideoSource): Promise<string[]> {
  const hashes: string[] = [];
  for await (const frame of source.frames()) {
    expect(frame.index).toBe(hashes.length);
    hashes.push(pictureHash(frame.picture));
    frame.release();
  }
  return hashes;
}

/** Frames in an order that jumps forth and back, starts and ends included. */
function jumps(count: number): number[] {
  const some = Array.from({ length: 10 }, (_, i) => (i * 7919 + 13) % count);
  return [...new Set([count - 1, 0, ...some, Math.min(1, count - 1), count >> 1])];
}

async function expectFrameExact(path: string, pixelFormat?: string, inputOptions: string[] = []): Promise<VideoSource> {
  await using source = await openVideo(path);
  const hashes = await sequentialHashes(source);
  expect(source.damagedFrames).toEqual([]);
  expect(hashes).toHaveLength(source.frameCount);
  expect(hashes).toEqual(systemFrameHashes(path, pixelFormat, ...inputOptions));
  for (const index of jumps(hashes.length)) {
    const frame = await source.frameAt(index);
    expect(frame.index).toBe(index);
    expect(pictureHash(frame.picture), `frame ${index}`).toBe(hashes[index]);
    frame.release();
  }
  const apart = source.apart();
  const [ahead, beside] = [hashes.length - 1, hashes.length >> 1];
  const both = await Promise.all([apart.frameAt(ahead), source.frameAt(beside)]);
  expect(both.map(({ picture }) => pictureHash(picture))).toEqual([hashes[ahead], hashes[beside]]);
  for (const frame of both) frame.release();
  await apart[Symbol.asyncDispose]();
  const from = Math.min(37, hashes.length - 1);
  const part: string[] = [];
  for await (const frame of source.frames(from, Math.min(from + 5, hashes.length))) {
    part.push(pictureHash(frame.picture));
    frame.release();
  }
  expect(part).toEqual(hashes.slice(from, from + 5));
  return source;
}

const film = (seconds: number, rate = '25', size = '320x240'): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`,
];
const yuv = ['-pix_fmt', 'yuv420p'];

describe.skipIf(!hasSystemFfmpeg)('reading and seeking give the samples of an independent decoder', () => {
  const cases: Record<string, { args: string[]; pixelFormat?: string }> = {
    'h264-bframes.mp4': { args: [...film(4), ...yuv, '-c:v', 'libx264', '-g', '30', '-bf', '3', '-b_strategy', '0'] },
    'h264-open-gop.mp4': {
      args: [...film(4), ...yuv, '-c:v', 'libx264', '-x264-params', 'open-gop=1:keyint=20:bframes=3:b-adapt=0'],
    },
    'h264-intra-refresh.mkv': {
      args: [...film(4), ...yuv, '-c:v', 'libx264', '-x264-params', 'intra-refresh=1:keyint=30:bframes=0'],
    },
    'h264-one-key.mp4': { args: [...film(4), ...yuv, '-c:v', 'libx264', '-g', '999'] },
    'h264-2398.mov': { args: [...film(4, '24000/1001'), ...yuv, '-c:v', 'libx264', '-g', '12'] },
    'h264-5994.ts': { args: [...film(3, '60000/1001'), ...yuv, '-c:v', 'libx264', '-g', '24', '-bf', '2'] },
    'h264.mkv': { args: [...film(4, '30000/1001'), ...yuv, '-c:v', 'libx264', '-g', '25', '-bf', '2'] },
    'hevc-10bit-open.mp4': {
      args: [
        ...film(3),
        '-pix_fmt',
        'yuv420p10le',
        '-c:v',
        'libx265',
        '-x265-params',
        'log-level=none:keyint=20:open-gop=1:bframes=4',
      ],
    },
    'mpeg1.mpg': { args: [...film(4), ...yuv, '-c:v', 'mpeg1video', '-bf', '2', '-g', '12', '-q:v', '3'] },
    'mpeg2-open.mpg': { args: [...film(4), ...yuv, '-c:v', 'mpeg2video', '-bf', '2', '-g', '12', '-q:v', '3'] },
    'mpeg2-interlaced.ts': {
      args: [
        ...film(4),
        '-vf',
        'tinterlace=interleave_top,fieldorder=tff',
        ...yuv,
        '-c:v',
        'mpeg2video',
        '-flags',
        '+ildct+ilme',
        '-bf',
        '2',
        '-q:v',
        '3',
      ],
    },
    'mpeg4-bframes.avi': { args: [...film(4), ...yuv, '-c:v', 'mpeg4', '-bf', '2', '-g', '20', '-q:v', '3'] },
    'mjpeg.avi': { args: [...film(2), '-pix_fmt', 'yuvj422p', '-c:v', 'mjpeg', '-q:v', '3'] },
    'flv1.flv': { args: [...film(3), ...yuv, '-c:v', 'flv', '-g', '20', '-q:v', '3'] },
    'vp8-altref.webm': {
      args: [...film(3), ...yuv, '-c:v', 'libvpx', '-auto-alt-ref', '1', '-lag-in-frames', '16', '-b:v', '500k'],
    },
    'vp9-altref.webm': {
      args: [
        ...film(2),
        ...yuv,
        '-c:v',
        'libvpx-vp9',
        '-auto-alt-ref',
        '1',
        '-lag-in-frames',
        '16',
        '-b:v',
        '500k',
        '-cpu-used',
        '8',
      ],
    },
    'prores-422.mov': { args: [...film(1), '-pix_fmt', 'yuv422p10le', '-c:v', 'prores_ks'] },
    'gif.gif': { args: [...film(1, '25', '160x120')], pixelFormat: 'gbrap' },
    'raw.h264': { args: [...film(2), ...yuv, '-c:v', 'libx264', '-g', '20', '-bf', '2'] },
  };
  for (const [name, { args, pixelFormat }] of Object.entries(cases))
    it(name, async () => {
      await expectFrameExact(madeByFfmpeg(name, ...args), pixelFormat);
    });
});

const shared = process.env['RETAKE_MEDIA'] ?? resolve(import.meta.dirname, '../../../../shared/media');
const clips = existsSync(join(shared, 'clips'))
  ? readdirSync(join(shared, 'clips'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(mp4|flv|mpg|avi)$/.test(name),
    )
  : [];
if (clips.length === 0) console.warn('SKIPPED: no shared media on this machine; only synthesised clips are read.');

describe.skipIf(!hasSystemFfmpeg || clips.length === 0)('shared clips', () => {
  for (const name of clips.sort())
    it(name, async () => {
      // FFmpeg 5 rounds MPEG-4's transform differently in its SIMD code; its C code agrees with FFmpeg 8.
      await expectFrameExact(join(shared, 'clips', name), undefined, name.endsWith('.avi') ? ['-cpuflags', '0'] : []);
    });
});

describe.skipIf(!hasSystemFfmpeg)('variable frame rate', () => {
  it('keeps the true times of frames, and finds frames by them', async () => {
    // Every seventh and eighth frame of a 30 fps film is missing.
    const path = madeByFfmpeg(
      'vfr.mkv',
      ...film(3, '30'),
      '-vf',
      "select='lt(mod(n,8),6)'",
      '-fps_mode',
      'vfr',
      ...yuv,
      '-c:v',
      'libx264',
      '-g',
      '20',
      '-bf',
      '2',
    );
    await using source = await openVideo(path);
    const { video, warnings } = source.info;
    expect(video.variableRate).toBe(true);
    expect(warnings.map(({ code }) => code)).toContain('variable-rate');
    const kept = Array.from({ length: 90 }, (_, n) => n).filter((n) => n % 8 < 6);
    expect(source.frameCount).toBe(kept.length);
    for (const [index, n] of kept.entries()) {
      expect(source.secondsOf(index)).toBeCloseTo(n / 30, 2);
      expect(source.frameAtSeconds(n / 30 + 0.005)).toBe(index);
    }
    expect(source.frameAtSeconds(6.9 / 30)).toBe(5);
    expect(source.frameAtSeconds(-1)).toBe(0);
    expect(source.frameAtSeconds(99)).toBe(kept.length - 1);
    const times = source.timestamps(4, 8)!;
    expect(
      [...times.ticks, times.end].map((tick) => Math.round((tick / times.timeBase.den) * times.timeBase.num * 30)),
    ).toEqual([4, 5, 8, 9, 10]);
  });

  it('a constant rate on a millisecond clock counts as constant', async () => {
    const path = madeByFfmpeg('cfr-2997.mkv', ...film(3, '30000/1001'), ...yuv, '-c:v', 'libx264');
    await using source = await openVideo(path);
    expect(source.info.video).toMatchObject({ variableRate: false, rate: { num: 30_000, den: 1001 } });
    expect(source.timestamps()).toBeUndefined();
    expect(source.secondsOf(30)).toBeCloseTo(1.001, 9);
  });
});

describe('reading', () => {
  it('several readers and jumps at once see the same frames, on shared memory when asked', async () => {
    const path = await ownFilm();
    await using source = await openVideo(path, { shared: true });
    const one = source.frames();
    const two = source.frames(10);
    for (let step = 0; step < 15; step++) {
      const [a, b, c] = await Promise.all([one.next(), two.next(), source.frameAt((step * 11) % source.frameCount)]);
      expect(pictureHash(a.value.picture)).toBe(pictureHash(testFrame(160, 90, step)));
      expect(pictureHash(b.value.picture)).toBe(pictureHash(testFrame(160, 90, step + 10)));
      expect(pictureHash(c.picture)).toBe(pictureHash(testFrame(160, 90, (step * 11) % source.frameCount)));
      expect(a.value.picture.planes[0]!.buffer).toBeInstanceOf(SharedArrayBuffer);
      for (const frame of [a.value, b.value, c]) frame.release();
    }
    await one.return!();
    await two.return!();
  });

  it('a kept picture is not touched by later frames, and a released one may be changed', async () => {
    await using source = await openVideo(await ownFilm());
    const kept = await source.frameAt(3);
    for await (const frame of source.frames(0, 12)) {
      for (const plane of frame.picture.planes) plane.fill(0);
      frame.release();
      frame.release();
    }
    expect(pictureHash(kept.picture)).toBe(pictureHash(testFrame(160, 90, 3)));
  });

  it('stops at a cancellation', async () => {
    const stop = new AbortController();
    await using source = await openVideo(await ownFilm(), { signal: stop.signal });
    const read = async (): Promise<void> => {
      for await (const frame of source.frames()) {
        frame.release();
        if (frame.index === 5) stop.abort();
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'cancelled' });
    await expect(source.frameAt(1)).rejects.toMatchObject({ code: 'cancelled' });
    await expect(openVideo(await ownFilm(), { signal: stop.signal })).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('memory stays flat over thousands of frames read and written', async () => {
    const settings = {
      preset: 'ffv1',
      width: 480,
      height: 270,
      rate: { num: 25, den: 1 },
      layout: YUV420,
      colour: TEST_COLOUR,
    } as const;
    const folder = await mkdtemp(join(tmpdir(), 'retake-memory-'));
    try {
      const path = join(folder, 'long.mkv');
      const picture = testFrame(480, 270, 0);
      const resident: number[] = [];
      await using writer = await createVideoWriter(path, settings);
      for (let index = 0; index < 1200; index++) {
        picture.planes[0]![index] = index & 255;
        await writer.write(picture);
        if (index % 400 === 399) resident.push(process.memoryUsage.rss());
      }
      await writer.finish();
      await using source = await openVideo(path);
      for (let pass = 0; pass < 2; pass++)
        for await (const frame of source.frames()) {
          frame.release();
          if (frame.index % 400 === 399) resident.push(process.memoryUsage.rss());
        }
      // 400 frames are 78 MB.
      expect(Math.max(...resident.slice(1, 3)) - resident[0]!).toBeLessThan(40e6);
      expect(Math.max(...resident.slice(4)) - resident[3]!).toBeLessThan(40e6);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('a process that has read and written ends by itself', () => {
    const index = new URL('index.ts', import.meta.url).href;
    const script = `import { createVideoWriter, openVideo, readImage, writeImage } from ${JSON.stringify(index)};
      import { tmpdir } from 'node:os'; import { join } from 'node:path'; import { rmSync } from 'node:fs';
      const path = process.argv[1];
      const source = await openVideo(path);
      const out = join(tmpdir(), 'retake-ends-' + process.pid);
      const { video } = source.info;
      const writer = await createVideoWriter(out + '.mp4', { preset: 'h264', width: video.width, height: video.height, rate: video.rate, layout: video.layout, colour: video.colour });
      for await (const frame of source.frames(0, 9)) { await writer.write(frame.picture); if (frame.index === 3) break; }
      await writer.finish();
      await writeImage(out + '.png', (await source.frameAt(2)).picture);
      await readImage(out + '.png');
      rmSync(out + '.mp4'); rmSync(out + '.png');
      const left = await createVideoWriter(out + '-left.mp4', { preset: 'h264', width: video.width, height: video.height, rate: video.rate, layout: video.layout, colour: video.colour });
      await left.write((await source.frameAt(0)).picture);
      console.log('done');`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script, ownFilmPath()], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(run.stdout.trim(), run.stderr).toBe('done');
    expect(run.status).toBe(0);
    // The output that was never finished is gone with the process.
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('.retake-ends-'))).toEqual([]);
  });
});

function ownFilmPath(): string {
  return join(mediaCache(), 'own-ffv1-160x90.mkv');
}

/** Forty test frames, lossless. */
async function ownFilm(): Promise<string> {
  const path = ownFilmPath();
  if (existsSync(path)) return path;
  await using writer = await createVideoWriter(path, {
    preset: 'ffv1',
    width: 160,
    height: 90,
    rate: { num: 25, den: 1 },
    layout: YUV420,
    colour: TEST_COLOUR,
  });
  for (let index = 0; index < 40; index++) await writer.write(testFrame(160, 90, index));
  await writer.finish();
  return path;
}
