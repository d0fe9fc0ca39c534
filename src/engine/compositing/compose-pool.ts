import { Worker } from 'node:worker_threads';
import { RetakeError } from '../../core/errors.ts';
import { type ComposeRequest, type ComposeResult, type ComposeSetup, FrameComposer } from './compose-frame.ts';

interface Waiting {
  readonly resolve: (result: ComposeResult) => void;
  readonly reject: (error: Error) => void;
}

interface Reply {
  readonly id: number;
  readonly result?: ComposeResult;
  readonly error?: string;
}

/** Threads that compose frames side by side; with 0 threads frames are composed on the calling one. */
export class ComposePool implements AsyncDisposable {
  readonly #workers: Worker[] = [];
  readonly #load: number[] = [];
  readonly #waiting = new Map<number, Waiting & { readonly worker: number }>();
  readonly #local: FrameComposer | null;
  #next = 0;
  #broken: RetakeError | null = null;

  constructor(setup: ComposeSetup, threads: number) {
    this.#local = threads === 0 ? new FrameComposer(setup) : null;
    for (let w = 0; w < threads; w++) {
      const worker = new Worker(new URL('./compose-worker.ts', import.meta.url), { workerData: setup });
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

  /** Composes one frame; requests may overlap. Pictures must lie on shared memory when there are threads. */
  async run(request: ComposeRequest): Promise<ComposeResult> {
    if (this.#broken) throw this.#broken;
    if (this.#local) return this.#local.compose(request);
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
    else waiting.reject(new RetakeError('internal', `Composing a frame failed: ${error ?? 'no reason given'}`));
  }

  #fail(error: Error): void {
    this.#broken = new RetakeError('internal', `A compositing thread died: ${error.message}`, {}, error);
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
