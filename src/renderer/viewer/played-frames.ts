import { useEffect, useRef } from 'react';
import type { Sequence } from '../../core/document/schema.ts';
import { frames, toBitmap } from '../engine/frames.ts';
import { currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { PictureQueue } from './picture-queue.ts';
import { playedRange } from './playback.ts';
import { previewKind } from './preview-kind.ts';
import { needs, replacePicture, type Shown } from './stage.ts';

/** Frames that are asked for at once while it plays: one decodes, the others are composed and encoded. */
const LANES = 3;
/** Frames that wait, decoded, for their time: they bridge a moment in which the processor does something else. */
const AHEAD = 8;
/** How long to wait where no picture came. */
const AGAIN_MS = 200;
/** How long to wait where all that is due soon was asked for, or at the end until it loops or stops. */
const IDLE_MS = 15;
/** How often it is counted how many frames were shown. */
const COUNT_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

type Arrived = readonly (readonly [side: keyof Shown, bitmap: ImageBitmap])[];

/** Where the playhead is in the run that is played: counted in the direction of playing and on over the ends of a loop. */
class Run {
  /** Changes when somebody moves the playhead back: what was asked for before is of another round. */
  round = 0;
  #turn = 0;
  #last = Number.NEGATIVE_INFINITY;

  /** Place of the playhead, and the frame at a place; undefined without a sequence. */
  now(): { readonly place: number; readonly frameAt: (place: number) => number | undefined } | undefined {
    const state = useStudio.getState();
    const sequence = currentSequence(state);
    if (!sequence) return undefined;
    const { frame, loop, speed } = state;
    const [first, until] = playedRange(state, sequence);
    const length = until - first;
    const here = Math.max(0, speed > 0 ? frame - first : until - 1 - frame);
    if (here < this.#last) {
      if (loop) this.#turn += 1;
      else this.round += 1;
    }
    this.#last = here;
    return {
      place: this.#turn * length + here,
      frameAt: (place) => {
        if (!loop && place >= length) return undefined;
        return speed > 0 ? first + (place % length) : until - 1 - (place % length);
      },
    };
  }
}

async function fetchSides(sequence: Sequence, frame: number, lane: number, seen: number): Promise<Arrived> {
  const { open, viewerMode } = useStudio.getState();
  const sides = await Promise.all(
    needs(viewerMode).map(async (side) => {
      const answer = await frames.request({
        stream: `play-${side}-${lane}`,
        handle: open!.handle,
        sequence: sequence.id,
        frame,
        side,
        ...previewKind(sequence, seen),
        mode: 'queue',
      });
      return answer ? ([[side, await toBitmap(answer)]] as const) : [];
    }),
  );
  return sides.flat();
}

/**
 * Keeps pictures coming while it plays: each lane asks for the next frame that will be due when its answer is likely to be
 * there, pictures wait for the playhead, and what comes later than a newer one is not shown.
 */
export function usePlayedFrames(width: () => number, shown: React.RefObject<Shown>, onShown: () => void): void {
  const playing = useStudio((state) => state.playing);
  const direction = useStudio(({ speed }) => Math.sign(speed));
  const loop = useStudio((state) => state.loop);
  const tell = useRef(onShown);
  tell.current = onShown;
  const wide = useRef(width);
  wide.current = width;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another direction or a loop is another run
  useEffect(() => {
    if (!playing) return undefined;
    let over = false;
    const run = new Run();
    const queue = new PictureQueue<Arrived>((sides) => {
      for (const [, bitmap] of sides) bitmap.close();
    });
    let asked = Number.NEGATIVE_INFINITY;
    let [round, lead, count] = [0, 1, 0];
    const present = (): void => {
      const now = run.now();
      if (run.round !== round) {
        round = run.round;
        asked = Number.NEGATIVE_INFINITY;
        queue.clear();
      }
      const sides = now && queue.take(now.place);
      if (!sides) return;
      for (const [side, bitmap] of sides) replacePicture(shown, side, bitmap);
      count += 1;
      tell.current();
    };
    const lane = async (index: number): Promise<void> => {
      while (!over) {
        const sequence = currentSequence(useStudio.getState());
        const now = run.now();
        if (!sequence || !now) return;
        const place = Math.max(asked + 1, now.place + Math.round(lead));
        const frame = place - now.place > AHEAD + lead ? undefined : now.frameAt(place);
        if (frame === undefined) {
          await pause(IDLE_MS);
          continue;
        }
        asked = place;
        const mine = round;
        const sides = await fetchSides(sequence, frame, index, wide.current()).catch((): Arrived => []);
        if (over || mine !== round) {
          for (const [, bitmap] of sides) bitmap.close();
          continue;
        }
        if (sides.length === 0) {
          // An engine that was started again answers a little later.
          await pause(AGAIN_MS);
          continue;
        }
        // How many frames went by meanwhile, smoothed: that far ahead the next wish looks.
        lead = 0.7 * lead + 0.3 * Math.min(50, Math.max(0, (run.now()?.place ?? place) - now.place));
        queue.put(place, sides);
        present();
      }
    };
    for (let index = 0; index < LANES; index++) void lane(index);
    const unsubscribe = useStudio.subscribe((state, before) => {
      if (state.frame !== before.frame) present();
    });
    let since = performance.now();
    const counter = setInterval(() => {
      const now = performance.now();
      useStudio.setState({ shownRate: (count * 1000) / (now - since) });
      [count, since] = [0, now];
    }, COUNT_MS);
    return () => {
      over = true;
      unsubscribe();
      clearInterval(counter);
      queue.clear();
      useStudio.setState({ shownRate: null });
    };
  }, [playing, direction, loop, shown]);
}
