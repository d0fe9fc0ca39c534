import { z } from 'zod';
import type { BundleClip } from '../../core/document/bundle.ts';
import type { Rational } from '../../core/rational.ts';
import { addTime, type RationalTime, rationalTime, rescale, subtractTime } from '../../core/rational-time.ts';
import { isObject, type Json, type JsonObject } from './lenient-json.ts';
import { keepRaw, objectOf, readRange, textOf, writeRange } from './otio-values.ts';

type BundleMarker = BundleClip['markers'][number];

const rawSchema = z.record(z.string(), z.json());

/**
 * Markers that Retake can place: those at or after `origin`. The raw object of each is kept in its metadata; the others
 * are given back as they are, to be carried along.
 */
export function readMarkers(
  list: readonly Json[],
  origin: RationalTime,
  rate: Rational,
): { markers: BundleMarker[]; others: Json[] } {
  const markers: BundleMarker[] = [];
  const others: Json[] = [];
  for (const [index, raw] of list.entries()) {
    const range = isObject(raw) ? readRange(raw['marked_range']) : undefined;
    const frame = range ? rescale(subtractTime(range.start, origin), rate, 'floor') : -1;
    if (!isObject(raw) || !range || frame < 0) {
      others.push(raw);
      continue;
    }
    const own = objectOf(raw, 'metadata')['retake'];
    markers.push({
      frame,
      duration: rescale(range.duration, rate, 'round'),
      name: textOf(raw, 'name'),
      colour: textOf(raw, 'color').toLowerCase().slice(0, 32),
      note: textOf(raw, 'comment'),
      metadata: isObject(own) ? rawSchema.parse(own) : { otio: raw as never, otioIndex: index },
    });
  }
  return { markers: markers.toSorted((a, b) => a.frame - b.frame), others };
}

/** Markers as OTIO objects; one that was read and not changed is written as it came. */
export function writeMarkers(markers: readonly BundleMarker[], origin: RationalTime, rate: Rational): JsonObject[] {
  const place = (marker: BundleMarker): number => Number(marker.metadata['otioIndex'] ?? markers.length);
  return markers
    .toSorted((a, b) => place(a) - place(b))
    .map((marker) => {
      const raw = marker.metadata['otio'];
      const rawMarker: JsonObject = isObject(raw) ? (raw as JsonObject) : {};
      const placed = (value: Json | undefined) => {
        const range = readRange(value);
        return (
          range && [rescale(subtractTime(range.start, origin), rate, 'floor'), rescale(range.duration, rate, 'round')]
        );
      };
      const range = keepRaw(rawMarker['marked_range'], placed, [marker.frame, marker.duration], () =>
        writeRange({
          start: addTime(origin, rationalTime(marker.frame, rate)),
          duration: rationalTime(marker.duration, rate),
        }),
      );
      const kept = (key: string, current: string, read = (text: string) => text): JsonObject =>
        read(textOf(rawMarker, key)) === current ? {} : { [key]: current };
      const written: JsonObject = {
        OTIO_SCHEMA: 'Marker.2',
        ...rawMarker,
        ...kept('name', marker.name),
        ...kept('color', marker.colour, (text) => text.toLowerCase().slice(0, 32)),
        ...kept('comment', marker.note),
        marked_range: range,
      };
      if (isObject(raw)) return written;
      const named: JsonObject = { name: marker.name, color: marker.colour.toUpperCase(), comment: marker.note };
      return { ...written, ...named, metadata: { retake: marker.metadata as JsonObject } };
    });
}
