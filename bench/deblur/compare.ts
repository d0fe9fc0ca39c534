import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Picture } from '../../src/core/picture.ts';
import { pathLength, restorationModels } from '../../src/engine/deblur/index.ts';
import { displacement } from '../../src/engine/deblur/registration.ts';
import type { Inference } from '../../src/engine/inference/index.ts';
import { openVideo, writeImage } from '../../src/engine/media/index.ts';
import { descriptorDistance, type Judge } from '../judge/face-api.ts';
import { judged, landmarkError } from './judging.ts';
import { colourPsnr, gradientEnergy, psnr, sampleAt, ssim } from './measures.ts';
import {
  framesOf,
  landmarksAt,
  METHODS,
  type Method,
  type Restored,
  rowAt,
  runGlobal,
  runOurs,
  runUnsharp,
  type Survey,
  surveyOf,
} from './methods.ts';
import { restoredRegion } from './region.ts';

/** A method's figures in one frame. */
export interface FrameFigures {
  readonly psnr: number;
  readonly ssim: number;
  /** PSNR of the colour planes. */
  readonly colour: number;
  /** Mean distance of 68 points to those of the sharp frame, in distances of the eyes; missing where not judged. */
  readonly landmarks?: number;
  /** Distance of descriptors to the sharp frame. */
  readonly descriptor?: number;
}

/** A frame whose face lost detail to the blur. */
export interface ComparedFrame {
  readonly frame: number;
  readonly path: number;
  readonly figures: Readonly<Record<Method, FrameFigures>>;
}

/** What one clip at one blur length gave. */
export interface Comparison {
  readonly clip: string;
  readonly length: number;
  readonly frames: readonly ComparedFrame[];
  /** Shutter of the recipe and as found, degrees. */
  readonly shutter: readonly [number, number];
  /** Mean squared change along motion in still regions. */
  readonly flicker: Readonly<Record<Method, number>>;
  /** Frames that the full method left, and of those the ones whose samples are all as they were. */
  readonly untouched: number;
  readonly identical: number;
  readonly touched: number;
  readonly cpuSeconds: Readonly<Record<Method, number>>;
  readonly settings: Readonly<Record<Method, string>>;
}

/** Share of its gradients' energy that a face must have lost to count as blurred. */
const LOST = 0.2;
/** Every how many blurred frames the judge is asked. */
const JUDGED = 4;
/** Change of the sharp clip along motion, in levels, up to which a place is still. */
const STILL = 6;

/** Mean squared change from frame to frame at places that stand still along the measured motion of the sharp clip. */
function flicker(frames: readonly Picture[], sharp: readonly Picture[], survey: Survey): number {
  let [sum, count] = [0, 0];
  for (let frame = 0; frame + 1 < frames.length; frame++) {
    const row = rowAt(survey, frame);
    const step = row === undefined ? null : survey.blur.steps[row];
    if (row === undefined || !step) continue;
    const { rect, matte } = restoredRegion(frames[frame]!, landmarksAt(survey, row));
    for (let y = 0; y < rect.height; y += 2)
      for (let x = 0; x < rect.width; x += 2) {
        if (matte[y * rect.width + x]! < 0.9) continue;
        const [px, py] = [rect.x + x, rect.y + y];
        const [dx, dy] = displacement(step, px + 0.5, py + 0.5);
        const change = (of: readonly Picture[]): number =>
          sampleAt(of[frame + 1]!, px + dx, py + dy) - sampleAt(of[frame]!, px, py);
        if (!(Math.abs(change(sharp)) < STILL)) continue;
        sum += change(frames) ** 2;
        count++;
      }
  }
  return sum / Math.max(1, count);
}

const same = (a: Picture, b: Picture): boolean =>
  a.planes.every(
    (plane, p) =>
      Buffer.compare(
        Buffer.from(plane.buffer, plane.byteOffset, plane.byteLength),
        Buffer.from(b.planes[p]!.buffer, b.planes[p]!.byteOffset, b.planes[p]!.byteLength),
      ) === 0,
  );

