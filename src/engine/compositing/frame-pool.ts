import { parentPort, Worker } from 'node:worker_threads';
import { RetakeError } from '../../core/errors.ts';

interface Waiting<Result> {
  readonly worker: number;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: Error) => void;
}

interface Reply<Result> {
  readonly id: number;
  readonly result?: Result;
  readonly error?: Error;
}

/** What a pool runs, and where. */
export interface FramePoolSetup<Request, Result> {
  /** What is done to a frame, as a noun for messages: `Composing a frame failed`. */
  readonly work: string;
  /** Module that calls {@link serveFrames}. */
  readonly script: URL;
  /** Given to every thread at its start. */
  readonly workerData?: unknown;
  /** Threads; with 0 frames are done on the calling one. */
  readonly threads: number;
  /** Makes what does the work on the calling thread. */
  readonly local: () => (request: Request) => Result;
}

/** Threads that do the same to many frames side by side. Pictures in requests lie on shared memory when there are threads. */
export class FramePool<Request, Result> implements AsyncDisposable {
  readonly #work: string;
  readonly #workers: Worker[] = [];
  readonly #load: number[] = [];
  readonly #waiting = new Map<number, Waiting<Result>>();
  readonly #local: ((request: Request) => Result) | null;
  #next = 0;
  #broken: RetakeError | null = null;

  constructor({ work, script, workerData, threads, local }: FramePoolSetup<Request, Result>) {
    this.#work = work;
    this.#local = threads === 0 ? local() : null;
    for (let w = 0; w < threads; w++) {
      const worker = new Worker(script, { workerData });
      worker.on('message', (reply: Reply<Result>) => this.#settle(reply));
      worker.on('error', (error) => this.#fail(error));
      this.#workers.push(worker);
      this.#load.push(0);
    }
  }

  /** Frames that can usefully be under way at once. */
  get width(): number {
    return Math.max(1, this.#workers.length) + 1;
  }

  /** Does one frame; requests may overlap. */
  async run(request: Request): Promise<Result> {
    return await this.#ask(this.#load.indexOf(Math.min(...this.#load)), request);
  }

  /** Does the same on every thread: for what each must know before the frames that come after it. */
  async runOnEach(request: Request): Promise<Result[]> {
    const threads = Math.max(1, this.#workers.length);
    return await Promise.all(Array.from({ length: threads }, (_, worker) => this.#ask(worker, request)));
  }

  async #ask(worker: number, request: Request): Promise<Result> {
    if (this.#broken) throw this.#broken;
    if (this.#local) return this.#local(request);
    const id = this.#next++;
    this.#load[worker]!++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, worker });
      this.#workers[worker]!.postMessage({ id, request });
    });
  }

  #settle({ id, result, error }: Reply<Result>): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    this.#waiting.delete(id);
    this.#load[waiting.worker]!--;
    if (error === undefined) waiting.resolve(result!);
    else waiting.reject(this.#failure(`${this.#work} a frame failed`, error));
  }

  /** Where it came from goes along as the cause: whoever reads the message did not write the program. */
  #failure(what: string, error: Error): RetakeError {
    return new RetakeError('internal', `${what}: ${error.message}. Please report it with the log.`, {}, error);
  }

  #fail(error: Error): void {
    this.#broken = this.#failure(`${this.#work} stopped, its thread died`, error);
    for (const { reject } of this.#waiting.values()) reject(this.#broken);
    this.#waiting.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

/** The other end of a {@link FramePool}: answers each request on this thread. */
export function serveFrames<Request, Result>(work: (request: Request) => Result): void {
  const port = parentPort!;
  port.on('message', ({ id, request }: { id: number; request: Request }) => {
    try {
      port.postMessage({ id, result: work(request) });
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error : new Error(String(error)) });
    }
  });
}
