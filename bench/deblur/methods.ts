import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { FRAME_REASONS, LANDMARK_COUNT } from '../../src/core/performance.ts';
import { allocatePicture, type Picture } from '../../src/core/picture.ts';
import { captureClip } from '../../src/engine/capture/index.ts';
import { type DeblurOptions, Deblurrer, pathLength, surveyBlur } from '../../src/engine/deblur/index.ts';
import type { Inference } from '../../src/engine/inference/index.ts';
import { openVideo, type VideoSource } from '../../src/engine/media/index.ts';
import { type Restorer, restoreGlobally, richardsonLucy, wiener } from './baselines.ts';
import { psnr } from './measures.ts';
import { restoredRegion } from './region.ts';

/** Everything that is compared. */
export const METHODS = [
  'blurred',
  'unsharp',
  'wiener',
  'richardson-lucy',
  // Retake without neighbours, neighbours alone, both without the learned restorer, and all of it.
  'classical',
  'neighbours',
  'estimate',
  'full',
] as const;
/** One of {@link METHODS}. */
export type Method = (typeof METHODS)[number];

/** Where the product saw the face of a blurred clip, and what became of it. */
export interface Restored {
  readonly frames: readonly Picture[];
  /** Frames that the method changed. */
  readonly touched: readonly boolean[];
  /** Processor seconds per touched frame, and frames per second of wall time. */
  readonly cpuSeconds: number;
  readonly setting: string;
}

/** What the product measured of a blurred clip. */
export type Survey = Awaited<ReturnType<typeof surveyOf>>;

/** A copy that outlives its frame. */
export function copyOf(picture: Picture): Picture {
  const out = allocatePicture(picture.width, picture.height, picture.layout, picture.colour, true);
  picture.planes.forEach((plane, p) => {
    out.planes[p]!.set(plane as never);
  });
  return out;
}

/** All frames of a file. */
export async function framesOf(path: string): Promise<Picture[]> {
  await using source = await openVideo(path);
  const frames: Picture[] = [];
  for await (const frame of source.frames()) {
    frames.push(copyOf(frame.picture));
    frame.release();
  }
  return frames;
}

/** Tracks a blurred clip and measures its blur, as the product does. */
export async function surveyOf(source: VideoSource, inference: Inference) {
  const { performance: captured } = await captureClip(source, inference);
  const survey = await surveyBlur(source, captured, { shutterDegrees: 180 });
  const longest = [...survey.tracks].sort((a, b) => b.track.frameCount - a.track.frameCount)[0];
  if (!longest) throw new Error(`${source.info.path}: no face was found`);
  return { survey, blur: longest };
}

/** Row of the bench's face at a frame; undefined where it was not seen. */
export function rowAt({ blur }: Survey, frame: number): number | undefined {
  const row = frame - blur.track.firstFrame;
  if (row < 0 || row >= blur.track.frameCount) return undefined;
  return FRAME_REASONS[blur.track.reason[row]!] === 'ok' ? row : undefined;
}

/** Landmarks of a row. */
export function landmarksAt({ blur }: Survey, row: number): Float32Array {
  return blur.track.landmarks.slice(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3);
}

/** The product, or a part of it. */
export async function runOurs(
  source: VideoSource,
  survey: Survey,
  part: Pick<DeblurOptions, 'guard' | 'detail' | 'deconvolve' | 'refiner'>,
): Promise<Restored> {
  await using deblurrer = new Deblurrer({
    survey: survey.survey,
    source,
    strength: () => 1,
    threads: 0,
    ...part,
  });
  const frames: Picture[] = [];
  const touched: boolean[] = [];
  let cpu = 0;
  for (let frame = 0; frame < source.frameCount; frame++) {
    const decoded = await source.frameAt(frame);
    const before = process.cpuUsage();
    const made = await deblurrer.compose(frame, decoded.picture);
    const { user, system } = process.cpuUsage(before);
    if (made.touched) cpu += (user + system) / 1e6;
    frames.push(copyOf(made.picture));
    touched.push(made.touched);
    made.release();
    decoded.release();
  }
  const count = touched.filter(Boolean).length;
  return { frames, touched, cpuSeconds: cpu / Math.max(1, count), setting: '' };
}

