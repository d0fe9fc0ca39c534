import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { probeMedia } from '../../media/index.ts';
import { ProjectStore } from '../../store/index.ts';
import { makeSampleProject, SAMPLE_CLIP } from './sample-project.ts';

it('makes the sample project at once, of a clip that plays, and only once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'retake-sample-'));
  try {
    const context = { signal: new AbortController().signal };
    const path = await makeSampleProject(folder, context);
    const clip = await probeMedia(SAMPLE_CLIP);
    expect(clip.video).toMatchObject({ width: 768, height: 432, frameCount: 125 });
    expect(clip.audio).not.toHaveLength(0);
    {
      using store = ProjectStore.open(path, { writtenBy: 'a test' });
      const { media, sequences } = store.project;
      expect(Object.values(media).map(({ name }) => name)).toEqual(['digital-actor.mp4']);
      expect(Object.values(sequences)).toHaveLength(1);
    }
    expect(await makeSampleProject(folder, context)).toBe(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
