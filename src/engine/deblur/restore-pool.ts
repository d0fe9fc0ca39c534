import { Worker } from 'node:worker_threads';
import { RetakeError } from '../../core/errors.ts';
import type { RestoredFace } from './restore-face.ts';
import { FrameRestorer, type RestoreRequest } from './restore-frame.ts';

type Restored = readonly (RestoredFace | null)[];

interface Waiting {
  readonly worker: number;
  readonly resolve: (result: Restored) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly id: number;
  readonly result?: Restored;
  readonly error?: string;
}

/** Threads that restore frames side by side; with 0 threads frames are restored on the calling one. */
export class RestorePool implements AsyncDisposable {
  readonly #workers: Worker[] = [];
  readonly #load: number[] = [];
  readonly #waiting = new Map<number, Waiting>();
  readonly #local: FrameRestorer | null;
  #next = 0;
  #broken: RetakeError | null = null;

  constructor(threads: number) {
    this.#local = threads === 0 ? new FrameRestorer() : null;
    for (let w = 0; w < threads; w++) {
      const worker = new Worker(new URL('./restore-worker.ts', import.meta.url));
      worker.on('message', (reply: Reply) => this.#settle(reply));
      worker.on('error', (error) => this.#fail(error));
      this.#workers.push(worker);
      this.#load.push(0);
    }
  }

  /** Frames that can usefully be under way at once. */
  get width(): number {
    return Math.max(1, this.#workers.length) + 1;
  }

  /** Restores the faces of one frame; requests may overlap. */
  async run(request: RestoreRequest): Promise<Restored> {
    if (this.#broken) throw this.#broken;
    if (this.#local) return this.#local.restore(request);
    const id = this.#next++;
    const worker = this.#load.indexOf(Math.min(...this.#load));
    this.#load[worker]!++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, worker });
      this.#workers[worker]!.postMessage({ id, request });
    });
  }

  #settle({ id, result, error }: Reply): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    this.#load[waiting.worker]!--;
    if (result) waiting.resolve(result);
    else waiting.reject(new RetakeError('internal', `Restoring a frame failed: ${error ?? 'no reason given'}`));
  }

  #fail(error: Error): void {
    this.#broken = new RetakeError('internal', `A restoring thread died: ${error.message}`, {}, error);
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
