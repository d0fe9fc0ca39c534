import type { StudioCommand } from './commands/command.ts';
import { EDIT_COMMANDS } from './commands/edit.ts';
import { PLAY_COMMANDS } from './commands/play.ts';
import { PROJECT_COMMANDS } from './commands/project.ts';
import { VIEW_COMMANDS } from './commands/view.ts';
import { keysOf, useShortcuts } from './state/shortcuts.ts';
import { useStudio } from './state/studio.ts';

export type { StudioCommand } from './commands/command.ts';

/** All commands, in the order of the palette. */
export const COMMANDS: readonly StudioCommand[] = [
  ...PROJECT_COMMANDS,
  ...EDIT_COMMANDS,
  ...PLAY_COMMANDS,
  ...VIEW_COMMANDS,
];

/** The command of an id. */
export function commandOf(id: string): StudioCommand {
  const found = COMMANDS.find((command) => command.id === id);
  if (!found) throw new Error(`there is no command ${id}`);
  return found;
}

/** Label with its first shortcut, for tooltips. */
export function tooltipOf(id: string): string {
  const { label, ...rest } = commandOf(id);
  const keys = keysOf({ id, keys: rest.keys });
  return keys[0] ? `${label} (${shownKeys(keys[0])})` : label;
}

/** {@link tooltipOf} of a component, which is rendered again when other keys are chosen. */
export function useTooltip(id: string): string {
  useShortcuts();
  return tooltipOf(id);
}

const ON_MAC = navigator.platform.startsWith('Mac');

/** A shortcut as it is printed on the keys. */
export function shownKeys(keys: string): string {
  return keys
    .replace('Mod', ON_MAC ? '\u2318' : 'Ctrl')
    .replace('ArrowLeft', '\u2190')
    .replace('ArrowRight', '\u2192')
    .replace('ArrowUp', '\u2191')
    .replace('ArrowDown', '\u2193');
}

/** A press of keys as shortcuts are written. */
export function pressed(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>): string {
  const key = event.key === ' ' ? 'Space' : event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const parts = [
    ...(event.ctrlKey || event.metaKey ? ['Mod'] : []),
    ...(event.altKey ? ['Alt'] : []),
    ...(event.shiftKey ? ['Shift'] : []),
    key,
  ];
  return parts.join('+');
}

/** Runs commands by their keys, but leaves fields, dialogs and buttons their own. */
export function listenForShortcuts(): () => void {
  const listen = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    const target = event.target as HTMLElement | null;
    const field = target?.closest('input, textarea, select, [contenteditable]');
    const keys = pressed(event);
    if (useStudio.getState().dialog !== 'none') return;
    if (field && !keys.startsWith('Mod+')) return;
    if (target?.closest('button, [role="slider"]') && ['Space', 'Enter'].includes(keys)) return;
    const command = COMMANDS.find((one) => keysOf(one).includes(keys));
    if (!command || command.enabled?.() === false) return;
    event.preventDefault();
    command.run();
  };
  window.addEventListener('keydown', listen);
  return () => window.removeEventListener('keydown', listen);
}
