// The learned restorer on a face that nobody trained it on: the digital actor under a swinging camera.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LANDMARK_COUNT } from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { captureClip } from '../capture/index.ts';
import { createInference, type Inference } from '../inference/index.ts';
import { openVideo } from '../media/index.ts';
import { type BlurredActor, blurredActor } from './blurred-actor.test-support.ts';
import { Deblurrer } from './deblurrer.ts';
import { drawFaceMatte, faceOutline } from './face-matte.ts';
import { LearnedRestorer } from './learned-restorer.ts';
import type { RestoredFace } from './restore-face.ts';
import { type BlurSurvey, surveyBlur } from './survey.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-restorer-'));
let actor: BlurredActor;
let inference: Inference;
let survey: BlurSurvey;

const samples = (picture: Picture): Buffer => Buffer.concat(picture.planes.map((plane) => Buffer.from(plane)));

/** Mean squared error of luma against the sharp frame where the face shows. */
function error(picture: Picture, sharp: Picture, frame: number): number {
  const { track } = survey.tracks[0]!;
  const row = (frame - track.firstFrame) * LANDMARK_COUNT * 3;
  const rect = { x: 0, y: 0, width: picture.width, height: picture.height };
  const matte = new Float32Array(picture.width * picture.height);
  drawFaceMatte(faceOutline(track.landmarks.slice(row, row + LANDMARK_COUNT * 3)), rect, matte);
  let [sum, count] = [0, 0];
  matte.forEach((share, i) => {
    if (share < 0.5) return;
    sum += (picture.planes[0]![i]! - sharp.planes[0]![i]!) ** 2;
    count++;
  });
  return sum / count;
}

beforeAll(async () => {
  actor = await blurredActor(folder);
  inference = await createInference();
  await using source = await openVideo(actor.blurred, { shared: true });
  survey = await surveyBlur(source, (await captureClip(source, inference)).performance, { shutterDegrees: 180 });
});

afterAll(async () => {
  await inference[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe('the learned restorer', () => {
  it('brings a blurred face nearer to the sharp one than the estimate alone, and touches no other frame', async () => {
    await using source = await openVideo(actor.blurred, { shared: true });
    await using sharp = await openVideo(actor.sharp);
    const refiner = await LearnedRestorer.create(inference);
    await using plain = new Deblurrer({ survey, source, threads: 0 });
    await using learned = new Deblurrer({ survey, source, threads: 0, refiner });
    await using again = new Deblurrer({ survey, source, threads: 0, refiner });
    await using half = new Deblurrer({ survey, source, threads: 0, refiner, strength: () => 0.5 });
    const ratios: number[] = [];
    for (const index of [0, 8, 11]) {
      const [frame, truth] = [await source.frameAt(index), await sharp.frameAt(index)];
      const before = samples(frame.picture);
      const [without, restored] = [
        await plain.compose(index, frame.picture),
        await learned.compose(index, frame.picture),
      ];
      const second = await again.compose(index, frame.picture);
      expect(samples(second.picture).equals(samples(restored.picture)), `frame ${index}`).toBe(true);
      expect(restored.touched).toBe(without.touched);
      expect(samples(frame.picture).equals(before)).toBe(true);
      if (!restored.touched) expect(samples(restored.picture).equals(before)).toBe(true);
      else ratios.push(error(restored.picture, truth.picture, index) / error(without.picture, truth.picture, index));
      // How much of it is wanted goes for all of it: half is half way from the blurred frame.
      const some = await half.compose(index, frame.picture);
      some.picture.planes[0]!.forEach((value, i) => {
        const [from, to] = [frame.picture.planes[0]![i]!, restored.picture.planes[0]![i]!];
        if (Math.abs(value - (from + to) / 2) > 1.01) throw new Error(`frame ${index}, ${i}: ${from}, ${value}, ${to}`);
      });
      for (const made of [without, restored, second, some]) made.release();
      for (const one of [frame, truth]) one.release();
    }
    // A face that is larger than any that it knows stays as the estimate has it.
    const small = { widest: 10, refine: refiner.refine.bind(refiner) };
    await using unknown = new Deblurrer({ survey, source, threads: 0, refiner: small });
    const frame = await source.frameAt(8);
    const [same, estimate] = [await unknown.compose(8, frame.picture), await plain.compose(8, frame.picture)];
    expect(estimate.touched).toBe(true);
    expect(samples(same.picture).equals(samples(estimate.picture))).toBe(true);
    for (const made of [same, estimate]) made.release();
    frame.release();
    expect(ratios.length).toBeGreaterThanOrEqual(2);
    const mean = ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length;
    expect(Math.exp(mean)).toBeLessThan(0.97);
  });

  it('leaves what the matte hides, and changes the light of RGB pictures as of others', async () => {
    const refiner = await LearnedRestorer.create(inference);
    const [width, height] = [200, 64];
    const face = (rgb: boolean): { blurred: Picture; target: Picture } => {
      const layout = {
        family: rgb ? 'rgb' : 'gray',
        bitDepth: 10,
        chromaShiftX: 0,
        chromaShiftY: 0,
        alpha: false,
      } as const;
      const colour = { range: 'full', matrix: rgb ? 'rgb' : 'bt709', transfer: 'bt709', primaries: 'bt709' } as const;
      const make = () => allocatePicture(width, height, layout, { ...colour, chromaLocation: 'left' });
      const [blurred, target] = [make(), make()];
      for (const [picture, soft] of [
        [blurred, 12],
        [target, 4],
      ] as const)
        for (const plane of picture.planes)
          for (let i = 0; i < plane.length; i++)
            plane[i] = 512 + 300 * Math.tanh(((i % width) - 100 + 30 * Math.sin(Math.floor(i / width) / 9)) / soft);
      return { blurred, target };
    };
    const matte = Float32Array.from({ length: width * height }, (_, i) => (i % width < 120 ? 1 : 0));
    const [columns, rows] = [14, 4];
    const evidence = { lent: new Float32Array(width * height), trust: new Float32Array(width * height), columns, rows };
    const paths = Float32Array.from({ length: columns * rows * 2 }, (_, i) => (i % 2 === 0 ? 8 : 0));
    const restored: RestoredFace = {
      rect: { x: 0, y: 0, width, height },
      ...{ matte, lenders: 0, evidence: { ...evidence, paths } },
    };
    const changes = await Promise.all(
      [true, false].map(async (rgb) => {
        const { blurred, target } = face(rgb);
        const before = target.planes.map((plane) => plane.slice());
        await refiner.refine(blurred, target, restored);
        return target.planes.map((plane, p) => Array.from(plane, (value, i) => value - before[p]![i]!));
      }),
    );
    const [[red, green, blue], [gray]] = changes as [number[][], number[][]];
    expect(gray!.some((change) => change !== 0)).toBe(true);
    expect(gray!.every((change, i) => change === 0 || i % width < 120)).toBe(true);
    for (const plane of [red!, green!, blue!]) expect(plane).toEqual(gray);
  });
});
