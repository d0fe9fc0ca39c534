import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';

/** One thing that can be done: feeds menu, palette, shortcut and tooltip. */
export interface StudioCommand {
  readonly id: string;
  readonly label: string;
  /** As a person presses it, unless chosen otherwise: `Mod+Shift+Z`; Mod is Ctrl, on a Mac the command key. */
  readonly keys: readonly string[];
  readonly run: () => void;
  /** Whether it can be done now; always when missing. */
  readonly enabled?: () => boolean;
}

/** Whether a project is open. */
export const isOpen = (): boolean => useStudio.getState().project !== null;

/** Whether a sequence is shown. */
export const hasSequence = (): boolean => currentSequence(useStudio.getState()) !== undefined;

/** Whether a project is open that may be changed. */
export const isWritable = (): boolean => isOpen() && useStudio.getState().open?.readOnly !== true;
