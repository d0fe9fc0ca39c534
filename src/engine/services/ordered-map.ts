/**
 * Runs `work` on the items of `source`, at most `concurrency` at a time, and yields the results in the order of the items.
 * Reading, working and what the consumer does overlap. When anything throws, or the consumer stops, no new work starts,
 * work under way is waited for, `drop` (if given) gets every result that nobody will see, and the source is closed.
 */
export async function* orderedMap<T, R>(
  source: AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<R>,
  drop?: (result: R) => void,
): AsyncGenerator<R, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const queue: Promise<R>[] = [];
  let exhausted = false;
  const fill = async (): Promise<void> => {
    while (!exhausted && queue.length < concurrency) {
      const next = await iterator.next();
      if (next.done) exhausted = true;
      else {
        const running = work(next.value);
        // The queue is awaited in order; a failure further back must not count as unhandled meanwhile.
        running.catch(() => undefined);
        queue.push(running);
      }
    }
  };
  let refill = fill();
  try {
    for (;;) {
      await refill;
      const [first] = queue;
      if (!first) return;
      const result = await first;
      queue.shift();
      // The next item is read while the consumer deals with this result.
      refill = fill();
      refill.catch(() => undefined);
      yield result;
    }
  } finally {
    await refill.catch(() => undefined);
    const left = await Promise.allSettled(queue);
    for (const outcome of left) if (outcome.status === 'fulfilled') drop?.(outcome.value);
    await iterator.return?.();
  }
}
