import { setImmediate as nextTick, setTimeout as sleep } from 'node:timers/promises';
import type { Prepared, PreviewAim } from '../../../contract/preview.ts';
import { evaluateFrame } from '../../../core/document/evaluate.ts';
import { sequenceLength } from '../../../core/document/query.ts';
import type { Project } from '../../../core/document/schema.ts';
import { EventChannel } from '../event-channel.ts';
import type { ProjectSessions } from '../project-sessions.ts';
import type { FrameService } from './frame-service.ts';
import { bytesOf, previewName } from './preview-images.ts';
import type { ProjectRuntimes } from './project-runtimes.ts';

/** Frames that are made at once: one decodes and encodes while the other is composed. */
const LANES = 2;
/** How long nothing was asked for before a frame is rendered ahead: a hand that drags a slider comes first. */
const QUIET_MS = 250;
/** How often it is looked whether the person has come to rest. */
const LOOK_MS = 50;
/** How often listeners hear how far it is. */
const TELL_MS = 400;
/** Names are worked out in pieces of so many frames, so that requests get their turn between them. */
const PIECE = 50;
/** Frames before and behind the playhead that are looked at: more would not fit. */
const BEFORE = 1000;
const BEHIND = 5000;
/** Share of the budget that one aim fills; the rest lets what was rendered before an undo live on. */
const FILL = 0.85;

/** An aim, worked out for a document: the previews that it comes to, by frame; undefined where no edit shows. */
interface Course {
  readonly aim: PreviewAim;
  readonly project: Project;
  readonly names: readonly (string | undefined)[];
  /** Frames that could not be made; they are not tried again for this document. */
  readonly failed: Set<number>;
}

/** Runs [from, until) of the frames that `belongs` holds for. */
export function runsOf(first: number, until: number, belongs: (frame: number) => boolean): [number, number][] {
  const runs: [number, number][] = [];
  for (let frame = first; frame < until; frame++) {
    if (!belongs(frame)) continue;
    const last = runs.at(-1);
    if (last?.[1] === frame) last[1] = frame + 1;
    else runs.push([frame, frame + 1]);
  }
  return runs;
}

/** Frames from the playhead to the end, then those before it. */
export function* orderFrom({ frame, from, until }: Pick<PreviewAim, 'frame' | 'from' | 'until'>): Generator<number> {
  const start = Math.max(from, Math.min(until, frame));
  for (let at = start; at < until; at++) yield at;
  for (let at = from; at < start; at++) yield at;
}

/**
 * Renders edited frames ahead, in the quality in which they are played, while nothing else is asked for. What it makes is
 * kept under the name of all that decides a frame: an edit leaves what it does not touch, and an undo finds what was there.
 */
export class RenderAhead implements AsyncDisposable {
  readonly #sessions: ProjectSessions;
  readonly #runtimes: ProjectRuntimes;
  readonly #frames: FrameService;
  readonly #busy: () => boolean;
  readonly #courses = new Map<string, Course>();
  readonly #listeners = new Map<string, Set<EventChannel<Prepared>>>();
  readonly #running = new Map<string, Promise<void>>();
  #over = false;

  /** `busy`: whether work that a person waits for has the processor now. */
  constructor(sessions: ProjectSessions, runtimes: ProjectRuntimes, frames: FrameService, busy: () => boolean) {
    [this.#sessions, this.#runtimes, this.#frames, this.#busy] = [sessions, runtimes, frames, busy];
  }

  /** Takes a new aim for a project, in place of the one before. Throws `not-found`. */
  async aim(aim: PreviewAim): Promise<Prepared> {
    const course = await this.#plot(aim);
    this.#courses.set(aim.handle, course);
    if (!this.#running.has(aim.handle) && !this.#over) {
      const run = this.#run(aim.handle).finally(() => this.#running.delete(aim.handle));
      this.#running.set(aim.handle, run);
    }
    return this.#prepared(course);
  }

  /** How far it is, from now on. Throws `not-found`. */
  listen(handle: string, signal: AbortSignal | undefined): EventChannel<Prepared> {
    this.#sessions.store(handle);
    const listeners = this.#listeners.get(handle) ?? new Set();
    this.#listeners.set(handle, listeners);
    const channel = new EventChannel<Prepared>({
      signal,
      key: () => 'prepared',
      onClose: (closed) => listeners.delete(closed),
    });
    listeners.add(channel);
    return channel;
  }

  async #plot(aim: PreviewAim): Promise<Course> {
    const { evaluator } = this.#runtimes.get(aim.handle);
    const { project } = this.#sessions.store(aim.handle);
    const { sequence, quality, width } = aim;
    const length = project.sequences[sequence] ? sequenceLength(project, sequence) : 0;
    const from = Math.max(aim.from, aim.frame - BEFORE);
    const until = Math.min(aim.until, length, aim.frame + BEHIND);
    const names: (string | undefined)[] = [];
    for (let frame = from; frame < until; frame++) {
      const { layers } = evaluateFrame(project, sequence, frame);
      if (layers.some(({ effects }) => effects.length > 0)) {
        const picture = await evaluator.nameOf(project, { sequence, frame, quality, side: 'edited' });
        names[frame] = previewName(picture, width);
      }
      if (frame % PIECE === PIECE - 1) await nextTick();
    }
    return { aim: { ...aim, from, until }, project, names, failed: new Set() };
  }

