import { z } from 'zod';
import { cutLane, insertAt, makeGap, overwriteRange, replaceItems, startOf } from '../lane.ts';
import { lengthOf } from '../lane-normal.ts';
import type { Clip, Item, Transition } from '../schema.ts';
import type { Transaction } from '../transaction.ts';
import { frameSchema, idSchema, metadataSchema, nameSchema } from '../values.ts';
import { byTrack, command, conflict, counted, positionOf, rateOf, withLinked } from './command.ts';

const linked = z.boolean().default(true);
const clips = z.array(idSchema).min(1);

/** Cuts clips in two at a sequence frame; both halves keep the effects. Linked clips that reach over it are cut too. */
export const split = command({
  args: z.strictObject({ clips, frame: frameSchema, linked }),
  label: (args) => counted('Split', args.clips.length, 'clip'),
  run(tx, args) {
    const inside = (clip: Clip): boolean => {
      const start = positionOf(tx, clip);
      return start < args.frame && args.frame < start + clip.duration;
    };
    for (const id of args.clips)
      if (!inside(tx.clip(id)))
        conflict(`Frame ${args.frame} does not lie inside "${tx.clip(id).name}".`, { clip: id });
    const rights: Clip[] = [];
    for (const clip of withLinked(tx, args.clips, args.linked).filter(inside)) {
      const { before, after } = cutLane(tx, clip.track, tx.lane(clip.track), args.frame, rateOf(tx, clip.track));
      tx.setLane(clip.track, [...before, ...after]);
      rights.push(after[0] as Clip);
    }
    relinkHalves(tx, rights);
    return rights.map((clip) => clip.id);
  },
});

/** Second halves of linked clips are linked with one another, no longer with the first halves. */
function relinkHalves(tx: Transaction, rights: readonly Clip[]): void {
  for (const [link, halves] of Map.groupBy(rights, (clip) => clip.link)) {
    if (link === null || halves.length < 2) continue;
    const id = tx.newId('l');
    for (const half of halves) tx.put('items', { ...tx.clip(half.id), link: id });
  }
}

/** Takes items off their tracks. With `ripple` all that follows moves up, else a gap stays. Also closes gaps. */
export const remove = command({
  args: z.strictObject({ items: z.array(idSchema).min(1), ripple: z.boolean().default(false), linked }),
  label: ({ items, ripple }) => counted(ripple ? 'Ripple delete' : 'Delete', items.length, 'item'),
  run(tx, { items, ripple, linked: withLinks }) {
    const given = items.map((id) => tx.get('items', id));
    const clipIds = given.flatMap((item) => (item.type === 'clip' ? [item.id] : []));
    const all: Item[] = [...given.filter((item) => item.type !== 'clip'), ...withLinked(tx, clipIds, withLinks)];
    for (const [track, list] of byTrack(all)) {
      const ids = new Set(list.map((item) => item.id));
      const left = (item: Item): Item[] =>
        ripple || item.type === 'transition' ? [] : [makeGap(tx, track, lengthOf(item))];
      tx.setLane(track, replaceItems(tx.lane(track), ids, left));
    }
    return [];
  },
});

interface Mover {
  readonly clip: Clip;
  readonly to: string;
  readonly at: number;
}

function movers(tx: Transaction, list: readonly Clip[], delta: number, track: string | undefined): Mover[] {
  return list.map((clip, index) => {
    const to = index === 0 && track !== undefined ? tx.get('tracks', track) : tx.get('tracks', clip.track);
    const from = tx.get('tracks', clip.track);
    if (to.kind !== from.kind)
      conflict(`A clip from a ${from.kind} track cannot go on a ${to.kind} track.`, { track: to.id });
    if (to.sequence !== from.sequence)
      conflict('A clip cannot be dragged into another sequence. Copy and paste it.', { track: to.id });
    const at = positionOf(tx, clip) + delta;
    if (at < 0) conflict(`"${clip.name}" would start before the sequence.`, { clip: clip.id, min: delta - at });
    return { clip, to: to.id, at };
  });
}

function refuseOverlaps(list: readonly Mover[]): void {
  for (const group of Map.groupBy(list, ({ to }) => to).values()) {
    const sorted = group.toSorted((a, b) => a.at - b.at);
    for (const [index, { clip, at }] of sorted.entries()) {
      const next = sorted[index + 1];
      if (next && at + clip.duration > next.at)
        conflict(`"${clip.name}" and "${next.clip.name}" would lie on one another.`, { clip: clip.id });
    }
  }
}

/** Puts movers into a lane whose old places are marked by gaps, then closes those. */
function insertMovers(
  tx: Transaction,
  track: string,
  lane: readonly Item[],
  list: readonly Mover[],
  holes: Set<string>,
) {
  let items = [...lane];
  for (const { clip, at } of list.toSorted((a, b) => b.at - a.at)) {
    // Inside its own old place there is nothing to insert between: its start is meant.
    const hole = items.find((item) => {
      if (!holes.has(item.id)) return false;
      const start = startOf(items, item.id);
      return start < at && at < start + lengthOf(item);
    });
    const target = hole ? startOf(items, hole.id) : at;
    items = insertAt(tx, track, items, target, [clip], rateOf(tx, track));
  }
  return items.filter((item) => !holes.has(item.id));
}

/**
 * Moves clips by `delta` frames, the first of them to `track` if given. `overwrite` leaves a gap and covers what is
 * there; `insert` closes the old place and makes room in the new one (positions are those before the move).
 */
