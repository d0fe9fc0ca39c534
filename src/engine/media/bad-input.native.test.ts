import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rational } from '../../core/rational.ts';
import { waveFile } from '../../core/wave-file.ts';
import { readAudio } from './audio-read.ts';
import { fingerprintMedia } from './fingerprint.ts';
import { probeMedia } from './probe.ts';
import { readImage, writeImage } from './still-image.ts';
import { count, filmOptions, refused, writeFilm } from './testing/films.ts';
import { pictureHash, testFrame } from './testing/synthetic.ts';
import { openVideo } from './video-source.ts';

let folder: string;
let whole: string;
let fragile: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'retake-bad-'));
  whole = join(folder, 'whole.mp4');
  fragile = join(folder, 'whole.mkv');
  await writeFilm(whole, 60, filmOptions('h264'));
  await writeFilm(fragile, 40, filmOptions('ffv1'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function cut(source: string, name: string, share: number): Promise<string> {
  const bytes = await readFile(source);
  const path = join(folder, name);
  await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
  return path;
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
    await writeFilm(moovLast, 5, filmOptions('prores422hq'));
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
    await writeFile(
      path,
      waveFile([Float32Array.from({ length: 8000 }, (_, i) => 0.4 * Math.sin(i / 3))], 8000, 'int16'),
    );
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
    await writeFilm(path, 1, filmOptions('h264'));
    expect((await probeMedia(path)).video).toMatchObject({ frameCount: 1, rate: rational(25), variableRate: false });
    expect(await count(path)).toBe(1);
  });

  it('16x16 pixels', async () => {
    const path = join(folder, 'tiny.mp4');
    await writeFilm(path, 4, filmOptions('h264', { width: 16, height: 16 }));
    expect((await probeMedia(path)).video).toMatchObject({ width: 16, height: 16 });
    expect(await count(path)).toBe(4);
  });

  it('8K: works, and tells how much memory it takes', async () => {
    const path = join(folder, '8k.mp4');
    await writeFilm(path, 2, filmOptions('h264', { width: 7680, height: 4320 }));
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
