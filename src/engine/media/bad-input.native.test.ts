import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RetakeError } from '../../core/errors.ts';
import { rational } from '../../core/rational.ts';
import { readAudio } from './audio-read.ts';
import { fileWriteError, writeError } from './av-error.ts';
import { fingerprintMedia } from './fingerprint.ts';
import { av } from './native.ts';
import { probeMedia } from './probe.ts';
import { readImage, writeImage } from './still-image.ts';
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

let folder: string;
let whole: string;
let fragile: string;

async function film(path: string, preset: 'h264' | 'ffv1', count: number, width = 96, height = 64): Promise<void> {
  await using writer = await createVideoWriter(path, {
    preset,
    width,
    height,
    rate: rational(25),
    layout: YUV420,
    colour: TEST_COLOUR,
  });
  const picture = testFrame(width, height, 0);
  for (let i = 0; i < count; i++) await writer.write(paintTestFrame(picture, i));
  await writer.finish();
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-bad-'));
  whole = join(folder, 'whole.mp4');
  fragile = join(folder, 'whole.mkv');
  await film(whole, 'h264', 60);
  await film(fragile, 'ffv1', 40);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function cut(source: string, name: string, share: number): Promise<string> {
  const bytes = await readFile(source);
  const path = join(folder, name);
  await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  return path;
}

async function count(path: string): Promise<number> {
  await using source = await openVideo(path);
  let frames = 0;
  for await (const frame of source.frames()) {
    frames++;
    frame.release();
  }
  expect(frames).toBe(source.frameCount);
  return frames;
}

/** Fails with the code, and with a message that names the file and ends in a sentence. */
async function refused(work: Promise<unknown>, code: string, name: string): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RetakeError);
  const { code: found, message } = error as RetakeError;
  expect({ code: found, message }).toMatchObject({ code });
  expect(message).toContain(name);
  expect(message).toMatch(/[.!]$/);
}

