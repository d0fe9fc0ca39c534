import {
  ARTICULATOR_COUNT,
  SPEECH_RATE_HZ,
  type SpeechNote,
  type SpeechPhone,
  type SpeechSource,
  type SpeechSpan,
  VISEME_COUNT,
  visemeIndex,
} from '../../core/speech.ts';
import type { PlacedStretch } from './align-words.ts';
import { blendPhones, phoneVisemes, type StressAt } from './dominance.ts';
import type { Placement } from './place-transcript.ts';

/** Speech without words for this long is told about. */
const NOTICED_SECONDS = 0.35;
/** Frames over which the mouth passes from one source to the other. */
const FADE_FRAMES = 5;
const MOST_PLACES = 6;
/** How much curves of known sounds count beside the network's own: words that were only recognised may be wrong. */
const CURVES_SHARE = { alignment: 1, recognition: 0.75 } as const;

const clock = (seconds: number): string => {
  const minutes = Math.floor(seconds / 60);
  return `${minutes}:${(seconds - 60 * minutes).toFixed(1).padStart(4, '0')}`;
};

/** Parts of `whole` that none of `taken` (in order) covers. */
export function uncovered(whole: SpeechSpan, taken: readonly SpeechSpan[]): SpeechSpan[] {
  const out: SpeechSpan[] = [];
  let at = whole.start;
  for (const { start, end } of taken) {
    if (end <= at) continue;
    if (start >= whole.end) break;
    if (start > at) out.push({ start: at, end: start });
    at = end;
  }
  if (at < whole.end) out.push({ start: at, end: whole.end });
  return out;
}

/** What a placed transcript makes of a recording. */
export interface AppliedPlacement {
  readonly phones: readonly SpeechPhone[];
  readonly sources: readonly SpeechSource[];
  readonly notes: readonly SpeechNote[];
}

/** A track in the making, and what is known of it besides. */
export interface Articulated {
  /** Written to where sounds are known. */
  readonly visemes: Float32Array;
  readonly articulation: Float32Array;
  readonly phrases: readonly SpeechSpan[];
  readonly seconds: number;
  readonly stressAt: StressAt;
}

/** Writes the sounds of a transcript into a track wherever it was placed. */
export function applyPlacement(placement: Placement, track: Articulated): AppliedPlacement {
  const { phones, sources, missed } = applyStretches(placement.stretches, 'alignment', track);
  return { phones, sources, notes: mismatch(placement, missed) };
}

/** Writes known sounds into a track. `missed` are parts of phrases that have none. */
export function applyStretches(
  stretches: readonly PlacedStretch[],
  source: keyof typeof CURVES_SHARE,
  { visemes, articulation, phrases, seconds, stressAt }: Articulated,
): Omit<AppliedPlacement, 'notes'> & { readonly missed: readonly SpeechSpan[] } {
  const frames = visemes.length / VISEME_COUNT;
  const missed = phrases
    .flatMap((phrase) => uncovered(phrase, stretches))
    .filter(({ start, end }) => end - start >= NOTICED_SECONDS);
  if (stretches.length === 0) return { phones: [], sources: [{ start: 0, end: seconds, source: 'network' }], missed };
  // Where nobody speaks between aligned words there is nothing for the network to say.
  const aligned = uncovered({ start: 0, end: seconds }, missed);
  const phones: SpeechPhone[] = [];
  for (const span of aligned) {
    const inside = stretches.filter(({ start, end }) => end > span.start && start < span.end);
    let at = span.start;
    for (const { phones: own, end } of inside) {
      for (const phone of own) {
        const start = Math.max(phone.start, at);
        const until = Math.min(phone.end, span.end);
        if (until <= start) continue;
        if (start > at) push(phones, { phone: 'sil', viseme: 'sil', start: at, end: start });
        push(phones, { ...phone, start, end: until });
        at = until;
      }
      at = Math.max(at, Math.min(end, span.end));
    }
    if (at < span.end) push(phones, { phone: 'sil', viseme: 'sil', start: at, end: span.end });
  }
  const columns = phoneVisemes(phones, frames, visemeIndex);
  const curves = blendPhones(phones, frames, stressAt);
  const share = sourceShare(aligned, frames);
  for (let frame = 0; frame < frames; frame += 1) {
    if (share[frame] === 0) continue;
    const weight = share[frame]! * CURVES_SHARE[source];
    for (let k = 0; k < ARTICULATOR_COUNT; k += 1) {
      const cell = frame * ARTICULATOR_COUNT + k;
      articulation[cell] = articulation[cell]! + weight * (curves[cell]! - articulation[cell]!);
    }
    const column = columns[frame]!;
    if (column < 0) continue;
    visemes.fill(0, frame * VISEME_COUNT, (frame + 1) * VISEME_COUNT);
    visemes[frame * VISEME_COUNT + column] = 1;
  }
  const sources = [
    ...aligned.map((span) => ({ ...span, source })),
    ...missed.map((span) => ({ ...span, source: 'network' as const })),
  ].sort((a, b) => a.start - b.start);
  return { phones, sources, missed };
}

function push(phones: SpeechPhone[], phone: SpeechPhone): void {
  const last = phones.at(-1);
  if (last?.phone === 'sil' && phone.phone === 'sil' && Math.abs(last.end - phone.start) < 1e-6)
    phones[phones.length - 1] = { ...last, end: phone.end };
  else phones.push(phone);
}

/** 1 inside the spans, 0 outside, with soft edges inside. */
function sourceShare(spans: readonly SpeechSpan[], frames: number): Float32Array {
  const out = new Float32Array(frames);
  for (const { start, end } of spans) {
    const first = Math.max(0, Math.ceil(start * SPEECH_RATE_HZ));
    const until = Math.min(frames, Math.ceil(end * SPEECH_RATE_HZ));
    for (let frame = first; frame < until; frame += 1) {
      const fromStart = first === 0 ? 1 : (frame - first + 1) / FADE_FRAMES;
      const fromEnd = until === frames ? 1 : (until - frame) / FADE_FRAMES;
      out[frame] = Math.min(1, fromStart, fromEnd);
    }
  }
  return out;
}

function mismatch(placement: Placement, missed: readonly SpeechSpan[]): SpeechNote[] {
  const { words, found, unknown, stretches } = placement;
  const notes: SpeechNote[] = [];
  if (stretches.length === 0)
    notes.push({
      code: 'transcript-unused',
      message: 'The transcript does not fit the recording; the sound alone was used. Check that it is the right text.',
    });
  else {
    for (const { start, end } of missed.slice(0, MOST_PLACES))
      notes.push({
        code: 'transcript-mismatch',
        message: `From ${clock(start)} to ${clock(end)} the transcript does not fit what is said; the sound alone was used there.`,
        start,
        end,
      });
    if (missed.length > MOST_PLACES)
      notes.push({
        code: 'transcript-mismatch',
        message: `The transcript does not fit at ${missed.length - MOST_PLACES} more places.`,
      });
    if (found < words)
      notes.push({
        code: 'transcript-mismatch',
        message: `${words - found} of ${words} words of the transcript were not found in the recording.`,
      });
  }
  if (unknown.length > 0)
    notes.push({
      code: 'transcript-words-unknown',
      message: `Not in the dictionary, pronounced by their spelling or left out: ${unknown.slice(0, 12).join(', ')}.`,
    });
  return notes;
}
