import { FramePool } from '../compositing/frame-pool.ts';
import type { RestoredFace } from './restore-face.ts';
import { FrameRestorer, type RestoreRequest } from './restore-frame.ts';

/** By face of the request; null where nothing was restored. */
type Restored = readonly (RestoredFace | null)[];

/** Threads that restore the faces of frames side by side. */
export type RestorePool = FramePool<RestoreRequest, Restored>;

/** Starts `threads` threads; with 0 frames are restored on the calling one. */
export function restorePool(threads: number): RestorePool {
  return new FramePool<RestoreRequest, Restored>({
    work: 'Restoring',
    script: new URL('./restore-worker.ts', import.meta.url),
    threads,
    local: () => {
      const restorer = new FrameRestorer();
      return (request) => restorer.restore(request);
    },
  });
}