describe('bad input', () => {
  it('zero bytes', async () => {
    const path = join(folder, 'zero.mp4');
    await writeFile(path, '');
    await refused(openVideo(path), 'not-media', 'zero.mp4');
  });

  it('text renamed to .mp4', async () => {
    const path = join(folder, 'text.mp4');
    await writeFile(path, 'A letter to the editor.\n'.repeat(500));
    await refused(probeMedia(path), 'not-media', 'text.mp4');
  });

  it('random bytes renamed to .mov', async () => {
    const path = join(folder, 'noise.mov');
    await writeFile(
      path,
      Uint8Array.from({ length: 50_000 }, (_, i) => (i * i * 31 + (i >> 3)) & 255),
    );
    await refused(probeMedia(path), 'not-media', 'noise.mov');
  });

  it('missing file, missing folder', async () => {
    await refused(openVideo(join(folder, 'nothing.mp4')), 'file-not-found', 'nothing.mp4');
    await refused(openVideo(join(folder, 'no', 'where.mp4')), 'file-not-found', 'where.mp4');
    await refused(fingerprintMedia(join(folder, 'nothing.mp4')), 'file-not-found', 'nothing.mp4');
  });

  it('a folder without images', async () => {
    const path = join(folder, 'folder');
    await mkdir(path);
    await refused(openVideo(path), 'not-media', 'folder');
  });

  it('an image sequence with a gap', async () => {
    const path = join(folder, 'gap');
    await mkdir(path);
    for (const number of [1, 2, 4]) await writeImage(join(path, `f-000${number}.png`), testFrame(32, 32, number));
    await refused(openVideo(path), 'media-damaged', 'gap');
  });

  it('a path that is no regular file', async () => {
    await refused(openVideo('/dev/null'), 'file-unreadable', '/dev/null');
  });

  it('an unreadable file', async () => {
    const path = join(folder, 'secret.mp4');
    await writeFile(path, await readFile(whole));
    await chmod(path, 0o000);
    if (process.getuid?.() !== 0) {
      await refused(openVideo(path), 'file-unreadable', 'secret.mp4');
      return;
    }
    // Root may read anything, so the question is put as another user.
    await chmod(folder, 0o755);
    const script = `import { openVideo } from ${JSON.stringify(new URL('video-source.ts', import.meta.url).href)};
      openVideo(${JSON.stringify(path)}).then(() => console.log('opened'), (error) => console.log(error.code));`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      uid: 65_534,
      gid: 65_534,
      encoding: 'utf8',
    });
    expect(run.stdout.trim(), run.stderr).toBe('file-unreadable');
  });

  it('an MP4 that breaks off before its index', async () => {
    const moovLast = join(folder, 'moov-last.mov');
    await using writer = await createVideoWriter(moovLast, {
      preset: 'prores422hq',
      width: 96,
      height: 64,
      rate: rational(25),
      layout: YUV420,
      colour: TEST_COLOUR,
    });
    for (let i = 0; i < 5; i++) await writer.write(testFrame(96, 64, i));
    await writer.finish();
    await refused(openVideo(await cut(moovLast, 'cut.mov', 0.6)), 'media-damaged', 'cut.mov');
  });

  it('an MP4 that breaks off in the middle gives the frames until there, and says so', async () => {
    const path = await cut(whole, 'half.mp4', 0.5);
    const info = await probeMedia(path);
    expect(info.warnings.map(({ code }) => code)).toContain('breaks-off');
    expect(info.video!.frameCountExact).toBe(false);
    const frames = await count(path);
    expect(frames).toBeGreaterThan(10);
    expect(frames).toBeLessThan(59);
  });

  it('a Matroska that breaks off in the middle likewise, with the same pictures', async () => {
    const path = await cut(fragile, 'half.mkv', 0.5);
    const info = await probeMedia(path);
    expect(info.warnings.map(({ code }) => code)).toContain('breaks-off');
    await using source = await openVideo(path);
    const last = await source.frameAt(source.frameCount - 2);
    expect(source.frameCount).toBeGreaterThan(10);
    expect(source.frameCount).toBeLessThan(40);
    expect(pictureHash(last.picture)).toBe(pictureHash(testFrame(96, 64, source.frameCount - 2)));
  });

  it('damage in the middle: the frame before stands in, and the frame is named', async () => {
    const path = join(folder, 'scratched.mkv');
    const bytes = await readFile(fragile);
    // Zeros over most of one frame: FFV1 notices by its checksums.
    const perFrame = bytes.length / 40;
    bytes.fill(0, Math.floor(perFrame * 20.2), Math.floor(perFrame * 20.9));
    await writeFile(path, bytes);
    await using source = await openVideo(path);
    let frames = 0;
    for await (const frame of source.frames()) {
      expect(frame.index).toBe(frames++);
      frame.release();
    }
    expect(frames).toBe(source.frameCount);
    expect(frames).toBeGreaterThanOrEqual(38);
  });

  it('a clip with a damaged frame: every jump shows what reading in order shows', async () => {
    const path = join(folder, 'scratched.mp4');
    const bytes = await readFile(whole);
    const middle = bytes.length >> 1;
    await writeFile(path, bytes.fill(0xff, middle, middle + Math.min(1500, bytes.length >> 4)));
    await using source = await openVideo(path);
    const hashes: string[] = [];
    for await (const frame of source.frames()) {
      hashes.push(pictureHash(frame.picture));
      frame.release();
    }
    for (let k = 0, index = 7; k < 40; k++, index = (index * 131 + 17) % hashes.length) {
      const frame = await source.frameAt(index);
      expect(pictureHash(frame.picture), `frame ${index}`).toBe(hashes[index]);
      frame.release();
    }
  });

  it('sound only', async () => {
    const path = join(folder, 'tone.wav');
    await writeFile(path, wav(8000));
    await refused(openVideo(path), 'no-video', 'tone.wav');
    const info = await probeMedia(path);
    expect(info).toMatchObject({
      video: null,
      audio: [{ codec: 'pcm_s16le', channels: 1, sampleRate: 8000, startSeconds: 0 }],
    });
    const { channels } = await readAudio(path, { sampleRate: 16_000, channels: 1 });
    expect(channels[0]!.length / 16_000).toBeCloseTo(1, 2);
  });

  it('no sound', async () => {
    await refused(readAudio(whole, { sampleRate: 16_000, channels: 1 }), 'no-audio', 'whole.mp4');
  });

  it('one frame', async () => {
    const path = join(folder, 'one.mp4');
    await film(path, 'h264', 1);
    expect((await probeMedia(path)).video).toMatchObject({ frameCount: 1, rate: rational(25), variableRate: false });
    expect(await count(path)).toBe(1);
  });

  it('16x16 pixels', async () => {
    const path = join(folder, 'tiny.mp4');
    await film(path, 'h264', 4, 16, 16);
    expect((await probeMedia(path)).video).toMatchObject({ width: 16, height: 16 });
    expect(await count(path)).toBe(4);
  });

  it('8K: works, and tells how much memory it takes', async () => {
    const path = join(folder, '8k.mp4');
    await film(path, 'h264', 2, 7680, 4320);
    const info = await probeMedia(path);
    expect(info.video!.frameBytes).toBe(7680 * 4320 * 1.5);
    expect(info.warnings.find(({ code }) => code === 'large-picture')!.message).toContain('50 MB');
    expect(await count(path)).toBe(2);
  });

  it('ranges outside the clip', async () => {
    await using source = await openVideo(whole);
    for (const [from, until] of [
      [-1, 5],
      [5, 5],
      [9, 3],
      [0, 61],
      [1.5, 3],
    ] as const)
      expect(() => source.frames(from, until)).toThrow(/not inside this clip/);
    expect(() => source.frameAt(60)).toThrow(/not inside this clip/);
  });

  it('a still image of a kind that cannot be written', async () => {
    await refused(writeImage(join(folder, 'x.webp'), testFrame(8, 8, 0)), 'invalid-argument', 'x.webp');
  });

  it('a PNG that breaks off', async () => {
    const path = join(folder, 'good.png');
    await writeImage(path, testFrame(64, 64, 3));
    const broken = await cut(path, 'broken.png', 0.3);
    const picture = await readImage(broken).catch((error: unknown) => error);
    if (picture instanceof Error) expect(picture).toMatchObject({ code: 'media-damaged' });
    else expect(picture).toMatchObject({ width: 64, height: 64 });
  });
});

