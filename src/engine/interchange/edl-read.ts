import type { BundleClip, BundleItem, BundleMedia, BundleTrack } from '../../core/document/bundle.ts';
import { RetakeError } from '../../core/errors.ts';
import { type Rational, rational } from '../../core/rational.ts';
import { rationalTime } from '../../core/rational-time.ts';
import { parsePosition } from '../../core/timecode.ts';
import type { TimelineRead } from './otio-read.ts';

/** One event of a list, its timecodes still text. */
interface Event {
  readonly number: string;
  readonly reel: string;
  readonly channels: string;
  readonly transition: string;
  readonly transitionFrames: number;
  readonly times: readonly [string, string, string, string];
  readonly line: number;
  readonly notes: string[];
}

const TIME = String.raw`(\d\d[:;]\d\d[:;]\d\d[:;.]\d\d)`;
const EVENT = new RegExp(
  String.raw`^(\d+)\s+(\S+)\s+(\S+)\s+(C|D|W\d+|K\s?[BO]?)\s*(\d+)?\s+${TIME}\s+${TIME}\s+${TIME}\s+${TIME}\s*$`,
);

function readEvents(text: string): { title: string; dropFrame: boolean; events: Event[] } {
  const events: Event[] = [];
  let [title, dropFrame] = ['', false];
  text.split(/\r\n|\r|\n/).forEach((raw, index) => {
    const line = raw.trim();
    const match = EVENT.exec(line);
    if (match) {
      const [, number, reel, channels, transition, frames, a, b, c, d] = match as unknown as string[];
      events.push({
        number: number!,
        reel: reel!,
        channels: channels!,
        transition: transition!,
        transitionFrames: Number(frames ?? 0),
        times: [a!, b!, c!, d!],
        line: index + 1,
        notes: [],
      });
    } else if (/^TITLE:/i.test(line)) title = line.slice(6).trim();
    else if (/^FCM:/i.test(line)) dropFrame ||= /^FCM:\s*DROP/i.test(line);
    else if (line !== '' && events.length > 0) events.at(-1)!.notes.push(line);
  });
  return { title, dropFrame, events };
}

/** The slowest usual rate whose timecode can count the frame numbers that occur; a list does not say its rate. */
function guessRate(events: readonly Event[], dropFrame: boolean): Rational {
  const highest = Math.max(...events.flatMap(({ times }) => times.map((time) => Number(time.slice(-2)))));
  if (dropFrame) return highest >= 30 ? rational(60_000, 1001) : rational(30_000, 1001);
  return rational(highest >= 50 ? 60 : highest >= 30 ? 50 : highest >= 25 ? 30 : highest >= 24 ? 25 : 24);
}

function frameOf(time: string, rate: Rational, dropFrame: boolean, line: number): number {
  const digits = time.replaceAll(/[:;.]/g, ':');
  const plain = (separator: string): number => parsePosition(digits.replace(/:(\d\d)$/, `${separator}$1`), rate);
  try {
    return plain(dropFrame ? ';' : ':');
  } catch (cause) {
    // Sources in a drop-frame list may count without dropping.
    if (dropFrame) return plain(':');
    throw new RetakeError(
      'file-damaged',
      `Line ${line} of the edit list: ${time} is no timecode at ${rate.num}/${rate.den} frames per second. Say the right rate.`,
      { line },
      cause,
    );
  }
}

/** Tracks that a channel field names: `V`, `A`, `A2`, `B` or `AA/V` (picture and sound), `A1A2`... */
function channelsOf(field: string): string[] {
  const text = field.toUpperCase();
  if (text === 'B') return ['V', 'A1'];
  const sound = text.replaceAll('V', '').replaceAll('/', '');
  const numbers = [...sound.matchAll(/A(\d*)/g)].map(
    ([, number], index) => `A${number || (sound.startsWith('AA') ? index + 1 : 1)}`,
  );
  return [...(text.includes('V') ? ['V'] : []), ...new Set(numbers)];
}

function noteOf(event: Event, key: RegExp): string | undefined {
  const line = event.notes.map((note) => note.replace(/^\*\s*/, '')).find((note) => key.test(note));
  return line?.replace(key, '').trim() || undefined;
}

interface Lane {
  readonly items: BundleItem[];
  end: number;
}

/** Takes off what a lane holds from `record` on, as a recorder does that writes over it. */
function cutBack(lane: Lane, record: number): void {
  while (lane.end > record) {
    const last = lane.items.pop()!;
    if (last.type === 'transition') continue;
    lane.end -= last.duration;
    if (lane.end < record) {
      lane.items.push({ ...last, duration: record - lane.end });
      lane.end = record;
    }
  }
  if (lane.items.at(-1)?.type === 'transition') lane.items.pop();
}

/**
 * Reads a CMX3600 edit decision list. Such a list names reels and timecodes, not files: its media are `missing` until
 * they are relinked, by reel (`metadata.edl`). Without `rate` it is guessed from the frame numbers. Dissolves and wipes
 * become transitions that start at their event; changes of speed and keys are kept as notes and reported.
 * Throws `file-damaged` where there is no event, or one with impossible times.
 */
