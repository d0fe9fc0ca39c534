import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { JobQueue, QueueRunner } from '../jobs/index.ts';
import { frameHashes } from '../media/testing/films.ts';
import { changeEmotion } from './emotion-service.ts';
import { inspectProvenance } from './provenance-record.ts';
import { track } from './track-service.ts';

const media = process.env['RETAKE_MEDIA'] ?? fileURLToPath(new URL('../../../../shared/media', import.meta.url));
const clip = join(media, 'clips/man-address-lowres-256.mp4');
if (!existsSync(clip)) console.warn('SKIPPED: no real clips at hand (looked for ../shared/media); set RETAKE_MEDIA.');

it.runIf(existsSync(clip))(
  'a queued emotion edit, rendered in parts, is frame for frame the one of the command',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'retake-emotion-queue-'));
    try {
      const performance = join(folder, 'captured.json');
      await track({ clip, out: performance, until: '24f' });
      const request = {
        clip,
        to: 'happy',
        intensity: 1,
        preserveLips: 1,
        actor: 'all',
        until: '24f',
        seed: 0,
        performance,
      } as const;
      using queue = JobQueue.open(join(folder, 'queue.sqlite'));
      const out = join(folder, 'queued.mkv');
      const spec = {
        name: 'happy',
        renderer: new URL('./emotion-segments.ts', import.meta.url).href,
        payload: request,
        out,
        preset: 'ffv1',
        segmentFrames: 10,
      } as const;
      const id = queue.add(spec);
      const { performance: _given, ...capturing } = request;
      const own = queue.add({ ...spec, payload: { ...capturing, until: '6f' }, out: join(folder, 'own.mkv') });
      await new QueueRunner(queue, { workers: 1 }).run('drain', new AbortController().signal);
      expect(queue.get(id)).toMatchObject({ state: 'done', segmentsDone: 3, framesDone: 24, failure: null });
      expect(queue.get(own)).toMatchObject({ state: 'done', framesDone: 6, failure: null });
      const direct = join(folder, 'direct.mkv');
      await changeEmotion({ ...request, preset: 'ffv1', out: direct });
      expect(await frameHashes(out)).toEqual(await frameHashes(direct));
      const label = await inspectProvenance(out);
      expect(label).toMatchObject({ state: 'intact' });
      expect(label?.record?.frames).toEqual((await inspectProvenance(direct))?.record?.frames);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
