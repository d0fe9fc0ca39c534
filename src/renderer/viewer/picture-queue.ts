/** Pictures that came before they are due, by place in the run that is played. */
export class PictureQueue<T> {
  readonly #waiting = new Map<number, T>();
  readonly #drop: (picture: T) => void;
  #shown = Number.NEGATIVE_INFINITY;

  /** `drop` gives back the memory of a picture that is never shown. */
  constructor(drop: (picture: T) => void) {
    this.#drop = drop;
  }

  /** Places of pictures that wait. */
  get size(): number {
    return this.#waiting.size;
  }

  put(place: number, picture: T): void {
    const old = this.#waiting.get(place);
    if (old !== undefined) this.#drop(old);
    this.#waiting.set(place, picture);
  }

  /** The newest picture that is due at `place` and newer than the last one taken; older ones are dropped. */
  take(place: number): T | undefined {
    let best = this.#shown;
    for (const at of this.#waiting.keys()) if (at <= place && at > best) best = at;
    const found = best > this.#shown ? this.#waiting.get(best) : undefined;
    for (const [at, picture] of this.#waiting) {
      if (at > best && at > this.#shown) continue;
      this.#waiting.delete(at);
      if (picture !== found) this.#drop(picture);
    }
    this.#shown = best;
    return found;
  }

  /** Drops what waits and begins anew. */
  clear(): void {
    for (const picture of this.#waiting.values()) this.#drop(picture);
    this.#waiting.clear();
    this.#shown = Number.NEGATIVE_INFINITY;
  }
}
