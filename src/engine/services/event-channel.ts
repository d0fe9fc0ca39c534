/**
 * Events on their way to one listener. Nothing is lost while it listens; events with the same `key` that it has not
 * taken yet are replaced by the newest, so that a slow listener sees the latest progress rather than a backlog.
 */
export class EventChannel<T> implements AsyncIteratorObject<T, undefined, void> {
  readonly #keyOf: (event: T) => string | undefined;
  readonly #onClose: (channel: EventChannel<T>) => void;
  readonly #events: { readonly key: string | undefined; event: T }[] = [];
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(options: {
    readonly key?: (event: T) => string | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onClose?: (channel: EventChannel<T>) => void;
  }) {
    this.#keyOf = options.key ?? (() => undefined);
    this.#onClose = options.onClose ?? (() => undefined);
    if (options.signal?.aborted) this.close();
    else options.signal?.addEventListener('abort', () => this.close(), { once: true });
  }

  /** Events that wait. */
  get size(): number {
    return this.#events.length;
  }

  push(event: T): void {
    if (this.#closed) return;
    const key = this.#keyOf(event);
    const waiting = key === undefined ? undefined : this.#events.find((entry) => entry.key === key);
    if (waiting) waiting.event = event;
    else this.#events.push({ key, event });
    this.#wake?.();
  }

  /** No more events; those that wait are still given. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#wake?.();
    this.#onClose(this);
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    for (;;) {
      const entry = this.#events.shift();
      if (entry) return { done: false, value: entry.event };
      if (this.#closed) return { done: true, value: undefined };
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async return(): Promise<IteratorResult<T, undefined>> {
    this.#events.length = 0;
    this.close();
    return { done: true, value: undefined };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
