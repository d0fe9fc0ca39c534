import { availableParallelism } from 'node:os';
import {
  type ComposeClip,
  type ComposeOrder,
  type ComposeRequest,
  type ComposeResult,
  FrameComposer,
} from './compose-frame.ts';
import type { FaceMeshModel } from './frame-compositor.ts';
import { FramePool } from './frame-pool.ts';

/** One per core; more than four wait for memory. */
const THREADS = Math.min(4, availableParallelism());

/** A clip that the threads of a pool know; on dispose they forget it. */
export interface OpenClip extends AsyncDisposable {
  /** Composes one frame; requests may overlap. */
  run(request: ComposeRequest): Promise<ComposeResult>;
}

/**
 * Threads that compose frames side by side, for as many clips as are open: what a thread has compiled and its buffers
 * serve all of them, so that a clip's first frames come as quickly as the others.
 */
export class ComposePool implements AsyncDisposable {
  readonly #frames: FramePool<ComposeOrder, ComposeResult>;
  #clips = 0;

  /** Starts `threads` threads; with 0 frames are composed on the calling one. */
  constructor(model: FaceMeshModel, threads = THREADS) {
    const workerData: FaceMeshModel = { neutral: model.neutral, triangles: model.triangles };
    this.#frames = new FramePool({
      work: 'Composing',
      script: new URL('./compose-worker.ts', import.meta.url),
      workerData,
      threads,
      local: () => {
        const composer = new FrameComposer(workerData);
        return (order) => composer.obey(order);
      },
    });
  }

  /** Frames that can usefully be under way at once. */
  get width(): number {
    return this.#frames.width;
  }

  /** Tells the threads about a clip. */
  async open(clip: ComposeClip): Promise<OpenClip> {
    const id = this.#clips++;
    await this.#frames.runOnEach({ order: 'open', id, clip });
    return {
      run: (request) => this.#frames.run({ order: 'compose', id, request }),
      [Symbol.asyncDispose]: async () => {
        // Threads that died have nothing left to forget, and the frame that they died on has told so.
        await this.#frames.runOnEach({ order: 'close', id }).catch(() => undefined);
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#frames[Symbol.asyncDispose]();
  }
}
