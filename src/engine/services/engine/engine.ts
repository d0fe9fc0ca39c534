import { mkdirSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineExit, EngineStatus } from '../../../contract/app.ts';
import { asRetakeError, RetakeError } from '../../../core/errors.ts';
import { JobQueue, QueueRunner } from '../../jobs/index.ts';
import { JobEvents } from '../project-router.ts';
import { type OpenedProject, ProjectSessions } from '../project-sessions.ts';
import { programVersion } from '../version.ts';
import { ActivityLog } from './activity-log.ts';
import { captureElsewhere } from './capture-process.ts';
import { EngineFiles } from './engine-files.ts';
import { FrameService } from './frame-service.ts';
import { MediaPreviews } from './media-previews.ts';
import { MediaStates } from './media-state.ts';
import { PictureImages } from './picture-images.ts';
import { PreferenceFile } from './preferences.ts';
import { ProjectRuntimes } from './project-runtimes.ts';
import { RecentProjects } from './recent-projects.ts';
import { RenderAhead } from './render-ahead.ts';
import { SourceRegistry } from './source-registry.ts';
import { WorkRegistry } from './work-registry.ts';

const RUNNER_RETRY_MS = 5000;
/** Longer than a reload of the page, a restart of the engine or a short sleep of the machine. */
const LINGER_MS = 120_000;

/** How an engine is started. */
export interface EngineOptions {
  /** Where the user's data lie: queue, recent projects, sample project, previews. */
  readonly folder: string;
  /** Project that the interface is to open at first. */
  readonly startProject: string | null;
  /** Projects that were open when the engine ended before; they keep their handles. */
  readonly reopen?: readonly OpenedProject[];
  /** How often the engine was started, this time included, and how it ended before. */
  readonly starts?: number;
  readonly lastExit?: EngineExit | null;
  /** How long projects stay open when no interface is connected any more. */
  readonly lingerMs?: number;
  /** Called when a project was opened or closed. */
  readonly onOpened?: (projects: OpenedProject[]) => void;
}

/** Everything that a user interface works with, in one process: projects, frames, background work, the render queue. */
export class Engine implements AsyncDisposable {
  readonly options: EngineOptions;
  readonly log = new ActivityLog();
  readonly sessions: ProjectSessions;
  readonly runtimes: ProjectRuntimes;
  readonly registry = new SourceRegistry();
  readonly work: WorkRegistry;
  readonly queue: JobQueue;
  readonly jobEvents = new JobEvents();
  readonly recent: RecentProjects;
  readonly preferences: PreferenceFile;
  readonly states: MediaStates;
  readonly frames: FrameService;
  readonly ahead: RenderAhead;
  readonly files: EngineFiles;
  readonly #images = new PictureImages();
  readonly #previews: MediaPreviews;
  readonly #stop = new AbortController();
  readonly #runner: Promise<void>;
  #interfaces = 0;
  #leaving: NodeJS.Timeout | undefined;

  constructor(options: EngineOptions) {
    this.options = options;
    const { folder } = options;
    this.sessions = new ProjectSessions(`retake ${programVersion()}`);
    this.runtimes = new ProjectRuntimes(this.sessions, captureElsewhere());
    this.work = new WorkRegistry(this.log);
    this.recent = new RecentProjects(join(folder, 'recent.json'));
    this.preferences = new PreferenceFile(join(folder, 'preferences.json'));
    this.states = new MediaStates(this.registry);
    this.frames = new FrameService(this.sessions, this.runtimes, this.#images);
    const waited = (): boolean => this.frames.quietFor === 0;
    this.#previews = new MediaPreviews(join(folder, 'previews'), this.#images, waited);
    this.files = new EngineFiles(this.registry, this.#previews, this.sessions, this.runtimes);
    makeUserFolder(folder);
    this.queue = JobQueue.open(join(folder, 'queue.sqlite'));
    this.ahead = new RenderAhead(this.sessions, this.runtimes, this.frames, () => this.#isBusy());
    this.#reopen(options.reopen ?? []);
    this.sessions.onOpened = () => {
      this.runtimes.tidy();
      options.onOpened?.(this.sessions.opened());
    };
    this.#runner = this.#runQueue();
  }

  #reopen(projects: readonly OpenedProject[]): void {
    for (const project of projects)
      try {
        const { readOnly } = this.sessions.reopen(project);
        this.log.add('info', `${project.path} is open again${readOnly ? ', to be read only' : ''}.`);
      } catch (error) {
        this.log.add('error', `${project.path} could not be opened again: ${asRetakeError(error).message}`);
      }
  }

  /** Runs the jobs of the queue until the engine ends; waits while another process does. */
  async #runQueue(): Promise<void> {
    const { signal } = this.#stop;
    const runner = new QueueRunner(this.queue, {
      onEvent: (event) => {
        this.jobEvents.emit(event);
        if (event.type === 'crash')
          this.log.add('warn', `Job ${event.job}: a render process ended (${event.how}) in part ${event.segment + 1}.`);
        else if (event.type === 'state')
          this.log.add(event.state === 'failed' ? 'error' : 'info', jobLine(event.job, event.state, event.failure));
      },
    });
    let told = false;
    while (!signal.aborted) {
      try {
        await runner.run('forever', signal);
      } catch (error) {
        const { code, message } = asRetakeError(error);
        if (!told) this.log.add(code === 'project-locked' ? 'info' : 'error', message);
        told = true;
        await sleep(RUNNER_RETRY_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  /** An interface came or went. A while after the last one left, projects are closed, so that others may write them. */
  interfaces(change: 1 | -1): void {
    this.#interfaces += change;
    clearTimeout(this.#leaving);
    if (this.#interfaces === 0) this.#leaving = setTimeout(() => this.#leave(), this.options.lingerMs ?? LINGER_MS);
    this.#leaving?.unref();
  }

  #leave(): void {
    if (this.work.running > 0) this.#leaving = setTimeout(() => this.#leave(), LINGER_MS).unref();
    else this.sessions.closeAll();
  }

  /** Whether work that somebody started has the processor. */
  #isBusy(): boolean {
    return this.work.running > 0 || this.queue.list().some(({ state }) => state === 'running');
  }

  /** State for a status bar. */
  status(): EngineStatus {
    const { startProject, starts, lastExit } = this.options;
    return {
      version: programVersion(),
      start: { project: startProject },
      engine: { pid: process.pid, starts: starts ?? 1, lastExit: lastExit ?? null },
      provider: this.runtimes.provider,
      cores: cpus().length,
      memory: { usedBytes: process.memoryUsage.rss(), totalBytes: totalmem() },
      running: {
        work: this.work.running,
        jobs: this.queue.list().filter(({ state }) => state === 'running').length,
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#leaving);
    this.#stop.abort();
    await this.#runner;
    await this.work[Symbol.asyncDispose]();
    await this.ahead[Symbol.asyncDispose]();
    await this.frames[Symbol.asyncDispose]();
    await this.#previews[Symbol.asyncDispose]();
    await this.runtimes[Symbol.asyncDispose]();
    this.sessions.onOpened = undefined;
    this.sessions[Symbol.dispose]();
    this.#images[Symbol.dispose]();
    this.queue[Symbol.dispose]();
  }
}

function makeUserFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new RetakeError(
      'output-unwritable',
      `The folder ${folder} cannot be made. Give another one in the variable RETAKE_HOME.`,
      { path: folder },
      error,
    );
  }
}

function jobLine(job: number, state: string, failure: { readonly message: string } | null): string {
  return failure ? `Job ${job} failed: ${failure.message}` : `Job ${job}: ${state}.`;
}
