import { useEffect, useRef } from 'react';
import { frames, toBitmap } from '../engine/frames.ts';
import { currentSequence, lengthOf, useStudio } from '../state/studio.ts';
import { needs, replacePicture, type Shown } from './stage.ts';

/** Frames that are asked for at once while it plays: one decodes, the others are composed and encoded. */
const LANES = 3;
/** Pictures wider than this are not asked for while it plays. */
const WIDEST = 960;
/** How long to wait where no picture came. */
const AGAIN_MS = 200;

type Arrived = readonly [side: keyof Shown, bitmap: ImageBitmap | null];

/**
 * Keeps pictures coming while it plays: each lane asks for the frame that will be due when its answer is likely to be
 * there, and what comes later than a newer one is not shown.
 */
export function usePlayedFrames(width: () => number, shown: React.RefObject<Shown>, onShown: () => void): void {
  const playing = useStudio((state) => state.playing);
  const direction = useStudio(({ speed }) => Math.sign(speed));
  const tell = useRef(onShown);
  tell.current = onShown;
  const wide = useRef(width);
  wide.current = width;
  useEffect(() => {
    if (!playing) return undefined;
    let over = false;
    // Counted in the direction of playing, so that later is always more.
    const none = Number.NEGATIVE_INFINITY;
    let [asked, newest, wait] = [none, none, 3];
    const lane = async (index: number): Promise<void> => {
      while (!over) {
        const state = useStudio.getState();
        const sequence = currentSequence(state);
        if (!state.open || !sequence) return;
        const began = state.frame * direction;
        if (began < asked - 3 * LANES * Math.max(4, wait)) [asked, newest] = [none, none]; // it looped
        const due = Math.max(asked + 1, began + Math.round(wait));
        const frame = Math.max(0, Math.min(lengthOf(state) - 1, due * direction));
        const at = frame * direction;
        asked = at;
        const bitmaps = await Promise.all(
          needs(state.viewerMode).map(async (side): Promise<Arrived> => {
            const answer = await frames.request({
              stream: `play-${side}-${index}`,
              handle: state.open!.handle,
              sequence: sequence.id,
              frame,
              side,
              quality: 'half',
              width: Math.max(64, Math.min(WIDEST, wide.current())),
              mode: 'queue',
            });
            return [side, answer ? await toBitmap(answer) : null];
          }),
        ).catch((): Arrived[] => []);
        // An engine that was started again answers a little later.
        if (bitmaps.every(([, bitmap]) => bitmap === null))
          await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
        const drop = (): void => {
          for (const [, bitmap] of bitmaps) bitmap?.close();
        };
        if (over) {
          drop();
          return;
        }
        // How many frames went by meanwhile, smoothed: that far ahead the next wish looks.
        const passed = useStudio.getState().frame * direction - began;
        if (passed >= 0) wait = 0.7 * wait + 0.3 * Math.min(50, passed);
        if (at > newest) {
          newest = at;
          for (const [side, bitmap] of bitmaps) if (bitmap) replacePicture(shown, side, bitmap);
          tell.current();
        } else drop();
      }
    };
    for (let index = 0; index < LANES; index++) void lane(index);
    return () => {
      over = true;
    };
  }, [playing, direction, shown]);
}
