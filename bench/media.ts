// Decoding, encoding and colour kernels on one synthesised 1080p clip. One JSON line per figure; `cpuSeconds` is what the
// whole process spent, so that figures from a busy machine can be read as well.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PresetId } from '../src/contract/presets.ts';
import { allocatePicture, type PictureColour, type PictureLayout } from '../src/core/picture.ts';
import { blendRgb } from '../src/core/picture-blend.ts';
import { pictureToRgb } from '../src/core/picture-rgb.ts';
import { rational } from '../src/core/rational.ts';
import { createVideoWriter, openVideo } from '../src/engine/media/index.ts';

const WIDTH = 1920;
const HEIGHT = 1080;
const FRAMES = 150;
const LAYOUT: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };
const COLOUR: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};

function print(figure: string, value: number, unit: string, more: Record<string, number | string> = {}): void {
  console.log(JSON.stringify({ bench: 'media', figure, value: Number(value.toFixed(2)), unit, ...more }));
}

/** A picture with smooth shapes, film grain and motion, about as hard to code as camera footage. */
function* film(): Generator<ReturnType<typeof allocatePicture>> {
  const picture = allocatePicture(WIDTH, HEIGHT, LAYOUT, COLOUR);
  const grain = new Int8Array(1 << 16);
  let state = 1;
  for (let i = 0; i < grain.length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    grain[i] = (state >>> 30) - 1;
  }
  for (let frame = 0; frame < FRAMES; frame++) {
    const luma = picture.planes[0]!;
    for (let y = 0, i = 0; y < HEIGHT; y++) {
      const row = 90 + 50 * Math.sin((y + frame * 2) / 97) + 12 * Math.sin(y / 11);
      for (let x = 0; x < WIDTH; x++, i++)
        luma[i] = row + (((x + frame * 3) >> 5) & 15) + grain[(i * 7 + frame * 7919) & 0xffff]!;
    }
    picture.planes[1]!.fill(118 + (frame % 9));
    picture.planes[2]!.fill(134);
    yield picture;
  }
}

async function measured(figure: string, work: () => Promise<number>): Promise<void> {
  const [cpu, start] = [process.cpuUsage(), performance.now()];
  const frames = await work();
  const seconds = (performance.now() - start) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  print(figure, frames / seconds, 'frames/s', {
    cpuSecondsPerFrame: Number(((user + system) / 1e6 / frames).toFixed(4)),
  });
}

async function decode(path: string): Promise<number> {
  await using source = await openVideo(path);
  let frames = 0;
  for await (const frame of source.frames()) {
    frames++;
    frame.release();
  }
  return frames;
}

async function transcode(path: string, out: string, preset: PresetId): Promise<number> {
  await using source = await openVideo(path, { shared: true });
  const { width, height, layout, colour } = source.info.video;
  await using writer = await createVideoWriter(out, {
    preset,
    width,
    height,
    layout,
    colour,
    rate: source.rate,
    inputs: [path],
  });
  for await (const frame of source.frames()) {
    await writer.write(frame.picture);
    frame.release();
  }
  const { frames, bytes } = await writer.finish();
  print(`${preset} file`, (bytes * 8 * 25) / frames / 1e6, 'Mbit/s at 25 fps');
  return frames;
}

function kernels(): void {
  const picture = allocatePicture(WIDTH, HEIGHT, LAYOUT, COLOUR, true);
  for (const plane of picture.planes) for (let i = 0; i < plane.length; i++) plane[i] = (i * 31 + (i >> 7)) & 255;
  const rect = { x: 601, y: 101, width: 600, height: 700 };
  const rgb = new Float32Array(rect.width * rect.height * 3);
  const matte = new Float32Array(rect.width * rect.height).fill(1);
  const plain = new Float32Array(rgb.length);
  const works = {
    'pictureToRgb 600x700': () => pictureToRgb(picture, rect, rgb),
    'blendRgb 600x700, matte 1': () => blendRgb(picture, rect, rgb, matte),
    // What the machine takes for one multiply-add per value at this moment: the yardstick for the two above.
    'yardstick 1.26 M multiply-adds': () => {
      for (let i = 0; i < plain.length; i++) plain[i] = rgb[i]! * 1.5 + 0.25;
    },
  };
  for (const [figure, work] of Object.entries(works)) {
    for (let warm = 0; warm < 30; warm++) work();
    const cpu = process.threadCpuUsage();
    for (let round = 0; round < 60; round++) work();
    print(figure, process.threadCpuUsage(cpu).user / 1000 / 60, 'ms of its thread');
  }
}

const folder = mkdtempSync(join(tmpdir(), 'retake-bench-'));
try {
  kernels();
  const source = join(folder, 'source.mp4');
  const writer = await createVideoWriter(source, {
    preset: 'h264',
    width: WIDTH,
    height: HEIGHT,
    layout: LAYOUT,
    colour: COLOUR,
    rate: rational(25),
  });
  for (const picture of film()) await writer.write(picture);
  await writer.finish();
  await measured('decode 1080p H.264', () => decode(source));
  const presets = (process.argv[2]?.split(',') ?? ['h264', 'h265', 'prores422hq', 'dnxhr', 'ffv1']) as PresetId[];
  for (const preset of presets) {
    const out = join(folder, `out-${preset}.${preset === 'ffv1' ? 'mkv' : 'mov'}`);
    await measured(`decode and encode 1080p, ${preset}`, () => transcode(source, out, preset));
    if (existsSync(out)) rmSync(out);
  }
  print('resident memory at the end', process.memoryUsage.rss() / 1e6, 'MB');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
