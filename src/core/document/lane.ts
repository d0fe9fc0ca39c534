import { RetakeError } from '../errors.ts';
import type { Rational } from '../rational.ts';
import { lengthOf, shiftSource } from './lane-normal.ts';
import type { Clip, Gap, Item } from './schema.ts';
import type { Transaction } from './transaction.ts';

/** Length of a lane in frames. */
export function laneLength(items: readonly Item[]): number {
  return items.reduce((sum, item) => sum + lengthOf(item), 0);
}

/** First frame of the item with this id. Throws `not-found` if the lane does not hold it. */
export function startOf(items: readonly Item[], id: string): number {
  let start = 0;
  for (const item of items) {
    if (item.id === id) return start;
    start += lengthOf(item);
  }
  throw new RetakeError('not-found', `There is no item ${id} on this track.`, { id });
}

/** A gap of `duration` frames. */
export function makeGap(tx: Transaction, track: string, duration: number): Gap {
  return { type: 'gap', id: tx.newId('g'), track, duration, metadata: {} };
}

function copyEffects(tx: Transaction, ids: readonly string[], clip: string): string[] {
  return ids.map((id) => {
    const copy = { ...tx.get('effects', id), id: tx.newId('e'), clip };
    tx.put('effects', copy);
    return copy.id;
  });
}

/** The part of a clip from `offset` frames into it on, as a clip of its own with copies of the effects. */
function tailOf(tx: Transaction, clip: Clip, offset: number, rate: Rational): Clip {
  const id = tx.newId('c');
  const shifted = shiftSource(clip, offset, tx.get('media', clip.media), rate);
  return {
    ...shifted,
    id,
    duration: clip.duration - offset,
    effects: copyEffects(tx, clip.effects, id),
    markers: clip.markers.map((marker) => ({ ...marker, id: tx.newId('m') })),
  };
}

/** A lane cut in two. */
export interface Cut {
  readonly before: readonly Item[];
  readonly after: readonly Item[];
}

/**
 * Cuts a lane at `frame`, splitting the clip or gap there; a lane that is too short is filled with a gap. A transition
 * over an existing cut at `frame` stays with `before` unless `transitionAfter`.
 */
export function cutLane(
  tx: Transaction,
  track: string,
  items: readonly Item[],
  frame: number,
  rate: Rational,
  transitionAfter = false,
): Cut {
  let start = 0;
  for (const [index, item] of items.entries()) {
    if (start === frame && !(item.type === 'transition' && !transitionAfter))
      return { before: items.slice(0, index), after: items.slice(index) };
    const length = lengthOf(item);
    if (start < frame && frame < start + length) {
      const offset = frame - start;
      const [left, right] =
        item.type === 'clip'
          ? [{ ...item, duration: offset }, tailOf(tx, item, offset, rate)]
          : [
              { ...(item as Gap), duration: offset },
              { ...(item as Gap), id: tx.newId('g'), duration: length - offset },
            ];
      return { before: [...items.slice(0, index), left], after: [right, ...items.slice(index + 1)] };
    }
    start += length;
  }
  const missing = frame - start;
  return { before: missing > 0 ? [...items, makeGap(tx, track, missing)] : items, after: [] };
}

/** What is left of a lane before and after [from, until); transitions over both cuts go. */
export function extractRange(
  tx: Transaction,
  track: string,
  items: readonly Item[],
  from: number,
  until: number,
  rate: Rational,
): Cut {
  const { before, after } = cutLane(tx, track, items, from, rate, true);
  const length = until - from;
  return { before, after: laneLength(after) <= length ? [] : cutLane(tx, track, after, length, rate).after };
}

/** Lane with [from, from + length of `placed`) replaced by `placed`. */
export function overwriteRange(
  tx: Transaction,
  track: string,
  items: readonly Item[],
  from: number,
  placed: readonly Item[],
  rate: Rational,
): Item[] {
  const { before, after } = extractRange(tx, track, items, from, from + laneLength(placed), rate);
  return [...before, ...placed, ...after];
}

/** Lane with `placed` put in at `frame`; all that follows moves back. A transition over that cut goes. */
export function insertAt(
  tx: Transaction,
  track: string,
  items: readonly Item[],
  frame: number,
  placed: readonly Item[],
  rate: Rational,
): Item[] {
  const { before, after } = cutLane(tx, track, items, frame, rate, true);
  return [...before, ...placed, ...(after[0]?.type === 'transition' ? after.slice(1) : after)];
}

/** Lane with some items replaced by others; transitions over their cuts go where `by` gives something else than a clip. */
export function replaceItems(
  items: readonly Item[],
  ids: ReadonlySet<string>,
  by: (item: Item) => readonly Item[],
): Item[] {
  const gone = (item: Item | undefined): boolean =>
    item !== undefined && item.type !== 'transition' && ids.has(item.id);
  return items.flatMap((item, index) => {
    if (ids.has(item.id)) return by(item);
    return item.type === 'transition' && (gone(items[index - 1]) || gone(items[index + 1])) ? [] : [item];
  });
}

/** Index of the nearest clip or gap before or after `index`, skipping a transition; undefined at the end of the lane. */
export function neighbourIndex(items: readonly Item[], index: number, step: -1 | 1): number | undefined {
  for (let at = index + step; at >= 0 && at < items.length; at += step) if (items[at]!.type !== 'transition') return at;
  return undefined;
}
