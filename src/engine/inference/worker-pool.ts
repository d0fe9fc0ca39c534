import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PackPort } from './pack-manifest.ts';
import { type NetworkPorts, portLength, type Session, type TensorMap } from './session.ts';
import type { WorkerReply, WorkerRequest } from './worker-protocol.ts';

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** One thread; requests are answered in the order in which they were sent. */
class PoolThread {
  readonly #worker: Worker;
  readonly #pending: Pending[] = [];
  #ended: Error | null = null;

  constructor(script: URL) {
    this.#worker = new Worker(script);
    // Only requests under way keep the program alive.
    this.#worker.unref();
    this.#worker.on('message', ({ error }: WorkerReply) => {
      const pending = this.#pending.shift()!;
      if (this.#pending.length === 0) this.#worker.unref();
      if (error === null) pending.resolve();
      else pending.reject(new Error(error));
    });
    this.#worker.on('error', (error: unknown) => {
      this.#end(error instanceof Error ? error : new Error(String(error)));
    });
    this.#worker.on('exit', (code) => this.#end(new Error(`the inference thread ended (${code})`)));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const pending of this.#pending.splice(0)) pending.reject(this.#ended);
  }

  get load(): number {
    return this.#pending.length;
  }

  async request(message: WorkerRequest): Promise<void> {
    if (this.#ended !== null) throw this.#ended;
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#pending.push({ resolve, reject });
      this.#worker.postMessage(message);
    });
  }

  /** Ends the thread after what is under way: ONNX Runtime aborts the process when its thread is torn down in a call. */
  async stop(): Promise<void> {
    if (this.#ended !== null) return;
    const exited = once(this.#worker, 'exit');
    this.#worker.ref();
    this.#worker.postMessage({ kind: 'stop' } satisfies WorkerRequest);
    await exited;
  }
}

/** Memory of one session, port after port, visible to both threads. */
class SharedTensors {
  readonly memory: SharedArrayBuffer;
  readonly #views: readonly (readonly [string, Float32Array])[];

  constructor(ports: readonly PackPort[]) {
    const total = ports.reduce((sum, port) => sum + portLength(port), 0);
    this.memory = new SharedArrayBuffer(total * Float32Array.BYTES_PER_ELEMENT);
    let offset = 0;
    this.#views = ports.map((port) => {
      const view = new Float32Array(this.memory, offset, portLength(port));
      offset += view.byteLength;
      return [port.name, view] as const;
    });
  }

  write(tensors: TensorMap): void {
    for (const [name, view] of this.#views) view.set(tensors[name]!);
  }

  read(tensors: TensorMap): void {
    for (const [name, view] of this.#views) tensors[name]!.set(view);
  }
}

interface Slot {
  readonly thread: PoolThread;
  readonly inputs: SharedTensors;
  readonly outputs: SharedTensors;
}

/** The same network loaded in every thread of a pool; as many runs at once as there are threads. */
class PooledSession implements Session {
  readonly provider = 'cpu';
  readonly #key: number;
  readonly #free: Slot[];
  readonly #slots: readonly Slot[];
  readonly #waiting: ((slot: Slot) => void)[] = [];

  constructor(key: number, slots: readonly Slot[]) {
    this.#key = key;
    this.#slots = slots;
    this.#free = [...slots];
  }

  async #acquire(): Promise<Slot> {
    if (this.#free.length === 0) return new Promise((resolve) => this.#waiting.push(resolve));
    // Threads are shared with other models: take the one that has least to do.
    let best = 0;
    for (let index = 1; index < this.#free.length; index++)
      if (this.#free[index]!.thread.load < this.#free[best]!.thread.load) best = index;
    return this.#free.splice(best, 1)[0]!;
  }

  #release(slot: Slot): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free.push(slot);
    else next(slot);
  }

  async run(inputs: TensorMap, outputs: TensorMap): Promise<void> {
    const slot = await this.#acquire();
    try {
      slot.inputs.write(inputs);
      await slot.thread.request({ kind: 'run', key: this.#key });
      slot.outputs.read(outputs);
    } finally {
      this.#release(slot);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#slots.map(({ thread }) => thread.request({ kind: 'close', key: this.#key })));
  }
}

/** Threads that run networks on the processor, side by side. Dispose it after the sessions it gave. */
export class WorkerPool {
  readonly #threads: readonly PoolThread[];
  #keys = 0;

  constructor(size: number, script: URL = new URL('./session-worker.ts', import.meta.url)) {
    this.#threads = Array.from({ length: size }, () => new PoolThread(script));
  }

  /** Loads a network in every thread. Rejects when it cannot be loaded. */
  async open(bytes: Uint8Array, { inputs, outputs }: NetworkPorts): Promise<Session> {
    this.#keys += 1;
    const key = this.#keys;
    const slots = this.#threads.map((thread) => {
      return { thread, inputs: new SharedTensors(inputs), outputs: new SharedTensors(outputs) };
    });
    const session = new PooledSession(key, slots);
    const opened = await Promise.allSettled(
      slots.map((slot) => {
        const memory = { input: slot.inputs.memory, output: slot.outputs.memory };
        return slot.thread.request({ kind: 'open', key, bytes, inputs, outputs, ...memory });
      }),
    );
    const failed = opened.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return session;
    await session[Symbol.asyncDispose]();
    throw failed.reason;
  }

  /** Ends the threads. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.stop()));
  }
}
