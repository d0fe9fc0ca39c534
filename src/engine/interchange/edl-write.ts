import type { BundleClip, BundleMedia, BundleTrack, SequenceBundle } from '../../core/document/bundle.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Rational } from '../../core/rational.ts';
import { rescale } from '../../core/rational-time.ts';
import { canDropFrames, formatTimecode } from '../../core/timecode.ts';
import { edlReel } from './edl-read.ts';

/** An edit list and what of the timeline it cannot say, one sentence each. */
export interface EdlWritten {
  readonly text: string;
  readonly warnings: readonly string[];
}

interface Line {
  readonly recordIn: number;
  readonly lines: readonly string[];
}

const MAX_EVENTS = 999_999;

/** Reel names: up to 32 of A-Z 0-9 _ - (readers of the original eight-letter form cut them). Distinct per media. */
function reelNames(media: readonly BundleMedia[]): string[] {
  const used = new Set<string>(['BL', 'AX']);
  return media.map((one) => {
    const wished =
      (edlReel(one) ?? one.name.replace(/\.[A-Za-z0-9]{2,4}$/, ''))
        .toUpperCase()
        .replaceAll(/[^A-Z0-9_-]+/g, '_')
        .slice(0, 32) || 'REEL';
    let name = wished;
    for (let number = 2; used.has(name) && edlReel(one) !== name; number++) name = `${wished.slice(0, 28)}_${number}`;
    used.add(name);
    return name;
  });
}

/** A name in a note: notes are one line. */
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();

class EdlWriter {
  readonly warnings: string[] = [];
  readonly #bundle: SequenceBundle;
  readonly #rate: Rational;
  readonly #drop: boolean;
  readonly #reels: readonly string[];

  constructor(bundle: SequenceBundle) {
    this.#bundle = bundle;
    this.#rate = bundle.sequence.rate;
    this.#drop = bundle.sequence.dropFrame && canDropFrames(this.#rate);
    this.#reels = reelNames(bundle.media);
  }

  #time(frame: number): string {
    return formatTimecode(frame, this.#rate, this.#drop);
  }

  #sourceIn(clip: BundleClip, offset: number): number {
    const frame = rescale(clip.sourceStart, this.#rate, 'round') + offset;
    if (frame < 0)
      this.warnings.push(`"${clip.name}" starts before timecode zero of its source and is written from zero.`);
    return Math.max(0, frame);
  }

  #event(reel: string, channel: string, how: string, source: number, record: number, frames: number): string {
    const cut = [source, source + frames, record, record + frames].map((frame) => this.#time(frame)).join(' ');
    return `${reel.padEnd(8)} ${channel.padEnd(5)} ${how.padEnd(8)} ${cut}`;
  }

  /** Events of one track. A transition starts `inOffset` before the cut, where its event begins. */
  track(track: BundleTrack, channel: string): Line[] {
    const out: Line[] = [];
    let record = this.#bundle.sequence.startFrame;
    let before: BundleClip | undefined;
    track.items.forEach((item, index) => {
      if (item.type === 'transition') return;
      const [lead, trail] = [track.items[index - 1], track.items[index + 1]];
      const into = lead?.type === 'transition' ? lead : undefined;
      const early = into?.inOffset ?? 0;
      const frames = item.duration + early - (trail?.type === 'transition' ? trail.inOffset : 0);
      const start = record - early;
      record += item.duration;
      const reel = item.type === 'clip' && item.enabled ? this.#reels[item.media]! : 'BL';
      if (item.type === 'clip' && !item.enabled)
        this.warnings.push(`"${item.name}" is switched off and written as black.`);
      const source = reel === 'BL' ? 0 : this.#sourceIn(item as BundleClip, -early);
      const lines: string[] = [];
      if (into) {
        const wipe = /^SMPTE_Wipe_(\d{3})$/.exec(into.kind)?.[1];
        if (!wipe && into.kind !== 'SMPTE_Dissolve')
          this.warnings.push(`The transition ${into.kind} is written as a dissolve.`);
        const length = String(into.inOffset + into.outOffset).padStart(3, '0');
        const from = before ? this.#sourceIn(before, before.duration - early) : 0;
        lines.push(this.#event(before ? this.#reels[before.media]! : 'BL', channel, 'C', from, start, 0));
        lines.push(this.#event(reel, channel, `${wipe ? `W${wipe}` : 'D'}    ${length}`, source, start, frames));
        if (before) lines.push(`* FROM CLIP NAME: ${oneLine(before.name)}`);
        if (item.type === 'clip') lines.push(`* TO CLIP NAME: ${oneLine(item.name)}`);
      } else {
        lines.push(this.#event(reel, channel, 'C', source, start, frames));
        if (reel !== 'BL') lines.push(`* FROM CLIP NAME: ${oneLine((item as BundleClip).name)}`);
      }
      if (reel !== 'BL') lines.push(...this.#notes(item as BundleClip));
      before = item.type === 'clip' ? item : undefined;
      out.push({ recordIn: start, lines });
    });
    return out;
  }

  #notes(clip: BundleClip): string[] {
    const media = this.#bundle.media[clip.media]!;
    const edl = media.metadata['edl'];
    const sourceFile = typeof edl === 'object' && edl !== null && !Array.isArray(edl) ? edl['sourceFile'] : null;
    const file = typeof sourceFile === 'string' ? sourceFile : media.path?.split(/[\\/]/).at(-1);
    for (const effect of clip.effects)
      if (effect.enabled) this.warnings.push(`"${clip.name}": the effect ${effect.name} is not part of an edit list.`);
    return file ? [`* SOURCE FILE: ${oneLine(file)}`] : [];
  }
}

/**
 * Writes a CMX3600 edit decision list: one picture track (the first, or number `videoTrack` counted from 0) and up to
 * four of sound. Gaps are written as events of black (reel BL), so that reading it back gives the same places.
 */
export function writeEdl(bundle: SequenceBundle, options: { readonly videoTrack?: number } = {}): EdlWritten {
  const writer = new EdlWriter(bundle);
  const video = bundle.tracks.filter((track) => track.kind === 'video');
  const audio = bundle.tracks.filter((track) => track.kind === 'audio' && track.items.length > 0);
  const picture = video[options.videoTrack ?? 0];
  const left =
    video.filter((track) => track !== picture && track.items.length > 0).length + Math.max(0, audio.length - 4);
  if (left > 0)
    writer.warnings.push(`An edit list holds one picture track and four of sound: ${left} tracks are left out.`);
  const lines = [
    ...(picture ? writer.track(picture, 'V') : []),
    ...audio.slice(0, 4).flatMap((track, index) => writer.track(track, index === 0 ? 'A' : `A${index + 1}`)),
  ].toSorted((a, b) => a.recordIn - b.recordIn);
  if (lines.length > MAX_EVENTS) throw new RetakeError('conflict', 'An edit list cannot hold that many events.');
  const drop = bundle.sequence.dropFrame && canDropFrames(bundle.sequence.rate);
  const width = lines.length > 999 ? 6 : 3;
  const body = lines.map((entry, index) => {
    const number = String(index + 1).padStart(width, '0');
    return entry.lines.map((line) => (line.startsWith('*') ? line : `${number}  ${line}`)).join('\n');
  });
  const head = [`TITLE:   ${oneLine(bundle.sequence.name)}`, `FCM: ${drop ? 'DROP FRAME' : 'NON-DROP FRAME'}`];
  return { text: `${[...head, ...body].join('\n')}\n`, warnings: [...new Set(writer.warnings)] };
}
