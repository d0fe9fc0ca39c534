/** Crashes within this time of one another count as a series. */
const SERIES_MS = 60_000;
const LONGEST_SERIES = 3;

/** Tells a window that crashed once, and is simply loaded again, from one that crashes over and over. */
export class CrashSeries {
  #times: number[] = [];

  /** Notes a crash; true when it is one too many and a person must decide. */
  note(timeMs: number): boolean {
    this.#times = [...this.#times.filter((time) => timeMs - time < SERIES_MS), timeMs];
    return this.#times.length > LONGEST_SERIES;
  }

  /** A person decided: counting starts anew. */
  forget(): void {
    this.#times = [];
  }
}
