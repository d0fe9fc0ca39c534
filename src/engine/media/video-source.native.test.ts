import { describe, expect, it } from 'vitest';
import { hasSystemFfmpeg, madeByFfmpeg, pictureHash, systemFrameHashes } from './testing/synthetic.ts';
import type { VideoSource } from './types.ts';
import { openVideo } from './video-source.ts';

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
