import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { frameHashes } from '../media/testing/films.ts';
import { changeEmotion } from './emotion-service.ts';

it('gives the same frames every time for the same seed, tracking included, and others for another', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'retake-again-'));
  try {
    const { path: clip } = await digitalActorFixture();
    const edit = async (name: string, seed: number): Promise<string[]> => {
      const out = join(folder, name);
      const request = { clip, to: 'happy', intensity: 1, preserveLips: 0.9, actor: 'all', until: '16f' } as const;
      const { frames } = await changeEmotion({ ...request, seed, preset: 'h264', out });
      expect(frames.edited).toBe(16);
      return await frameHashes(out);
    };
    const first = await edit('first.mp4', 7);
    expect(await edit('second.mp4', 7)).toEqual(first);
    expect(await edit('other.mp4', 8)).not.toEqual(first);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);