const perMethod = <T>(make: (method: Method) => T): Record<Method, T> =>
  Object.fromEntries(METHODS.map((method) => [method, make(method)])) as Record<Method, T>;

/** Puts every method to a blurred clip whose sharp frames are known. */
export async function compareMethods(
  clip: string,
  length: number,
  shutter: number,
  paths: { readonly sharp: string; readonly blurred: string; readonly pictures?: string | undefined },
  inference: Inference,
  judge: Judge,
): Promise<Comparison> {
  const [sharp, blurred] = [await framesOf(paths.sharp), await framesOf(paths.blurred)];
  await using source = await openVideo(paths.blurred, { shared: true });
  const survey = await surveyOf(source, inference);
  const counted = blurred.flatMap((picture, frame) => {
    const row = rowAt(survey, frame);
    if (row === undefined) return [];
    const { luma, matte, rect } = restoredRegion(picture, landmarksAt(survey, row));
    const energy = (one: Picture): number => gradientEnergy(luma(one), matte, rect.width);
    return energy(picture) < (1 - LOST) * energy(sharp[frame]!) ? [frame] : [];
  });
  const models = await restorationModels(inference, source, survey.survey);
  const { refiner: _, ...guarded } = models;
  const results: Record<Method, Restored> = {
    blurred: { frames: blurred, touched: blurred.map(() => false), cpuSeconds: 0, setting: '' },
    unsharp: await runUnsharp(paths.blurred, sharp, survey, counted),
    wiener: runGlobal('wiener', blurred, sharp, survey),
    'richardson-lucy': runGlobal('richardson-lucy', blurred, sharp, survey),
    classical: await runOurs(source, survey, { ...guarded, detail: () => 0 }),
    neighbours: await runOurs(source, survey, { ...guarded, deconvolve: false }),
    estimate: await runOurs(source, survey, guarded),
    full: await runOurs(source, survey, models),
  };
  const frames: ComparedFrame[] = [];
  for (const [k, frame] of counted.entries()) {
    const row = rowAt(survey, frame)!;
    const { luma, matte, rect } = restoredRegion(blurred[frame]!, landmarksAt(survey, row));
    const truth = luma(sharp[frame]!);
    const face = k % JUDGED === 0 ? await judged(judge, sharp[frame]!) : undefined;
    const figures = {} as Record<Method, FrameFigures>;
    for (const method of METHODS) {
      const picture = results[method].frames[frame]!;
      const seen = luma(picture);
      const found = face ? await judged(judge, picture) : undefined;
      figures[method] = {
        psnr: psnr(seen, truth, matte),
        ssim: ssim(seen, truth, matte, rect.width),
        colour: colourPsnr(picture, sharp[frame]!, rect, matte),
        ...(face && found
          ? { landmarks: landmarkError(found, face), descriptor: descriptorDistance(found, face) }
          : {}),
      };
    }
    frames.push({ frame, path: pathLength(survey.blur, row), figures });
    if (paths.pictures === undefined) continue;
    await mkdir(paths.pictures, { recursive: true });
    const name = (what: string): string => join(paths.pictures!, `${clip}-${length}-${frame}-${what}.png`);
    await writeImage(name('sharp'), sharp[frame]!);
    for (const method of METHODS) await writeImage(name(method), results[method].frames[frame]!);
  }
  const { full } = results;
  const left = full.touched.flatMap((touched, frame) => (touched ? [] : [frame]));
  return {
    clip,
    length,
    frames,
    shutter: [shutter, survey.blur.shutter * 360],
    flicker: perMethod((method) => flicker(results[method].frames, sharp, survey)),
    untouched: left.length,
    identical: left.filter((frame) => same(full.frames[frame]!, blurred[frame]!)).length,
    touched: full.touched.filter(Boolean).length,
    cpuSeconds: perMethod((method) => results[method].cpuSeconds),
    settings: perMethod((method) => results[method].setting),
  };
}
