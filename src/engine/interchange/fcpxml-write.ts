import type { BundleClip, BundleItem, BundleMedia, BundleTrack, SequenceBundle } from '../../core/document/bundle.ts';
import type { Rational } from '../../core/rational.ts';
import { addTime, type RationalTime, rationalTime } from '../../core/rational-time.ts';
import { urlFromPath } from './otio-values.ts';

/** An FCPXML document and what of the timeline it does not say, one sentence each. */
export interface FcpxmlWritten {
  readonly text: string;
  readonly warnings: readonly string[];
}

type Attributes = Readonly<Record<string, string | number | undefined>>;

interface Element {
  readonly name: string;
  readonly attributes: Attributes;
  readonly children: readonly Element[];
  readonly text?: string;
}

const element = (
  name: string,
  attributes: Attributes = {},
  children: readonly Element[] = [],
  text?: string,
): Element => ({
  name,
  attributes,
  children,
  ...(text !== undefined && { text }),
});

/** Escapes for XML 1.0 and leaves out the characters that it cannot hold. */
function escapeXml(text: string): string {
  const allowed = [...text].filter((character) => character >= ' ' || '\t\n\r'.includes(character));
  return allowed.join('').replaceAll(/[&<>"'\uFFFE\uFFFF]/g, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0xfffe ? '' : `&#${code};`;
  });
}

function render({ name, attributes, children, text }: Element, indent: string): string {
  const members = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escapeXml(String(value))}"`],
  );
  const open = `${indent}<${name}${members.join('')}`;
  if (text !== undefined) return `${open}>${escapeXml(text)}</${name}>`;
  if (children.length === 0) return `${open}/>`;
  return `${open}>\n${children.map((child) => render(child, `${indent}    `)).join('\n')}\n${indent}</${name}>`;
}

/** Seconds as FCPXML writes them: a whole fraction with `s`. */
function seconds(time: RationalTime): string {
  const [num, den] = [BigInt(time.value) * BigInt(time.rate.den), BigInt(time.rate.num)];
  let [a, b] = [num < 0n ? -num : num, den];
  while (b !== 0n) [a, b] = [b, a % b];
  const divisor = a === 0n ? 1n : a;
  return den / divisor === 1n || num === 0n
    ? `${num / (num === 0n ? 1n : divisor)}s`
    : `${num / divisor}/${den / divisor}s`;
}

interface Placed {
  readonly item: BundleItem;
  readonly start: number;
}

function layOut(track: BundleTrack): Placed[] {
  let cursor = 0;
  return track.items.map((item) => {
    const start = cursor;
    if (item.type !== 'transition') cursor += item.duration;
    return { item, start };
  });
}

class FcpxmlWriter {
  readonly warnings: string[] = [];
  readonly #bundle: SequenceBundle;
  readonly #rate: Rational;

  constructor(bundle: SequenceBundle) {
    this.#bundle = bundle;
    this.#rate = bundle.sequence.rate;
  }

  #frames(count: number): string {
    return seconds(rationalTime(count, this.#rate));
  }

  #format(id: string, rate: Rational, width: number, height: number): Element {
    return element('format', { id, frameDuration: seconds(rationalTime(1, rate)), width, height });
  }

  resources(): Element[] {
    const { width, height } = this.#bundle.sequence;
    const assets = this.#bundle.media.flatMap((media, index) => this.#asset(media, index));
    return [this.#format('r1', this.#rate, width, height), ...assets];
  }

  #asset(media: BundleMedia, index: number): Element[] {
    const { width, height } = this.#bundle.sequence;
    if (media.path === null) this.warnings.push(`"${media.name}" has no file: other programs will ask for it.`);
    const range = media.availableRange;
    const format = this.#format(`f${index}`, media.rate, media.width || width, media.height || height);
    const asset = element(
      'asset',
      {
        id: `a${index}`,
        name: media.name,
        start: range ? seconds(range.start) : '0s',
        duration: range ? seconds(range.duration) : '0s',
        hasVideo: media.hasVideo ? 1 : undefined,
        hasAudio: media.hasAudio ? 1 : undefined,
        audioSources: media.hasAudio ? 1 : undefined,
        audioChannels: media.hasAudio ? 2 : undefined,
        format: media.hasVideo ? format.attributes['id'] : undefined,
      },
      [
        element('media-rep', {
          kind: 'original-media',
          src: urlFromPath(media.path ?? `missing/${encodeURIComponent(media.name)}`),
        }),
      ],
    );
    return media.hasVideo ? [format, asset] : [asset];
  }

