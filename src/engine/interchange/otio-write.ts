import type { BundleClip, BundleItem, BundleMedia, BundleTrack, SequenceBundle } from '../../core/document/bundle.ts';
import type { Rational } from '../../core/rational.ts';
import { rationalTime, type TimeRange } from '../../core/rational-time.ts';
import { isObject, type Json, type JsonObject, writeLenientJson } from './lenient-json.ts';
import { normalIndices } from './normal-items.ts';
import { writeMarkers } from './otio-markers.ts';
import { activeReference, type MediaUse, referenceMembers, writeReference } from './otio-media.ts';
import {
  framesOf,
  keepRaw,
  listOf,
  objectOf,
  readRange,
  readTime,
  schemaOf,
  textOf,
  without,
  writeRange,
  writeTime,
} from './otio-values.ts';

/** Effects get new ids when they are read; equal timelines are written equal. */
const anonymous = (effect: BundleClip['effects'][number]) => ({ ...effect, id: 'effect', clip: 'clip' });

type Metadata = BundleTrack['metadata'];

/** What the file said of an entity when it was read, and what else its metadata hold. */
function split(metadata: Metadata): { raw: JsonObject; rest: JsonObject } {
  const { otio, ...rest } = metadata;
  return { raw: isObject(otio) ? (otio as JsonObject) : {}, rest: rest as JsonObject };
}

const isEmpty = (object: object): boolean => Object.keys(object).length === 0;

/** `metadata` member with our own part in it, if there is one; absent where the file had none. */
function metadataMember(raw: JsonObject, own: JsonObject | undefined): JsonObject {
  if (!own && 'OTIO_SCHEMA' in raw) return {};
  return { metadata: { ...objectOf(raw, 'metadata'), ...(own && { retake: own }) } };
}

/** Members that every item has, as OpenTimelineIO writes them. */
const composable = (name: string): JsonObject => ({ metadata: {}, name });
const item = (name: string): JsonObject => ({
  ...composable(name),
  source_range: null,
  effects: [],
  markers: [],
  enabled: true,
});

function enabledMember(raw: JsonObject, enabled: boolean): JsonObject {
  return (raw['enabled'] !== false) === enabled ? {} : { enabled };
}

class TimelineWriter {
  readonly #rate: Rational;
  readonly #media: readonly BundleMedia[];
  readonly #uses: MediaUse[];

  constructor(bundle: SequenceBundle) {
    this.#rate = bundle.sequence.rate;
    this.#media = bundle.media;
    const used = (index: number, kind: string): boolean =>
      bundle.tracks.some(
        (track) => track.kind === kind && track.items.some((one) => one.type === 'clip' && one.media === index),
      );
    this.#uses = bundle.media.map((_, index) => ({ video: used(index, 'video'), audio: used(index, 'audio') }));
  }

  /**
   * Transitions whose offsets were shortened on import for want of media, and which would be again: those keep what the
   * file said.
   */
  #shortened(track: BundleTrack): Set<BundleItem> {
    const said = track.items.map((one): BundleItem => {
      if (one.type !== 'transition') return one;
      const { raw } = split(one.metadata);
      const offset = (key: string): number | undefined => this.#framesSaid(raw[key]);
      return {
        ...one,
        inOffset: offset('in_offset') ?? one.inOffset,
        outOffset: offset('out_offset') ?? one.outOffset,
      };
    });
    const normal = normalIndices(said, this.#media, this.#rate);
    const kept = new Set<BundleItem>();
    for (const [index, item] of normal) {
      const own = track.items[index]!;
      if (item.type === 'transition' && own.type === 'transition')
        if (item.inOffset === own.inOffset && item.outOffset === own.outOffset) kept.add(own);
    }
    return kept;
  }

  #framesSaid(raw: Json | undefined): number | undefined {
    const time = readTime(raw);
    return time && framesOf(time, this.#rate);
  }

  track(track: BundleTrack): JsonObject {
    const { raw, rest } = split(track.metadata);
    const shortened = track.items.some((one) => one.type === 'transition') ? this.#shortened(track) : new Set();
    const own = track.locked || !isEmpty(rest) ? { locked: track.locked, metadata: rest } : undefined;
    return {
      OTIO_SCHEMA: 'Track.1',
      ...(isEmpty(raw) && item(track.name)),
      ...without(raw, 'otioTail'),
      ...enabledMember(raw, !track.muted),
      ...metadataMember(raw, own),
      name: track.name,
      kind: track.kind === 'video' ? 'Video' : 'Audio',
      children: [
        ...track.items.flatMap((one, index) => {
          // A transition without media to blend was taken off on import; it comes back where nothing took its place.
          const lead = one.type === 'clip' ? split(one.metadata).raw['otioLead'] : undefined;
          const free = track.items[index - 1]?.type !== 'transition';
          return [...(lead !== undefined && free ? [lead] : []), this.item(one, shortened.has(one))];
        }),
        ...listOf(raw, 'otioTail'),
      ],
    };
  }

  item(one: BundleItem, asSaid: boolean): JsonObject {
    switch (one.type) {
      case 'clip':
        return this.clip(one);
      case 'gap': {
        const { raw } = split(one.metadata);
        return {
          OTIO_SCHEMA: 'Gap.1',
          ...(isEmpty(raw) && item('')),
          ...raw,
          source_range: this.#gapRange(raw, one.duration),
        };
      }
      case 'transition': {
        const { raw } = split(one.metadata);
        const offset = (key: string, frames: number): Json => this.#frames(raw[key], frames);
        return {
          OTIO_SCHEMA: 'Transition.1',
          ...(isEmpty(raw) && composable(one.name)),
          ...raw,
          ...(textOf(raw, 'name') === one.name ? {} : { name: one.name }),
          ...(asSaid && 'in_offset' in raw && 'out_offset' in raw
            ? {}
            : { in_offset: offset('in_offset', one.inOffset), out_offset: offset('out_offset', one.outOffset) }),
          transition_type: one.kind,
        };
      }
    }
  }

