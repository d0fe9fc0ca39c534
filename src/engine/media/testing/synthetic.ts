import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allocatePicture, type Picture, type PictureColour, type PictureLayout } from '../../../core/picture.ts';

/** Colour of synthetic pictures unless a test asks for another. */
export const TEST_COLOUR: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};

/** 8-bit 4:2:0, the layout of most clips. */
export const YUV420: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };

/**
 * Paints frame `index` of an endless test film: a moving gradient with a block whose samples tell the frame number, and
 * a little noise, so that no two frames are alike and all codes of the depth occur.
 */
export function paintTestFrame(picture: Picture, index: number): Picture {
  const { layout } = picture;
  const limit = 2 ** layout.bitDepth;
  let state = (index * 2_654_435_761 + 1) >>> 0;
  for (const [plane, samples] of picture.planes.entries()) {
    const chroma = layout.family === 'yuv' && (plane === 1 || plane === 2);
    const width = chroma ? (picture.width + layout.chromaShiftX) >> layout.chromaShiftX : picture.width;
    for (let i = 0; i < samples.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      const x = i % width;
      const y = (i - x) / width;
      const ramp = (x * 3 + y * 2 + index * (5 + plane) + plane * 40) % 256;
      samples[i] = Math.min(limit - 1, (ramp * limit) / 256 + ((state >>> 28) * limit) / 4096);
      if (!chroma && x < 8 && y < 8) samples[i] = (index * 16 * limit) / 256;
    }
  }
  return picture;
}

/** A painted test frame in memory of its own. */
export function testFrame(
  width: number,
  height: number,
  index: number,
  layout: PictureLayout = YUV420,
  colour: PictureColour = TEST_COLOUR,
): Picture {
  return paintTestFrame(allocatePicture(width, height, layout, colour), index);
}

/** MD5 of a picture's samples, plane after plane in FFmpeg's order (which is G B R for RGB). */
export function pictureHash(picture: Picture): string {
  const hash = createHash('md5');
  const { planes } = picture;
  const ordered = picture.layout.family === 'rgb' ? [planes[1]!, planes[2]!, planes[0]!, ...planes.slice(3)] : planes;
  for (const plane of ordered) hash.update(plane);
  return hash.digest('hex');
}

/** Folder of synthesised test media; it survives between runs. */
export function mediaCache(): string {
  const folder = join(tmpdir(), 'retake-test-media-1');
  mkdirSync(folder, { recursive: true });
  return folder;
}

const found = spawnSync('ffmpeg', ['-version'], { encoding: 'utf8' });

/** Whether an `ffmpeg` program is there as an independent judge. Tests that need it skip with a loud line otherwise. */
export const hasSystemFfmpeg = found.status === 0;
if (!hasSystemFfmpeg)
  console.warn('SKIPPED: no ffmpeg program on this machine, so files are not checked by an independent decoder.');

/** Runs the `ffmpeg` program; its standard output as text. Throws with its last words when it fails. */
export function systemFfmpeg(...args: string[]): string {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (run.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}: ${run.stderr}`);
  return run.stdout;
}

/** A file made by the `ffmpeg` program, once. */
export function madeByFfmpeg(name: string, ...args: string[]): string {
  const path = join(mediaCache(), name);
  if (existsSync(path)) return path;
  const partial = join(mediaCache(), `${process.pid}-${name}`);
  systemFfmpeg(...args, partial);
  renameSync(partial, path);
  return path;
}

/** MD5 of every video frame's samples as the `ffmpeg` program decodes them, converted to `pixelFormat` when given. */
export function systemFrameHashes(path: string, pixelFormat?: string, ...inputOptions: string[]): string[] {
  const format = pixelFormat ? ['-pix_fmt', pixelFormat] : [];
  const text = systemFfmpeg(
    ...inputOptions,
    '-i',
    path,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    ...format,
    '-f',
    'framehash',
    '-hash',
    'md5',
    '-',
  );
  return text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(',').at(-1)!.trim());
}
