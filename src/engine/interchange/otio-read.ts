import { z } from 'zod';
import type { BundleClip, BundleItem, BundleTrack, SequenceBundle } from '../../core/document/bundle.ts';
import { effectSchema } from '../../core/document/effect-schema.ts';
import { frameSchema, metadataSchema, rationalSchema } from '../../core/document/values.ts';
import { RetakeError } from '../../core/errors.ts';
import { type Rational, rational } from '../../core/rational.ts';
import { type RationalTime, rationalTime } from '../../core/rational-time.ts';
import { isObject, type Json, type JsonObject, parseLenientJson } from './lenient-json.ts';
import { normalIndices } from './normal-items.ts';
import { readMarkers } from './otio-markers.ts';
import { MediaReader } from './otio-media.ts';
import {
  framesOf,
  listOf,
  objectOf,
  prevailingRate,
  readRange,
  readTime,
  schemaOf,
  textOf,
  without,
} from './otio-values.ts';

/** A timeline that was read, and what of it Retake cannot show, one sentence each. */
export interface TimelineRead {
  readonly bundle: SequenceBundle;
  readonly warnings: readonly string[];
}

/** What OTIO has no place for, kept in metadata under `retake`. */
export const ownClipSchema = z.strictObject({
  link: z.int().nullable(),
  effects: z.array(effectSchema),
  metadata: metadataSchema,
});

/** Of a track. */
export const ownTrackSchema = z.strictObject({ locked: z.boolean(), metadata: metadataSchema });

/** Of a sequence. */
export const ownSequenceSchema = z.strictObject({
  rate: rationalSchema,
  width: frameSchema.min(1),
  height: frameSchema.min(1),
  sampleRate: frameSchema.min(1),
  dropFrame: z.boolean(),
  inPoint: frameSchema.nullable(),
  outPoint: frameSchema.nullable(),
  metadata: metadataSchema,
});

/** `raw` without what an earlier export of ours put into its metadata. */
function withoutOwn(raw: JsonObject): JsonObject {
  const metadata = objectOf(raw, 'metadata');
  return 'retake' in metadata ? { ...raw, metadata: without(metadata, 'retake') } : raw;
}

/** Keeps `raw` in an entity's metadata, unless an earlier export of ours made it. */
function residue(raw: JsonObject, own: { metadata: z.output<typeof metadataSchema> } | undefined) {
  const { otio: _old, ...metadata } = own?.metadata ?? {};
  return metadataSchema.parse({ ...metadata, otio: withoutOwn(raw) });
}

class TimelineReader {
  readonly warnings: string[] = [];
  readonly media = new MediaReader();
  readonly #rate: Rational;

  constructor(rate: Rational) {
    this.#rate = rate;
  }

