import type { Rational } from '../rational.ts';
import { addTime, compareTime, rangeEnd, rationalTime, rescale, simplifyTime, subtractTime } from '../rational-time.ts';
import type { Clip, Gap, Item, MediaItem, Transition } from './schema.ts';

/** Looks up a media item by id. */
export type MediaLookup = (id: string) => MediaItem;

/** Sequence frames of media before and after what a clip shows; Infinity for endless media. Negative where it overruns. */
export interface Handles {
  readonly head: number;
  readonly tail: number;
}

/** Handles of a clip in whole frames of `rate`. */
export function handlesOf(clip: Clip, media: MediaItem, rate: Rational): Handles {
  const { availableRange } = media;
  if (availableRange === null) return { head: Infinity, tail: Infinity };
  const end = addTime(clip.sourceStart, rationalTime(clip.duration, rate));
  return {
    head: rescale(subtractTime(clip.sourceStart, availableRange.start), rate, 'floor'),
    tail: rescale(subtractTime(rangeEnd(availableRange), end), rate, 'floor'),
  };
}

/** Whether all that a clip shows lies inside its media. */
export function fitsMedia(clip: Clip, media: MediaItem, rate: Rational): boolean {
  if (media.availableRange === null) return true;
  const end = addTime(clip.sourceStart, rationalTime(clip.duration, rate));
  return (
    compareTime(clip.sourceStart, media.availableRange.start) >= 0 &&
    compareTime(end, rangeEnd(media.availableRange)) <= 0
  );
}

/** `clip` starting `frames` of `rate` later in its media (earlier when negative), in the media's own rate if exact. */
export function shiftSource(clip: Clip, frames: number, media: MediaItem, rate: Rational): Clip {
  if (frames === 0) return clip;
  const sum = addTime(clip.sourceStart, rationalTime(frames, rate));
  return { ...clip, sourceStart: simplifyTime(sum, media.availableRange?.start.rate ?? media.rate) };
}

/** Length on the track: a transition has none of its own. */
export function lengthOf(item: Item): number {
  return item.type === 'transition' ? 0 : item.duration;
}

function mergeGaps(items: readonly Item[]): Item[] {
  const out: Item[] = [];
  for (const item of items) {
    const last = out.at(-1);
    if (item.type === 'transition' && last?.type === 'transition') continue;
    if (item.type === 'gap' && last?.type === 'gap')
      out[out.length - 1] = { ...last, duration: last.duration + item.duration };
    else out.push(item);
  }
  while (out.at(-1)?.type === 'gap') out.pop();
  return out;
}

/** How far a transition may reach on one side: into `near`, as far as `far`'s media and an earlier transition let it. */
function fitTransition(
  transition: Transition,
  before: Clip | Gap | undefined,
  after: Clip | Gap | undefined,
  usedBefore: number,
  lookup: MediaLookup,
  rate: Rational,
): Transition | undefined {
  if (before?.type !== 'clip' && after?.type !== 'clip') return undefined;
  const head = after?.type === 'clip' ? handlesOf(after, lookup(after.media), rate).head : Infinity;
  const tail = before?.type === 'clip' ? handlesOf(before, lookup(before.media), rate).tail : Infinity;
  const inOffset = Math.max(0, Math.min(transition.inOffset, (before?.duration ?? 0) - usedBefore, head));
  const outOffset = Math.max(0, Math.min(transition.outOffset, after?.duration ?? 0, tail));
  if (inOffset + outOffset === 0) return undefined;
  return inOffset === transition.inOffset && outOffset === transition.outOffset
    ? transition
    : { ...transition, inOffset, outOffset };
}

/**
 * A lane in normal form: gaps merged, none at the end; a transition has a clip on at least one side, and reaches no
 * further than its neighbours, their media and the transition before it let it (it is shortened, or goes).
 */
export function normaliseLane(items: readonly Item[], lookup: MediaLookup, rate: Rational): Item[] {
  const merged = mergeGaps(items);
  if (!merged.some((item) => item.type === 'transition')) return merged;
  const out: Item[] = [];
  let used = 0; // frames of the item before that the transition on its other side takes
  let dropped = false;
  merged.forEach((item, index) => {
    if (item.type !== 'transition') {
      const last = out.at(-1);
      used = last?.type === 'transition' ? last.outOffset : 0;
      out.push(item);
      return;
    }
    const neighbour = (at: number): Clip | Gap | undefined => {
      const found = merged[at];
      return found === undefined || found.type === 'transition' ? undefined : found;
    };
    const fitted = fitTransition(item, neighbour(index - 1), neighbour(index + 1), used, lookup, rate);
    if (fitted) out.push(fitted);
    else dropped = true;
  });
  // Two gaps may have met where a transition went.
  return dropped ? normaliseLane(out, lookup, rate) : out;
}
