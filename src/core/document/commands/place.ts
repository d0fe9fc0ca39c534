import { z } from 'zod';
import { rangeEnd, rationalTime, rescale, subtractTime } from '../../rational-time.ts';
import { clipboardSchema } from '../clipboard.ts';
import { insertAt, laneLength, makeGap, overwriteRange } from '../lane.ts';
import { fitsMedia, lengthOf } from '../lane-normal.ts';
import type { Clip, Item } from '../schema.ts';
import type { Transaction } from '../transaction.ts';
import { frameCountSchema, frameSchema, idSchema, nameSchema, rationalTimeSchema } from '../values.ts';
import { type Created, command, conflict, counted, rateOf } from './command.ts';

/** How long a still is shown unless somebody says otherwise. */
const STILL_LENGTH = rationalTime(5, { num: 1, den: 1 });

const placement = z.strictObject({
  track: idSchema,
  media: idSchema,
  /** Where in the media the clip starts; its beginning when left out. */
  sourceStart: rationalTimeSchema.optional(),
  /** Sequence frames; when left out, all the rest of the media, or five seconds of a still, which has no end. */
  duration: frameCountSchema.optional(),
  name: nameSchema.optional(),
});

const placements = {
  /** Placements on the same track follow one another; the nth of each track are linked when `link`. */
  clips: z.array(placement).min(1),
  link: z.boolean().default(true),
};

type Placement = z.output<typeof placement>;

function makeClip(tx: Transaction, { track, media: mediaId, sourceStart, duration, name }: Placement): Clip {
  const media = tx.get('media', mediaId);
  const { kind } = tx.get('tracks', track);
  if (kind === 'video' ? !media.hasVideo : !media.hasAudio)
    conflict(`${media.name} has no ${kind === 'video' ? 'picture' : 'sound'} for this track.`, {
      media: mediaId,
      track,
    });
  const rate = rateOf(tx, track);
  const start = sourceStart ?? media.availableRange?.start ?? rationalTime(0, media.rate);
  const rest =
    media.availableRange === null
      ? rescale(STILL_LENGTH, rate, 'round')
      : rescale(subtractTime(rangeEnd(media.availableRange), start), rate, 'floor');
  const length = duration ?? rest;
  const clip: Clip = {
    type: 'clip',
    id: tx.newId('c'),
    track,
    name: name ?? media.name,
    enabled: true,
    media: mediaId,
    sourceStart: start,
    duration: length,
    link: null,
    effects: [],
    markers: [],
    metadata: {},
  };
  if (length < 1 || !fitsMedia(clip, media, rate))
    conflict(`${media.name} does not hold ${length} frames from there on.`, { media: mediaId, available: rest });
  return clip;
}

function makeClips(tx: Transaction, list: readonly Placement[], link: boolean): Map<string, Clip[]> {
  const lanes = Map.groupBy(
    list.map((one) => makeClip(tx, one)),
    (clip) => clip.track,
  );
  if (!link || lanes.size < 2) return lanes;
  const longest = Math.max(...[...lanes.values()].map((clips) => clips.length));
  for (let index = 0; index < longest; index++) {
    const members = [...lanes.values()].filter((clips) => clips[index]);
    if (members.length < 2) continue;
    const id = tx.newId('l');
    for (const clips of members) clips[index] = { ...clips[index]!, link: id };
  }
  return lanes;
}

const idsOf = (lanes: ReadonlyMap<string, readonly Clip[]>): Created =>
  [...lanes.values()].flat().map((clip) => clip.id);

/** Puts clips behind the last item of all the tracks named, so that picture and sound stay together. */
export const append = command({
  args: z.strictObject(placements),
  label: ({ clips }) => counted('Append', clips.length, 'clip'),
  run(tx, { clips, link }) {
    const lanes = makeClips(tx, clips, link);
    const at = Math.max(...[...lanes.keys()].map((track) => laneLength(tx.lane(track))));
    for (const [track, placed] of lanes)
      tx.setLane(track, overwriteRange(tx, track, tx.lane(track), at, placed, rateOf(tx, track)));
    return idsOf(lanes);
  },
});

