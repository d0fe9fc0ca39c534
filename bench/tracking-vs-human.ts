// Frames per second of the product's tracking against @vladmandic/human on tfjs-wasm, on the same decoded frames, taking
// turns so that whatever else the machine does hits both. One JSON line per figure.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Picture } from '../src/core/picture.ts';
import { pictureToRgb } from '../src/core/picture-rgb.ts';
import { loadFaceModel } from '../src/engine/capture/face-model/index.ts';
import { FaceNetworks } from '../src/engine/capture/tracking/face-networks.ts';
import { FaceTracker } from '../src/engine/capture/tracking/face-tracker.ts';
import { createInference } from '../src/engine/inference/index.ts';
import { openVideo } from '../src/engine/media/index.ts';
import { mediaFolder } from './emotion/clips.ts';
import { type HumanMode, HumanTracker } from './tracking/human-tracker.ts';

const BAR = 5;
/** Kernels are compiled, and the product looks more often at who somebody is, in the first second. */
const WARM_UP_FRAMES = 24;
/** The sides take turns after so many frames: often enough to share bad moments, not so often as to empty each other's caches. */
const BLOCK_FRAMES = 12;
/** The product looks for new faces every 12 frames; human is set to the same, and tried without its frame cache too. */
const MODES: Readonly<Record<string, HumanMode>> = {
  'detector every 12 frames': { cacheSensitivity: 1e9, skipFrames: 11 },
  'detector every frame': { cacheSensitivity: 0, skipFrames: 0 },
};

const { values, positionals } = parseArgs({ options: { frames: { type: 'string' } }, allowPositionals: true });
const clip = positionals[0] ?? join(mediaFolder, 'clips/man-kitchen-vertical-1080x1920-hevc.mp4');
const count = Number(values.frames ?? 96);

function interleaved(picture: Picture): Uint8Array {
  const { width, height } = picture;
  const rgb = new Float32Array(width * height * 3);
  pictureToRgb(picture, { x: 0, y: 0, width, height }, rgb);
  return new Uint8Array(Uint8ClampedArray.from(rgb, (value) => value * 255).buffer);
}

interface Times {
  readonly milliseconds: number[];
  /** Of the thread that both sides run on; steadier than the clock while the machine does other work. */
  readonly processorMs: number[];
  found: number;
}

function processorMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

async function time(times: Times, measured: boolean, work: () => Promise<boolean>): Promise<void> {
  const [started, used] = [performance.now(), processorMs()];
  const found = await work();
  if (!measured) return;
  times.milliseconds.push(performance.now() - started);
  times.processorMs.push(processorMs() - used);
  times.found += found ? 1 : 0;
}

async function timed(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

interface Frame {
  readonly picture: Picture;
  readonly rgb: Uint8Array;
}

/** Decoded beforehand: a decoder working ahead would be counted on both sides. */
async function readFrames(): Promise<Frame[]> {
  await using source = await openVideo(clip);
  const frames: Frame[] = [];
  for await (const { picture } of source.frames(0, Math.min(count, source.frameCount)))
    frames.push({ picture, rgb: interleaved(picture) });
  return frames;
}

async function compare(frames: readonly Frame[], mode: HumanMode): Promise<{ product: Times; human: Times }> {
  await using inference = await createInference({ providers: ['cpu'] });
  const tracker = new FaceTracker(await FaceNetworks.open(inference), await loadFaceModel());
  using human = await HumanTracker.start(mode);
  if (human.backend !== 'wasm') throw new Error(`human runs on ${human.backend}, not on wasm`);
  const product: Times = { milliseconds: [], processorMs: [], found: 0 };
  const other: Times = { milliseconds: [], processorMs: [], found: 0 };
  for (let from = 0; from < frames.length; from += BLOCK_FRAMES) {
    const block = [...frames.entries()].slice(from, from + BLOCK_FRAMES);
    for (const [index, { picture }] of block) {
      await time(product, index >= WARM_UP_FRAMES, async () => {
        await tracker.add(picture, index);
        return tracker.liveFaces > 0;
      });
    }
    // What it measures beside the tracking is its work too.
    if (product.milliseconds.length > 0)
      product.milliseconds[product.milliseconds.length - 1]! += await timed(() => tracker.finish());
    else await tracker.finish();
    for (const [index, { picture, rgb }] of block) {
      using input = human.input(rgb, picture.width, picture.height);
      await time(other, index >= WARM_UP_FRAMES, () => human.track(input));
    }
  }
  return { product, human: other };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function print(figure: string, value: number, unit: string, more: Readonly<Record<string, unknown>> = {}): void {
  console.log(JSON.stringify({ bench: 'tracking-vs-human', figure, value: Number(value.toFixed(3)), unit, ...more }));
}

if (!existsSync(clip)) {
  console.error(`No clip at ${clip}: name one, or set RETAKE_MEDIA.`);
  process.exitCode = 1;
} else {
  let lowest = Number.POSITIVE_INFINITY;
  const frames = await readFrames();
  const { width, height } = frames[0]!.picture;
  for (const [name, mode] of Object.entries(MODES)) {
    const sides = await compare(frames, mode);
    const facts = { mode: name, size: `${width}x${height}`, frames: sides.product.milliseconds.length };
    for (const [side, times] of Object.entries(sides)) {
      const more = { ...facts, found: times.found, processorMs: Number(median(times.processorMs).toFixed(2)) };
      print(`${side}, frames per second`, 1000 / median(times.milliseconds), 'frames/s', more);
    }
    const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
    const ratio = sum(sides.human.milliseconds) / sum(sides.product.milliseconds);
    print('ratio of total times', ratio, 'x', { ...facts, bar: BAR });
    print('ratio of processor times', sum(sides.human.processorMs) / sum(sides.product.processorMs), 'x', facts);
    lowest = Math.min(lowest, ratio);
  }
  print('against its faster setting', lowest, 'x', { bar: BAR, met: lowest >= BAR });
}
