interface Sample {
  readonly seconds: number;
  readonly done: number;
}

/** Frames per second over the last few seconds, so that the time left follows what the machine does now. */
export class RateMeter {
  readonly #windowSeconds: number;
  readonly #samples: Sample[] = [];

  /** `windowSeconds`: how far back the rate looks. */
  constructor(windowSeconds = 8) {
    this.#windowSeconds = windowSeconds;
  }

  /** Records that `done` frames were finished at `seconds` (any clock that only rises). */
  add(seconds: number, done: number): void {
    this.#samples.push({ seconds, done });
    while (this.#samples.length > 2 && this.#samples[1]!.seconds < seconds - this.#windowSeconds) this.#samples.shift();
  }

  /** Frames per second, or 0 before there is anything to go by. */
  rate(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.seconds <= first.seconds) return 0;
    return (last.done - first.done) / (last.seconds - first.seconds);
  }

  /** Seconds until `total` at the present rate, or undefined before there is anything to go by. */
  secondsLeft(total: number): number | undefined {
    const rate = this.rate();
    const done = this.#samples.at(-1)?.done ?? 0;
    return rate > 0 ? Math.max(0, total - done) / rate : undefined;
  }
}

/** A duration as people say it: `42 s`, `3:05 min`, `1:02:30 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return `${minutes}:${two(whole % 60)} min`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(whole % 60)} h`;
}
