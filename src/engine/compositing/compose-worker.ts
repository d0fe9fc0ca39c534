import { workerData } from 'node:worker_threads';
import { type ComposeRequest, type ComposeSetup, FrameComposer } from './compose-frame.ts';
import { serveFrames } from './frame-pool.ts';

// One thread of the compositor's pool: pictures come and go on shared memory, so a message is a few kilobytes.
const composer = new FrameComposer(workerData as ComposeSetup);
serveFrames((request: ComposeRequest) => composer.compose(request));