/** Puts clips in at a frame; what follows on these tracks moves back. */
export const insert = command({
  args: z.strictObject({ ...placements, at: frameSchema }),
  label: ({ clips }) => counted('Insert', clips.length, 'clip'),
  run(tx, { clips, link, at }) {
    const lanes = makeClips(tx, clips, link);
    for (const [track, placed] of lanes)
      tx.setLane(track, insertAt(tx, track, tx.lane(track), at, placed, rateOf(tx, track)));
    return idsOf(lanes);
  },
});

/** Puts clips down at a frame, over whatever is there. */
export const overwrite = command({
  args: z.strictObject({ ...placements, at: frameSchema }),
  label: ({ clips }) => counted('Overwrite with', clips.length, 'clip'),
  run(tx, { clips, link, at }) {
    const lanes = makeClips(tx, clips, link);
    for (const [track, placed] of lanes)
      tx.setLane(track, overwriteRange(tx, track, tx.lane(track), at, placed, rateOf(tx, track)));
    return idsOf(lanes);
  },
});

function pasteClips(tx: Transaction, { clips }: z.output<typeof clipboardSchema>, target: (track: string) => string) {
  const links = new Map<number, string>();
  return clips.map(({ offset, track: origin, clip, effects, link }) => {
    const track = target(origin);
    const id = tx.newId('c');
    if (link !== null && !links.has(link)) links.set(link, tx.newId('l'));
    const effectIds = effects.map((effect) => {
      const copy = { ...effect, id: tx.newId('e'), clip: id };
      tx.put('effects', copy);
      return copy.id;
    });
    const pasted: Clip = {
      ...clip,
      type: 'clip',
      id,
      track,
      link: link === null ? null : links.get(link)!,
      effects: effectIds,
      markers: clip.markers.map((marker) => ({ ...marker, id: tx.newId('m') })),
    };
    const media = tx.get('media', clip.media);
    if (!fitsMedia(pasted, media, rateOf(tx, track)))
      conflict(`${media.name} no longer holds what was copied.`, { media: media.id });
    return { offset, clip: pasted };
  });
}

/** Puts copied clips, with their effects, at a frame. `tracks` sends those of one track to another of the same kind. */
export const paste = command({
  args: z.strictObject({
    clipboard: clipboardSchema,
    at: frameSchema,
    mode: z.enum(['overwrite', 'insert']).default('overwrite'),
    tracks: z.record(idSchema, idSchema).default({}),
  }),
  label: ({ clipboard }) => counted('Paste', clipboard.clips.length, 'clip'),
  run(tx, { clipboard, at, mode, tracks }) {
    const target = (origin: string): string => {
      const track = tx.get('tracks', tracks[origin] ?? origin);
      const kind = clipboard.clips.find((one) => one.track === origin)!.kind;
      if (track.kind !== kind)
        conflict(`A clip from a ${kind} track cannot go on a ${track.kind} track.`, { track: track.id });
      return track.id;
    };
    const placed = pasteClips(tx, clipboard, target);
    const span = Math.max(...placed.map(({ offset, clip }) => offset + clip.duration));
    for (const [track, list] of Map.groupBy(placed, ({ clip }) => clip.track)) {
      const rate = rateOf(tx, track);
      const sorted = list.toSorted((a, b) => a.offset - b.offset);
      if (mode === 'overwrite') {
        let lane = tx.lane(track);
        for (const { offset, clip } of sorted) lane = overwriteRange(tx, track, lane, at + offset, [clip], rate);
        tx.setLane(track, lane);
      } else tx.setLane(track, insertAt(tx, track, tx.lane(track), at, blockOf(tx, track, sorted, span), rate));
    }
    return placed.map(({ clip }) => clip.id);
  },
});

/** Clips at their offsets with gaps between, `span` frames long. */
function blockOf(
  tx: Transaction,
  track: string,
  sorted: readonly { offset: number; clip: Clip }[],
  span: number,
): Item[] {
  const block: Item[] = [];
  let end = 0;
  for (const { offset, clip } of sorted) {
    if (offset < end) conflict('Copied clips of two tracks would lie on one another. Send them to different tracks.');
    if (offset > end) block.push(makeGap(tx, track, offset - end));
    block.push(clip);
    end = offset + lengthOf(clip);
  }
  if (end < span) block.push(makeGap(tx, track, span - end));
  return block;
}
