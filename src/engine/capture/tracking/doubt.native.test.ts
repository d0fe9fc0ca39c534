import { expect, it } from 'vitest';
import { digitalActorFixture } from '../../digital-actor/index.ts';
import { createInference } from '../../inference/index.ts';
import { openVideo } from '../../media/index.ts';
import { loadFaceModel } from '../face-model/index.ts';
import { FaceNetworks } from './face-networks.ts';
import { FaceTracker } from './face-tracker.ts';

const FRAMES = 10;

it('measures doubt beside the tracking, every time the same, and tells when it cannot be measured', async () => {
  const { path } = await digitalActorFixture();
  await using source = await openVideo(path);
  const model = await loadFaceModel();
  await using inference = await createInference({ providers: ['cpu'] });
  const networks = await FaceNetworks.open(inference);
  const follow = async (): Promise<number[]> => {
    const tracker = new FaceTracker(networks, model);
    for await (const frame of source.frames(0, FRAMES))
      try {
        await tracker.add(frame.picture, frame.index);
      } finally {
        frame.release();
      }
    await tracker.finish();
    const { doubt } = tracker.tracklets[0]!;
    return Array.from({ length: FRAMES }, (_, row) => doubt.row(row)[0]!);
  };
  const doubts = await follow();
  expect(doubts.map((value) => value > 0)).toEqual(doubts.map((_, row) => row % 4 === 0));
  expect(await follow()).toEqual(doubts);
  await (await networks.secondLook)[Symbol.asyncDispose]();
  await expect(follow()).rejects.toMatchObject({ code: 'inference-failed' });
});
