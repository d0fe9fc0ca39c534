import { parentPort } from 'node:worker_threads';
import { FrameRestorer, type RestoreRequest } from './restore-frame.ts';

// One thread of the restorer's pool: pictures come and go on shared memory.
const restorer = new FrameRestorer();
parentPort!.on('message', ({ id, request }: { id: number; request: RestoreRequest }) => {
  try {
    parentPort!.postMessage({ id, result: restorer.restore(request) });
  } catch (error) {
    parentPort!.postMessage({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