  /** Length of any item in seconds-exact time, or undefined if the file does not say. */
  lengthOf(item: JsonObject): RationalTime | undefined {
    const range = readRange(item['source_range']);
    if (range) return range.duration;
    const children = listOf(item, 'children').filter(isObject);
    const lengths = children
      .filter((child) => schemaOf(child) !== 'Transition')
      .map((child) => framesOf(this.lengthOf(child) ?? rationalTime(0, this.#rate), this.#rate));
    if (schemaOf(item) === 'Stack') return rationalTime(Math.max(0, ...lengths), this.#rate);
    if (children.length > 0)
      return rationalTime(
        lengths.reduce((sum, length) => sum + length, 0),
        this.#rate,
      );
    return readRange(activeRange(item))?.duration;
  }

  track(raw: JsonObject): BundleTrack {
    const kind = textOf(raw, 'kind') === 'Audio' ? 'audio' : 'video';
    const own = ownTrackSchema.safeParse(objectOf(raw, 'metadata')['retake']).data;
    const children = listOf(raw, 'children').filter(isObject);
    const tail = children.length - 1 - children.findLastIndex((child) => schemaOf(child) !== 'Gap');
    const shown = tail > 0 ? children.slice(0, -tail) : children;
    const items = this.placeable(shown.flatMap((child) => this.item(child, kind)));
    return {
      kind,
      name: textOf(raw, 'name'),
      muted: raw['enabled'] === false,
      locked: own?.locked ?? false,
      items,
      metadata: residue({ ...without(raw, 'children'), ...(tail > 0 && { otioTail: children.slice(-tail) }) }, own),
    };
  }

  /** Items without the transitions for which the media have no frames; those go along with the clip after them. */
  placeable(items: readonly BundleItem[]): BundleItem[] {
    const kept = normalIndices(items, this.media.media, this.#rate);
    return items.flatMap((item, index) => {
      const before = items[index - 1];
      if (item.type === 'transition' && !kept.has(index)) {
        this.warnings.push(`The transition "${item.name}" has no frames of media to blend; it is kept for export.`);
        return [];
      }
      if (item.type !== 'clip' || before?.type !== 'transition' || kept.has(index - 1)) return [item];
      const raw = item.metadata['otio'] as z.output<typeof metadataSchema>;
      return [{ ...item, metadata: { ...item.metadata, otio: { ...raw, otioLead: before.metadata['otio']! } } }];
    });
  }

  item(raw: JsonObject, kind: 'video' | 'audio'): BundleItem[] {
    const schema = schemaOf(raw);
    if (schema === 'Transition') return [this.transition(raw)];
    const length = this.lengthOf(raw);
    const duration = length ? framesOf(length, this.#rate) : 0;
    const name = textOf(raw, 'name') || schema;
    if (duration < 1) {
      this.warnings.push(`"${name}" has no length and is left out.`);
      return [];
    }
    if (schema === 'Gap') return [{ type: 'gap', duration, metadata: residue(raw, undefined) }];
    return [schema === 'Clip' ? this.clip(raw, kind, duration) : this.opaque(raw, kind, duration)];
  }

  transition(raw: JsonObject): BundleItem {
    const offset = (key: string): number =>
      Math.max(0, framesOf(readTime(raw[key]) ?? rationalTime(0, this.#rate), this.#rate));
    return {
      type: 'transition',
      name: textOf(raw, 'name'),
      kind: textOf(raw, 'transition_type') || 'SMPTE_Dissolve',
      inOffset: offset('in_offset'),
      outOffset: offset('out_offset'),
      metadata: residue(raw, undefined),
    };
  }

  clip(raw: JsonObject, kind: 'video' | 'audio', duration: number): BundleClip {
    const own = ownClipSchema.safeParse(objectOf(raw, 'metadata')['retake']).data;
    const media = this.media.take(raw, kind, this.#rate);
    const { rate, availableRange } = this.media.media[media]!;
    const start = readRange(raw['source_range'])?.start ?? availableRange?.start ?? rationalTime(0, rate);
    if (this.media.cover(media, start, duration, this.#rate))
      this.warnings.push(`"${textOf(raw, 'name')}" shows more than the file says its media hold.`);
    for (const effect of listOf(raw, 'effects'))
      if (/TimeWarp|TimeEffect|FreezeFrame/.test(schemaOf(effect)))
        this.warnings.push(
          `"${textOf(raw, 'name')}" changes speed, which Retake does not play; it is kept for export.`,
        );
    const { markers, others } = readMarkers(
      listOf(raw, 'markers'),
      availableRange?.start ?? rationalTime(0, rate),
      rate,
    );
    return {
      type: 'clip',
      name: textOf(raw, 'name'),
      enabled: raw['enabled'] !== false,
      media,
      sourceStart: start,
      duration,
      link: own?.link ?? null,
      effects: own?.effects ?? [],
      markers,
      metadata: residue({ ...raw, ...('markers' in raw && { markers: others }) }, own),
    };
  }

  /** A nested stack or something unknown: carried along whole, shown as an empty clip of its length. */
  opaque(raw: JsonObject, kind: 'video' | 'audio', duration: number): BundleClip {
    const name = textOf(raw, 'name') || String(raw['OTIO_SCHEMA'] ?? 'Unknown');
    this.warnings.push(
      `"${name}" is a ${schemaOf(raw) || 'thing without a schema'}, which Retake cannot show; it is kept for export.`,
    );
    return {
      type: 'clip',
      name: textOf(raw, 'name'),
      enabled: raw['enabled'] !== false,
      media: this.media.takeOpaque(name, kind, this.#rate),
      sourceStart: readRange(raw['source_range'])?.start ?? rationalTime(0, this.#rate),
      duration,
      link: null,
      effects: [],
      markers: [],
      metadata: residue(raw, undefined),
    };
  }
}

function activeRange(item: JsonObject): Json | undefined {
  const references = objectOf(item, 'media_references');
  const active = references[textOf(item, 'active_media_reference_key') || 'DEFAULT_MEDIA'] ?? item['media_reference'];
  return isObject(active) ? active['available_range'] : undefined;
}

/** A stack's children that are no tracks we know: their places among the children, to be put back on export. */
function isKnownTrack(child: Json): child is JsonObject {
  return isObject(child) && schemaOf(child) === 'Track' && ['Video', 'Audio'].includes(textOf(child, 'kind'));
}

/**
 * Reads an OpenTimelineIO JSON file with one timeline. What Retake has no place for (unknown schemas, metadata,
 * effects of other programs, nested stacks) is kept and comes out again on export; `warnings` say what cannot be shown.
 * Throws `file-damaged` for what is no OTIO timeline.
 */
export function readOtio(text: string): TimelineRead {
  const raw = parseLenientJson(text);
  if (!isObject(raw) || schemaOf(raw) !== 'Timeline')
    throw new RetakeError(
      'file-damaged',
      `This is no OpenTimelineIO timeline${schemaOf(raw) ? ` but a ${schemaOf(raw)}` : ''}. Export a single timeline.`,
    );
  const own = ownSequenceSchema.safeParse(objectOf(raw, 'metadata')['retake']).data;
  const stack = objectOf(raw, 'tracks');
  const rate = own?.rate ?? prevailingRate(raw) ?? rational(25);
  const reader = new TimelineReader(rate);
  const children = listOf(stack, 'children');
  const tracks = children.filter(isKnownTrack).map((child) => reader.track(child));
  const others = children.flatMap((child, index) => (isKnownTrack(child) ? [] : [{ index, raw: child }]));
  if (others.length > 0)
    reader.warnings.push(`${others.length} tracks of unknown kinds cannot be shown; they are kept for export.`);
  const { markers, others: otherMarkers } = readMarkers(listOf(stack, 'markers'), rationalTime(0, rate), rate);
  const start = readTime(raw['global_start_time']);
  const kept = {
    timeline: withoutOwn(without(raw, 'tracks')),
    stack: { ...without(stack, 'children'), ...('markers' in stack && { markers: otherMarkers }) },
    others,
    foreign: own === undefined,
  };
  return {
    warnings: reader.warnings,
    bundle: {
      sequence: {
        name: textOf(raw, 'name'),
        rate,
        width: own?.width ?? 1920,
        height: own?.height ?? 1080,
        sampleRate: own?.sampleRate ?? 48_000,
        startFrame: start ? Math.max(0, framesOf(start, rate)) : 0,
        dropFrame: own?.dropFrame ?? false,
        inPoint: own?.inPoint ?? null,
        outPoint: own?.outPoint ?? null,
        markers,
        metadata: metadataSchema.parse({ ...own?.metadata, otio: kept }),
      },
      media: reader.media.media,
      tracks,
    },
  };
}
