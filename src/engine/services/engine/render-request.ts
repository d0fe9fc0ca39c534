import { isAbsolute } from 'node:path';
import type { z } from 'zod';
import type { renderRequestSchema } from '../../../contract/engine.ts';
import type { JobSpec } from '../../../contract/jobs.ts';
import { layOut } from '../../../core/document/query.ts';
import { RetakeError } from '../../../core/errors.ts';
import { changesFaces } from '../evaluator/effect-plan.ts';
import { requireOutput } from '../paths.ts';
import type { ProjectSessions } from '../project-sessions.ts';
import type { SequenceJob } from '../sequence-segments.ts';
import type { ProjectRuntimes } from './project-runtimes.ts';

/** Turns the wish for an export into a job. Throws `not-found` for media that must be tracked first, and output errors. */
export async function renderJob(
  request: z.infer<typeof renderRequestSchema>,
  sessions: ProjectSessions,
  runtimes: ProjectRuntimes,
): Promise<JobSpec> {
  const { handle, sequence: id, preset, range, priority } = request;
  const { path, project } = sessions.store(handle);
  const sequence = project.sequences[id];
  if (!sequence) throw new RetakeError('not-found', `There is no sequence ${id} in the project.`, { sequence: id });
  if (!isAbsolute(request.out))
    throw new RetakeError('invalid-argument', 'Give the whole path of the file to export to.', { out: request.out });
  const { performances } = runtimes.get(handle);
  const sources = new Set<string>();
  for (const trackId of sequence.tracks) {
    const track = project.tracks[trackId]!;
    for (const { item } of layOut(project, track)) {
      if (item.type !== 'clip') continue;
      const media = project.media[item.media]!;
      if (media.path !== null) sources.add(media.path);
      const edited = item.enabled && item.effects.some((id) => changesFaces(project.effects[id]!));
      // The render only reads the project, so it could not store a capture.
      if (edited && track.kind === 'video' && !track.muted && !performances.get(project, media))
        throw new RetakeError('not-found', `${media.name} carries effects but was not tracked yet. Track it first.`, {
          media: media.id,
        });
    }
  }
  const out = await requireOutput(request.out, [...sources]);
  const payload: SequenceJob = { project: path, sequence: id, readOnly: true };
  return {
    name: `${project.head.name}: ${sequence.name}`,
    renderer: new URL('../sequence-segments.ts', import.meta.url).href,
    payload,
    out,
    preset,
    ...(range && { range }),
    ...(priority !== undefined && { priority }),
  };
}
