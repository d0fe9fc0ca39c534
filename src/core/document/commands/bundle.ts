import { z } from 'zod';
import { type BundleClip, type BundleMedia, bundleSchema } from '../bundle.ts';
import { fitsMedia } from '../lane-normal.ts';
import type { Clip, Item, MediaItem, Sequence, Track } from '../schema.ts';
import type { Transaction } from '../transaction.ts';
import { command, conflict } from './command.ts';

/** The media item of the project that is the same source, if there is one. */
function sameMedia(tx: Transaction, media: BundleMedia): MediaItem | undefined {
  const range = JSON.stringify(media.availableRange);
  return Object.values(tx.table('media')).find(
    (own) =>
      own.kind === media.kind &&
      own.path === media.path &&
      own.name === media.name &&
      (media.path !== null || media.fingerprint !== null) &&
      (media.fingerprint === null || media.fingerprint === own.fingerprint) &&
      own.hasVideo === media.hasVideo &&
      own.hasAudio === media.hasAudio &&
      JSON.stringify(own.availableRange) === range,
  );
}

function takeMedia(tx: Transaction, list: readonly BundleMedia[]): string[] {
  return list.map((media) => {
    const same = sameMedia(tx, media);
    if (same) return same.id;
    const id = tx.newId('f');
    tx.put('media', { ...media, id, markers: media.markers.map((marker) => ({ ...marker, id: tx.newId('m') })) });
    return id;
  });
}

function takeClip(
  tx: Transaction,
  track: Track,
  clip: BundleClip,
  mediaIds: readonly string[],
  links: Map<number, string>,
): Clip {
  const id = tx.newId('c');
  const media = mediaIds[clip.media];
  if (media === undefined) conflict(`"${clip.name}" names media that are not there.`, { media: clip.media });
  if (clip.link !== null && !links.has(clip.link)) links.set(clip.link, tx.newId('l'));
  const effects = clip.effects.map((effect) => {
    const made = {
      ...effect,
      id: tx.newId('e'),
      clip: id,
      actor: effect.actor && tx.find('actors', effect.actor) ? effect.actor : null,
    };
    tx.put('effects', made);
    return made.id;
  });
  return {
    ...clip,
    id,
    track: track.id,
    media,
    link: clip.link === null ? null : links.get(clip.link)!,
    effects,
    markers: clip.markers.map((marker) => ({ ...marker, id: tx.newId('m') })).toSorted((a, b) => a.frame - b.frame),
  };
}

/**
 * Takes in a whole timeline, e.g. one that another program wrote. Media that the project already has are used again.
 * Gives the id of the new sequence. Throws `conflict` where a clip shows more than its media hold.
 */
export const importSequence = command({
  args: z.strictObject({ bundle: bundleSchema }),
  label: () => 'Import sequence',
  run(tx, { bundle }) {
    const id = tx.newId('s');
    const mediaIds = takeMedia(tx, bundle.media);
    const links = new Map<number, string>();
    const lanes: [Track, Item[]][] = bundle.tracks.map(({ items, ...rest }) => {
      const track: Track = {
        ...rest,
        locked: false,
        id: tx.newId(rest.kind === 'video' ? 'v' : 'a'),
        sequence: id,
        items: [],
      };
      return [
        track,
        items.map((item): Item => {
          if (item.type === 'clip') return takeClip(tx, track, item, mediaIds, links);
          return { ...item, id: tx.newId(item.type === 'gap' ? 'g' : 't'), track: track.id };
        }),
      ];
    });
    const sequence: Sequence = {
      ...bundle.sequence,
      id,
      tracks: lanes.map(([track]) => track.id),
      markers: bundle.sequence.markers
        .map((marker) => ({ ...marker, id: tx.newId('m') }))
        .toSorted((a, b) => a.frame - b.frame),
    };
    tx.put('sequences', sequence);
    tx.setHead({ sequenceOrder: [...tx.head.sequenceOrder, id] });
    for (const [index, [track, items]] of lanes.entries()) {
      tx.put('tracks', track);
      for (const item of items) {
        if (item.type !== 'clip') continue;
        const media = tx.get('media', item.media);
        if (track.kind === 'video' ? !media.hasVideo : !media.hasAudio)
          conflict(`${media.name} does not belong on a ${track.kind} track.`, { media: media.id });
        if (!fitsMedia(item, media, sequence.rate))
          conflict(`"${item.name}" shows more than ${media.name} holds.`, { media: media.id });
      }
      tx.setLane(track.id, items);
      if (bundle.tracks[index]!.locked) tx.put('tracks', { ...tx.get('tracks', track.id), locked: true });
    }
    tx.dissolveLonelyLinks(new Set(links.values()));
    return [id, ...sequence.tracks];
  },
});
