import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { digitalActorFixture } from '../../digital-actor/index.ts';
import { captureElsewhere } from './capture-process.ts';

const CRASHING = fileURLToPath(new URL('./crashing-capture.test-support.ts', import.meta.url));

describe('capture in a process of its own', () => {
  it('says so when the process dies, and the engine lives', async () => {
    const capture = captureElsewhere(CRASHING);
    await expect(capture('any.mp4', 'any.mp4', {})).rejects.toMatchObject({ code: 'inference-failed' });
    await expect(capture('any.mp4', 'any.mp4', {})).rejects.toMatchObject({ code: 'inference-failed' });
  });

  it('hands through what goes wrong inside, and cancels at once', async () => {
    const capture = captureElsewhere();
    await expect(capture('/no/such/clip.mp4', 'clip.mp4', {})).rejects.toMatchObject({ code: 'file-not-found' });
    const { path } = await digitalActorFixture();
    const abort = new AbortController();
    const seen: number[] = [];
    const running = capture(path, 'actor', {
      signal: abort.signal,
      onProgress: ({ done }) => {
        seen.push(done);
        if (done >= 5) abort.abort();
      },
    });
    const waiting = capture(path, 'actor', { signal: abort.signal });
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
    expect(Math.max(...seen)).toBeLessThan(25);
  });
});
