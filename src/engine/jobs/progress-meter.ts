/** Frames per second over the last half minute, and the time that the rest will take. */
export class ProgressMeter {
  readonly #samples: { readonly ms: number; readonly frames: number }[] = [];

  add(frames: number, nowMs = performance.now()): void {
    this.#samples.push({ ms: nowMs, frames });
    while (this.#samples.length > 2 && nowMs - this.#samples[0]!.ms > 30_000) this.#samples.shift();
  }

  /** 0 until there are two samples. */
  get framesPerSecond(): number {
    const [first, last] = [this.#samples[0], this.#samples.at(-1)];
    if (!first || !last || last.ms <= first.ms) return 0;
    return Math.max(0, ((last.frames - first.frames) * 1000) / (last.ms - first.ms));
  }

  /** Null while nothing was measured. */
  secondsLeft(framesLeft: number): number | null {
    const rate = this.framesPerSecond;
    return rate > 0 ? framesLeft / rate : null;
  }
}
