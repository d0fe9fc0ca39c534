import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Performance, POSE_SIZE } from '../../core/performance.ts';
import type { Picture } from '../../core/picture.ts';
import { type FaceModel, loadFaceModel } from '../capture/face-model/index.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { createInference, type Inference } from '../inference/index.ts';
import { openVideo, type VideoSource } from '../media/index.ts';
import { captureStill, preparePortrait } from './portrait.ts';

let inference: Inference;
let source: VideoSource;
let model: FaceModel;
let picture: Picture;
let performance: Performance;

beforeAll(async () => {
  const { path } = await digitalActorFixture({
    seconds: 1,
    width: 320,
    height: 320,
    rate: { num: 25, den: 1 },
    seed: 5,
  });
  inference = await createInference({ providers: ['cpu'] });
  source = await openVideo(path);
  model = await loadFaceModel();
  picture = (await source.frameAt(0)).picture;
  performance = (await captureStill(source, inference)).performance;
}, 120_000);

afterAll(async () => {
  await source[Symbol.asyncDispose]();
  await inference[Symbol.asyncDispose]();
});

/** The same picture as if its face had been seen otherwise. */
function seen(change: (pose: Float32Array, landmarks: Float32Array) => void): Performance {
  const tracks = performance.tracks.map((track) => {
    const [pose, landmarks] = [track.pose.slice(), track.landmarks.slice()];
    change(pose, landmarks);
    return { ...track, pose, landmarks };
  });
  return { ...performance, tracks };
}

const prepare = (of: Performance): Promise<unknown> => preparePortrait(picture, of, model, 'portrait.png');

describe('portraits', () => {
  it('are captured as one frame', async () => {
    expect(performance.frameCount).toBe(1);
    expect(performance.tracks).toHaveLength(1);
    expect(performance.tracks[0]!.pose).toHaveLength(POSE_SIZE);
    const { picture: carried, coefficients } = await preparePortrait(picture, performance, model, 'portrait.png');
    expect([carried.width, carried.height]).toEqual([320, 320]);
    expect(coefficients).toEqual(performance.tracks[0]!.coefficients);
  });

  it('in profile, too small or without a face are refused, each with its reason', async () => {
    const profile = seen((pose) => pose.set([0, Math.sin(0.5), 0, Math.cos(0.5)]));
    await expect(prepare(profile)).rejects.toMatchObject({
      code: 'media-unsupported',
      message: expect.stringMatching(/turned too far/),
    });
    const small = seen((_, landmarks) => {
      landmarks.forEach((value, i) => {
        landmarks[i] = value * 0.2;
      });
    });
    await expect(prepare(small)).rejects.toMatchObject({
      code: 'media-unsupported',
      message: expect.stringMatching(/pixels wide/),
    });
    await expect(prepare({ ...performance, tracks: [] })).rejects.toMatchObject({ code: 'no-face' });
  });
});