  #frames(raw: Json | undefined, frames: number): Json {
    return keepRaw(
      raw,
      (value) => this.#framesSaid(value),
      frames,
      (value) => writeTime(rationalTime(value, this.#rate)),
    );
  }

  #gapRange(raw: JsonObject, duration: number): Json {
    const read = (value: Json | undefined): number | undefined => {
      const range = readRange(value);
      return range && framesOf(range.duration, this.#rate);
    };
    return keepRaw(raw['source_range'], read, duration, (frames) =>
      writeRange({ start: rationalTime(0, this.#rate), duration: rationalTime(frames, this.#rate) }),
    );
  }

  clip(clip: BundleClip): JsonObject {
    const { raw, rest } = split(clip.metadata);
    const media = this.#media[clip.media]!;
    const opaque = media.metadata['otio'] === 'opaque' && !isEmpty(raw);
    const own =
      clip.link !== null || clip.effects.length > 0 || !isEmpty(rest)
        ? ({ link: clip.link, effects: clip.effects.map(anonymous), metadata: rest } as unknown as JsonObject)
        : undefined;
    const reference = opaque ? {} : writeReference(media, activeReference(raw), this.#uses[clip.media]!);
    const origin = media.availableRange?.start ?? rationalTime(0, media.rate);
    const markers = [...listOf(raw, 'markers'), ...writeMarkers(clip.markers, origin, media.rate)];
    return {
      OTIO_SCHEMA: 'Clip.2',
      ...(isEmpty(raw) && item(clip.name)),
      ...without(raw, 'otioLead'),
      ...enabledMember(raw, clip.enabled),
      ...metadataMember(raw, own),
      ...(textOf(raw, 'name') === clip.name ? {} : { name: clip.name }),
      ...this.#sourceRange(raw, clip, media, opaque),
      ...(opaque ? {} : referenceMembers(raw, reference)),
      ...(opaque || ('OTIO_SCHEMA' in raw && !('markers' in raw) && markers.length === 0) ? {} : { markers }),
    };
  }

  /** The range as it came where the clip still shows the same (also where it came without one). */
  #sourceRange(raw: JsonObject, clip: BundleClip, media: BundleMedia, opaque: boolean): JsonObject {
    const current: TimeRange = { start: clip.sourceStart, duration: rationalTime(clip.duration, this.#rate) };
    const same = (range: TimeRange | undefined): boolean =>
      range !== undefined &&
      JSON.stringify(range.start) === JSON.stringify(clip.sourceStart) &&
      framesOf(range.duration, this.#rate) === clip.duration;
    const said = readRange(raw['source_range']);
    const kept = said
      ? same(said)
      : !isEmpty(raw) && (opaque ? schemaOf(raw) !== 'Clip' : same(media.availableRange ?? undefined));
    return kept ? {} : { source_range: writeRange(current) };
  }
}

/**
 * Writes a timeline as OpenTimelineIO JSON. What a file held that was read before and is not modelled is put back; what
 * OTIO has no place for lies in `metadata.retake`, where `readOtio` finds it again.
 */
export function writeOtio(bundle: SequenceBundle): string {
  const { sequence, tracks } = bundle;
  const { raw: kept, rest } = split(sequence.metadata);
  const [timeline, stack] = [objectOf(kept, 'timeline'), objectOf(kept, 'stack')];
  const writer = new TimelineWriter(bundle);
  const children: Json[] = tracks.map((track) => writer.track(track));
  for (const other of listOf(kept, 'others'))
    if (isObject(other) && other['raw'] !== undefined) children.splice(Number(other['index']), 0, other['raw']);
  const { rate, width, height, sampleRate, dropFrame, inPoint, outPoint } = sequence;
  const foreign =
    kept['foreign'] === true &&
    isEmpty(rest) &&
    width === 1920 &&
    height === 1080 &&
    sampleRate === 48_000 &&
    !dropFrame;
  const own =
    foreign && inPoint === null && outPoint === null
      ? undefined
      : ({ rate: { ...rate }, width, height, sampleRate, dropFrame, inPoint, outPoint, metadata: rest } as JsonObject);
  const startRead = (value: Json | undefined): number => {
    const time = readTime(value);
    return time ? Math.max(0, framesOf(time, rate)) : 0;
  };
  const markers = [...listOf(stack, 'markers'), ...writeMarkers(sequence.markers, rationalTime(0, rate), rate)];
  return `${writeLenientJson({
    OTIO_SCHEMA: 'Timeline.1',
    ...timeline,
    ...metadataMember(timeline, own),
    name: sequence.name,
    ...('global_start_time' in timeline || sequence.startFrame > 0 || isEmpty(timeline)
      ? {
          global_start_time: keepRaw(timeline['global_start_time'], startRead, sequence.startFrame, (frame) =>
            writeTime(rationalTime(frame, rate)),
          ),
        }
      : {}),
    tracks: {
      OTIO_SCHEMA: 'Stack.1',
      ...(isEmpty(stack) && item('tracks')),
      ...stack,
      ...(markers.length > 0 || 'markers' in stack ? { markers } : {}),
      children,
    },
  })}\n`;
}
