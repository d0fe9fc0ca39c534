import { workerData } from 'node:worker_threads';
import { type ComposeOrder, FrameComposer } from './compose-frame.ts';
import type { FaceMeshModel } from './frame-compositor.ts';
import { serveFrames } from './frame-pool.ts';

// One thread of the compositor's pool: pictures come and go on shared memory, so a message is a few kilobytes.
const composer = new FrameComposer(workerData as FaceMeshModel);
serveFrames((order: ComposeOrder) => composer.obey(order));