describe.skipIf(!hasSystemFfmpeg)('unusual but sound input', () => {
  const clip = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=25:duration=1'];

  for (const [tag, rotation] of [
    [90, 270],
    [180, 180],
    [270, 90],
  ] as const)
    it(`turned phone video stands upright: ${rotation} degrees`, async () => {
      const path = madeByFfmpeg('flat.mp4', ...clip, '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-qp', '0');
      const turned = madeByFfmpeg(`turned-${tag}.mp4`, '-i', path, '-c', 'copy', '-metadata:s:v', `rotate=${tag}`);
      await using source = await openVideo(turned);
      const { video, warnings } = source.info;
      expect(video).toMatchObject({ codedWidth: 160, codedHeight: 90, rotation, mirrored: false });
      expect([video.width, video.height]).toEqual(rotation === 180 ? [160, 90] : [90, 160]);
      expect(warnings.map(({ code }) => code)).toContain('rotated');
      // The ffmpeg program turns pictures upright as well.
      const expected = systemFrameHashes(turned);
      for (const index of [0, 7, 24]) expect(pictureHash((await source.frameAt(index)).picture)).toBe(expected[index]);
    });

  it('transparency is carried: ProRes 4444, VP9, PNG', async () => {
    const alpha = ['-vf', 'format=yuva420p,geq=lum=p(X\\,Y):a=X'];
    const vp9 = madeByFfmpeg(
      'alpha.webm',
      ...clip,
      ...alpha,
      '-c:v',
      'libvpx-vp9',
      '-pix_fmt',
      'yuva420p',
      '-cpu-used',
      '8',
    );
    const prores = madeByFfmpeg(
      'alpha.mov',
      ...clip,
      ...alpha,
      '-c:v',
      'prores_ks',
      '-profile:v',
      '4444',
      '-pix_fmt',
      'yuva444p10le',
    );
    for (const path of [vp9, prores]) {
      await using source = await openVideo(path);
      expect(source.info.video.layout.alpha, path).toBe(true);
      expect(source.info.warnings.map(({ code }) => code)).toContain('alpha');
      const { picture } = await source.frameAt(3);
      const plane = picture.planes.at(-1)!;
      const limit = 2 ** picture.layout.bitDepth - 1;
      expect(plane[80 + 40 * 160]! / limit).toBeCloseTo(80 / 255, 1);
    }
  });

  it('interlaced footage is flagged with its field order', async () => {
    const path = madeByFfmpeg(
      'interlaced-tff.mpg',
      ...clip,
      '-vf',
      'tinterlace=interleave_top,fieldorder=tff',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ildct+ilme',
      '-q:v',
      '3',
    );
    const info = await probeMedia(path);
    expect(info.video).toMatchObject({ interlaced: true, fieldOrder: 'top-first' });
    expect(info.warnings.map(({ code }) => code)).toContain('interlaced');
  });

  it('sound in 5.1 mixes down without clipping to nothing', async () => {
    const path = madeByFfmpeg(
      'surround.mkv',
      ...clip,
      '-f',
      'lavfi',
      '-i',
      'aevalsrc=0.5*sin(300*t)|0|0.4*sin(500*t)|0|0.1|0.1:c=5.1:s=48000:d=1',
      '-map',
      '0',
      '-map',
      '1',
      '-c:v',
      'ffv1',
      '-c:a',
      'flac',
    );
    expect((await probeMedia(path)).audio[0]).toMatchObject({ channels: 6, sampleRate: 48_000 });
    const mono = await readAudio(path, { sampleRate: 16_000, channels: 1 });
    const stereo = await readAudio(path, { sampleRate: 16_000, channels: 2 });
    expect(mono.channels).toHaveLength(1);
    expect(stereo.channels).toHaveLength(2);
    for (const samples of [...mono.channels, ...stereo.channels]) {
      expect(samples.length / 16_000).toBeCloseTo(1, 2);
      expect(Math.max(...samples)).toBeGreaterThan(0.05);
      expect(Math.max(...samples)).toBeLessThanOrEqual(1.01);
    }
  });

  it('a picture size that changes in the middle is refused with the frame sizes', async () => {
    const small = madeByFfmpeg(
      'part-1.ts',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=160x96:rate=25:duration=1',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'mpeg2video',
    );
    const large = madeByFfmpeg(
      'part-2.ts',
      '-f',
      'lavfi',
      '-i',
      'testsrc2=size=320x192:rate=25:duration=1',
      '-output_ts_offset',
      '1',
      '-pix_fmt',
      'yuv420p',
      '-c:v',
      'mpeg2video',
    );
    const path = join(folder, 'changes.ts');
    await writeFile(path, Buffer.concat([await readFile(small), await readFile(large)]));
    await refused(count(path), 'media-unsupported', '160x96');
  });
});

