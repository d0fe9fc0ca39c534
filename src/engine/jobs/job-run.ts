import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { asRetakeError, RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { fingerprintMedia } from '../media/index.ts';
import { assemble, missingInput, partPath, prepareParts } from './assemble.ts';
import { hashOutput } from './hash-output.ts';
import { type JobQueue, partsFolder } from './job-queue.ts';
import type { Job, JobEvent, JobSpec, Segment } from './job-types.ts';
import { ProgressMeter } from './progress-meter.ts';
import type { RenderPlan } from './segment-renderer.ts';
import { WorkerDied, type WorkerProcess } from './worker-process.ts';

/** Frames of a part where the job does not say: ten seconds at 25 frames per second. */
export const DEFAULT_SEGMENT_FRAMES = 250;

/** Lends workers to jobs. A worker that died is not given back. */
export interface WorkerPool {
  /** Waits for a free worker; lower ranks are served first. Throws `cancelled` when the signal fires. */
  take(signal: AbortSignal, rank: number): Promise<WorkerProcess>;
  give(worker: WorkerProcess): void;
}

/** Parts of [from, until), all `size` long but the last. */
export function cutSegments(from: number, until: number, size: number): { first: number; count: number }[] {
  const cuts = [];
  for (let first = from; first < until; first += size) cuts.push({ first, count: Math.min(size, until - first) });
  return cuts;
}

/** Runs one job from wherever it stands to its end. */
export class JobRun {
  readonly #queue: JobQueue;
  readonly #pool: WorkerPool;
  readonly #emit: (event: JobEvent) => void;
  readonly #job: Job;
  readonly #spec: JobSpec;
  readonly #stop = new AbortController();
  readonly #meter = new ProgressMeter();
  /** Frames that parts in progress have written, by part. */
  readonly #inProgress = new Map<number, number>();
  readonly #busy = new Set<WorkerProcess>();
  readonly #rank: number;
  /** The film is out under its name: what is left is its record, and nothing can be stopped any more. */
  #out = false;
  #total = 0;
  #done = 0;

  /** `rank` is the place of the job among those that run: workers go to the lowest first. */
  constructor(
    queue: JobQueue,
    pool: WorkerPool,
    { job, rank }: { readonly job: Job; readonly rank: number },
    emit: (event: JobEvent) => void,
  ) {
    this.#queue = queue;
    this.#pool = pool;
    this.#job = job;
    this.#spec = job.spec;
    this.#rank = rank;
    this.#emit = emit;
  }

  /** Stops the job at once; its finished parts stay. A film that is already out gets its record and is done. */
  stop(): void {
    if (this.#out) return;
    this.#stop.abort();
    for (const worker of this.#busy) worker[Symbol.dispose]();
  }

  /** Renders what is missing and puts the output together. Throws why it could not; `cancelled` after {@link stop}. */
  async run(): Promise<void> {
    await mkdir(dirname(resolve(this.#spec.out)), { recursive: true }).catch((cause: unknown) => {
      throw new RetakeError(
        'output-unwritable',
        `The folder of ${this.#spec.out} cannot be made.`,
        { path: this.#spec.out },
        cause,
      );
    });
    await prepareParts(this.#spec);
    const plan = await this.#plan();
    const segments = await this.#checkedSegments();
    this.#total = segments.reduce((sum, { count }) => sum + count, 0);
    this.#done = segments.reduce((sum, { count, state }) => sum + (state === 'done' ? count : 0), 0);
    this.#meter.add(this.#done);
    const pending = segments.filter(({ state }) => state !== 'done');
    const failures: unknown[] = [];
    await Promise.all(
      pending.map(async (segment) => {
        if (failures.length > 0) return;
        try {
          await this.#render(plan, segment, () => failures.length > 0);
        } catch (error) {
          failures.push(error);
        }
      }),
    );
    this.#throwIfStopped();
    if (failures.length > 0) throw failures[0];
    this.#refuseMissing(plan);
    await assemble(this.#spec, plan, segments.length, this.#stop.signal);
    this.#out = true;
    const notes = this.#queue.notes(this.#job.id);
    await this.#withWorker(
      (worker) => worker.ask({ type: 'finish', spec: this.#spec, plan, notes }, () => undefined),
      undefined,
    );
  }

  #throwIfStopped(): void {
    throwIfCancelled(this.#stop.signal);
  }

  #refuseMissing(plan: RenderPlan): void {
    const missing = missingInput(plan);
    if (missing !== undefined)
      throw new RetakeError(
        'file-not-found',
        `${missing} is missing. Put it back and retry the job; finished parts are kept.`,
        { path: missing },
      );
  }

  /** The plan of before if nothing it rests on has changed, else a new one. */
  async #plan(): Promise<RenderPlan> {
    const known = this.#queue.planOf(this.#job.id);
    if (known) {
      this.#refuseMissing(known.plan);
      for (const path of known.plan.inputs)
        if ((await fingerprintMedia(path)) !== known.fingerprints[path]) {
          const kept = this.#queue.segments(this.#job.id).some(({ state }) => state === 'done');
          if (!kept) return await this.#newPlan();
          throw new RetakeError(
            'conflict',
            `${path} is not the file that the first parts were rendered from. Put that one back, or remove this job and add it again.`,
            { path },
          );
        }
      return known.plan;
    }
    return await this.#newPlan();
  }

  async #newPlan(): Promise<RenderPlan> {
    const plan = await this.#withWorker(async (worker) => {
      const answer = await worker.ask(
        { type: 'plan', spec: this.#spec, folder: partsFolder(this.#spec.out) },
        () => undefined,
      );
      if (answer.type !== 'planned') throw new RetakeError('internal', 'A worker gave no plan.');
      return answer.plan;
    }, undefined);
    const { from, until } = this.#spec.range ?? { from: 0, until: plan.frameCount };
    if (!(from >= 0 && from < until && until <= plan.frameCount))
      throw new RetakeError(
        'invalid-range',
        `Frames ${from} to ${until} do not lie in the ${plan.frameCount} frames there are.`,
        { from, until },
      );
    this.#refuseMissing(plan);
    const fingerprints: Record<string, string> = {};
    for (const path of plan.inputs) fingerprints[path] = await fingerprintMedia(path);
    const size = Math.max(1, this.#spec.segmentFrames ?? DEFAULT_SEGMENT_FRAMES);
    this.#queue.setPlan(this.#job.id, plan, fingerprints, cutSegments(from, until, size));
    return plan;
  }

  /** Parts as they stand; a finished one whose file is gone or differs is to be rendered again. */
  async #checkedSegments(): Promise<Segment[]> {
    for (const { index, state, sha256 } of this.#queue.segments(this.#job.id)) {
      if (state !== 'done') continue;
      const path = partPath(this.#spec, index);
      if (!existsSync(path) || (await hashOutput(path)) !== sha256) this.#queue.resetSegment(this.#job.id, index);
    }
    return this.#queue.segments(this.#job.id);
  }

  async #render(plan: RenderPlan, segment: Segment, given: () => boolean): Promise<void> {
    const { index, first, count } = segment;
    await this.#withWorker(async (worker) => {
      if (given()) return;
      this.#queue.startSegment(this.#job.id, index);
      const out = partPath(this.#spec, index);
      const answer = await worker.ask({ type: 'render', spec: this.#spec, plan, first, count, out }, (written) => {
        this.#inProgress.set(index, written);
        this.#tell();
      });
      if (answer.type !== 'rendered') throw new RetakeError('internal', 'A worker gave no part.');
      this.#queue.finishSegment(this.#job.id, index, answer.sha256, answer.notes);
      this.#inProgress.delete(index);
      this.#done += count;
      this.#tell();
    }, index);
  }

  #tell(): void {
    const framesDone = this.#done + [...this.#inProgress.values()].reduce((sum, frames) => sum + frames, 0);
    this.#meter.add(framesDone);
    this.#emit({
      type: 'progress',
      job: this.#job.id,
      framesDone,
      framesTotal: this.#total,
      framesPerSecond: this.#meter.framesPerSecond,
      secondsLeft: this.#meter.secondsLeft(this.#total - framesDone),
    });
  }

  /** Gives `work` a worker, and a fresh one when it dies, until the job's retries are used up. */
  async #withWorker<T>(work: (worker: WorkerProcess) => Promise<T>, segment: number | undefined): Promise<T> {
    const retries = this.#spec.retries ?? 2;
    for (let attempt = 1; ; attempt++) {
      const worker = await this.#pool.take(this.#stop.signal, this.#rank);
      this.#busy.add(worker);
      try {
        return await work(worker);
      } catch (error) {
        this.#throwIfStopped();
        if (!(error instanceof WorkerDied)) throw error;
        this.#queue.countCrash(this.#job.id);
        this.#emit({ type: 'crash', job: this.#job.id, segment: segment ?? -1, attempt, how: error.message });
        if (segment !== undefined) {
          this.#queue.resetSegment(this.#job.id, segment);
          this.#inProgress.delete(segment);
        }
        if (attempt > retries)
          throw new RetakeError(
            'internal',
            `The render process died ${attempt} times${segment === undefined ? '' : ` on part ${segment + 1}`} (${error.message}). Finished parts are kept; retry the job, with fewer workers if memory is short.`,
            { attempts: attempt },
            error,
          );
      } finally {
        this.#busy.delete(worker);
        this.#pool.give(worker);
      }
    }
  }
}

/** Why a job ended early, for its row. */
export function failureOf(error: unknown): { code: RetakeError['code']; message: string } {
  const { code, message } = asRetakeError(error);
  return { code, message };
}
