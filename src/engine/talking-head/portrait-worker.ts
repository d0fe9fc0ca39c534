import { parentPort, workerData } from 'node:worker_threads';
import type { Picture } from '../../core/picture.ts';
import { PortraitComposer, type PortraitPose, type PortraitSetup } from './portrait-composer.ts';

// One thread that draws a portrait: pictures go back on shared memory, so a message is a few hundred bytes.
const composer = new PortraitComposer(workerData as PortraitSetup);
parentPort!.on('message', ({ id, pose, target }: { id: number; pose: PortraitPose; target: Picture }) => {
  try {
    composer.compose(pose, target);
    parentPort!.postMessage({ id });
  } catch (error) {
    parentPort!.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
