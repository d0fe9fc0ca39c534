import { z } from 'zod';
import type { Rational } from '../../rational.ts';
import { makeGap, neighbourIndex } from '../lane.ts';
import { handlesOf, shiftSource } from '../lane-normal.ts';
import type { Clip, Gap, Item } from '../schema.ts';
import type { Transaction } from '../transaction.ts';
import { idSchema } from '../values.ts';
import { command, conflict, counted, rateOf, withLinked } from './command.ts';

/** Frames that an edge may move: `min` <= 0 <= `max`. */
interface Limits {
  readonly min: number;
  readonly max: number;
}

/** One track in the middle of a trim. `at` is the clip's index; edits replace items, none are added or removed. */
interface Bench {
  readonly tx: Transaction;
  readonly rate: Rational;
  readonly items: Item[];
  readonly at: number;
}

type Solid = Clip | Gap;

function bench(tx: Transaction, clip: Clip): Bench {
  const items = tx.lane(clip.track);
  return { tx, rate: rateOf(tx, clip.track), items, at: items.findIndex((item) => item.id === clip.id) };
}

function solid(items: readonly Item[], index: number | undefined): Solid | undefined {
  const item = index === undefined ? undefined : items[index];
  return item === undefined || item.type === 'transition' ? undefined : item;
}

function handles({ tx, rate }: Bench, clip: Clip): { head: number; tail: number } {
  return handlesOf(clip, tx.get('media', clip.media), rate);
}

/** How far the end of `item` may move. A gap may vanish, a clip keeps a frame. */
function endLimits(on: Bench, item: Solid): Limits {
  return item.type === 'gap'
    ? { min: -item.duration, max: Infinity }
    : { min: 1 - item.duration, max: handles(on, item).tail };
}

/** How far the start of `item` may move. */
function startLimits(on: Bench, item: Solid): Limits {
  return item.type === 'gap'
    ? { min: -Infinity, max: item.duration }
    : { min: -handles(on, item).head, max: item.duration - 1 };
}

function movedEnd<I extends Solid>(item: I, delta: number): I {
  return { ...item, duration: item.duration + delta };
}

function movedStart(on: Bench, item: Solid, delta: number): Solid {
  const shifted = item.type === 'clip' ? shiftSource(item, delta, on.tx.get('media', item.media), on.rate) : item;
  return { ...shifted, duration: item.duration - delta };
}

function check(delta: number, limits: readonly Limits[], clip: Clip): void {
  const min = Math.max(...limits.map((one) => one.min));
  const max = Math.min(...limits.map((one) => one.max));
  if (delta >= min && delta <= max) return;
  const bounds = { clip: clip.id, ...(Number.isFinite(min) && { min }), ...(Number.isFinite(max) && { max }) };
  conflict(
    `"${clip.name}" cannot move by ${delta} frames there: its media or its neighbours allow ${min} to ${max}.`,
    bounds,
  );
}

function commit(on: Bench, track: string): void {
  on.tx.setLane(
    track,
    on.items.filter((item) => item.type === 'transition' || item.duration > 0),
  );
}

function trimEnd(on: Bench, clip: Clip, delta: number, mode: 'ripple' | 'roll' | 'plain'): void {
  const nextIndex = neighbourIndex(on.items, on.at, 1);
  const next = solid(on.items, nextIndex);
  const limits = [endLimits(on, clip)];
  if (mode === 'roll' && next) limits.push(startLimits(on, next));
  if (mode === 'plain' && next && delta > 0) limits.push({ min: 0, max: next.type === 'gap' ? next.duration : 0 });
  check(delta, limits, clip);
  on.items[on.at] = movedEnd(clip, delta);
  if (mode === 'ripple' || !next || nextIndex === undefined) return;
  if (mode === 'roll' || next.type === 'gap') on.items[nextIndex] = movedStart(on, next, delta);
  else on.items.splice(on.at + 1, nextIndex - on.at - 1, makeGap(on.tx, clip.track, -delta));
}

