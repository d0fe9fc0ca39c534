import { rmSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { RetakeError } from '../../core/errors.ts';
import { type Connection, connect, migrate, withSqliteErrors } from '../store/index.ts';
import type { FrameNote, Job, JobFailure, JobSpec, JobState, Segment } from './job-types.ts';
import { type JobRow, QUEUE_FORMAT, SELECT_JOBS, toJob } from './queue-format.ts';
import type { RenderPlan } from './segment-renderer.ts';

/** Folder beside an output in which the finished parts of its render wait. */
export function partsFolder(out: string): string {
  const path = resolve(out);
  return join(dirname(path), `.${basename(path)}.parts`);
}

/**
 * A user's render queue: one SQLite file that any number of processes may read and change at once; one of them runs it
 * (see `QueueRunner`). Everything is committed when a call returns.
 */
export class JobQueue implements Disposable {
  readonly path: string;
  readonly #db: Connection;

  private constructor(path: string, db: Connection) {
    this.path = path;
    this.#db = db;
  }

  /** Opens a queue, making it if need be. Throws `file-damaged` or `version-too-new`. */
  static open(path: string): JobQueue {
    const db = connect(path, { create: true, busyMs: 10_000 });
    try {
      migrate(db, path, QUEUE_FORMAT);
      return new JobQueue(path, db);
    } catch (error) {
      db.close();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.#db.close();
  }

  #change<T>(work: () => T): T {
    return withSqliteErrors(this.path, () => this.#db.transaction(work).immediate());
  }

  /** Puts a job at the end of its priority. Throws `not-found` for a dependency that does not exist. */
  add(spec: JobSpec): number {
    return this.#change(() => {
      const last = this.#db.prepare<[], number>('SELECT coalesce(max(position), 0) FROM jobs').pluck().get() ?? 0;
      const { lastInsertRowid } = this.#db
        .prepare('INSERT INTO jobs (spec, priority, position, created) VALUES (?, ?, ?, ?)')
        .run(JSON.stringify(spec), spec.priority ?? 0, last + 1, new Date().toISOString());
      const id = Number(lastInsertRowid);
      for (const needs of spec.dependsOn ?? []) {
        this.get(needs);
        this.#db.prepare('INSERT OR IGNORE INTO dependencies VALUES (?, ?)').run(id, needs);
      }
      return id;
    });
  }

  /** All jobs in the order in which they run. */
  list(): Job[] {
    return withSqliteErrors(this.path, () =>
      this.#db.prepare<[], JobRow>(`${SELECT_JOBS} ORDER BY priority DESC, position`).all().map(toJob),
    );
  }

  /** A job. Throws `not-found`. */
  get(id: number): Job {
    const row = this.#db.prepare<[number], JobRow>(`${SELECT_JOBS} WHERE id = ?`).get(id);
    if (!row) throw new RetakeError('not-found', `There is no job ${id} in the queue.`, { job: id });
    return toJob(row);
  }

  /** Parts of a job in order. */
  segments(id: number): Segment[] {
    return this.#db
      .prepare<[number], Segment>(
        'SELECT number AS "index", first, frames AS count, state, attempts, sha256 FROM segments WHERE job = ? ORDER BY number',
      )
      .all(id);
  }

  /** Notes about frames of a job, by frame. */
  notes(id: number): FrameNote[] {
    return this.#db
      .prepare<[number], FrameNote>('SELECT frame, reason FROM notes WHERE job = ? ORDER BY frame, reason')
      .all(id);
  }

  #move(id: number, from: readonly JobState[], to: JobState, verb: string): void {
    this.#change(() => {
      const { state } = this.get(id);
      if (!from.includes(state))
        throw new RetakeError('conflict', `Job ${id} is ${state} and cannot be ${verb}.`, { job: id, state });
      if (state === 'running') this.#db.prepare('UPDATE jobs SET wish = ? WHERE id = ?').run(to, id);
      else this.setState(id, to);
    });
  }

  /** Holds a job; a running one stops at once and goes on later from its last checkpoint. */
  pause(id: number): void {
    this.#move(id, ['queued', 'running'], 'paused', 'paused');
  }

  /** Lets a held job go on. */
  resume(id: number): void {
    this.#move(id, ['paused'], 'queued', 'resumed');
  }

  /** Gives a job up; its finished parts stay for a retry. */
  cancel(id: number): void {
    this.#move(id, ['queued', 'running', 'paused', 'failed'], 'cancelled', 'cancelled');
  }

  /** Tries a failed or cancelled job again, from its last checkpoint. */
  retry(id: number): void {
    this.#change(() => {
      this.#move(id, ['failed', 'cancelled'], 'queued', 'retried');
      this.#db.prepare("UPDATE segments SET attempts = 0 WHERE job = ? AND state <> 'done'").run(id);
      this.#db.prepare('UPDATE jobs SET failure = NULL, finished = NULL, crashes = 0 WHERE id = ?').run(id);
    });
  }

  /** Takes a job that is not running off the queue, with the parts that wait on disk. A finished output stays. */
  remove(id: number): void {
    const job = this.get(id);
    if (job.state === 'running')
      throw new RetakeError('conflict', `Job ${id} is running. Cancel it first.`, { job: id });
    this.#change(() => this.#db.prepare('DELETE FROM jobs WHERE id = ?').run(id));
    rmSync(partsFolder(job.spec.out), { recursive: true, force: true });
  }

  /** Higher runs first. */
  setPriority(id: number, priority: number): void {
    this.get(id);
    this.#change(() => this.#db.prepare('UPDATE jobs SET priority = ? WHERE id = ?').run(priority, id));
  }

  /** Puts a job before another one (of the same priority), or last. */
  moveBefore(id: number, before: number | null): void {
    this.#change(() => {
      const others = this.list().filter((job) => job.id !== id);
      const at = before === null ? others.length : others.findIndex((job) => job.id === before);
      if (at < 0) throw new RetakeError('not-found', `There is no job ${before} in the queue.`, { job: before });
      others.splice(at, 0, this.get(id));
      const place = this.#db.prepare('UPDATE jobs SET position = ? WHERE id = ?');
      others.forEach((job, index) => void place.run(index + 1, job.id));
      const neighbour = before === null ? undefined : this.get(before);
      if (neighbour) this.#db.prepare('UPDATE jobs SET priority = ? WHERE id = ?').run(neighbour.priority, id);
    });
  }

  // What follows is for the runner.

  /** Jobs that a runner of before left running become queued again, their unfinished parts pending. */
  adoptOrphans(): void {
    this.#change(() => {
      this.#db.exec("UPDATE segments SET state = 'pending' WHERE state = 'running'");
      this.#db.exec("UPDATE jobs SET state = coalesce(wish, 'queued'), wish = NULL WHERE state = 'running'");
    });
  }

  /** Takes the next job whose dependencies are done and makes it running; fails those whose dependencies never will be. */
  claim(): Job | undefined {
    return this.#change(() => {
      for (const job of this.list()) {
        if (job.state !== 'queued') continue;
        const needs = job.dependsOn.map((id) => this.get(id));
        const dead = needs.find(({ state }) => state === 'failed' || state === 'cancelled');
        if (dead) {
          this.fail(job.id, {
            code: 'conflict',
            message: `Job ${dead.id} (${dead.spec.name}), which this one needs, is ${dead.state}.`,
          });
          continue;
        }
        if (needs.some(({ state }) => state !== 'done')) continue;
        this.#db
          .prepare('UPDATE jobs SET started = coalesce(started, ?) WHERE id = ?')
          .run(new Date().toISOString(), job.id);
        this.setState(job.id, 'running');
        return this.get(job.id);
      }
      return undefined;
    });
  }

  setState(id: number, state: JobState): void {
    const over = state === 'done' || state === 'failed' || state === 'cancelled';
    this.#db
      .prepare('UPDATE jobs SET state = ?, wish = NULL, finished = ? WHERE id = ?')
      .run(state, over ? new Date().toISOString() : null, id);
    this.#db.prepare("UPDATE segments SET state = 'pending' WHERE job = ? AND state = 'running'").run(id);
  }

  fail(id: number, failure: JobFailure): void {
    this.#change(() => {
      this.setState(id, 'failed');
      this.#db.prepare('UPDATE jobs SET failure = ? WHERE id = ?').run(JSON.stringify(failure), id);
    });
  }

  /** What a person asked of a running job since. */
  wishes(): Map<number, JobState> {
    const rows = this.#db
      .prepare<[], { id: number; wish: JobState }>('SELECT id, wish FROM jobs WHERE wish IS NOT NULL')
      .all();
    return new Map(rows.map(({ id, wish }) => [id, wish]));
  }

  /** Plan and fingerprints of the inputs, if the job was planned before. */
  planOf(id: number): { plan: RenderPlan; fingerprints: Readonly<Record<string, string>> } | undefined {
    const row = this.#db
      .prepare<[number], { plan: string | null; fingerprints: string | null }>(
        'SELECT plan, fingerprints FROM jobs WHERE id = ?',
      )
      .get(id);
    if (!row?.plan || !row.fingerprints) return undefined;
    return {
      plan: JSON.parse(row.plan) as RenderPlan,
      fingerprints: JSON.parse(row.fingerprints) as Record<string, string>,
    };
  }

  /** Keeps the plan and cuts the job into parts. */
  setPlan(
    id: number,
    plan: RenderPlan,
    fingerprints: Readonly<Record<string, string>>,
    cuts: readonly { first: number; count: number }[],
  ): void {
    this.#change(() => {
      this.#db
        .prepare('UPDATE jobs SET plan = ?, fingerprints = ? WHERE id = ?')
        .run(JSON.stringify(plan), JSON.stringify(fingerprints), id);
      this.#db.prepare('DELETE FROM segments WHERE job = ?').run(id);
      const add = this.#db.prepare('INSERT INTO segments (job, number, first, frames) VALUES (?, ?, ?, ?)');
      cuts.forEach(({ first, count }, index) => void add.run(id, index, first, count));
    });
  }

  startSegment(id: number, index: number): void {
    this.#change(() =>
      this.#db
        .prepare("UPDATE segments SET state = 'running', attempts = attempts + 1 WHERE job = ? AND number = ?")
        .run(id, index),
    );
  }

  /** A checkpoint: from now on this part is never rendered again while its file has this hash. */
  finishSegment(id: number, index: number, sha256: string, notes: readonly FrameNote[]): void {
    this.#change(() => {
      this.#db
        .prepare("UPDATE segments SET state = 'done', sha256 = ? WHERE job = ? AND number = ?")
        .run(sha256, id, index);
      const add = this.#db.prepare('INSERT OR IGNORE INTO notes VALUES (?, ?, ?)');
      for (const note of notes) add.run(id, note.frame, note.reason);
    });
  }

  resetSegment(id: number, index: number): void {
    this.#change(() =>
      this.#db
        .prepare("UPDATE segments SET state = 'pending', sha256 = NULL WHERE job = ? AND number = ?")
        .run(id, index),
    );
  }

  countCrash(id: number): void {
    this.#change(() => this.#db.prepare('UPDATE jobs SET crashes = crashes + 1 WHERE id = ?').run(id));
  }
}
