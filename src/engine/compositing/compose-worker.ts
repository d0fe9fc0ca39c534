import { parentPort, workerData } from 'node:worker_threads';
import { type ComposeRequest, type ComposeSetup, FrameComposer } from './compose-frame.ts';

// One thread of the compositor's pool: pictures come and go on shared memory, so a message is a few kilobytes.
const composer = new FrameComposer(workerData as ComposeSetup);
parentPort!.on('message', ({ id, request }: { id: number; request: ComposeRequest }) => {
  try {
    parentPort!.postMessage({ id, result: composer.compose(request) });
  } catch (error) {
    parentPort!.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
