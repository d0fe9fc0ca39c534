import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { decodeFrame, type FrameAnswer, type FrameRequest, type FrameWish } from '../contract/frames.ts';
import { RetakeError, throwIfCancelled } from '../core/errors.ts';
import { FrameStreams } from './frame-stream.ts';

interface Harness {
  readonly streams: FrameStreams;
  readonly made: number[];
  /** Frames that arrived, and texts. */
  readonly got: (number | Record<string, unknown>)[];
  /** Lets the next frame be finished. */
  readonly finish: () => Promise<void>;
  /** Whether the client takes what it is sent. */
  takes: boolean;
  readonly wish: (seq: number, more?: Partial<FrameWish>) => void;
}

function harness(): Harness {
  const gates: (() => void)[] = [];
  const made: number[] = [];
  const got: Harness['got'] = [];
  const source = async (request: FrameRequest, signal: AbortSignal): Promise<FrameAnswer> => {
    made.push(request.seq);
    if (request.frame === 1013) throw new RetakeError('not-found', 'There is no frame 1013.');
    await new Promise<void>((resolve) => gates.push(resolve));
    if (request.frame === 1014) throwIfCancelled(signal);
    const { kind, stream, seq, frame } = request;
    return { kind, stream, seq, frame, format: 'jpeg', width: 1, height: 1, notes: null, payload: new Uint8Array(4) };
  };
  const self: Harness = {
    made,
    got,
    takes: true,
    finish: async () => {
      gates.shift()?.();
      await sleep(1);
    },
    wish: (seq, more) =>
      self.streams.receive(
        JSON.stringify({ stream: 'viewer', seq, handle: 'h', sequence: 's1', frame: seq, ...more } satisfies FrameWish),
      ),
    streams: new FrameStreams(source, {
      send: async (message) => {
        got.push(
          typeof message === 'string'
            ? (JSON.parse(message) as Record<string, unknown>)
            : decodeFrame(message.buffer).seq,
        );
        while (!self.takes) await sleep(1);
      },
    }),
  };
  return self;
}

const superseded = (seq: number) => ({ stream: 'viewer', seq, superseded: true });

describe('frame streams', () => {
  it('latest: what waits gives way to what is newer, what is made is shown, each wish gets one answer', async () => {
    const { wish, finish, made, got } = harness();
    for (let seq = 0; seq < 100; seq++) wish(seq);
    await finish();
    await finish();
    expect(made).toEqual([0, 99]);
    expect(got.filter((entry) => typeof entry === 'number')).toEqual([0, 99]);
    expect(got.filter((entry) => typeof entry !== 'number')).toEqual(
      Array.from({ length: 98 }, (_, index) => superseded(index + 1)),
    );
  });

  it('calls off work that can still be called off', async () => {
    const { wish, finish, got } = harness();
    wish(1, { frame: 1014 });
    wish(2);
    await finish();
    await finish();
    expect(got).toEqual([superseded(1), 2]);
  });

  it('queue: keeps order, and sheds the oldest when it grows too long', async () => {
    const { wish, finish, got } = harness();
    for (let seq = 0; seq < 20; seq++) wish(seq, { mode: 'queue' });
    for (let seq = 0; seq < 20; seq++) await finish();
    expect(got.filter((entry) => typeof entry === 'number')).toEqual([
      0,
      ...Array.from({ length: 16 }, (_, i) => i + 4),
    ]);
    expect(got.filter((entry) => typeof entry !== 'number')).toEqual([superseded(1), superseded(2), superseded(3)]);
  });

  it('makes nothing for a client that does not take what it got', async () => {
    const self = harness();
    self.takes = false;
    self.wish(1);
    await self.finish();
    self.wish(2);
    self.wish(3);
    await sleep(10);
    expect(self.made).toEqual([1]);
    self.takes = true;
    await sleep(5);
    await self.finish();
    expect(self.made).toEqual([1, 3]);
  });

  it('streams do not wait for one another', async () => {
    const { wish, finish, made, got } = harness();
    wish(1, { stream: 'left' });
    wish(2, { stream: 'right' });
    expect(made).toEqual([1, 2]);
    await finish();
    await finish();
    expect(got).toEqual([1, 2]);
  });

  it('answers malformed wishes and failing frames with errors, and goes on', async () => {
    const { streams, wish, finish, got } = harness();
    for (const text of ['', '{', 'null', '[]', '{"stream":5}', '{"stream":"viewer","seq":7,"frame":-1}'])
      streams.receive(text);
    wish(8, { media: 'f1' });
    wish(9, { frame: 1013 });
    await sleep(1);
    expect(got.slice(0, 7).every((entry) => 'error' in (entry as object))).toBe(true);
    expect(got[5]).toMatchObject({ stream: 'viewer', seq: 7, error: { code: 'invalid-argument' } });
    expect(got[7]).toMatchObject({ seq: 9, error: { code: 'not-found', message: 'There is no frame 1013.' } });
    wish(10);
    await finish();
    expect(got.at(-1)).toBe(10);
  });
});
