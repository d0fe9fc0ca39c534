import { z } from 'zod';
import { effectSchema } from './effect-schema.ts';
import {
  clipSchema,
  gapSchema,
  markerSchema,
  mediaSchema,
  type Project,
  sequenceSchema,
  trackSchema,
  transitionSchema,
} from './schema.ts';
import { frameSchema } from './values.ts';

const marker = markerSchema.omit({ id: true });

/** A clip of a bundle: `media` counts into the bundle's media, equal `link` numbers are linked. */
export const bundleClipSchema = clipSchema
  .omit({ id: true, track: true, media: true, link: true, effects: true, markers: true })
  .extend({
    media: frameSchema,
    link: z.int().nullable(),
    effects: z.array(effectSchema),
    markers: z.array(marker),
  });

/** See {@link bundleClipSchema}. */
export type BundleClip = z.infer<typeof bundleClipSchema>;

/** Anything on a track of a bundle. */
export const bundleItemSchema = z.discriminatedUnion('type', [
  bundleClipSchema,
  gapSchema.omit({ id: true, track: true }),
  transitionSchema.omit({ id: true, track: true }),
]);

/** See {@link bundleItemSchema}. */
export type BundleItem = z.infer<typeof bundleItemSchema>;

/** A track of a bundle. */
export const bundleTrackSchema = trackSchema
  .omit({ id: true, sequence: true, items: true })
  .extend({ items: z.array(bundleItemSchema) });

/** See {@link bundleTrackSchema}. */
export type BundleTrack = z.infer<typeof bundleTrackSchema>;

/** A media item of a bundle. */
export const bundleMediaSchema = mediaSchema.omit({ id: true, markers: true }).extend({ markers: z.array(marker) });

/** See {@link bundleMediaSchema}. */
export type BundleMedia = z.infer<typeof bundleMediaSchema>;

/**
 * A whole timeline with its media and without ids of any project: what readers of other formats make and writers take.
 * Effects keep ids of where they came from; they get new ones when the bundle is taken in.
 */
export const bundleSchema = z.strictObject({
  sequence: sequenceSchema.omit({ id: true, tracks: true, markers: true }).extend({ markers: z.array(marker) }),
  media: z.array(bundleMediaSchema),
  tracks: z.array(bundleTrackSchema),
});

/** See {@link bundleSchema}. */
export type SequenceBundle = z.infer<typeof bundleSchema>;

function withoutId<T extends { readonly id: string }>({ id: _id, ...rest }: T): Omit<T, 'id'> {
  return rest;
}

/** A timeline of a project as a bundle, or undefined if there is none of this id. */
export function bundleOf(project: Project, sequenceId: string): SequenceBundle | undefined {
  const sequence = project.sequences[sequenceId];
  if (!sequence) return undefined;
  const mediaIds: string[] = [];
  const links: string[] = [];
  const numbered = (list: string[], id: string): number => {
    if (!list.includes(id)) list.push(id);
    return list.indexOf(id);
  };
  const tracks = sequence.tracks.map((trackId): BundleTrack => {
    const { id: _id, sequence: _sequence, items, ...track } = project.tracks[trackId]!;
    return {
      ...track,
      items: items.map((itemId): BundleItem => {
        const { id: _item, track: _track, ...item } = project.items[itemId]!;
        if (item.type !== 'clip') return item;
        return {
          ...item,
          media: numbered(mediaIds, item.media),
          link: item.link === null ? null : numbered(links, item.link),
          effects: item.effects.map((effect) => project.effects[effect]!),
          markers: item.markers.map(withoutId),
        };
      }),
    };
  });
  const { id: _id, tracks: _tracks, markers, ...settings } = sequence;
  return {
    sequence: { ...settings, markers: markers.map(withoutId) },
    media: mediaIds.map((id) => {
      const media = withoutId(project.media[id]!);
      return { ...media, markers: media.markers.map(withoutId) };
    }),
    tracks,
  };
}