export const move = command({
  args: z.strictObject({
    clips,
    delta: z.int(),
    track: idSchema.optional(),
    mode: z.enum(['overwrite', 'insert']).default('overwrite'),
    linked,
  }),
  label: (args) => counted('Move', args.clips.length, 'clip'),
  run(tx, args) {
    const list = movers(tx, withLinked(tx, args.clips, args.linked), args.delta, args.track);
    refuseOverlaps(list);
    const ids = new Set(list.map(({ clip }) => clip.id));
    const holes = new Set<string>();
    const lanes = new Map<string, Item[]>();
    for (const track of new Set(list.flatMap(({ clip, to }) => [clip.track, to])))
      lanes.set(
        track,
        replaceItems(tx.lane(track), ids, (item) => {
          const gap = makeGap(tx, track, lengthOf(item));
          holes.add(gap.id);
          return [gap];
        }),
      );
    for (const [track, emptied] of lanes) {
      const coming = list.filter(({ to }) => to === track);
      let items = emptied;
      if (args.mode === 'insert') items = insertMovers(tx, track, emptied, coming, holes);
      else for (const { clip, at } of coming) items = overwriteRange(tx, track, items, at, [clip], rateOf(tx, track));
      lanes.set(track, items);
    }
    for (const [track, items] of lanes) tx.setLane(track, items);
    return [];
  },
});

/** Ties clips of one sequence together, so that they move and are trimmed as one. */
export const link = command({
  args: z.strictObject({ clips: z.array(idSchema).min(2) }),
  label: () => 'Link clips',
  run(tx, args) {
    const list = [...new Set(args.clips)].map((id) => tx.openClip(id));
    if (list.length < 2) conflict('Choose at least two clips to link.');
    if (new Set(list.map((clip) => tx.get('tracks', clip.track).sequence)).size > 1)
      conflict('Only clips of one sequence can be linked.');
    const id = tx.newId('l');
    for (const clip of list) tx.put('items', { ...clip, link: id });
    tx.dissolveLonelyLinks(new Set(list.map((clip) => clip.link)));
    return [];
  },
});

/** Unties clips. */
export const unlink = command({
  args: z.strictObject({ clips }),
  label: () => 'Unlink clips',
  run(tx, args) {
    const list = args.clips.map((id) => tx.openClip(id));
    for (const clip of list) tx.put('items', { ...clip, link: null });
    tx.dissolveLonelyLinks(new Set(list.map((clip) => clip.link)));
    return [];
  },
});

/** Renames a clip, switches it on or off, or sets what other programs attached to it. */
export const setClip = command({
  args: z.strictObject({
    clip: idSchema,
    name: nameSchema.optional(),
    enabled: z.boolean().optional(),
    metadata: metadataSchema.optional(),
  }),
  label: ({ name, enabled }) =>
    name !== undefined
      ? 'Rename clip'
      : enabled === undefined
        ? 'Change clip'
        : enabled
          ? 'Enable clip'
          : 'Disable clip',
  run(tx, { clip: id, name, enabled, metadata }) {
    const clip = tx.openClip(id);
    tx.put('items', {
      ...clip,
      name: name ?? clip.name,
      enabled: enabled ?? clip.enabled,
      metadata: metadata ?? clip.metadata,
    });
    return [];
  },
});

/** Blends over the cut after (or, with `edge` start, before) a clip; shortened to what media and neighbours hold. */
export const addTransition = command({
  args: z.strictObject({
    clip: idSchema,
    edge: z.enum(['start', 'end']).default('end'),
    kind: z.string().min(1).max(128).default('SMPTE_Dissolve'),
    inOffset: frameSchema,
    outOffset: frameSchema,
    name: nameSchema.default(''),
  }),
  label: () => 'Add transition',
  run(tx, { clip: id, edge, ...rest }) {
    const clip = tx.clip(id);
    const lane = tx.lane(clip.track);
    const at = lane.indexOf(clip) + (edge === 'end' ? 1 : 0);
    const neighbour = lane[edge === 'end' ? at : at - 1];
    if (neighbour?.type === 'transition')
      conflict('There is already a transition. Delete it first.', { id: neighbour.id });
    const made: Transition = { type: 'transition', id: tx.newId('t'), track: clip.track, metadata: {}, ...rest };
    tx.setLane(clip.track, lane.toSpliced(at, 0, made));
    if (tx.find('items', made.id) === undefined)
      conflict('The media have no frames to spare around this cut. Trim the clips to make room.', { clip: id });
    return [made.id];
  },
});

/** Changes the reach or kind of a transition; shortened to what media and neighbours hold. */
export const setTransition = command({
  args: z.strictObject({
    transition: idSchema,
    kind: z.string().min(1).max(128).optional(),
    inOffset: frameSchema.optional(),
    outOffset: frameSchema.optional(),
  }),
  label: () => 'Change transition',
  run(tx, { transition: id, kind, inOffset, outOffset }) {
    const old = tx.get('items', id);
    if (old.type !== 'transition') conflict(`${id} is not a transition.`, { id });
    const changed = {
      ...old,
      kind: kind ?? old.kind,
      inOffset: inOffset ?? old.inOffset,
      outOffset: outOffset ?? old.outOffset,
    };
    tx.setLane(
      old.track,
      replaceItems(tx.lane(old.track), new Set([id]), () => [changed]),
    );
    if (!tx.get('tracks', old.track).items.includes(id))
      conflict('A transition must last at least a frame. Delete it instead.', { id });
    return [];
  },
});
