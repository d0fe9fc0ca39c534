import { z } from 'zod';
import type { BundleMedia } from '../../core/document/bundle.ts';
import { markerSchema } from '../../core/document/schema.ts';
import { frameSchema, metadataSchema, rationalSchema } from '../../core/document/values.ts';
import type { Rational } from '../../core/rational.ts';
import {
  addTime,
  compareTime,
  type RationalTime,
  rangeEnd,
  rationalTime,
  subtractTime,
  type TimeRange,
} from '../../core/rational-time.ts';
import { isObject, type JsonObject } from './lenient-json.ts';
import { keepRaw, objectOf, pathFromUrl, readRange, schemaOf, textOf, urlFromPath, writeRange } from './otio-values.ts';

/** What OTIO has no place for: kept in the metadata of a media reference under `retake`. */
const ownSchema = z.strictObject({
  name: z.string(),
  fingerprint: z.string().nullable(),
  rate: rationalSchema,
  hasVideo: z.boolean(),
  hasAudio: z.boolean(),
  width: frameSchema,
  height: frameSchema,
  markers: z.array(markerSchema.omit({ id: true })),
  metadata: metadataSchema,
});

const KINDS: Readonly<Record<string, BundleMedia['kind']>> = {
  MissingReference: 'missing',
  GeneratorReference: 'generator',
};

/** The reference of a clip that counts: Clip.1 has one, Clip.2 several by name. */
export function activeReference(clip: JsonObject): JsonObject {
  const references = objectOf(clip, 'media_references');
  const active = references[textOf(clip, 'active_media_reference_key') || 'DEFAULT_MEDIA'];
  return isObject(active) ? active : objectOf(clip, 'media_reference');
}

function pathOf(reference: JsonObject): string | null {
  if (schemaOf(reference) !== 'ImageSequenceReference') return pathFromUrl(textOf(reference, 'target_url'));
  return pathFromUrl(textOf(reference, 'target_url_base') + textOf(reference, 'name_prefix'));
}

/** Media of a timeline that is being read; the same source is one item. */
export class MediaReader {
  readonly media: BundleMedia[] = [];
  readonly #byKey = new Map<string, number>();

  /** Index of the media item that a clip refers to. */
  take(clip: JsonObject, kind: 'video' | 'audio', sequenceRate: Rational): number {
    const reference = activeReference(clip);
    const range = readRange(reference['available_range']);
    const own = ownSchema.safeParse(objectOf(reference, 'metadata')['retake']).data;
    const path = pathOf(reference);
    const name = own?.name ?? (textOf(reference, 'name') || path?.split(/[\\/]/).at(-1) || textOf(clip, 'name'));
    const key = JSON.stringify([schemaOf(reference), path ?? name, reference['available_range'] ?? null, own ?? null]);
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      if (!own) this.#use(known, kind);
      return known;
    }
    const start = readRange(clip['source_range'])?.start;
    this.media.push({
      name,
      kind: KINDS[schemaOf(reference)] ?? (schemaOf(reference) === '' ? 'missing' : 'file'),
      path,
      fingerprint: own?.fingerprint ?? null,
      rate: own?.rate ?? range?.duration.rate ?? start?.rate ?? sequenceRate,
      availableRange: range ?? null,
      hasVideo: own?.hasVideo ?? kind === 'video',
      hasAudio: own?.hasAudio ?? kind === 'audio',
      width: own?.width ?? 0,
      height: own?.height ?? 0,
      markers: own?.markers ?? [],
      metadata: own?.metadata ?? {},
    });
    this.#byKey.set(key, this.media.length - 1);
    return this.media.length - 1;
  }

  /** A media item for something of another program that is carried along whole. */
  takeOpaque(name: string, kind: 'video' | 'audio', rate: Rational): number {
    this.media.push({
      name,
      kind: 'generator',
      path: null,
      fingerprint: null,
      rate,
      availableRange: null,
      hasVideo: kind === 'video',
      hasAudio: kind === 'audio',
      width: 0,
      height: 0,
      markers: [],
      metadata: { otio: 'opaque' },
    });
    return this.media.length - 1;
  }

  #use(index: number, kind: 'video' | 'audio'): void {
    const media = this.media[index]!;
    this.media[index] = {
      ...media,
      hasVideo: media.hasVideo || kind === 'video',
      hasAudio: media.hasAudio || kind === 'audio',
    };
  }

  /** Makes sure that media hold what a clip shows; true if the file said they do not. */
  cover(index: number, start: RationalTime, frames: number, rate: Rational): boolean {
    const media = this.media[index]!;
    if (media.availableRange === null) return false;
    const end = addTime(start, rationalTime(frames, rate));
    const first = compareTime(start, media.availableRange.start) < 0 ? start : media.availableRange.start;
    const last = compareTime(end, rangeEnd(media.availableRange)) > 0 ? end : rangeEnd(media.availableRange);
    if (first === media.availableRange.start && compareTime(last, rangeEnd(media.availableRange)) === 0) return false;
    const availableRange: TimeRange = { start: first, duration: subtractTime(last, first) };
    this.media[index] = { ...media, availableRange, metadata: { ...media.metadata, otioRangeWidened: true } };
    return true;
  }
}

