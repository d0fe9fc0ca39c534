// Deblurring on the timeline: preview and batch are one, sharp frames stay as they are; and what bad input comes to.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EditRequest } from '../../core/document/edit.ts';
import type { Effect } from '../../core/document/effect-schema.ts';
import { allocatePicture, type Picture, planeSize } from '../../core/picture.ts';
import { captureClip } from '../capture/index.ts';
import { fitBlur } from '../deblur/blur-fit.ts';
import { type BlurredActor, blurredActor } from '../deblur/blurred-actor.test-support.ts';
import { TrackMeter } from '../deblur/face-spectra.ts';
import { BLUR_STATES, Deblurrer, surveyBlur } from '../deblur/index.ts';
import { chooseNeighbours } from '../deblur/neighbours.ts';
import { MotionMeter } from '../deblur/registration.ts';
import { createInference } from '../inference/index.ts';
import { JobQueue, QueueRunner } from '../jobs/index.ts';
import { createVideoWriter, openVideo, type VideoSource } from '../media/index.ts';
import { ProjectStore } from '../store/index.ts';
import { packSurvey, unpackSurvey } from './blur-results.ts';
import { deblurClip } from './deblur-service.ts';
import { Evaluator } from './evaluator/evaluator.ts';
import { StorePerformances } from './evaluator/performances.ts';
import { describeMedia } from './media-import.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-deblur-'));
const renderer = fileURLToPath(new URL('sequence-segments.ts', import.meta.url));
let actor: BlurredActor;

const samples = (picture: Picture): Buffer => Buffer.concat(picture.planes.map((plane) => Buffer.from(plane)));

async function pictureAt(source: VideoSource, index: number): Promise<Picture> {
  const frame = await source.frameAt(index);
  const { width, height, layout, colour } = frame.picture;
  const copy = allocatePicture(width, height, layout, colour, true);
  frame.picture.planes.forEach((plane, p) => {
    copy.planes[p]!.set(plane as never);
  });
  frame.release();
  return copy;
}

/** Mean squared difference of a plane. */
function difference(a: Picture, b: Picture, plane: number): number {
  let sum = 0;
  a.planes[plane]!.forEach((value, i) => {
    sum += (value - b.planes[plane]![i]!) ** 2;
  });
  return sum / a.planes[plane]!.length;
}

/** A film of made pictures. */
async function film(name: string, like: Picture, pictures: readonly Picture[], interlaced = false): Promise<string> {
  const path = join(folder, `${name}.${interlaced ? 'mp4' : 'mkv'}`);
  const { width, height } = pictures[0]!;
  await using writer = await createVideoWriter(path, {
    preset: interlaced ? 'h264' : 'ffv1',
    width,
    height,
    layout: like.layout,
    colour: like.colour,
    rate: { num: 25, den: 1 },
    ...(interlaced ? { fieldOrder: 'top-first' as const } : {}),
  });
  for (const picture of pictures) await writer.write(picture);
  await writer.finish();
  return path;
}

const request = (clip: string, out: string) => ({
  clip,
  strength: 1,
  shutter: 180,
  actor: 'all',
  out: join(folder, out),
  preset: 'ffv1' as const,
});

