/** Seconds of the parts of a job, for results and benches. */
export class StopWatch {
  readonly #start = performance.now();
  readonly #laps: Record<string, number> = {};
  #last = this.#start;

  /** Ends a part: what passed since the last call belongs to `name`. */
  lap(name: string): void {
    const now = performance.now();
    this.#laps[name] = (this.#laps[name] ?? 0) + (now - this.#last) / 1000;
    this.#last = now;
  }

  /** Seconds by part, milliseconds kept. */
  stages(): Record<string, number> {
    return Object.fromEntries(Object.entries(this.#laps).map(([name, seconds]) => [name, round(seconds)]));
  }

  /** Seconds since the start, and frames per second over all of them. */
  timing(frames: number): { seconds: number; framesPerSecond: number } {
    const seconds = (performance.now() - this.#start) / 1000;
    return { seconds: round(seconds), framesPerSecond: round(frames / seconds) };
  }
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
