import { throwIfCancelled } from '../../core/errors.ts';
import { SPEECH_RATE_HZ, SPEECH_SAMPLE_RATE, type SpeechSpan, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import type { AlignedPhone } from './align-protocol.ts';
import {
  type AlignInput,
  convincing,
  MARGIN_SECONDS,
  type PlacedStretch,
  partsOf,
  type WordRange,
} from './align-words.ts';
import type { Aligner } from './aligner.ts';
import { searchStretches } from './place-transcript.ts';

/** Mean cost per 20 ms up to which a word counts as heard, where at least this share of a stretch's words do. */
const SURE = 1.2;
const SURE_SHARE = 0.5;
/** The same in such a stretch, for words among others that fit. In noise, and in other languages, the network decides more. */
const HEARD = 1.8;
/** A closure in which the network sees none of p, b, m (their share, within so many frames) belongs to a wrong word. */
const LEAST_CLOSURE = 0.07;
const CLOSURE_SLACK = 4;
const CLOSED = new Set(['p', 'b', 'm']);
const BILABIAL = visemeIndex('PP');

/** Sounds without closures that the network does not hear; the sound before lasts as long. */
export function withoutFalseClosures(phones: readonly AlignedPhone[], visemes: Float32Array): AlignedPhone[] {
  const out: AlignedPhone[] = [];
  for (const phone of phones) {
    const before = out.at(-1);
    if (!CLOSED.has(phone.symbol) || before === undefined) {
      out.push(phone);
      continue;
    }
    const first = Math.max(0, Math.round(phone.start * SPEECH_RATE_HZ) - CLOSURE_SLACK);
    const until = Math.min(visemes.length / VISEME_COUNT, Math.round(phone.end * SPEECH_RATE_HZ) + CLOSURE_SLACK);
    let most = 0;
    for (let frame = first; frame < until; frame += 1) most = Math.max(most, visemes[frame * VISEME_COUNT + BILABIAL]!);
    if (most >= LEAST_CLOSURE) out.push(phone);
    else out[out.length - 1] = { ...before, end: phone.end };
  }
  return out;
}

/** Words that are to be believed. */
function believed(visemes: Float32Array, phones: readonly AlignedPhone[]): readonly WordRange[] {
  const words = phones.reduce((most, { word }) => Math.max(most, word + 1), 0);
  const sure = convincing(visemes, phones, words, SURE);
  const count = sure.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return count >= SURE_SHARE * words ? convincing(visemes, phones, words, HEARD) : sure;
}

/**
 * Sounds of the likeliest words in a recording, wherever the viseme network hears the like. Words need not be right for
 * the mouth to be: what sounds alike looks alike. `aligner` must have been told which words to expect.
 */
export async function recogniseWords(
  aligner: Aligner,
  input: AlignInput & { readonly phrases: readonly SpeechSpan[]; readonly report?: (share: number) => void },
): Promise<PlacedStretch[]> {
  const { samples, visemes, phrases, signal, report } = input;
  const out: PlacedStretch[] = [];
  const searched = searchStretches(phrases);
  for (const [index, { start, end }] of searched.entries()) {
    throwIfCancelled(signal);
    const from = Math.max(0, start - MARGIN_SECONDS);
    const part = samples.slice(
      Math.round(from * SPEECH_SAMPLE_RATE),
      Math.round((end + MARGIN_SECONDS) * SPEECH_SAMPLE_RATE),
    );
    const found = await aligner.recognise(part, signal);
    const phones = (found ?? []).map((phone) => ({ ...phone, start: phone.start + from, end: phone.end + from }));
    const kept = withoutFalseClosures(phones, visemes);
    for (const range of believed(visemes, phones)) out.push(...partsOf(kept, range));
    report?.((index + 1) / searched.length);
  }
  return out;
}