beforeAll(async () => {
  actor = await blurredActor(folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('a project with a deblur effect', () => {
  it('renders what the preview shows, byte for byte; sharp frames are those of the film', async () => {
    const path = join(folder, 'film.retake');
    let store = ProjectStore.create(path, 'Film', { writtenBy: 'test' });
    let performances = new StorePerformances(store);
    const one = (edit: EditRequest): readonly string[] => store.edit(edit).created;
    const [media] = one({ edit: 'importMedia', args: { media: [await describeMedia(actor.blurred)] } }) as [string];
    const { rate, width, height } = store.project.media[media]!;
    const [sequence, track] = one({ edit: 'addSequence', args: { name: 'Cut', rate, width, height } }) as [
      string,
      string,
    ];
    const [clip] = one({ edit: 'append', args: { clips: [{ track, media, duration: actor.frames }] } }) as [string];
    const [effect] = one({ edit: 'addEffect', args: { clips: [clip], kind: 'deblur' } }) as [string];
    expect((store.project.effects[effect] as Effect & { kind: 'deblur' }).settings.shutterDegrees).toBe(180);
    const ask = { sequence, quality: 'full', side: 'edited' } as const;
    {
      await using unmeasured = new Evaluator({ performances, threads: 0 });
      const plain = await unmeasured.frame(store.project, { ...ask, frame: 8 });
      expect([plain.touched, plain.layers[0]!.untracked]).toEqual([false, true]);
    }
    await performances.ensureBlur(media, 180);
    await performances[Symbol.asyncDispose]();
    store[Symbol.dispose]();

    const out = join(folder, 'rendered.mkv');
    using queue = JobQueue.open(join(folder, 'queue.sqlite'));
    const job = queue.add({
      name: 'Cut',
      renderer,
      payload: { project: path, sequence },
      out,
      preset: 'ffv1',
      segmentFrames: 10,
    });
    await new QueueRunner(queue, { workers: 1 }).run('drain', new AbortController().signal);
    expect(queue.get(job)).toMatchObject({ state: 'done', failure: null });

    store = ProjectStore.open(path, { writtenBy: 'test' });
    performances = new StorePerformances(store);
    {
      await using evaluator = new Evaluator({ performances, threads: 0 });
      await using rendered = await openVideo(out);
      await using plate = await openVideo(actor.blurred);
      await using sharp = await openVideo(actor.sharp);
      const gains: number[][] = [[], [], []];
      for (const frame of [0, 3, 8, 9, 12, actor.frames - 1]) {
        const made = await evaluator.frame(store.project, { ...ask, frame });
        expect(samples(made.picture).equals(samples(await pictureAt(rendered, frame))), `frame ${frame}`).toBe(true);
        const [before, truth] = [await pictureAt(plate, frame), await pictureAt(sharp, frame)];
        if (!actor.shaken.includes(frame))
          expect(samples(made.picture).equals(samples(before)), `frame ${frame}`).toBe(true);
        if (!made.touched) continue;
        gains.forEach((of, plane) => {
          of.push(difference(before, truth, plane) / difference(made.picture, truth, plane));
        });
      }
      expect(gains[0]!.length).toBeGreaterThan(0);
      for (const gain of gains[0]!) expect(gain).toBeGreaterThan(1);
      // Colour keeps up with luma. Here it was blurred as it is coded, not as light, so it does not come nearer.
      for (const gain of [...gains[1]!, ...gains[2]!]) expect(gain).toBeGreaterThan(0.9);
      // Strength 0 is the plate.
      store.edit({
        edit: 'setParameter',
        args: { effect, parameter: 'strength', value: { kind: 'constant', value: 0 } },
      });
      expect((await evaluator.frame(store.project, { ...ask, frame: 8 })).touched).toBe(false);
    }
    await performances[Symbol.asyncDispose]();
    store[Symbol.dispose]();
  }, 600_000);
});

describe('measuring', () => {
  it('knows blurred from sharp, keeps a survey exactly, and leaves what is blurred too much', async () => {
    await using inference = await createInference();
    await using source = await openVideo(actor.blurred, { shared: true });
    const { performance: captured } = await captureClip(source, inference);
    const survey = await surveyBlur(source, captured, { shutterDegrees: 180 });
    const blur = survey.tracks[0]!;
    const state = (row: number) => BLUR_STATES[blur.state[row]!];
    const restored = actor.shaken.filter((frame) => state(frame - blur.track.firstFrame) === 'blurred');
    expect(restored.length).toBeGreaterThanOrEqual(3);
    // The actor was filmed with the shutter half open.
    expect(Math.abs(blur.shutter * 360 - 180)).toBeLessThan(45);
    expect(state(0)).toBe('sharp');
    expect(state(blur.track.frameCount - 1)).toBe('sharp');
    expect(unpackSurvey(packSurvey(survey), captured)).toEqual(survey);
    // Neighbours are of the same track, which ends where the shot ends.
    for (const frame of restored)
      for (const row of chooseNeighbours(blur, frame - blur.track.firstFrame)) {
        expect(row).toBeGreaterThanOrEqual(0);
        expect(row).toBeLessThan(blur.track.frameCount);
      }
    const [spectra, motion] = [new TrackMeter(blur.track), new MotionMeter(blur.track)];
    for await (const frame of source.frames()) {
      const row = frame.index - blur.track.firstFrame;
      if (row >= 0 && row < blur.track.frameCount) {
        spectra.add(frame.picture, row);
        motion.add(frame.picture, row);
      }
      frame.release();
    }
    const extreme = fitBlur(spectra.result, motion.steps, 0.5, 5);
    const tooMuch = actor.shaken.filter((frame) => BLUR_STATES[extreme.state[frame]!] === 'too-blurred');
    expect(tooMuch.length).toBeGreaterThan(0);
    for (const frame of tooMuch) expect(extreme.strength[frame]).toBe(0);
    await using deblurrer = new Deblurrer({ survey: { tracks: [extreme] }, source, threads: 0 });
    const frame = await source.frameAt(tooMuch[0]!);
    expect((await deblurrer.compose(tooMuch[0]!, frame.picture)).touched).toBe(false);
    frame.release();
  }, 600_000);
});

/**
 * A sharp picture as coders with pulsing quality leave it: grainy, and every picture but each fourth softened, evenly in all
 * directions.
 */
function pulsing(picture: Picture, index: number): Picture {
  const { width, height } = picture;
  const out = allocatePicture(width, height, picture.layout, picture.colour);
  picture.planes.forEach((plane, p) => {
    out.planes[p]!.set(plane as never);
  });
  const luma = picture.planes[0]!;
  let seed = index + 1;
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      let value = luma[at]!;
      if (index % 4 !== 0) {
        const row = (from: number): number => luma[from - 1]! + 2 * luma[from]! + luma[from + 1]!;
        value = (row(at - width) + 2 * row(at) + row(at + width)) / 16;
      }
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      out.planes[0]![at] = Math.max(0, Math.min(255, Math.round(value + (seed / 2 ** 32 - 0.5) * 14)));
    }
  return out;
}

describe('a sharp film', () => {
  it('keeps every sample though its camera moves quickly and its detail comes and goes', async () => {
    await using source = await openVideo(actor.sharp);
    const pictures: Picture[] = [];
    for (let index = 0; index < actor.frames; index++) pictures.push(pulsing(await pictureAt(source, index), index));
    const path = await film('pulsing', pictures[0]!, pictures);
    const told: string[] = [];
    const result = await deblurClip(request(path, 'pulsing.out.mkv'), { onLog: (_, text) => told.push(text) });
    expect(result.frames.restored).toBe(0);
    // Of two frames the moving one might as well be the sharper: no shutter was open long enough to see.
    expect(result.tracks[0]!.shutterDegrees).toBe(0);
    expect(Math.max(...result.tracks[0]!.blur)).toBeGreaterThan(0.3);
    expect(told.join()).toContain('--assume-blurred');
    told.length = 0;
    const onLog = (_: string, text: string) => told.push(text);
    const assumed = await deblurClip({ ...request(path, 'assumed.out.mkv'), assumeBlurred: true }, { onLog });
    expect(told.join()).not.toContain('--assume-blurred');
    expect(assumed.frames.restored).toBeGreaterThan(0);
    expect(assumed.tracks[0]!.shutterDegrees).toBe(180);
    expect(assumed.provenance.claim.edits).toMatchObject([{ kind: 'deblur', assumedBlurred: true }]);
    await using out = await openVideo(join(folder, 'pulsing.out.mkv'));
    for (const [index, picture] of pictures.entries())
      expect(samples(await pictureAt(out, index)).equals(samples(picture)), `frame ${index}`).toBe(true);
  }, 600_000);
});

describe('bad input', () => {
  it('refuses a film without a face, leaves one picture alone, and says why', async () => {
    await using source = await openVideo(actor.sharp);
    const first = await pictureAt(source, 0);
    const grey = allocatePicture(160, 120, first.layout, first.colour);
    for (const plane of grey.planes) plane.fill(128);
    const empty = deblurClip(request(await film('grey', first, [grey, grey, grey]), 'grey.out.mkv'));
    await expect(empty).rejects.toThrow('No face was found');
    const said: string[] = [];
    const still = await deblurClip(request(await film('still', first, [first]), 'still.out.mkv'), {
      onLog: (_, message) => said.push(message),
    });
    expect(still.frames).toEqual({ total: 1, restored: 0, untouched: 1 });
    expect(still.tracks[0]!.states).toEqual({ 'no-motion': 1 });
    expect(said.join(' ')).toContain('single picture');
  }, 600_000);

  it('restores a blurred frame beside a cut without a look at the other shot', async () => {
    await using blurred = await openVideo(actor.blurred);
    // Cut in the middle of the swing to the same actor, mirrored and in other light: nothing else tells the shots apart.
    const cut = actor.shaken.find((frame) => !actor.shaken.includes(frame + 1))! + 1;
    const pictures: Picture[] = [];
    for (let index = 0; index < actor.frames; index++) {
      const picture = await pictureAt(blurred, index);
      if (index >= cut)
        picture.planes.forEach((plane, p) => {
          const [width, height] = planeSize(picture.layout, picture.width, picture.height, p);
          for (let y = 0; y < height; y++) plane.subarray(y * width, (y + 1) * width).reverse();
          if (p === 0) for (let i = 0; i < plane.length; i++) plane[i] = 16 + Math.round((plane[i]! - 16) * 0.6);
        });
      pictures.push(picture);
    }
    await using inference = await createInference();
    await using source = await openVideo(await film('cut', pictures[0]!, pictures), { shared: true });
    const { performance: captured } = await captureClip(source, inference);
    const survey = await surveyBlur(source, captured, { shutterDegrees: 180 });
    expect(survey.tracks.map(({ track }) => [track.firstFrame, track.frameCount])).toEqual([
      [0, cut],
      [cut, actor.frames - cut],
    ]);
    const looked: number[] = [];
    const watched = {
      frameAt: (index: number) => {
        looked.push(index);
        return source.frameAt(index);
      },
    };
    await using deblurrer = new Deblurrer({ survey, source: watched, threads: 0 });
    for (const [frame, own] of [
      [cut - 1, (index: number) => index < cut],
      [cut + 1, (index: number) => index >= cut],
    ] as const) {
      looked.length = 0;
      const decoded = await source.frameAt(frame);
      const made = await deblurrer.compose(frame, decoded.picture);
      expect([frame, made.touched]).toEqual([frame, true]);
      made.release();
      decoded.release();
      expect(looked.length).toBeGreaterThan(0);
      expect(looked.every(own), `frame ${frame} looks at ${looked.join(', ')}`).toBe(true);
    }
  }, 600_000);

  it('refuses interlaced film', async () => {
    await using source = await openVideo(actor.sharp);
    const { layout, colour } = await pictureAt(source, 0);
    // Fields of 4:2:0 want heights that four divides, which the actor's is not.
    const plain = allocatePicture(64, 64, layout, colour);
    const clip = await film('interlaced', plain, [plain, plain], true);
    await expect(deblurClip(request(clip, 'interlaced.out.mkv'))).rejects.toMatchObject({ code: 'media-unsupported' });
  }, 600_000);

  it('restores the blurred one of two faces and leaves the other', async () => {
    await using sharp = await openVideo(actor.sharp);
    await using blurred = await openVideo(actor.blurred);
    const pictures: Picture[] = [];
    for (let index = 0; index < actor.frames; index++) {
      // The left one stands still: the clip's first frame, again and again.
      const [left, right] = [await pictureAt(sharp, 0), await pictureAt(blurred, index)];
      const both = allocatePicture(left.width * 2, left.height, left.layout, left.colour);
      both.planes.forEach((plane, p) => {
        const [width, height] = planeSize(left.layout, left.width, left.height, p);
        for (let y = 0; y < height; y++) {
          plane.set(left.planes[p]!.subarray(y * width, (y + 1) * width) as never, y * 2 * width);
          plane.set(right.planes[p]!.subarray(y * width, (y + 1) * width) as never, y * 2 * width + width);
        }
      });
      pictures.push(both);
    }
    const result = await deblurClip(request(await film('two', pictures[0]!, pictures), 'two.out.mkv'));
    expect(result.frames.restored).toBeGreaterThan(0);
    expect(result.provenance.claim.models.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['face-restorer', 'face-descriptor']),
    );
    await using out = await openVideo(join(folder, 'two.out.mkv'));
    for (const index of actor.shaken) {
      const made = await pictureAt(out, index);
      const half = made.width / 2;
      for (let y = 0; y < made.height; y += 3)
        expect(
          Buffer.from(made.planes[0]!.slice(y * made.width, y * made.width + half)).equals(
            Buffer.from(pictures[index]!.planes[0]!.slice(y * made.width, y * made.width + half)),
          ),
          `row ${y} of frame ${index}`,
        ).toBe(true);
    }
  }, 600_000);
});
