import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { RetakeError } from '../../core/errors.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { PortraitComposer, type PortraitPose, type PortraitSetup } from './portrait-composer.ts';

interface Waiting {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
  readonly worker: number;
}

/** A drawn frame. Call `release` when it was used: its memory serves a later frame. */
export interface PortraitFrame {
  readonly picture: Picture;
  release(): void;
}

/** Draws a portrait on several threads; with 0 threads on the calling one. Frames may be asked for in any order. */
export class PortraitPool implements AsyncDisposable {
  readonly #setup: PortraitSetup;
  readonly #local: PortraitComposer | null;
  readonly #workers: Worker[] = [];
  readonly #load: number[] = [];
  readonly #waiting = new Map<number, Waiting>();
  readonly #idle: Picture[] = [];
  #next = 0;
  #broken: RetakeError | null = null;

  constructor(setup: PortraitSetup, threads = Math.min(4, availableParallelism())) {
    this.#setup = setup;
    this.#local = threads === 0 ? new PortraitComposer(setup) : null;
    for (let w = 0; w < threads; w++) {
      const worker = new Worker(new URL('./portrait-worker.ts', import.meta.url), { workerData: setup });
      worker.on('message', ({ id, error }: { id: number; error?: string }) => this.#settle(id, error));
      worker.on('error', (error) => this.#fail(error));
      this.#workers.push(worker);
      this.#load.push(0);
    }
  }

  /** Frames that can usefully be under way at once. */
  get width(): number {
    return Math.max(1, this.#workers.length) + 1;
  }

  /** The portrait in a pose. */
  async draw(pose: PortraitPose): Promise<PortraitFrame> {
    if (this.#broken) throw this.#broken;
    const { width, height, layout, colour } = this.#setup.picture;
    const target = this.#idle.pop() ?? allocatePicture(width, height, layout, colour, true);
    if (this.#local) this.#local.compose(pose, target);
    else await this.#ask(pose, target);
    return {
      picture: target,
      release: () => {
        this.#idle.push(target);
      },
    };
  }

  #ask(pose: PortraitPose, target: Picture): Promise<void> {
    const id = this.#next++;
    const worker = this.#load.indexOf(Math.min(...this.#load));
    this.#load[worker]!++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, worker });
      this.#workers[worker]!.postMessage({ id, pose, target });
    });
  }

  #settle(id: number, error: string | undefined): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    this.#load[waiting.worker]!--;
    if (error === undefined) waiting.resolve();
    else waiting.reject(new RetakeError('internal', `Drawing a frame of the portrait failed: ${error}`));
  }

  #fail(error: Error): void {
    this.#broken = new RetakeError('internal', `A drawing thread died: ${error.message}`, {}, error);
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
