import { randomUUID } from 'node:crypto';
import type { ServiceContext } from '../../../contract/progress.ts';
import type { Work, WorkKind } from '../../../contract/work.ts';
import { asRetakeError, RetakeError } from '../../../core/errors.ts';
import { EventChannel } from '../event-channel.ts';
import type { ActivityLog } from './activity-log.ts';

/** Ended work that is still listed. */
const KEPT = 50;
const TELL_EVERY_MS = 100;

interface Entry {
  work: Work;
  readonly abort: AbortController;
  readonly startedAt: number;
  /** Beginning of the stage that is measured. */
  stage: { label: string; at: number };
  toldAt: number;
  ended: Promise<void>;
}

/** What is to be done: gives a JSON-safe result. */
export type WorkFunction = (context: ServiceContext & { readonly signal: AbortSignal }) => Promise<Work['result']>;

/** Long work that goes on in the background, with progress, until it ends or somebody cancels it. */
export class WorkRegistry implements AsyncDisposable {
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<EventChannel<Work>>();
  readonly #log: ActivityLog;

  constructor(log: ActivityLog) {
    this.#log = log;
  }

  /** How much runs now. */
  get running(): number {
    return [...this.#entries.values()].filter(({ work }) => work.state === 'running').length;
  }

  /** Starts work, unless work of the kind on the same subject runs already: then that one is meant. Gives its name. */
  start(kind: WorkKind, subject: string, label: string, run: WorkFunction): string {
    for (const { work } of this.#entries.values())
      if (work.state === 'running' && work.kind === kind && work.subject === subject) return work.work;
    const id = randomUUID();
    const abort = new AbortController();
    const now = performance.now();
    const work: Work = {
      work: id,
      kind,
      subject,
      label,
      state: 'running',
      done: 0,
      total: 0,
      framesPerSecond: 0,
      secondsLeft: null,
      result: null,
      failure: null,
    };
    const entry: Entry = {
      work,
      abort,
      startedAt: now,
      stage: { label: '', at: now },
      toldAt: 0,
      ended: Promise.resolve(),
    };
    this.#entries.set(id, entry);
    this.#log.add('info', `${label}: started.`);
    this.#tell(entry);
    entry.ended = this.#run(entry, run);
    this.#forgetOld();
    return id;
  }

  async #run(entry: Entry, run: WorkFunction): Promise<void> {
    const { label } = entry.work;
    try {
      const result = await run({
        signal: entry.abort.signal,
        onProgress: ({ label: stage, done, total }) => this.#progress(entry, stage, done, total),
        onLog: (level, message) => this.#log.add(level, message),
      });
      this.#end(entry, { state: 'done', result, done: entry.work.total, secondsLeft: 0 });
      this.#log.add('info', `${label}: done in ${((performance.now() - entry.startedAt) / 1000).toFixed(1)} s.`);
    } catch (thrown) {
      const { code, message } = asRetakeError(thrown);
      const cancelled = code === 'cancelled' || entry.abort.signal.aborted;
      this.#end(entry, { state: cancelled ? 'cancelled' : 'failed', failure: cancelled ? null : { code, message } });
      this.#log.add(cancelled ? 'info' : 'error', cancelled ? `${label}: cancelled.` : `${label}: ${message}`);
    }
  }

  #progress(entry: Entry, label: string, done: number, total: number): void {
    const now = performance.now();
    if (label !== entry.stage.label) entry.stage = { label, at: now };
    const seconds = (now - entry.stage.at) / 1000;
    const framesPerSecond = seconds > 0.2 ? done / seconds : 0;
    const secondsLeft = framesPerSecond > 0 && total > 0 ? Math.max(0, total - done) / framesPerSecond : null;
    entry.work = { ...entry.work, label, done, total, framesPerSecond, secondsLeft };
    if (now - entry.toldAt < TELL_EVERY_MS && done < total) return;
    entry.toldAt = now;
    this.#tell(entry);
  }

  #end(entry: Entry, end: Partial<Work>): void {
    entry.work = { ...entry.work, ...end };
    this.#tell(entry);
  }

  #tell({ work }: Entry): void {
    for (const listener of this.#listeners) listener.push(work);
  }

  #forgetOld(): void {
    for (const [id, { work }] of this.#entries) {
      if (this.#entries.size <= KEPT) return;
      if (work.state !== 'running') this.#entries.delete(id);
    }
  }

  /** Oldest first. */
  list(): Work[] {
    return [...this.#entries.values()].map(({ work }) => work);
  }

  /** Asks work to stop; it is cancelled as soon as it notices. Throws `not-found`. */
  cancel(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) throw new RetakeError('not-found', 'This work is over.', { work: id });
    entry.abort.abort();
  }

  /** Resolves when work has ended, in whatever way. */
  async ended(id: string): Promise<void> {
    await this.#entries.get(id)?.ended;
  }

  /** Changes from now on; a slow listener sees the latest of each. */
  listen(signal: AbortSignal | undefined): EventChannel<Work> {
    const channel = new EventChannel<Work>({
      signal,
      key: ({ work, state }) => (state === 'running' ? work : undefined),
      onClose: (closed) => this.#listeners.delete(closed),
    });
    this.#listeners.add(channel);
    return channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { abort } of this.#entries.values()) abort.abort();
    await Promise.all([...this.#entries.values()].map(({ ended }) => ended));
  }
}
