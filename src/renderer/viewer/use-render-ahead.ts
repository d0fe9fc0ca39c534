import { useEffect } from 'react';
import type { PreviewAim } from '../../contract/preview.ts';
import { currentSequence, lengthOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { playedRange } from './playback.ts';
import { previewKind } from './preview-kind.ts';

/** The aim is set anew when the playhead has moved by so many frames. */
const STRIDE = 25;
/** How long nothing changed before it is: a drag changes the document with every move. */
const SETTLE_MS = 250;

/**
 * Tells the engine where the person looks, so that it renders edited frames ahead, and keeps in the state how far it is.
 * `seen` is how many pixels wide pictures are on the screen.
 */
export function useRenderAhead(seen: number): void {
  const client = useStudio((state) => state.client);
  const handle = useStudio(({ open }) => open?.handle);
  const sequence = useStudio(currentSequence);
  const revision = useStudio((state) => state.revision);
  const length = useStudio(lengthOf);
  const loop = useStudio((state) => state.loop);
  const stride = useStudio(({ frame }) => Math.floor(frame / STRIDE));
  const tracks = useStudio(({ project }) => Object.keys(project?.performances ?? {}).length);
  const ended = useStudio(({ work }) => Object.values(work).filter(({ state }) => state !== 'running').length);

  useEffect(() => {
    if (!client || handle === undefined) return undefined;
    let over = false;
    void (async () => {
      for await (const prepared of await client.preview.events({ handle })) {
        if (over) return;
        if (prepared.sequence === useStudio.getState().sequence) useStudio.setState({ prepared });
      }
    })().catch(() => undefined); // the connection broke; with the next client it begins again
    return () => {
      over = true;
      useStudio.setState({ prepared: null });
    };
  }, [client, handle]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: revision, tracks, ended and stride say that frames or the place changed
  useEffect(() => {
    if (!client || handle === undefined || !sequence || length === 0 || seen === 0) return undefined;
    let over = false;
    const settle = setTimeout(() => void aim(), SETTLE_MS);
    const aim = async (): Promise<void> => {
      const state = useStudio.getState();
      const [from, until] = playedRange(state, sequence);
      const wanted: PreviewAim = {
        handle,
        sequence: sequence.id,
        frame: state.frame,
        from,
        until,
        ...previewKind(sequence, seen),
      };
      // What goes wrong is said by the viewer, which asks for the same frames.
      const prepared = await client.preview.aim(wanted).catch(() => undefined);
      if (prepared && !over) useStudio.setState({ prepared });
    };
    return () => {
      clearTimeout(settle);
      over = true;
    };
  }, [client, handle, sequence, revision, length, loop, stride, tracks, ended, seen]);
}
