import type { Preferences } from '../../contract/app.ts';
import { useShortcuts } from './shortcuts.ts';
import { ask } from './studio.ts';

type Json = Preferences[string];

const SHORTCUTS = 'shortcuts';

/** Everything that was set, and shortcuts put to use. */
export async function loadPreferences(): Promise<Preferences> {
  const found = (await ask((client) => client.app.preferences())) ?? {};
  const chosen = found[SHORTCUTS];
  if (chosen && typeof chosen === 'object' && !Array.isArray(chosen))
    useShortcuts.setState({ chosen: chosen as Record<string, string[]> });
  return found;
}

/** Keeps one preference; null forgets it. */
export async function keepPreference(key: string, value: Json): Promise<void> {
  await ask((client) => client.app.setPreference({ key, value }));
}

/** Gives a command other keys, or (null) its own again. */
export async function chooseKeys(id: string, keys: readonly string[] | null): Promise<void> {
  const { [id]: _old, ...others } = useShortcuts.getState().chosen;
  const chosen = keys === null ? others : { ...others, [id]: keys };
  useShortcuts.setState({ chosen });
  await keepPreference(SHORTCUTS, chosen as Json);
}

/** Gives all commands their own keys again. */
export async function resetKeys(): Promise<void> {
  useShortcuts.setState({ chosen: {} });
  await keepPreference(SHORTCUTS, null);
}
