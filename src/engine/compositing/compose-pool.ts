import { type ComposeRequest, type ComposeResult, type ComposeSetup, FrameComposer } from './compose-frame.ts';
import { FramePool } from './frame-pool.ts';

/** Threads that compose frames side by side. */
export type ComposePool = FramePool<ComposeRequest, ComposeResult>;

/** Starts `threads` threads; with 0 frames are composed on the calling one. */
export function composePool(setup: ComposeSetup, threads: number): ComposePool {
  return new FramePool({
    work: 'Composing',
    script: new URL('./compose-worker.ts', import.meta.url),
    workerData: setup,
    threads,
    local: () => {
      const composer = new FrameComposer(setup);
      return (request) => composer.compose(request);
    },
  });
}
