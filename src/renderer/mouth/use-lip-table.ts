import { useEffect, useState } from 'react';
import type { Clip, Project } from '../../core/document/schema.ts';
import { capturedInfo, clipTable } from '../engine/captured.ts';
import { sentenceOf } from '../engine/connection.ts';
import { performanceOf } from '../panels/clip-place.ts';
import { useStudio } from '../state/studio.ts';
import type { LipTable } from './lip-table.ts';

/** Time that an edit must rest before the curves of the whole clip are worked out again. */
const REST_MS = 200;

/** How the mouths of a clip fit, kept true to every edit. */
export function useLipTable(
  project: Project | null,
  clip: Clip | undefined,
): { table: LipTable | undefined; message: string | undefined } {
  const handle = useStudio(({ open }) => open?.handle);
  const performance = project ? performanceOf(project, clip)?.id : undefined;
  // The curves change with the effects of the clip, not with every edit of the project.
  const effects = JSON.stringify(clip?.effects.map((id) => project?.effects[id]));
  const [table, setTable] = useState<LipTable>();
  const [message, setMessage] = useState<string>();
  const id = clip?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: effects say that the edited lips are others now
  useEffect(() => {
    setMessage(undefined);
    if (handle === undefined || performance === undefined || id === undefined) {
      setTable(undefined);
      return undefined;
    }
    let over = false;
    const load = async (): Promise<void> => {
      const { tracks } = await capturedInfo(handle, performance);
      const values = await clipTable(handle, performance, id, 'lips');
      if (!over) setTable({ tracks, values });
    };
    const timer = setTimeout(() => load().catch((thrown: unknown) => over || setMessage(sentenceOf(thrown))), REST_MS);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [handle, performance, id, effects]);
  return { table, message };
}
