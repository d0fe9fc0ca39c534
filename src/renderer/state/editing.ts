import type { ProjectChange } from '../../contract/project.ts';
import type { EditRequest } from '../../core/document/edit.ts';
import { listStep, onChange, refreshHistory } from './document.ts';
import { ask, useStudio } from './studio.ts';

const { getState: get } = useStudio;

/** Edits of one undo step. Gives what was made, or undefined when it was refused. */
export async function edit(edits: readonly EditRequest[], label?: string): Promise<ProjectChange | undefined> {
  const { open } = get();
  if (!open) return undefined;
  const change = await ask((client) =>
    client.project.edit({ handle: open.handle, edits: [...edits] as never, ...(label === undefined ? {} : { label }) }),
  );
  if (change) onChange(change);
  return change;
}

/** Takes the last step back, or does it again. */
export async function stepHistory(direction: 'undo' | 'redo'): Promise<void> {
  const { open } = get();
  if (!open) return;
  listStep(direction);
  const change = await ask((client) => client.project[direction]({ handle: open.handle }));
  if (change) onChange(change);
  else await refreshHistory();
}

/** A gesture: shown while it goes on, one undo step when it ends. */
export interface Gesture {
  update(edits: readonly EditRequest[]): void;
  finish(): Promise<void>;
  cancel(): Promise<void>;
}

/** Starts a gesture; updates overtake one another, so that a fast hand does not pile them up. */
export async function beginGesture(label: string): Promise<Gesture | undefined> {
  const { open } = get();
  if (!open) return undefined;
  const { handle } = open;
  const started = await ask((client) => client.project.beginDrag({ handle, label }));
  if (!started) return undefined;
  const { drag } = started;
  let next: readonly EditRequest[] | undefined;
  let running: Promise<void> | undefined;
  const pump = async (): Promise<void> => {
    while (next) {
      const edits = next;
      next = undefined;
      const change = await ask((client) => client.project.updateDrag({ handle, drag, edits: [...edits] as never }));
      if (change) onChange(change);
    }
    running = undefined;
  };
  return {
    update: (edits) => {
      next = edits;
      running ??= pump();
    },
    finish: async () => {
      await running;
      await ask((client) => client.project.finishDrag({ handle, drag }));
      await refreshHistory();
    },
    cancel: async () => {
      next = undefined;
      await running;
      await ask((client) => client.project.cancelDrag({ handle, drag }));
    },
  };
}
