import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { captureClip } from '../../src/engine/capture/index.ts';
import { blurredActor } from '../../src/engine/deblur/blurred-actor.test-support.ts';
import { Deblurrer, restorationModels, surveyBlur } from '../../src/engine/deblur/index.ts';
import type { Inference } from '../../src/engine/inference/index.ts';
import { openVideo, type VideoFrame } from '../../src/engine/media/index.ts';
import { orderedMap } from '../../src/engine/services/ordered-map.ts';

/** Frames that a clip without blur keeps. */
export async function measureSharp(path: string, inference: Inference) {
  await using source = await openVideo(path, { shared: true });
  const { performance: captured } = await captureClip(source, inference);
  const survey = await surveyBlur(source, captured, { shutterDegrees: 180 });
  const models = await restorationModels(inference, source, survey);
  await using deblurrer = new Deblurrer({ survey, source, ...models, strength: () => 1, threads: 0 });
  let [frames, touched, identical] = [0, 0, 0];
  for await (const frame of source.frames()) {
    const before = frame.picture.planes.map((plane) => plane.slice());
    const made = await deblurrer.compose(frame.index, frame.picture);
    frames++;
    if (made.touched) touched++;
    else if (made.picture.planes.every((plane, p) => plane.every((value, i) => value === before[p]![i]))) identical++;
    made.release();
    frame.release();
  }
  return { frames, touched, identical, left: frames - touched };
}

/**
 * How fast 1080p goes on all cores: what the command does between decoding and coding, on the digital actor filmed by a
 * swinging camera.
 */
export async function measureSpeed(cache: string, inference: Inference) {
  const folder = join(cache, 'actor-1080p');
  mkdirSync(folder, { recursive: true });
  const { blurred } = await blurredActor(folder, { width: 1920, height: 1080 });
  await using source = await openVideo(blurred, { shared: true });
  const { performance: captured } = await captureClip(source, inference);
  const surveyStart = performance.now();
  const survey = await surveyBlur(source, captured, { shutterDegrees: 180 });
  const surveyedPerSecond = source.frameCount / ((performance.now() - surveyStart) / 1000);
  const models = await restorationModels(inference, source, survey);
  await using deblurrer = new Deblurrer({ survey, source, ...models, strength: () => 1 });
  const rate = async (frames: readonly number[]): Promise<{ perSecond: number; cpu: number; touched: number }> => {
    let touched = 0;
    const before = process.cpuUsage();
    const start = performance.now();
    const work = async (index: number) => {
      const frame: VideoFrame = await source.frameAt(index);
      const made = await deblurrer.compose(index, frame.picture);
      if (made.touched) touched++;
      made.release();
      frame.release();
      return made;
    };
    const numbers = (async function* () {
      yield* frames;
    })();
    for await (const made of orderedMap(numbers, deblurrer.width, work)) void made;
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(before);
    return { perSecond: frames.length / seconds, cpu: (user + system) / 1e6 / frames.length, touched };
  };
  const strong: number[] = [];
  const weak: number[] = [];
  for (let frame = 0; frame < source.frameCount; frame++) {
    const most = Math.max(0, ...survey.tracks.map(({ track, strength }) => strength[frame - track.firstFrame] ?? 0));
    if (most > 0.5) strong.push(frame);
    else if (most === 0) weak.push(frame);
  }
  if (strong.length === 0)
    throw new Error('No frame of the 1080p clip was taken for blurred: there is nothing to time.');
  await rate(strong.slice(0, 2));
  const touched = await rate(strong);
  const untouched = weak.length > 0 ? await rate(weak) : { perSecond: Number.NaN };
  return {
    touchedPerSecond: touched.perSecond,
    cpuSeconds: touched.cpu,
    untouchedPerSecond: untouched.perSecond,
    surveyedPerSecond,
  };
}