export function readEdl(text: string, options: { readonly rate?: Rational } = {}): TimelineRead {
  const { title, dropFrame, events } = readEvents(text);
  if (events.length === 0)
    throw new RetakeError('file-damaged', 'There is no event of a CMX3600 edit list in this file.');
  const rate = options.rate ?? guessRate(events, dropFrame);
  const warnings: string[] = [];
  if (!options.rate)
    warnings.push(`An edit list does not say its rate; ${rate.num}/${rate.den} frames per second are assumed.`);
  const timed = events.map((event) => {
    const [sourceIn, sourceOut, recordIn, recordOut] = event.times.map((time) =>
      frameOf(time, rate, dropFrame, event.line),
    ) as [number, number, number, number];
    return { event, sourceIn, sourceOut, recordIn, recordOut };
  });
  const startFrame = timed.reduce((least, { recordIn }) => Math.min(least, recordIn), Infinity);
  const media: BundleMedia[] = [];
  const lanes = new Map<string, Lane>();
  const mediaOf = (event: Event, name: string, sound: boolean): number => {
    let index = media.findIndex((one) => one.name === name && edlReel(one) === event.reel);
    if (index < 0)
      index = media.push(missingMedia(name, event.reel, noteOf(event, /^SOURCE FILE:/i) ?? null, rate)) - 1;
    media[index] = { ...media[index]!, ...(sound ? { hasAudio: true } : { hasVideo: true }) };
    return index;
  };
  for (const { event, sourceIn, sourceOut, recordIn, recordOut } of timed) {
    const duration = recordOut - recordIn;
    if (duration < 0)
      throw new RetakeError('file-damaged', `Line ${event.line} of the edit list ends before it starts.`, {
        line: event.line,
      });
    if (duration === 0) continue; // the outgoing side of a transition, which the lane already holds
    if (event.notes.some((note) => note.startsWith('M2')) || sourceOut - sourceIn !== duration)
      warnings.push(`Event ${event.number} changes speed, which Retake does not play.`);
    if (event.transition.startsWith('K')) warnings.push(`Event ${event.number} is a key, which Retake shows as a cut.`);
    for (const channel of channelsOf(event.channels)) {
      const lane = lanes.get(channel) ?? { items: [], end: startFrame };
      lanes.set(channel, lane);
      if (recordIn < lane.end) {
        warnings.push(`Event ${event.number} lies over the one before it, which is cut short.`);
        cutBack(lane, recordIn);
      }
      if (recordIn > lane.end) lane.items.push({ type: 'gap', duration: recordIn - lane.end, metadata: {} });
      if (/^[DW]/.test(event.transition) && event.transitionFrames > 0) lane.items.push(transitionOf(event));
      lane.end = recordOut;
      if (event.reel === 'BL') lane.items.push({ type: 'gap', duration, metadata: {} });
      else {
        const name =
          noteOf(event, event.transition === 'C' ? /^FROM CLIP NAME:/i : /^TO CLIP NAME:/i) ??
          noteOf(event, /^FROM CLIP NAME:/i) ??
          event.reel;
        lane.items.push(clipOf(event, name, mediaOf(event, name, channel !== 'V'), sourceIn, duration, rate));
      }
    }
  }
  const order = [...lanes.keys()].sort((a, b) =>
    a === 'V' ? -1 : b === 'V' ? 1 : a.localeCompare(b, 'en', { numeric: true }),
  );
  const tracks = order.map(
    (channel): BundleTrack => ({
      kind: channel === 'V' ? 'video' : 'audio',
      name: channel,
      muted: false,
      locked: false,
      items: lanes.get(channel)!.items,
      metadata: {},
    }),
  );
  return {
    warnings,
    bundle: {
      sequence: {
        name: title,
        rate,
        width: 1920,
        height: 1080,
        sampleRate: 48_000,
        startFrame,
        dropFrame: dropFrame && rate.den === 1001 && (rate.num === 30_000 || rate.num === 60_000),
        inPoint: null,
        outPoint: null,
        markers: [],
        metadata: {},
      },
      media,
      tracks,
    },
  };
}

/** The reel of a media item that came from an edit list. */
export function edlReel(media: Pick<BundleMedia, 'metadata'>): string | undefined {
  const edl = media.metadata['edl'];
  const reel = typeof edl === 'object' && edl !== null && !Array.isArray(edl) ? edl['reel'] : undefined;
  return typeof reel === 'string' ? reel : undefined;
}

function missingMedia(name: string, reel: string, sourceFile: string | null, rate: Rational): BundleMedia {
  return {
    name,
    kind: 'missing',
    path: null,
    fingerprint: null,
    rate,
    availableRange: null,
    hasVideo: false,
    hasAudio: false,
    width: 0,
    height: 0,
    markers: [],
    metadata: { edl: { reel, sourceFile } },
  };
}

function transitionOf(event: Event): BundleItem {
  const kind = event.transition === 'D' ? 'SMPTE_Dissolve' : `SMPTE_Wipe_${event.transition.slice(1)}`;
  return { type: 'transition', name: '', kind, inOffset: 0, outOffset: event.transitionFrames, metadata: {} };
}

function clipOf(
  event: Event,
  name: string,
  media: number,
  sourceIn: number,
  duration: number,
  rate: Rational,
): BundleClip {
  return {
    type: 'clip',
    name,
    enabled: true,
    media,
    sourceStart: rationalTime(sourceIn, rate),
    duration,
    link: null,
    effects: [],
    markers: [],
    metadata: event.notes.length > 0 ? { edl: { notes: event.notes } } : {},
  };
}
