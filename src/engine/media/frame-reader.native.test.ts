// What a jump costs, in decoded frames.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, it, vi } from 'vitest';
import { FrameDecoder } from './frame-decoder.ts';
import { filmOptions, writeFilm } from './testing/films.ts';
import { openVideo } from './video-source.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-reader-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

it.each([
  // Every frame of a preview copy stands alone: none between here and there is decoded.
  ['prores422hq', 'mov', [1, 1, 1, 4]],
  // One key frame: what lies between must be decoded, and what lies before when it goes back.
  ['h264', 'mp4', [10, 12, 13, 4]],
] as const)('%s: a jump decodes no more than it must', async (preset, ending, most) => {
  const path = join(folder, `film.${ending}`);
  await writeFilm(path, 40, filmOptions(preset));
  await using source = await openVideo(path);
  const decode = vi.spyOn(FrameDecoder.prototype, 'next');
  const costs: number[] = [];
  for (const index of [9, 21, 34, 38]) {
    decode.mockClear();
    const frame = await source.frameAt(index);
    expect(frame.index).toBe(index);
    frame.release();
    costs.push(decode.mock.calls.length);
  }
  costs.forEach((cost, at) => {
    expect(cost, `jump ${at}`).toBeLessThanOrEqual(most[at]!);
  });
});