  #prepared({ aim: { handle, sequence, from, until }, names, failed }: Course): Prepared {
    const { previews } = this.#runtimes.get(handle);
    const there = (frame: number): boolean => bytesOf(previews, names[frame]) > 0;
    const edited = (frame: number): boolean => names[frame] !== undefined && !failed.has(frame);
    return {
      sequence,
      ready: runsOf(from, until, (frame) => edited(frame) && there(frame)),
      waiting: runsOf(from, until, (frame) => edited(frame) && !there(frame)),
    };
  }

  #tell(course: Course): void {
    const { handle } = course.aim;
    if (!this.#listeners.get(handle)?.size || !this.#isOpen(handle)) return;
    const prepared = this.#prepared(course);
    for (const listener of this.#listeners.get(handle)!) listener.push(prepared);
  }

  #isOpen(handle: string): boolean {
    return this.#sessions.opened().some((one) => one.handle === handle);
  }

  /** The next frame of a course that is not there and nobody is making; undefined where all is done or nothing more fits. */
  #next({ aim, names, failed }: Course, making: ReadonlySet<number>): number | undefined {
    const { previews } = this.#runtimes.get(aim.handle);
    let held = 0;
    for (const frame of orderFrom(aim)) {
      const name = names[frame];
      if (name === undefined) continue;
      const bytes = bytesOf(previews, name);
      held += bytes;
      if (held > previews.maxSize * FILL) return undefined;
      if (bytes === 0 && !failed.has(frame) && !making.has(frame)) return frame;
    }
    return undefined;
  }

  async #run(handle: string): Promise<void> {
    const making = new Set<number>();
    let told = 0;
    const lane = async (): Promise<void> => {
      for (;;) {
        if (this.#over || !this.#isOpen(handle)) return;
        // Before the next frame is looked for: while somebody plays, thousands of names would be gone through for nothing.
        if (this.#busy() || this.#frames.quietFor < QUIET_MS) {
          await sleep(LOOK_MS);
          continue;
        }
        const course = this.#courses.get(handle)!;
        const frame = this.#next(course, making);
        if (frame === undefined) {
          await this.#warm(course);
          // It took its time: what was aimed at meanwhile has not been begun by anybody else.
          if (this.#courses.get(handle) === course) return;
          continue;
        }
        making.add(frame);
        await this.#make(course, frame);
        making.delete(frame);
        if (performance.now() - told < TELL_MS) continue;
        told = performance.now();
        this.#tell(this.#courses.get(handle)!);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
    const last = this.#courses.get(handle);
    if (last && !this.#over) this.#tell(last);
    if (!this.#isOpen(handle)) {
      this.#courses.delete(handle);
      this.#listeners.delete(handle);
    }
  }

  /** Where everything is there: what the next change would wait for. Both sizes that a person at rest is shown. */
  async #warm({ aim: { handle, sequence, frame, quality }, project }: Course): Promise<void> {
    const { evaluator } = this.#runtimes.get(handle);
    // Who then changes a face is told what is wrong.
    for (const size of new Set([quality, 'full'] as const))
      await evaluator.warm(project, { sequence, frame, quality: size }).catch(() => undefined);
  }

  async #make({ aim, project, names, failed }: Course, frame: number): Promise<void> {
    const { sequence, quality, width, handle } = aim;
    try {
      await this.#frames.preview(handle, project, { sequence, frame, quality, side: 'edited' }, width);
      // Made of something that changed meanwhile, e.g. a recording that was just listened to: another name holds now.
      if (bytesOf(this.#runtimes.get(handle).previews, names[frame]) === 0) failed.add(frame);
    } catch {
      // Who looks at the frame is told why.
      failed.add(frame);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over = true;
    await Promise.all(this.#running.values());
  }
}