/** The setting under which a method comes nearest to the sharp frames: it is chosen with knowledge of them. */
function bestOf(settings: readonly number[], score: (setting: number) => number): number {
  let best = settings[0]!;
  let most = -Infinity;
  for (const setting of settings) {
    const value = score(setting);
    if (value > most) [best, most] = [setting, value];
  }
  return best;
}

const WIENER = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3] as const;
const RICHARDSON_LUCY = [1, 2, 4, 8, 16] as const;

/** A restoration with one kernel of the tracked path for the whole face, its regularisation chosen by the sharp frames. */
export function runGlobal(
  name: 'wiener' | 'richardson-lucy',
  blurred: readonly Picture[],
  sharp: readonly Picture[],
  survey: Survey,
): Restored {
  const restore: Restorer = name === 'wiener' ? wiener : richardsonLucy;
  const moving = blurred.flatMap((_, frame) => {
    const row = rowAt(survey, frame);
    return row !== undefined && pathLength(survey.blur, row) >= 1 ? [{ frame, row }] : [];
  });
  const make = ({ frame, row }: { frame: number; row: number }, strength: number): Picture => {
    const { path } = survey.blur;
    const along = [path[row * 2]!, path[row * 2 + 1]!] as const;
    return restoreGlobally(blurred[frame]!, landmarksAt(survey, row), along, restore, strength);
  };
  const probes = moving.filter((_, k) => k % 4 === 0);
  const strength = bestOf(name === 'wiener' ? WIENER : RICHARDSON_LUCY, (value) =>
    probes.reduce((sum, probe) => {
      const region = restoredRegion(blurred[probe.frame]!, landmarksAt(survey, probe.row));
      return sum + psnr(region.luma(make(probe, value)), region.luma(sharp[probe.frame]!), region.matte);
    }, 0),
  );
  const before = process.cpuUsage();
  const frames = [...blurred];
  for (const one of moving) frames[one.frame] = make(one, strength);
  const { user, system } = process.cpuUsage(before);
  const touched = blurred.map((_, frame) => moving.some((one) => one.frame === frame));
  const cpuSeconds = (user + system) / 1e6 / Math.max(1, moving.length);
  return { frames, touched, cpuSeconds, setting: String(strength) };
}

async function unsharp(path: string, size: number, amount: number): Promise<Picture[]> {
  const out = `${path}.unsharp-${process.pid}.mkv`;
  const filter = `unsharp=${size}:${size}:${amount}:${size}:${size}:0`;
  const args = ['-v', 'error', '-nostdin', '-y', '-i', path, '-vf', filter, '-c:v', 'ffv1', '-threads', '1', out];
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = (await once(child, 'close')) as [number];
  if (code !== 0) throw new Error(`ffmpeg (${code}) could not sharpen ${path}`);
  try {
    return await framesOf(out);
  } finally {
    await rm(out, { force: true });
  }
}

/** FFmpeg's unsharp over the whole clip, size and amount chosen by the sharp frames. */
export async function runUnsharp(
  path: string,
  sharp: readonly Picture[],
  survey: Survey,
  counted: readonly number[],
): Promise<Restored> {
  let best: { frames: Picture[]; score: number; setting: string } | undefined;
  for (const size of [5, 9])
    for (const amount of [0.5, 1, 2]) {
      const frames = await unsharp(path, size, amount);
      const score = counted.reduce((sum, frame) => {
        const region = restoredRegion(frames[frame]!, landmarksAt(survey, rowAt(survey, frame)!));
        return sum + psnr(region.luma(frames[frame]!), region.luma(sharp[frame]!), region.matte);
      }, 0);
      if (!best || score > best.score) best = { frames, score, setting: `${size} px, ${amount}` };
    }
  return { frames: best!.frames, touched: sharp.map(() => true), cpuSeconds: 0, setting: best!.setting };
}
