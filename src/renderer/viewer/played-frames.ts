import { useEffect, useRef } from 'react';
import { frames, toBitmap } from '../engine/frames.ts';
import { currentSequence, useStudio } from '../state/studio.ts';
import { playedRange } from './playback.ts';
import { needs, replacePicture, type Shown } from './stage.ts';

/** Frames that are asked for at once while it plays: one decodes, the others are composed and encoded. */
const LANES = 3;
/** Pictures wider than this are not asked for while it plays. */
const WIDEST = 960;
/** How long to wait where no picture came. */
const AGAIN_MS = 200;
/** How long to wait at the end, until it loops or stops. */
const END_MS = 15;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Arrived = readonly [side: keyof Shown, bitmap: ImageBitmap | null];

/**
 * Keeps pictures coming while it plays: each lane asks for the frame that will be due when its answer is likely to be
 * there, and what comes later than a newer one is not shown.
 */
export function usePlayedFrames(width: () => number, shown: React.RefObject<Shown>, onShown: () => void): void {
  const playing = useStudio((state) => state.playing);
  const direction = useStudio(({ speed }) => Math.sign(speed));
  const loop = useStudio((state) => state.loop);
  const tell = useRef(onShown);
  tell.current = onShown;
  const wide = useRef(width);
  wide.current = width;
  useEffect(() => {
    if (!playing) return undefined;
    let over = false;
    // Counted in the direction of playing and over the ends of a loop, so that later is always more.
    const none = Number.NEGATIVE_INFINITY;
    let [asked, newest, last, wait] = [none, none, none, 3];
    let [round, turn] = [0, 0];
    const lane = async (index: number): Promise<void> => {
      while (!over) {
        const state = useStudio.getState();
        const sequence = currentSequence(state);
        if (!state.open || !sequence) return;
        const [first, until] = playedRange(state, sequence);
        const length = until - first;
        const place = Math.max(0, direction > 0 ? state.frame - first : until - 1 - state.frame);
        if (place < last) {
          // It looped; or somebody moved the playhead back, and what was asked for before is of another round.
          if (loop) turn += 1;
          else {
            round += 1;
            [asked, newest] = [none, none];
          }
        }
        last = place;
        const began = turn * length + place;
        const due = Math.max(asked + 1, began + Math.round(wait));
        const at = loop ? due : Math.min(length - 1, due);
        const frame = direction > 0 ? first + (at % length) : until - 1 - (at % length);
        if (at <= asked) {
          await pause(END_MS);
          continue;
        }
        asked = at;
        const mine = round;
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
        const drop = (): void => {
          for (const [, bitmap] of bitmaps) bitmap?.close();
        };
        if (over) {
          drop();
          return;
        }
        if (bitmaps.every(([, bitmap]) => bitmap === null)) {
          // An engine that was started again answers a little later.
          await pause(AGAIN_MS);
          continue;
        }
        // How many frames went by meanwhile, smoothed: that far ahead the next wish looks.
        const passed = (useStudio.getState().frame - state.frame) * direction;
        if (passed >= 0) wait = 0.7 * wait + 0.3 * Math.min(50, passed);
        if (mine === round && at > newest) {
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
  }, [playing, direction, loop, shown]);
}
