import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceContext } from '../../../contract/progress.ts';
import { applyEdits, type EditRequest } from '../../../core/document/edit.ts';
import { emptyProject } from '../../../core/document/schema.ts';
import { ProjectStore } from '../../store/index.ts';
import { describeMedia } from '../media-import.ts';
import { programVersion } from '../version.ts';

/** The actor's clip as it comes with the program; `scripts/sample-clip.ts` renders it. */
export const SAMPLE_CLIP = fileURLToPath(new URL('../../../../resources/sample/digital-actor.mp4', import.meta.url));

/** Makes the sample project in `folder` unless it is there: the digital actor on a timeline. Gives its path. */
export async function makeSampleProject(folder: string, context: ServiceContext): Promise<string> {
  const path = join(folder, 'sample.retake');
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const clip = join(folder, 'digital-actor.mp4');
  if (!existsSync(clip)) {
    const partial = join(folder, '.digital-actor.part');
    try {
      copyFileSync(SAMPLE_CLIP, partial);
      renameSync(partial, clip);
    } finally {
      rmSync(partial, { force: true });
    }
  }
  const media = await describeMedia(clip, context.signal);
  const base: EditRequest[] = [
    { edit: 'importMedia', args: { media: [media] } },
    {
      edit: 'addSequence',
      args: { name: 'Sample', rate: media.rate, width: media.width, height: media.height },
    },
  ];
  const [mediaId, , video, audio] = applyEdits(emptyProject(''), base).created;
  const clips = [{ track: video!, media: mediaId! }, ...(media.hasAudio ? [{ track: audio!, media: mediaId! }] : [])];
  using store = ProjectStore.create(path, 'Sample: the digital actor', { writtenBy: programVersion() });
  store.edit([...base, { edit: 'append', args: { clips } }], 'Sample project');
  return path;
}