describe('full disk', () => {
  it('is told as such, from FFmpeg and from Node', () => {
    const full = av.FFmpegError.AVERROR(av.PosixError.ENOSPC);
    expect(writeError(full, 'x.mp4')).toMatchObject({ code: 'disk-full' });
    expect(fileWriteError(Object.assign(new Error('full'), { code: 'ENOSPC' }), 'x.png')).toMatchObject({
      code: 'disk-full',
    });
    expect(writeError(av.FFmpegError.AVERROR(av.PosixError.EACCES), 'x.mp4')).toMatchObject({
      code: 'output-unwritable',
    });
  });

  it('ends a video, a sequence and a picture without a trace', async () => {
    const place = join(folder, 'full');
    await mkdir(place);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=300k', 'tmpfs', place]).status === 0;
    if (!mounted) {
      console.warn(
        'SKIPPED: a small file system cannot be mounted here, so the full disk is only checked by its error codes.',
      );
      return;
    }
    try {
      const settings = { width: 320, height: 240, rate: rational(25), layout: YUV420, colour: TEST_COLOUR } as const;
      for (const preset of ['ffv1', 'h264', 'png-sequence', 'exr-sequence'] as const) {
        const work = async (): Promise<void> => {
          await using writer = await createVideoWriter(join(place, `out-${preset}`), { ...settings, preset });
          for (let i = 0; i < 120; i++) await writer.write(testFrame(320, 240, i));
          await writer.finish();
        };
        await refused(work(), 'disk-full', `out-${preset}`);
        expect(await readdir(place), preset).toEqual([]);
      }
      const file = await open(join(place, 'filler'), 'w');
      await file.write(Buffer.alloc(305_000));
      await file.close();
      await refused(writeImage(join(place, 'p.png'), testFrame(320, 240, 1)), 'disk-full', 'p.png');
      expect(await readdir(place)).toEqual(['filler']);
    } finally {
      spawnSync('umount', [place]);
    }
  });
});

function wav(count: number): Buffer {
  const data = Buffer.alloc(44 + count * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + count * 2, 4);
  data.write('WAVEfmt ', 8);
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(8000, 24);
  data.writeUInt32LE(16_000, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36);
  data.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i++) data.writeInt16LE(Math.round(Math.sin(i / 3) * 12_000), 44 + i * 2);
  return data;
}
