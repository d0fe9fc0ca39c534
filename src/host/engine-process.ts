import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineExit } from '../contract/app.ts';
import { RetakeError } from '../core/errors.ts';
import { type EngineLauncher, type LaunchedEngine, launchNodeEngine } from './engine-launch.ts';
import type { EngineNews, OpenProjectEntry } from './engine-messages.ts';

const STOP_MS = 8000;
/** Crashes within this time of one another count as a series; after some, waiting grows. */
const SERIES_MS = 60_000;
const WAITS_MS = [0, 250, 1000, 3000, 10_000] as const;

/** How an engine process is to be run. */
export interface EngineProcessOptions {
  readonly folder: string;
  readonly startProject: string | null;
  /** Where lines that the engine prints go; they are for developers. */
  readonly onPrint?: (text: string) => void;
  /** How the process is started; as a child of this Node when left out. */
  readonly launch?: EngineLauncher;
}

/**
 * Keeps an engine process running: when it crashes, it is started again with the projects that it had open, and the
 * render queue goes on by itself. Events: `up` with the socket's path, `down` with how it ended.
 */
export class EngineProcess extends EventEmitter<{ up: [socket: string]; down: [exit: EngineExit] }> {
  readonly #options: EngineProcessOptions;
  readonly #sockets: string;
  #child: LaunchedEngine | undefined;
  #socket: string | undefined;
  #opened: readonly OpenProjectEntry[] = [];
  #starts = 0;
  #lastExit: EngineExit | null = null;
  #series: number[] = [];
  #stopping = false;
  #failure: string | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(options: EngineProcessOptions) {
    super();
    this.setMaxListeners(0);
    this.#options = options;
    this.#sockets = mkdtempSync(join(tmpdir(), 'retake-engine-')); // mode 0700: nobody else may connect
  }

  /** Id of the process that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Starts the engine and waits until it answers. Throws `internal` when it cannot be started. */
  async start(): Promise<void> {
    this.#spawn();
    await this.socket();
  }

  /** The engine's socket, as soon as there is one: right after a crash that takes a moment. */
  async socket(waitMs = 20_000): Promise<string> {
    if (this.#socket !== undefined) return this.#socket;
    return await new Promise<string>((resolve, reject) => {
      const finish = (work: () => void) => (): void => {
        clearTimeout(timer);
        clearInterval(watch);
        this.off('up', up);
        work();
      };
      const up = (socket: string): void => finish(() => resolve(socket))();
      const fail = finish(() =>
        reject(new RetakeError('internal', this.#failure ?? 'The engine does not start. See the log for why.')),
      );
      const timer = setTimeout(fail, waitMs);
      const watch = setInterval(() => {
        if (this.#failure !== undefined || this.#stopping) fail();
      }, 50);
      this.on('up', up);
    });
  }

  #spawn(): void {
    this.#starts += 1;
    this.#failure = undefined;
    const name = randomBytes(8).toString('hex');
    const socket = process.platform === 'win32' ? `\\\\.\\pipe\\retake-${name}` : join(this.#sockets, `${name}.sock`);
    this.#ended = new Promise<void>((resolve) => {
      this.#child = (this.#options.launch ?? launchNodeEngine)({
        onNews: (news) => this.#hear(news, socket),
        onPrint: (text) => this.#options.onPrint?.(text),
        onExit: (code, signal, failure) => {
          this.#failure ??= failure;
          this.#gone(code, signal);
          resolve();
        },
      });
    });
    this.#child?.send({
      type: 'start',
      socket,
      folder: this.#options.folder,
      startProject: this.#options.startProject,
      reopen: this.#opened,
      starts: this.#starts,
      lastExit: this.#lastExit,
    });
  }

  #hear(news: EngineNews, socket: string): void {
    switch (news.type) {
      case 'ready':
        this.#socket = socket;
        this.emit('up', socket);
        return;
      case 'opened':
        this.#opened = news.projects;
        return;
      case 'failed':
        this.#failure = news.message;
    }
  }

  #gone(code: number | null, signal: string | null): void {
    this.#socket = undefined;
    this.#child = undefined;
    if (this.#stopping) return;
    const exit = { code, signal, time: new Date().toISOString() };
    this.#lastExit = exit;
    this.emit('down', exit);
    const now = Date.now();
    this.#series = [...this.#series.filter((time) => now - time < SERIES_MS), now];
    const wait = WAITS_MS[Math.min(this.#series.length, WAITS_MS.length) - 1]!;
    setTimeout(() => {
      if (!this.#stopping) this.#spawn();
    }, wait);
  }

  /** Ends the engine in an orderly way, by force if that takes long. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child) {
      child.end('orderly');
      const timer = setTimeout(() => child.end('at-once'), STOP_MS);
      await this.#ended;
      clearTimeout(timer);
    }
    rmSync(this.#sockets, { recursive: true, force: true });
  }
}
