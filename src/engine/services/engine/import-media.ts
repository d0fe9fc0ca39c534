import type { z } from 'zod';
import type { ImportFailure, mediaContract } from '../../../contract/media.ts';
import { applyEdits, type EditRequest } from '../../../core/document/edit.ts';
import type { Project } from '../../../core/document/schema.ts';
import { asRetakeError, RetakeError, throwIfCancelled } from '../../../core/errors.ts';
import { describeMedia, type MediaDetails, mediaFiles } from '../media-import.ts';
import type { ProjectSessions } from '../project-sessions.ts';

type ImportOutput = z.infer<(typeof mediaContract.import)['~orpc']['outputSchema'] & z.ZodType>;

interface Found {
  readonly details: MediaDetails[];
  readonly failures: ImportFailure[];
}

async function look(paths: readonly string[], signal: AbortSignal | undefined): Promise<Found> {
  const details: MediaDetails[] = [];
  const failures: ImportFailure[] = [];
  const attempt = async (path: string, work: () => Promise<void>): Promise<void> => {
    try {
      throwIfCancelled(signal);
      await work();
    } catch (thrown) {
      const { code, message } = asRetakeError(thrown);
      if (code === 'cancelled') throw thrown;
      failures.push({ path, code, message });
    }
  };
  for (const given of paths)
    await attempt(given, async () => {
      for (const path of await mediaFiles([given]))
        await attempt(path, async () => void details.push(await describeMedia(path, signal)));
    });
  return { details, failures };
}

/** Edits that put new media onto a timeline; `ids` are those of `details`. */
function placeEdits(project: Project, sequence: string, ids: readonly string[], details: readonly MediaDetails[]) {
  const tracks = project.sequences[sequence]!.tracks.map((id) => project.tracks[id]!);
  const video = tracks.find(({ kind, locked }) => kind === 'video' && !locked);
  const audio = tracks.find(({ kind, locked }) => kind === 'audio' && !locked);
  return ids.flatMap((media, index): EditRequest[] => {
    const { hasVideo, hasAudio } = details[index]!;
    const clips = [
      ...(hasVideo && video ? [{ track: video.id, media }] : []),
      ...(hasAudio && audio ? [{ track: audio.id, media }] : []),
    ];
    return clips.length > 0 ? [{ edit: 'append', args: { clips } }] : [];
  });
}

/** Takes files into a project, see `mediaContract.import`. */
export async function importMedia(
  sessions: ProjectSessions,
  input: { readonly handle: string; readonly paths: readonly string[]; readonly sequence?: string | undefined },
  signal: AbortSignal | undefined,
): Promise<ImportOutput> {
  const { handle } = input;
  sessions.store(handle);
  const { details, failures } = await look(input.paths, signal);
  if (details.length === 0) return { media: [], sequence: null, change: null, failures };
  // Read after the files were looked at: somebody may have edited meanwhile.
  const project = sessions.store(handle).project;
  const edits: EditRequest[] = [{ edit: 'importMedia', args: { media: details } }];
  const first = details.find(({ hasVideo }) => hasVideo);
  if (input.sequence === 'new')
    edits.push({
      edit: 'addSequence',
      args: {
        name: 'Sequence 1',
        rate: first?.rate ?? { num: 25, den: 1 },
        width: first?.width ?? 1920,
        height: first?.height ?? 1080,
      },
    });
  // Edits are pure, so the ids that they will make can be had before anything happens, and all is one step.
  const trial = applyEdits(project, edits);
  const media = trial.created.slice(0, details.length);
  const sequence = input.sequence === 'new' ? trial.created[details.length]! : (input.sequence ?? null);
  if (sequence !== null) {
    if (!trial.project.sequences[sequence])
      throw new RetakeError('not-found', `There is no sequence ${sequence} in the project.`, { sequence });
    edits.push(...placeEdits(trial.project, sequence, media, details));
  }
  const label = details.length === 1 ? `Import ${details[0]!.name}` : `Import ${details.length} files`;
  const change = sessions.edit(handle, edits, label);
  return { media: [...media], sequence, change, failures };
}
