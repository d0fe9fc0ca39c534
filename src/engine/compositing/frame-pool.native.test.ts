import { expect, test } from 'vitest';
import type { RetakeError } from '../../core/errors.ts';
import { FramePool } from './frame-pool.ts';

const roots = (threads: number): FramePool<number, number> =>
  new FramePool({
    work: 'Rooting',
    script: new URL('./frame-pool-worker.test-support.ts', import.meta.url),
    threads,
    local: () => Math.sqrt,
  });

test('answers overlapping requests, each with its own result', async () => {
  for (const threads of [0, 2]) {
    await using pool = roots(threads);
    const asked = Array.from({ length: 20 }, (_, i) => i * i);
    expect(await Promise.all(asked.map((n) => pool.run(n)))).toEqual(asked.map(Math.sqrt));
  }
});

test('does what each thread must know once on every thread, before the frames asked for after it', async () => {
  for (const [threads, times] of [
    [0, 1],
    [3, 3],
  ] as const) {
    await using pool = roots(threads);
    const [known, after] = await Promise.all([pool.runOnEach(16), pool.run(25)]);
    expect(known).toEqual(Array.from({ length: times }, () => 4));
    expect(after).toBe(5);
  }
});

test('says what failed, and goes on', async () => {
  await using pool = roots(1);
  // A sentence for people; where it happened is in the cause.
  const failure = (await pool.run(-4).catch((error: unknown) => error)) as RetakeError;
  expect(failure.message).toBe('Rooting a frame failed: -4 has no root. Please report it with the log.');
  expect((failure.cause as Error).stack).toMatch(/frame-pool-worker/);
  expect(await pool.run(9)).toBe(3);
});

test('rejects what waits, and what comes later, once a thread has died', async () => {
  await using pool = new FramePool<number, number>({
    work: 'Rooting',
    script: new URL('./no-such-worker.ts', import.meta.url),
    threads: 1,
    local: () => Math.sqrt,
  });
  await expect(pool.run(4)).rejects.toThrow(/Rooting stopped, its thread died/);
  await expect(pool.run(4)).rejects.toThrow(/Rooting stopped/);
});
