/**
 * Renders the clip of the sample project again: `node scripts/sample-clip.ts`. It is kept in the repository because the
 * first click of a newcomer should not wait for a minute and a half of rendering.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { renderActorClip } from '../src/engine/services/demo-actor.ts';
import { SAMPLE_CLIP } from '../src/engine/services/engine/sample-project.ts';

mkdirSync(dirname(SAMPLE_CLIP), { recursive: true });
await renderActorClip(SAMPLE_CLIP, {
  signal: new AbortController().signal,
  onProgress: ({ done, total }) => process.stderr.write(`\r${done} of ${total} frames`),
});
