// Who may write a project while a render of it is planned.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EditRequest } from '../../core/document/edit.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import type { JobSpec } from '../jobs/index.ts';
import { ProjectStore } from '../store/index.ts';
import { describeMedia } from './media-import.ts';
import { renderer } from './sequence-segments.ts';

const folder = mkdtempSync(join(tmpdir(), 'retake-sequence-'));
const path = join(folder, 'film.retake');
let sequence: string;

beforeAll(async () => {
  using store = ProjectStore.create(path, 'Film', { writtenBy: 'test' });
  const one = (edit: EditRequest): string => store.edit(edit).created[0]!;
  const described = await describeMedia((await digitalActorFixture()).path);
  const media = one({ edit: 'importMedia', args: { media: [described] } });
  const { rate, width, height } = store.project.media[media]!;
  sequence = one({ edit: 'addSequence', args: { name: 'Cut', rate, width, height } });
  const track = store.project.sequences[sequence]!.tracks[0]!;
  one({ edit: 'append', args: { clips: [{ track, media, duration: 5 }] } });
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const spec = (readOnly: boolean): JobSpec => ({
  name: 'Cut',
  renderer: fileURLToPath(new URL('sequence-segments.ts', import.meta.url)),
  payload: { project: path, sequence, readOnly },
  out: join(folder, 'cut.mkv'),
  preset: 'ffv1',
});

// The engine that asked for the render may be starting again after a crash: it must find its project free.
it.each([
  [true, false],
  [false, true],
])('planning with readOnly %s lets whoever opens the project only read: %s', async (readOnly, otherOnlyReads) => {
  const planning = renderer.plan(spec(readOnly), folder, new AbortController().signal);
  {
    using other = ProjectStore.open(path);
    expect(other.readOnly).toBe(otherOnlyReads);
  }
  expect((await planning).frameCount).toBe(5);
});
