import { serveFrames } from '../compositing/frame-pool.ts';
import { FrameRestorer, type RestoreRequest } from './restore-frame.ts';

// One thread of the restorer's pool: pictures come and go on shared memory.
const restorer = new FrameRestorer();
serveFrames((request: RestoreRequest) => restorer.restore(request));
