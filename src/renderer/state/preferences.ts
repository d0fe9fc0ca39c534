import type { Preferences } from '../../contract/app.ts';
import { useShortcuts } from './shortcuts.ts';
import { ask } from './studio.ts';
import { LANES, useTimelineLook } from './timeline-view.ts';

type Json = Preferences[string];

const SHORTCUTS = 'shortcuts';
const LOOK = 'timeline';
/** A drag of a slider is kept once. */
const KEEP_MS = 500;

/** Everything that was set, and shortcuts put to use. */
export async function loadPreferences(): Promise<Preferences> {
  const found = (await ask((client) => client.app.preferences())) ?? {};
  const chosen = found[SHORTCUTS];
  if (chosen && typeof chosen === 'object' && !Array.isArray(chosen))
    useShortcuts.setState({ chosen: chosen as Record<string, string[]> });
  const look = found[LOOK] as { lanes?: unknown; trackScale?: unknown } | undefined;
  if (look && Array.isArray(look.lanes))
    useTimelineLook.setState({ lanes: LANES.filter((kind) => (look.lanes as unknown[]).includes(kind)) });
  if (look && typeof look.trackScale === 'number') useTimelineLook.setState({ trackScale: look.trackScale });
  return found;
}

/** Keeps which lanes are shown and how tall tracks are, whenever that changes. Gives a function that ends it. */
export function keepTimelineLook(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = useTimelineLook.subscribe(({ lanes, trackScale }, before) => {
    if (lanes === before.lanes && trackScale === before.trackScale) return;
    clearTimeout(timer);
    timer = setTimeout(() => void keepPreference(LOOK, { lanes: [...lanes], trackScale }), KEEP_MS);
  });
  return () => {
    clearTimeout(timer);
    end();
  };
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
