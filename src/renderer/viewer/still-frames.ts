import { useEffect, useState } from 'react';
import { sentenceOf } from '../engine/connection.ts';
import { frames, toBitmap } from '../engine/frames.ts';
import { currentSequence, lengthOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { isLarge } from './preview-kind.ts';
import { needs, replacePicture, type Shown } from './stage.ts';

/** How long the playhead rests before the full picture is asked for. */
const REST_MS = 250;
/** How long the edit may take before the source stands in for it. */
const PATIENCE_MS = 400;

/** What there is to say about the pictures that are shown. */
export interface StillNotes {
  readonly message: string | undefined;
  readonly untracked: boolean;
  /** The edit of this frame is being made; the source stands in for it. */
  readonly preparing: boolean;
}

/**
 * Asks for the pictures at the playhead while it does not play: quickly while it moves, whole where it rests. `width` is
 * how many pixels wide they are on the screen.
 */
export function useStillFrames(width: number, shown: React.RefObject<Shown>, onShown: () => void): StillNotes {
  const sequence = useStudio(currentSequence);
  const open = useStudio((state) => state.open);
  const revision = useStudio((state) => state.revision);
  const frame = useStudio((state) => state.frame);
  const playing = useStudio((state) => state.playing);
  const mode = useStudio((state) => state.viewerMode);
  const length = useStudio(lengthOf);
  const online = useStudio(({ connection }) => connection === 'online');
  // What was heard or measured changes frames without a change of the document.
  const known = useStudio(({ work }) => Object.values(work).filter(({ state }) => state === 'done').length);
  const tracks = useStudio(({ project }) => Object.keys(project?.performances ?? {}).length);
  const [notes, setNotes] = useState<StillNotes>({ message: undefined, untracked: false, preparing: false });
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision, tracks and known say that the same frame looks different
  useEffect(() => {
    if (!open || !sequence || !online || length === 0 || width === 0 || playing) return undefined;
    let over = false;
    let edited = false;
    const say = (said: Partial<StillNotes>): void => setNotes((old) => ({ ...old, ...said }));
    // What is said of an edit is not true of a picture without one.
    if (!needs(mode).includes('edited')) say({ untracked: false, preparing: false });
    const ask = async (side: 'edited' | 'source', quality: 'half' | 'full', standIn = false): Promise<void> => {
      const answer = await frames.request({
        stream: standIn ? 'viewer-stand-in' : `viewer-${side}`,
        handle: open.handle,
        sequence: sequence.id,
        frame,
        side,
        quality,
        width: Math.max(64, width),
      });
      if (!answer || over) return;
      const bitmap = await toBitmap(answer);
      if (over || (standIn && edited)) {
        bitmap.close();
        return;
      }
      if (standIn) {
        replacePicture(shown, 'edited', bitmap);
        say({ preparing: true });
      } else {
        replacePicture(shown, side, bitmap);
        say({ message: undefined });
      }
      if (side === 'edited') {
        edited = true;
        const layers = (answer.notes as { layers?: { untracked?: boolean }[] } | null)?.layers ?? [];
        say({ untracked: layers.some((layer) => layer.untracked === true), preparing: false });
      }
      onShown();
    };
    const fail = (thrown: unknown): void => {
      if (!over) say({ message: sentenceOf(thrown), preparing: false });
    };
    const askAll = (quality: 'half' | 'full'): void => {
      for (const side of needs(mode)) ask(side, quality).catch(fail);
    };
    // Quick while the playhead moves (a proxy, where there is one), whole where it rests.
    const large = isLarge(sequence);
    askAll(large ? 'half' : 'full');
    const rest = large ? setTimeout(() => askAll('full'), REST_MS) : undefined;
    const patience = setTimeout(() => {
      if (!edited && mode !== 'source') ask('source', 'half', true).catch(fail);
    }, PATIENCE_MS);
    return () => {
      clearTimeout(rest);
      clearTimeout(patience);
      over = true;
    };
  }, [open, sequence?.id, frame, revision, mode, online, length, playing, tracks, known, width]);
  return notes;
}
