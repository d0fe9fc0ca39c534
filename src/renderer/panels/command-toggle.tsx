import type { ReactNode } from 'react';
import { commandOf, useTooltip } from '../commands.ts';

/** A button of a command that is either on or off. */
export function CommandToggle({ command, on, children }: { command: string; on: boolean; children: ReactNode }) {
  return (
    <button
      type="button"
      className={on ? 'chosen' : 'quiet'}
      aria-pressed={on}
      title={useTooltip(command)}
      onClick={commandOf(command).run}
    >
      {children}
    </button>
  );
}