const SCHEMAS = {
  missing: 'MissingReference.1',
  generator: 'GeneratorReference.1',
  file: 'ExternalReference.1',
} as const;

/** Kinds of track on which a media item is used, from which readers tell what it holds. */
export interface MediaUse {
  readonly video: boolean;
  readonly audio: boolean;
}

/** What only Retake knows of a media item; undefined where reading the rest gives the same. */
function ownPart(media: BundleMedia, use: MediaUse, raw: JsonObject): JsonObject | undefined {
  const { otioRangeWidened: _widened, ...metadata } = media.metadata;
  const { name, fingerprint, rate, hasVideo, hasAudio, width, height, markers } = media;
  const imported = Object.keys(raw).length > 0;
  const plain =
    fingerprint === null && width === 0 && height === 0 && markers.length === 0 && Object.keys(metadata).length === 0;
  if (imported && plain && hasVideo === use.video && hasAudio === use.audio) return undefined;
  return { name, fingerprint, rate: { ...rate }, hasVideo, hasAudio, width, height, markers, metadata } as JsonObject;
}

/** The reference to a media item; `raw` is what a file said, kept where it still holds. */
export function writeReference(media: BundleMedia, raw: JsonObject, use: MediaUse): JsonObject {
  const samePath = Object.keys(raw).length > 0 && pathOf(raw) === media.path;
  const base: JsonObject = samePath ? raw : { OTIO_SCHEMA: SCHEMAS[media.kind], name: media.name };
  const own = ownPart(media, use, samePath ? raw : {});
  const metadata = { ...objectOf(raw, 'metadata'), ...(own && { retake: own }) };
  const range = keepRaw<TimeRange | null>(
    samePath ? raw['available_range'] : undefined,
    (value) => (media.metadata['otioRangeWidened'] ? media.availableRange : (readRange(value) ?? null)),
    media.availableRange,
    (value) => (value === null ? null : writeRange(value)),
  );
  return {
    ...base,
    ...(samePath && !('metadata' in raw) && !own ? {} : { metadata }),
    ...(samePath && !('available_range' in raw) && range === null ? {} : { available_range: range }),
    ...(!samePath && media.kind === 'file' && { target_url: urlFromPath(media.path ?? '') }),
    ...(!samePath && media.kind === 'generator' && { generator_kind: media.name, parameters: {} }),
  };
}

/** The members of a clip object that hold its reference, in the form that the clip came in (Clip.2 when new). */
export function referenceMembers(rawClip: JsonObject, reference: JsonObject): JsonObject {
  if (schemaOf(rawClip) === 'Clip' && !('media_references' in rawClip)) {
    const silent = !('media_reference' in rawClip) || rawClip['media_reference'] === null;
    return silent && schemaOf(reference) === 'MissingReference' ? {} : { media_reference: reference };
  }
  const key = textOf(rawClip, 'active_media_reference_key') || 'DEFAULT_MEDIA';
  return {
    media_references: { ...objectOf(rawClip, 'media_references'), [key]: reference },
    active_media_reference_key: key,
  };
}
