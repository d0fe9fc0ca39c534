import { expect, it } from 'vitest';
import { EventChannel } from './event-channel.ts';

it('keeps every event, but only the newest of a key while nobody takes them', async () => {
  const channel = new EventChannel<{ kind: string; n: number }>({
    key: ({ kind }) => (kind === 'progress' ? kind : undefined),
  });
  for (let n = 0; n < 10_000; n++) channel.push({ kind: 'progress', n });
  channel.push({ kind: 'done', n: 1 });
  channel.push({ kind: 'done', n: 2 });
  expect(channel.size).toBe(3);
  channel.close();
  const seen = [];
  for await (const event of channel) seen.push(event);
  expect(seen).toEqual([
    { kind: 'progress', n: 9999 },
    { kind: 'done', n: 1 },
    { kind: 'done', n: 2 },
  ]);
});

it('ends with its signal, and says so once', async () => {
  const stop = new AbortController();
  let closed = 0;
  const channel = new EventChannel<number>({ signal: stop.signal, onClose: () => (closed += 1) });
  const waiting = channel.next();
  stop.abort();
  expect(await waiting).toEqual({ done: true, value: undefined });
  channel.push(1);
  await channel.return();
  expect([closed, channel.size]).toEqual([1, 0]);
});
