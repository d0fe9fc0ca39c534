import { evaluateFrame } from '../../core/document/evaluate.ts';
import { sequenceLength } from '../../core/document/query.ts';
import type { Clip, MediaItem, Project, Sequence } from '../../core/document/schema.ts';
import { type Studio, useStudio } from './studio.ts';

const { getState: get, setState: set } = useStudio;

/** The sequence that is shown. */
export function currentSequence(state: Pick<Studio, 'project' | 'sequence'>): Sequence | undefined {
  return state.sequence === null ? undefined : state.project?.sequences[state.sequence];
}

/** A question about a document whose last answer is kept: many panels ask the same with every frame that plays. */
function remembered<T>(ask: (project: Project, sequence: string, frame: number) => T) {
  let last: { project: Project; sequence: string; frame: number; answer: T } | undefined;
  return (project: Project, sequence: string, frame: number): T => {
    if (last?.project !== project || last.sequence !== sequence || last.frame !== frame)
      last = { project, sequence, frame, answer: ask(project, sequence, frame) };
    return last.answer;
  };
}

const rememberedLength = remembered((project, sequence) => sequenceLength(project, sequence));

/** What a frame of a sequence shows. */
export const frameOf = remembered(evaluateFrame);

/** Frames of the sequence that is shown. */
export function lengthOf(state: Pick<Studio, 'project' | 'sequence'>): number {
  return state.project && state.sequence !== null ? rememberedLength(state.project, state.sequence, 0) : 0;
}

/** Puts the playhead on a frame of the sequence. */
export function seek(frame: number): void {
  const last = Math.max(0, lengthOf(get()) - 1);
  const next = Math.max(0, Math.min(last, Math.round(frame)));
  if (next !== get().frame) set({ frame: next });
}

/** The picture clip that the inspector is about: the selected one, else the one under the playhead. */
export function inspectedClip(state: Pick<Studio, 'project' | 'sequence' | 'selection' | 'frame'>): Clip | undefined {
  const { project, sequence, selection } = state;
  if (!project || sequence === null) return undefined;
  for (const id of selection) {
    const item = project.items[id];
    if (item?.type === 'clip' && project.tracks[item.track]?.kind === 'video') return item;
  }
  return undefined;
}

/** The clip that panels beside the viewer are about: the selected one, else the topmost picture under the playhead. */
export function clipToInspect(state: Pick<Studio, 'project' | 'sequence' | 'selection' | 'frame'>): Clip | undefined {
  const { project, sequence, frame } = state;
  const selected = inspectedClip(state);
  if (selected || !project || sequence === null) return selected;
  return frameOf(project, sequence, frame).layers.at(-1)?.clip;
}

/** Media item of a clip. */
export function mediaOf(project: Project, clip: Clip): MediaItem | undefined {
  return project.media[clip.media];
}
