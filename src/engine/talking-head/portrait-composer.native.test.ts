import { beforeAll, describe, expect, it } from 'vitest';
import { LANDMARK_COUNT, type Performance, POSE_SIZE, SHAPE_COUNT } from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { captureClip } from '../capture/index.ts';
import { relativeGap } from '../compositing/lip-gap.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { createInference } from '../inference/index.ts';
import { openVideo } from '../media/index.ts';
import { preparePortrait } from './portrait.ts';
import { PortraitComposer, type PortraitSetup } from './portrait-composer.ts';

const SIZE = 320;
/** Lips of the source are as far apart as this, over the width of the mouth: so far that nothing holds them together. */
const OPEN_GAP = 0.15;

let setup: PortraitSetup;

/** The frame of the digital actor whose mouth is open widest, as a portrait. */
beforeAll(async () => {
  const { path } = await digitalActorFixture({
    seconds: 1,
    width: SIZE,
    height: SIZE,
    rate: { num: 12, den: 1 },
    seed: 5,
  });
  await using inference = await createInference({ providers: ['cpu'] });
  await using source = await openVideo(path);
  const { performance } = await captureClip(source, inference);
  const track = performance.tracks[0]!;
  const gapAt = (row: number): number => relativeGap(track.landmarks, track.pose, row, LANDMARK_COUNT);
  const row = Array.from({ length: track.frameCount }, (_, i) => i).reduce((a, b) => (gapAt(b) > gapAt(a) ? b : a));
  expect(gapAt(row)).toBeGreaterThan(OPEN_GAP);
  const part = (values: Float32Array, width: number): Float32Array => values.slice(row * width, (row + 1) * width);
  const still: Performance = {
    ...performance,
    frameCount: 1,
    shots: [0],
    tracks: [
      {
        ...track,
        firstFrame: 0,
        frameCount: 1,
        coefficients: part(track.coefficients, SHAPE_COUNT),
        pose: part(track.pose, POSE_SIZE),
        gaze: part(track.gaze, 4),
        landmarks: part(track.landmarks, LANDMARK_COUNT * 3),
        confidence: track.confidence.slice(row, row + 1),
        reason: track.reason.slice(row, row + 1),
      },
    ],
  };
  const { picture } = await source.frameAt(track.firstFrame + row);
  setup = await preparePortrait(picture, still, await loadFaceModel(), 'portrait.png');
}, 300_000);

/** The portrait as it is, but for lips that are sealed so far. */
function drawn(shut: number): Picture {
  const { picture, coefficients } = setup;
  const target = allocatePicture(picture.width, picture.height, picture.layout, picture.colour);
  const pose = { coefficients, head: [0, 0, 0], eyes: [0, 0], shut, tongue: 0 } as const;
  new PortraitComposer(setup).compose(pose, target);
  return target;
}

/** Rows between the lips in the middle of the mouth, from the source's upper lip to its lower one. */
function insideOf(): { x: number; top: number; bottom: number } {
  const { landmarks } = setup.face;
  const [x, top, bottom] = [landmarks[13 * 3]!, landmarks[13 * 3 + 1]!, landmarks[14 * 3 + 1]!].map(Math.round);
  return { x: x!, top: top!, bottom: bottom! };
}

/** Rows of the mouth's middle column that are darker than skin is anywhere near. */
function darkRows(picture: Picture): number {
  const { x, top, bottom } = insideOf();
  const luma = picture.planes[0]!;
  const source = setup.picture.planes[0]!;
  const at = (y: number): number => source[y * SIZE + x]!;
  const inside = Array.from({ length: bottom - top - 1 }, (_, i) => at(top + 1 + i));
  const lips = Math.min(at(top - 4), at(bottom + 4));
  const threshold = (Math.min(...inside) + lips) / 2;
  let dark = 0;
  for (let y = top - 2; y <= bottom + 2; y++) if (luma[y * SIZE + x]! < threshold) dark++;
  return dark;
}

describe('a portrait with open lips', () => {
  it('keeps them open where nothing is said that shuts them', () => {
    const { top, bottom } = insideOf();
    expect(bottom - top).toBeGreaterThan(6);
    expect(darkRows(drawn(0))).toBeGreaterThan((bottom - top) / 3);
  });

  it('brings them together for p, b and m, though the coefficients leave them open', () => {
    const open = darkRows(drawn(0));
    expect(darkRows(drawn(1))).toBeLessThan(open / 3);
    const half = darkRows(drawn(0.5));
    expect(half).toBeLessThan(open);
    expect(half).toBeGreaterThan(darkRows(drawn(1)));
  });
});
