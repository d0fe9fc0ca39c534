import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { RetakeError } from '../../core/errors.ts';
import { takeWriteLock } from '../store/index.ts';
import { removeParts } from './assemble.ts';
import type { JobQueue } from './job-queue.ts';
import { failureOf, JobRun, type WorkerPool } from './job-run.ts';
import type { JobEvent, JobState } from './job-types.ts';
import { WorkerProcess } from './worker-process.ts';

/** Options of {@link QueueRunner}. */
export interface RunnerOptions {
  /** Render processes at once; one for every two cores when left out. */
  readonly workers?: number;
  /** JavaScript heap of a worker. */
  readonly workerMemoryMb?: number;
  readonly onEvent?: (event: JobEvent) => void;
  /** How often to look for what other processes asked. */
  readonly pollMs?: number;
}

class Pool implements WorkerPool, Disposable {
  readonly #idle: WorkerProcess[] = [];
  readonly #waiting: { readonly rank: number; readonly wake: () => void }[] = [];
  readonly #all = new Set<WorkerProcess>();
  readonly #memoryMb: number;
  #free: number;

  constructor(size: number, memoryMb: number) {
    this.#free = size;
    this.#memoryMb = memoryMb;
  }

  /** The free worker goes to whom the queue puts first, not to who asked first: jobs are finished one after the other. */
  #wakeFirst(): void {
    let first = 0;
    for (let i = 1; i < this.#waiting.length; i++) if (this.#waiting[i]!.rank < this.#waiting[first]!.rank) first = i;
    this.#waiting.splice(first, 1)[0]?.wake();
  }

  async take(signal: AbortSignal, rank: number): Promise<WorkerProcess> {
    while (this.#free === 0 && !signal.aborted) {
      await new Promise<void>((wake) => {
        const waiter = { rank, wake };
        this.#waiting.push(waiter);
        const leave = (): void => {
          const at = this.#waiting.indexOf(waiter);
          if (at >= 0) this.#waiting.splice(at, 1); // or a worker would be offered to who has gone
          wake();
        };
        signal.addEventListener('abort', leave, { once: true });
      });
    }
    if (signal.aborted) {
      if (this.#free > 0) this.#wakeFirst(); // whoever woke us meant somebody who still wants to work
      throw new RetakeError('cancelled', 'Cancelled.');
    }
    this.#free -= 1;
    const idle = this.#idle.pop();
    if (idle?.alive) return idle;
    const worker = new WorkerProcess(this.#memoryMb);
    this.#all.add(worker);
    return worker;
  }

  give(worker: WorkerProcess): void {
    if (worker.alive) this.#idle.push(worker);
    else this.#all.delete(worker);
    this.#free += 1;
    this.#wakeFirst();
  }

  [Symbol.dispose](): void {
    for (const worker of this.#all) worker[Symbol.dispose]();
  }
}

/**
 * Runs the jobs of a queue. Only one runner works on a queue at a time (`project-locked` otherwise); it obeys what other
 * processes ask through the queue file. Killed at any moment, the next one goes on at the last checkpoints.
 */
export class QueueRunner {
  readonly #queue: JobQueue;
  readonly #options: RunnerOptions;

  constructor(queue: JobQueue, options: RunnerOptions = {}) {
    this.#queue = queue;
    this.#options = options;
  }

  /**
   * Works until no job can run any more (`drain`), or until the signal fires (`forever`; running jobs are then queued
   * again). Throws `project-locked` when another process runs this queue.
   */
  async run(until: 'drain' | 'forever', signal: AbortSignal): Promise<void> {
    using lock = takeWriteLock(`${this.#queue.path}.runner`);
    if (!lock) throw new RetakeError('project-locked', `Another process already runs the queue ${this.#queue.path}.`);
    this.#queue.adoptOrphans();
    const workers = this.#options.workers ?? Math.max(1, Math.floor(availableParallelism() / 2));
    using pool = new Pool(workers, this.#options.workerMemoryMb ?? 1024);
    const running = new Map<number, { run: JobRun; ended: Promise<void> }>();
    let claimed = 0;
    while (!signal.aborted) {
      for (const id of this.#queue.wishes().keys()) running.get(id)?.run.stop();
      // One job more than workers: the next one is ready when the last parts of the others are out.
      while (running.size <= workers) {
        const job = this.#queue.claim();
        if (!job) break;
        this.#tell({ type: 'state', job: job.id, state: 'running', failure: null });
        const run = new JobRun(this.#queue, pool, { job, rank: claimed++ }, (event) => this.#tell(event));
        const ended = this.#end(job.id, run.run(), signal).finally(() => running.delete(job.id));
        running.set(job.id, { run, ended });
      }
      if (running.size === 0 && until === 'drain') return;
      const tick = sleep(this.#options.pollMs ?? 250, undefined, { signal }).catch(() => undefined);
      await Promise.race([tick, ...[...running.values()].map(({ ended }) => ended)]);
    }
    for (const { run } of running.values()) run.stop();
    await Promise.all([...running.values()].map(({ ended }) => ended));
  }

  async #end(id: number, work: Promise<void>, signal: AbortSignal): Promise<void> {
    let state: JobState = 'done';
    try {
      await work;
      this.#queue.setState(id, 'done');
      await removeParts(this.#queue.get(id).spec); // not before: the state says that they are not needed any more
    } catch (error) {
      const wish = this.#queue.wishes().get(id);
      if (wish !== undefined || signal.aborted) {
        state = wish ?? 'queued';
        this.#queue.setState(id, state);
      } else {
        state = 'failed';
        this.#queue.fail(id, failureOf(error));
      }
    }
    this.#tell({ type: 'state', job: id, state, failure: state === 'failed' ? this.#queue.get(id).failure : null });
  }

  #tell(event: JobEvent): void {
    this.#options.onEvent?.(event);
  }
}