  /** A clip at `offset` (in its parent's time), with what is connected to it. */
  #clip(
    clip: BundleClip,
    offset: string,
    lane: number | undefined,
    kind: string,
    connected: readonly Element[],
  ): Element {
    const media = this.#bundle.media[clip.media]!;
    const names = clip.effects.filter(({ enabled }) => enabled).map(({ name }) => name);
    if (names.length > 0) this.warnings.push(`"${clip.name}": Retake effects are written as a note only.`);
    return element(
      'asset-clip',
      {
        ref: `a${clip.media}`,
        lane,
        offset,
        name: clip.name,
        start: seconds(clip.sourceStart),
        duration: this.#frames(clip.duration),
        enabled: clip.enabled ? undefined : 0,
        srcEnable: media.hasVideo && media.hasAudio ? kind : undefined,
        audioRole: kind === 'audio' ? 'dialogue' : undefined,
        format: media.hasVideo ? `f${clip.media}` : undefined,
      },
      [
        ...(names.length > 0 ? [element('note', {}, [], `Retake: ${names.join(', ')}`)] : []),
        ...connected,
        ...clip.markers.map((marker) =>
          element('marker', {
            start: seconds(
              addTime(
                media.availableRange?.start ?? rationalTime(0, media.rate),
                rationalTime(marker.frame, media.rate),
              ),
            ),
            duration: seconds(rationalTime(Math.max(1, marker.duration), media.rate)),
            value: marker.name,
            note: marker.note || undefined,
          }),
        ),
      ],
    );
  }

  /** Clips of all other tracks that start inside [from, until) of the sequence, as children of a spine element. */
  #connected(
    lanes: readonly [number, BundleTrack][],
    from: number,
    until: number,
    localStart: RationalTime,
  ): Element[] {
    return lanes.flatMap(([lane, track]) =>
      layOut(track).flatMap(({ item, start }) => {
        if (item.type !== 'clip' || start < from || start >= until) return [];
        const offset = seconds(addTime(localStart, rationalTime(start - from, this.#rate)));
        return [this.#clip({ ...item, enabled: item.enabled && !track.muted }, offset, lane, track.kind, [])];
      }),
    );
  }

  spine(): { spine: Element; length: number } {
    const { tracks } = this.#bundle;
    const primary = tracks.find((track) => track.kind === 'video');
    const above = tracks.filter((track) => track.kind === 'video' && track !== primary);
    const below = tracks.filter((track) => track.kind === 'audio');
    const lanes: [number, BundleTrack][] = [
      ...above.map((track, index): [number, BundleTrack] => [index + 1, track]),
      ...below.map((track, index): [number, BundleTrack] => [-1 - index, track]),
    ];
    for (const [, track] of lanes)
      if (track.items.some((item) => item.type === 'transition'))
        this.warnings.push(`Transitions on "${track.name}" are left out: FCPXML has them on the main track only.`);
    const lengthOf = (track: BundleTrack): number =>
      track.items.reduce((sum, item) => sum + (item.type === 'transition' ? 0 : item.duration), 0);
    const length = Math.max(0, ...tracks.map(lengthOf));
    const placed = primary ? layOut(primary) : [];
    const end = primary ? lengthOf(primary) : 0;
    if (end < length) placed.push({ item: { type: 'gap', duration: length - end, metadata: {} }, start: end });
    const children = placed.map(({ item, start }): Element => {
      const offset = this.#frames(start);
      if (item.type === 'transition')
        return element('transition', {
          name: item.kind === 'SMPTE_Dissolve' ? 'Cross Dissolve' : item.kind,
          offset: this.#frames(start - item.inOffset),
          duration: this.#frames(item.inOffset + item.outOffset),
        });
      const zero = rationalTime(0, this.#rate);
      const connected = this.#connected(
        lanes,
        start,
        start + item.duration,
        item.type === 'clip' ? item.sourceStart : zero,
      );
      if (item.type === 'clip')
        return this.#clip({ ...item, enabled: item.enabled && !primary?.muted }, offset, undefined, 'video', connected);
      return element('gap', { name: 'Gap', offset, start: '0s', duration: this.#frames(item.duration) }, connected);
    });
    return { spine: element('spine', {}, children), length };
  }

  document(): string {
    const { sequence } = this.#bundle;
    const { spine, length } = this.spine();
    const markers = sequence.markers.length;
    if (markers > 0)
      this.warnings.push(`${markers} markers of the sequence are left out: FCPXML has them on clips only.`);
    const root = element('fcpxml', { version: '1.9' }, [
      element('resources', {}, this.resources()),
      element('library', {}, [
        element('event', { name: sequence.name }, [
          element('project', { name: sequence.name }, [
            element(
              'sequence',
              {
                format: 'r1',
                duration: this.#frames(length),
                tcStart: this.#frames(sequence.startFrame),
                tcFormat: sequence.dropFrame ? 'DF' : 'NDF',
                audioLayout: 'stereo',
                audioRate: sequence.sampleRate === 44_100 ? '44.1k' : sequence.sampleRate === 96_000 ? '96k' : '48k',
              },
              [spine],
            ),
          ]),
        ]),
      ]),
    ]);
    return `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE fcpxml>\n${render(root, '')}\n`;
  }
}

/**
 * Writes FCPXML 1.9 (Apple, "FCPXML Reference"): the first picture track is the primary storyline, all other tracks are
 * connected to it in lanes (above: picture, below: sound). Effects of Retake become notes.
 */
export function writeFcpxml(bundle: SequenceBundle): FcpxmlWritten {
  const writer = new FcpxmlWriter(bundle);
  const text = writer.document();
  return { text, warnings: [...new Set(writer.warnings)] };
}
