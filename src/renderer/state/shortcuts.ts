import { create } from 'zustand';

/** Shortcuts that a person chose, by command; commands that are not listed have their own. */
export const useShortcuts = create<{ readonly chosen: Readonly<Record<string, readonly string[]>> }>(() => ({
  chosen: {},
}));

/** Keys of a command: chosen, else its own. */
export function keysOf({ id, keys }: { readonly id: string; readonly keys: readonly string[] }): readonly string[] {
  return useShortcuts.getState().chosen[id] ?? keys;
}
