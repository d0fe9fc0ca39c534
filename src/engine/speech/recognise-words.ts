import { throwIfCancelled } from '../../core/errors.ts';
import { SPEECH_SAMPLE_RATE, type SpeechSpan } from '../../core/speech.ts';
import { type AlignInput, convincing, MARGIN_SECONDS, type PlacedStretch, partsOf } from './align-words.ts';
import type { Aligner } from './aligner.ts';
import { searchStretches } from './place-transcript.ts';

/** Mean cost per 20 ms up to which recognised words count as heard: those of another language are not. */
const HEARD = 1.6;

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
    const words = 1 + Math.max(-1, ...phones.map(({ word }) => word));
    for (const range of convincing(visemes, phones, words, HEARD)) out.push(...partsOf(phones, range));
    report?.((index + 1) / searched.length);
  }
  return out;
}
