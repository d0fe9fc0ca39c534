import type { ProjectChange } from '../../contract/project.ts';
import { applyProjectPatches } from '../../core/document/apply-patches.ts';
import type { Project } from '../../core/document/schema.ts';
import { refresh, useStudio } from './studio.ts';

const { getState: get, setState: set } = useStudio;

/** Puts a document in the place of the one that is shown. */
export function takeDocument(project: Project, revision: number): void {
  const { sequence } = get();
  const next = sequence !== null && project.sequences[sequence] ? sequence : (project.head.sequenceOrder[0] ?? null);
  set({ project, revision, sequence: next });
}

/** Takes a change of the document over, unless it is known. */
export function onChange(change: ProjectChange): void {
  const { project, revision, selection } = get();
  if (!project || change.revision <= revision) return;
  const next = applyProjectPatches(project, change.patches as never);
  takeDocument(next, change.revision);
  const kept = selection.filter((id) => next.items[id] ?? next.effects[id]);
  if (kept.length !== selection.length) set({ selection: kept });
  void refreshHistory();
}

/** Counts what the list of steps was asked for or changed by: an answer that something later overtook is not taken. */
let historyTurn = 0;

/** Asks for the names of the steps that can be taken back or done again. */
export async function refreshHistory(): Promise<void> {
  const { open } = get();
  if (!open) return;
  historyTurn += 1;
  const turn = historyTurn;
  const history = await refresh((client) => client.project.history({ handle: open.handle }));
  if (history && turn === historyTurn) set({ history });
}

/** Lists the next step as taken, before the engine says so: a quick hand takes it back before its name is asked for. */
export function listStep(direction: 'undo' | 'redo'): void {
  const { undo, redo } = get().history;
  const [label, ...rest] = direction === 'undo' ? undo : redo;
  if (label === undefined) return;
  historyTurn += 1;
  set({
    history: direction === 'undo' ? { undo: rest, redo: [label, ...redo] } : { undo: [label, ...undo], redo: rest },
  });
}

/** Asks where the files of the media are. */
export async function refreshSources(): Promise<void> {
  const { open } = get();
  if (!open) return;
  const list = await refresh((client) => client.media.sources({ handle: open.handle }));
  if (list) set({ sources: Object.fromEntries(list.map((one) => [one.media, one])) });
}
