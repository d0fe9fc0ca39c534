import { createRequire } from 'node:module';
import type { Progress } from '../contract/progress.ts';
import { formatDuration, RateMeter } from './rate-meter.ts';

interface Bar {
  start(total: number, done: number, payload: Record<string, string>): void;
  update(done: number, payload: Record<string, string>): void;
  stop(): void;
}

const PLAIN_LINE_EVERY_MS = 5000;
const REDRAW_EVERY_MS = 100;

/**
 * Progress and log on standard error: a bar with frames per second and time left on a terminal, a plain line every few
 * seconds elsewhere, nothing with `quiet`.
 */
export class Display {
  readonly #quiet: boolean;
  readonly #verbose: boolean;
  readonly #terminal = process.stderr.isTTY === true;
  #label = '';
  #meter = new RateMeter();
  #bar: Bar | undefined;
  #last: Progress | undefined;
  #drawnAt = 0;
  #toldAt = 0;

  constructor(options: { readonly quiet: boolean; readonly verbose: boolean }) {
    this.#quiet = options.quiet;
    this.#verbose = options.verbose;
  }

  /** Shows how far the current stage is; call it as often as you like. */
  progress(progress: Progress): void {
    if (this.#quiet) return;
    const now = performance.now();
    if (progress.label !== this.#label) this.#begin(progress, now);
    this.#last = progress;
    const complete = progress.total > 0 && progress.done >= progress.total;
    if (!complete && now - this.#drawnAt < REDRAW_EVERY_MS) return;
    this.#drawnAt = now;
    this.#meter.add(now / 1000, progress.done);
    if (this.#bar) this.#bar.update(progress.done, this.#payload(progress));
    else if (!this.#terminal && now - this.#toldAt >= PLAIN_LINE_EVERY_MS) this.#tell(progress, now);
  }

  /** A line of the log, if it is loud enough. */
  log(level: 'info' | 'warn' | 'debug', message: string): void {
    if (level === 'debug' ? this.#verbose && !this.#quiet : level === 'warn' || !this.#quiet) this.note(message);
  }

  /** A line on standard error that does not tear the bar. */
  note(message: string): void {
    const interrupted = this.#last;
    this.#stopBar();
    process.stderr.write(`${message}\n`);
    if (interrupted && this.#terminal && !this.#quiet) this.#startBar(interrupted);
  }

  /** Ends the bar, so that what follows starts on a line of its own. */
  close(): void {
    this.#stopBar();
    this.#last = undefined;
    this.#label = '';
  }

  #begin(progress: Progress, now: number): void {
    this.#stopBar();
    this.#label = progress.label;
    this.#meter = new RateMeter();
    this.#meter.add(now / 1000, progress.done);
    this.#toldAt = now;
    if (this.#terminal) this.#startBar(progress);
    else process.stderr.write(`${progress.label}${progress.total > 0 ? `, ${progress.total} frames` : ''}\n`);
  }

  #startBar(progress: Progress): void {
    // Loaded here: a command without progress starts faster without it.
    const { SingleBar } = createRequire(import.meta.url)('cli-progress') as typeof import('cli-progress');
    const counted = progress.total > 0;
    const bar = new SingleBar({
      format: counted ? '{label} {bar} {percentage}%  {value}/{total}  {rate}  {left}' : '{label} {value}  {rate}',
      barCompleteChar: '█',
      barIncompleteChar: '░',
      barsize: 28,
      hideCursor: true,
      clearOnComplete: false,
      stream: process.stderr,
      gracefulExit: false,
      autopadding: true,
    });
    bar.start(counted ? progress.total : 1, progress.done, this.#payload(progress));
    this.#bar = bar;
  }

  #stopBar(): void {
    if (this.#bar && this.#last) this.#bar.update(this.#last.done, this.#payload(this.#last));
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #tell(progress: Progress, now: number): void {
    this.#toldAt = now;
    const { rate, left } = this.#payload(progress);
    const of = progress.total > 0 ? `/${progress.total}` : '';
    process.stderr.write(`${progress.label}: ${progress.done}${of}  ${rate}  ${left}\n`);
  }

  #payload(progress: Progress): { label: string; rate: string; left: string } {
    const left = this.#meter.secondsLeft(progress.total);
    const rate = this.#meter.rate();
    return {
      label: progress.label.padEnd(22),
      rate: rate > 0 ? `${rate.toFixed(rate < 10 ? 1 : 0)} frames/s` : '',
      left:
        left === undefined || progress.total === 0 || progress.done >= progress.total
          ? ''
          : `${formatDuration(left)} left`,
    };
  }
}
