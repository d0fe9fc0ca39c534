// Landmarks of the product against MediaPipe's own face mesh on identical pixels, frame after frame.
import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Picture } from '../src/core/picture.ts';
import { loadFaceModel } from '../src/engine/capture/face-model/index.ts';
import { FaceNetworks } from '../src/engine/capture/tracking/face-networks.ts';
import { FaceTracker } from '../src/engine/capture/tracking/face-tracker.ts';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { createInference, type Inference } from '../src/engine/inference/index.ts';
import { encodePng, readImage } from '../src/engine/media/index.ts';
import { CHROMIUM, OfficialFaceMesh } from './face-mesh/official-face-mesh.ts';
import { readRgbFrames, toRgbPicture } from './face-mesh/rgb-frames.ts';

/** Mean distance allowed, as a share of the face's width. */
const TOLERANCE = 0.001;
const FRAMES = 18;
/** Both sides start from other detections; the tracking regions agree after a few frames. */
const SETTLING_FRAMES = 6;
const LANDMARKS = 478;
/** Mesh points at the two ends of the face's width. */
const [WIDEST_LEFT, WIDEST_RIGHT] = [234, 454];

const media = process.env['RETAKE_MEDIA'] ?? fileURLToPath(new URL('../../shared/media', import.meta.url));
/** Clips with one face that stays in sight, of several sizes, codecs and skins. */
const CLIPS = [
  'woman-address-frontal-512.mp4',
  'man-kitchen-vertical-1080x1920-hevc.mp4',
  'man-short-sentence-360x288.mpg',
  'woman-smile-head-tilt-360p.mp4',
];
/** A folder of numbered PNG files. */
const pngFolder = process.env['RETAKE_PARITY_FRAMES'];

const clips = CLIPS.map((name) => join(media, 'clips', name)).filter((path) => existsSync(path));
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) console.warn(`SKIPPED landmark parity: no Chromium at ${CHROMIUM} (RETAKE_CHROMIUM names another).`);
if (clips.length < CLIPS.length)
  console.warn(`SKIPPED landmark parity on ${CLIPS.length - clips.length} clips: not in ${media} (RETAKE_MEDIA).`);

/** Mean distance of x and y per frame as a share of the face's width, after settling. */
async function compare(
  pictures: readonly Picture[],
  inference: Inference,
  official: OfficialFaceMesh,
): Promise<number[]> {
  const tracker = new FaceTracker(await FaceNetworks.open(inference), await loadFaceModel());
  for (const [index, picture] of pictures.entries()) await tracker.add(picture, index);
  await tracker.finish();
  const tracklet = tracker.tracklets.find(({ firstFrame, landmarks }) => {
    return firstFrame <= 1 && landmarks.rows >= pictures.length - 1;
  });
  if (tracklet === undefined) throw new Error('the product did not follow a face through the clip');
  const expected = await official.track(await Promise.all(pictures.map((picture) => encodePng(picture))));
  return expected.slice(SETTLING_FRAMES).map((theirs, position) => {
    if (theirs === null) throw new Error(`the official runtime lost the face in frame ${position + SETTLING_FRAMES}`);
    const { width, height } = pictures[0]!;
    const ours = tracklet.landmarks.row(position + SETTLING_FRAMES - tracklet.firstFrame);
    let sum = 0;
    for (let point = 0; point < LANDMARKS; point++) {
      const dx = ours[point * 3]! - theirs[point * 3]! * width;
      const dy = ours[point * 3 + 1]! - theirs[point * 3 + 1]! * height;
      sum += Math.hypot(dx, dy);
    }
    const faceWidth = Math.hypot(
      ours[WIDEST_RIGHT * 3]! - ours[WIDEST_LEFT * 3]!,
      ours[WIDEST_RIGHT * 3 + 1]! - ours[WIDEST_LEFT * 3 + 1]!,
    );
    return sum / LANDMARKS / faceWidth;
  });
}

describe.skipIf(!hasChromium)('landmark parity with @mediapipe/face_mesh', () => {
  let official: OfficialFaceMesh;
  let inference: Inference;
  beforeAll(async () => {
    official = await OfficialFaceMesh.start();
    inference = await createInference({ providers: ['cpu'] });
  });
  afterAll(async () => {
    await official?.[Symbol.asyncDispose]();
    await inference?.[Symbol.asyncDispose]();
  });

  async function expectParity(name: string, pictures: readonly Picture[]): Promise<void> {
    const shares = await compare(pictures, inference, official);
    const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
    const percent = (share: number): string => `${(share * 100).toFixed(3)} %`;
    console.log(`landmark parity, ${name}: mean ${percent(mean)}, worst frame ${percent(Math.max(...shares))}`);
    expect(shares).toHaveLength(pictures.length - SETTLING_FRAMES);
    expect(mean).toBeLessThanOrEqual(TOLERANCE);
  }

  it.each(clips.map((path) => basename(path)))('%s', async (name) => {
    await expectParity(name, await readRgbFrames(join(media, 'clips', name), FRAMES));
  });

  it('the digital actor', async () => {
    const { path } = await digitalActorFixture({ seconds: FRAMES / 25, width: 480, height: 360 });
    await expectParity('the digital actor', await readRgbFrames(path, FRAMES));
  });

  it.skipIf(pngFolder === undefined)('frames of RETAKE_PARITY_FRAMES', async () => {
    const names = readdirSync(pngFolder!)
      .filter((name) => name.endsWith('.png'))
      .sort();
    const pictures: Picture[] = [];
    for (const name of names.slice(0, FRAMES)) pictures.push(toRgbPicture(await readImage(join(pngFolder!, name))));
    await expectParity(pngFolder!, pictures);
  });
});
