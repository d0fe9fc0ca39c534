import { z } from 'zod';
import { rationalEquals } from '../../rational.ts';
import { canDropFrames } from '../../timecode.ts';
import type { Sequence, Track } from '../schema.ts';
import type { Transaction } from '../transaction.ts';
import { frameSchema, idSchema, metadataSchema, nameSchema, rationalSchema } from '../values.ts';
import { command, conflict } from './command.ts';

const size = z.int().min(1).max(65_536);
const sampleRate = z.int().min(1).max(768_000);
const kind = z.enum(['video', 'audio']);

function makeTrack(tx: Transaction, sequence: Sequence, trackKind: Track['kind'], name?: string): Track {
  const number = sequence.tracks.filter((id) => tx.get('tracks', id).kind === trackKind).length + 1;
  const track: Track = {
    id: tx.newId(trackKind === 'video' ? 'v' : 'a'),
    sequence: sequence.id,
    kind: trackKind,
    name: name ?? `${trackKind === 'video' ? 'Video' : 'Audio'} ${number}`,
    muted: false,
    locked: false,
    items: [],
    metadata: {},
  };
  tx.put('tracks', track);
  return track;
}

function checkDropFrame(sequence: Sequence): void {
  if (sequence.dropFrame && !canDropFrames(sequence.rate))
    conflict('Drop-frame timecode exists at 29.97 and 59.94 frames per second only.');
}

/** Starts a timeline, with a picture and a sound track unless told otherwise. Gives its id, then those of its tracks. */
export const addSequence = command({
  args: z.strictObject({
    name: nameSchema,
    rate: rationalSchema,
    width: size,
    height: size,
    sampleRate: sampleRate.default(48_000),
    startFrame: frameSchema.default(0),
    dropFrame: z.boolean().default(false),
    videoTracks: z.int().min(0).max(99).default(1),
    audioTracks: z.int().min(0).max(99).default(1),
  }),
  label: () => 'Add sequence',
  run(tx, { videoTracks, audioTracks, ...rest }) {
    const id = tx.newId('s');
    let sequence: Sequence = { ...rest, id, inPoint: null, outPoint: null, tracks: [], markers: [], metadata: {} };
    checkDropFrame(sequence);
    const kinds = [...Array<'video'>(videoTracks).fill('video'), ...Array<'audio'>(audioTracks).fill('audio')];
    for (const trackKind of kinds)
      sequence = { ...sequence, tracks: [...sequence.tracks, makeTrack(tx, sequence, trackKind).id] };
    tx.put('sequences', sequence);
    tx.setHead({ sequenceOrder: [...tx.head.sequenceOrder, id] });
    return [id, ...sequence.tracks];
  },
});

/** Deletes a timeline with all that is on it. */
export const removeSequence = command({
  args: z.strictObject({ sequence: idSchema }),
  label: () => 'Delete sequence',
  run(tx, { sequence: id }) {
    for (const track of tx.get('sequences', id).tracks) dropTrack(tx, track);
    tx.remove('sequences', id);
    tx.setHead({ sequenceOrder: tx.head.sequenceOrder.filter((other) => other !== id) });
    return [];
  },
});

/** Changes a timeline's settings. Its rate can only change while nothing lies on it. */
export const setSequence = command({
  args: z.strictObject({
    sequence: idSchema,
    name: nameSchema.optional(),
    rate: rationalSchema.optional(),
    width: size.optional(),
    height: size.optional(),
    sampleRate: sampleRate.optional(),
    startFrame: frameSchema.optional(),
    dropFrame: z.boolean().optional(),
    metadata: metadataSchema.optional(),
  }),
  label: () => 'Change sequence settings',
  run(tx, { sequence: id, ...changes }) {
    const old = tx.get('sequences', id);
    const set = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    const changed = { ...old, ...set } as Sequence;
    if (!rationalEquals(changed.rate, old.rate) && old.tracks.some((track) => tx.get('tracks', track).items.length > 0))
      conflict('The frame rate of a sequence can only change while it is empty. Make a new sequence at that rate.');
    checkDropFrame(changed);
    tx.put('sequences', changed);
    return [];
  },
});

/** Sets or clears (null) the in and out point; the range is [in, out). */
export const setInOut = command({
  args: z.strictObject({
    sequence: idSchema,
    inPoint: frameSchema.nullable().optional(),
    outPoint: frameSchema.nullable().optional(),
  }),
  label: () => 'Set in and out',
  run(tx, { sequence: id, inPoint, outPoint }) {
    const old = tx.get('sequences', id);
    const from = inPoint === undefined ? old.inPoint : inPoint;
    const until = outPoint === undefined ? old.outPoint : outPoint;
    if (from !== null && until !== null && from >= until)
      conflict(`The in point (${from}) must come before the out point (${until}).`, { inPoint: from, outPoint: until });
    tx.put('sequences', { ...old, inPoint: from, outPoint: until });
    return [];
  },
});

/** Adds a track on top of (video) or below (audio) those of its kind, or at `index` among all. */
export const addTrack = command({
  args: z.strictObject({ sequence: idSchema, kind, name: nameSchema.optional(), index: z.int().min(0).optional() }),
  label: (args) => `Add ${args.kind} track`,
  run(tx, args) {
    const sequence = tx.get('sequences', args.sequence);
    const track = makeTrack(tx, sequence, args.kind, args.name);
    const last = sequence.tracks.findLastIndex((id) => tx.get('tracks', id).kind === args.kind);
    const index = args.index ?? (last < 0 ? (args.kind === 'video' ? 0 : sequence.tracks.length) : last + 1);
    tx.put('sequences', { ...sequence, tracks: sequence.tracks.toSpliced(index, 0, track.id) });
    return [track.id];
  },
});

function dropTrack(tx: Transaction, id: string): void {
  tx.setLane(id, []);
  tx.remove('tracks', id);
}

/** Deletes a track with all that is on it. A locked one stays. */
export const removeTrack = command({
  args: z.strictObject({ track: idSchema }),
  label: () => 'Delete track',
  run(tx, { track: id }) {
    const sequence = tx.get('sequences', tx.get('tracks', id).sequence);
    dropTrack(tx, id);
    tx.put('sequences', { ...sequence, tracks: sequence.tracks.filter((other) => other !== id) });
    return [];
  },
});

/** Renames, mutes, locks or moves a track. */
export const setTrack = command({
  args: z.strictObject({
    track: idSchema,
    name: nameSchema.optional(),
    muted: z.boolean().optional(),
    locked: z.boolean().optional(),
    index: z.int().min(0).optional(),
    metadata: metadataSchema.optional(),
  }),
  label: ({ name, muted, locked, index }) => {
    if (name !== undefined) return 'Rename track';
    if (muted !== undefined) return muted ? 'Mute track' : 'Unmute track';
    if (locked !== undefined) return locked ? 'Lock track' : 'Unlock track';
    return index === undefined ? 'Change track' : 'Move track';
  },
  run(tx, { track: id, name, muted, locked, index, metadata }) {
    const track = tx.get('tracks', id);
    tx.put('tracks', {
      ...track,
      name: name ?? track.name,
      muted: muted ?? track.muted,
      locked: locked ?? track.locked,
      metadata: metadata ?? track.metadata,
    });
    if (index !== undefined) {
      const sequence = tx.get('sequences', track.sequence);
      const others = sequence.tracks.filter((other) => other !== id);
      tx.put('sequences', { ...sequence, tracks: others.toSpliced(index, 0, id) });
    }
    return [];
  },
});
