import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderedMap } from './ordered-map.ts';

async function* count(n: number, closed: { value: boolean } = { value: false }): AsyncGenerator<number> {
  try {
    for (let i = 0; i < n; i++) yield i;
  } finally {
    closed.value = true;
  }
}

describe('ordered map', () => {
  it('keeps the order whatever each item takes, and never runs more than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (delays, limit) => {
          let [running, most] = [0, 0];
          const work = async (i: number): Promise<number> => {
            most = Math.max(most, ++running);
            await sleep(delays[i]);
            running--;
            return i * 2;
          };
          const seen: number[] = [];
          for await (const value of orderedMap(count(delays.length), limit, work)) seen.push(value);
          expect(seen).toEqual(delays.map((_, i) => i * 2));
          expect(most).toBeLessThanOrEqual(limit);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('overlaps work', async () => {
    let most = 0;
    let running = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++running);
      await sleep(5);
      running--;
    };
    for await (const _ of orderedMap(count(9), 3, work));
    expect(most).toBe(3);
  });

  it('stops, closes the source and hands back unseen results when the consumer leaves', async () => {
    const closed = { value: false };
    const dropped: number[] = [];
    for await (const value of orderedMap(
      count(20, closed),
      3,
      async (i) => i,
      (i) => dropped.push(i),
    ))
      if (value === 4) break;
    expect(closed.value).toBe(true);
    expect(dropped).toEqual([5, 6, 7]);
  });

  it('passes a failure of the work on and waits for the rest', async () => {
    const closed = { value: false };
    let finished = 0;
    const work = async (i: number): Promise<number> => {
      await sleep(i === 2 ? 1 : 8);
      if (i === 2) throw new Error('no');
      finished++;
      return i;
    };
    const run = async (): Promise<void> => {
      for await (const _ of orderedMap(count(20, closed), 3, work));
    };
    await expect(run()).rejects.toThrow('no');
    expect(closed.value).toBe(true);
    expect(finished).toBeLessThan(6);
  });
});
