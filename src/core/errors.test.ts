import { describe, expect, it } from 'vitest';
import { orCancelled, RetakeError } from './errors.ts';

describe('waiting for work that may be called off', () => {
  it('gives what the work comes to, with a signal and without', async () => {
    expect(await orCancelled(Promise.resolve(3), undefined)).toBe(3);
    expect(await orCancelled(Promise.resolve(3), new AbortController().signal)).toBe(3);
    const failed = new RetakeError('not-found', 'Gone.');
    await expect(orCancelled(Promise.reject(failed), new AbortController().signal)).rejects.toBe(failed);
  });

  it('is over as soon as the signal fires, before the work is, and at once where it fired already', async () => {
    const abort = new AbortController();
    const work = Promise.withResolvers<string>();
    const waiting = orCancelled(work.promise, abort.signal);
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    await expect(orCancelled(work.promise, abort.signal)).rejects.toMatchObject({ code: 'cancelled' });
    work.resolve('whoever asks next has it');
    expect(await orCancelled(work.promise, undefined)).toBe('whoever asks next has it');
  });
});
