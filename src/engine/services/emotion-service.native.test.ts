import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { openVideo } from '../media/index.ts';
import { changeEmotion } from './emotion-service.ts';

async function hashes(path: string): Promise<string[]> {
  await using video = await openVideo(path);
  const out: string[] = [];
  for await (const frame of video.frames()) {
    const hash = createHash('md5');
    for (const plane of frame.picture.planes) hash.update(plane);
    out.push(hash.digest('hex'));
    frame.release();
  }
  return out;
}

it('gives the same frames every time for the same seed, tracking included, and others for another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'retake-again-'));
  try {
    const { path: clip } = await digitalActorFixture();
    const edit = async (name: string, seed: number): Promise<string[]> => {
      const out = join(folder, name);
      const request = { clip, to: 'happy', intensity: 1, preserveLips: 0.9, actor: 'all', until: '16f' } as const;
      const { frames } = await changeEmotion({ ...request, seed, preset: 'h264', out });
      expect(frames.edited).toBe(16);
      return await hashes(out);
    };
    const first = await edit('first.mp4', 7);
    expect(await edit('second.mp4', 7)).toEqual(first);
    expect(await edit('other.mp4', 8)).not.toEqual(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
