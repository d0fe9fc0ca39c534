import { useEffect, useState } from 'react';
import type { SpeechOutline } from '../../contract/speech-outline.ts';
import { useStudio } from '../state/studio.ts';

/** What was heard for a talking-head effect; null while it was not listened to. */
async function fetchOutline(handle: string, effect: string): Promise<SpeechOutline | null> {
  const answer = await fetch(`/speech/${handle}/${effect}`);
  // Nothing is chosen to be spoken yet: the inspector says so.
  return answer.ok ? ((await answer.json()) as SpeechOutline | null) : null;
}

/** What clips speak, by clip id; looked at again when an effect changed or something was listened to. */
export function useSpeechData(): ReadonlyMap<string, SpeechOutline> {
  const handle = useStudio(({ open }) => open?.handle);
  const effects = useStudio(({ project }) => project?.effects);
  const heard = useStudio(
    ({ work }) => Object.values(work).filter(({ kind, state }) => kind === 'listen' && state === 'done').length,
  );
  const [data, setData] = useState<ReadonlyMap<string, SpeechOutline>>(new Map());
  // biome-ignore lint/correctness/useExhaustiveDependencies: heard says that more is known of the same effects
  useEffect(() => {
    const talks = Object.values(effects ?? {}).filter(({ kind }) => kind === 'talking-head');
    if (handle === undefined) return undefined;
    let over = false;
    void Promise.all(
      talks.map(async ({ id, clip }) => {
        const outline = await fetchOutline(handle, id).catch(() => null);
        return outline ? ([[clip, outline]] as const) : [];
      }),
    ).then((found) => over || setData(new Map(found.flat())));
    return () => {
      over = true;
    };
  }, [handle, effects, heard]);
  return data;
}