function trimStart(on: Bench, clip: Clip, delta: number, mode: 'ripple' | 'roll' | 'plain'): void {
  const previousIndex = neighbourIndex(on.items, on.at, -1);
  const previous = solid(on.items, previousIndex);
  const limits = [startLimits(on, clip)];
  if (mode === 'roll' && previous) limits.push(endLimits(on, previous));
  if (mode === 'plain' && previous && delta < 0)
    limits.push({ min: previous.type === 'gap' ? -previous.duration : 0, max: Infinity });
  if (mode !== 'ripple' && !previous) limits.push({ min: 0, max: Infinity });
  check(delta, limits, clip);
  on.items[on.at] = movedStart(on, clip, delta);
  if (mode === 'ripple') return;
  if (previous && previousIndex !== undefined && (mode === 'roll' || previous.type === 'gap'))
    on.items[previousIndex] = movedEnd(previous, delta);
  else {
    const from = previousIndex === undefined ? 0 : previousIndex + 1;
    on.items.splice(from, on.at - from, makeGap(on.tx, clip.track, delta));
  }
}

const linked = z.boolean().default(true);
const delta = z.int();

/**
 * Moves one edge of a clip by `delta` frames (later is positive). `ripple` moves all that follows; `roll` moves the cut
 * and takes the frames from the neighbour; `plain` leaves or fills a gap.
 */
export const trim = command({
  args: z.strictObject({
    clip: idSchema,
    edge: z.enum(['start', 'end']),
    delta,
    mode: z.enum(['ripple', 'roll', 'plain']).default('ripple'),
    linked,
  }),
  label: ({ mode, edge }) => `${mode === 'roll' ? 'Roll' : mode === 'ripple' ? 'Ripple trim' : 'Trim'} ${edge}`,
  run(tx, args) {
    if (args.delta === 0) return [];
    for (const { id } of withLinked(tx, [args.clip], args.linked)) {
      const clip = tx.clip(id); // a roll of a linked clip may have changed it
      const on = bench(tx, clip);
      (args.edge === 'end' ? trimEnd : trimStart)(on, clip, args.delta, args.mode);
      commit(on, clip.track);
    }
    return [];
  },
});

/** Shows a part of the media that lies `delta` frames later, in the same place of the timeline. */
export const slip = command({
  args: z.strictObject({ clips: z.array(idSchema).min(1), delta, linked }),
  label: ({ clips }) => counted('Slip', clips.length, 'clip'),
  run(tx, args) {
    for (const clip of withLinked(tx, args.clips, args.linked)) {
      const on = bench(tx, clip);
      const { head, tail } = handles(on, clip);
      check(args.delta, [{ min: -head, max: tail }], clip);
      on.items[on.at] = shiftSource(clip, args.delta, tx.get('media', clip.media), on.rate);
      commit(on, clip.track);
    }
    return [];
  },
});

/** Moves a clip by `delta` frames between its neighbours, which give and take the frames. */
export const slide = command({
  args: z.strictObject({ clip: idSchema, delta, linked }),
  label: () => 'Slide clip',
  run(tx, args) {
    for (const { id } of withLinked(tx, [args.clip], args.linked)) {
      const clip = tx.clip(id);
      const on = bench(tx, clip);
      const [before, after] = [neighbourIndex(on.items, on.at, -1), neighbourIndex(on.items, on.at, 1)];
      const [previous, next] = [solid(on.items, before), solid(on.items, after)];
      check(
        args.delta,
        [previous ? endLimits(on, previous) : { min: 0, max: Infinity }, ...(next ? [startLimits(on, next)] : [])],
        clip,
      );
      if (next && after !== undefined) on.items[after] = movedStart(on, next, args.delta);
      if (previous && before !== undefined) on.items[before] = movedEnd(previous, args.delta);
      else if (args.delta > 0) on.items.splice(0, on.at, makeGap(tx, clip.track, args.delta));
      commit(on, clip.track);
    }
    return [];
  },
});
