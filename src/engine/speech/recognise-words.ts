import { throwIfCancelled } from '../../core/errors.ts';
import { SPEECH_SAMPLE_RATE, type SpeechSpan } from '../../core/speech.ts';
import type { AlignedPhone, Recognition } from './align-protocol.ts';
import {
  type AlignInput,
  convincing,
  MARGIN_SECONDS,
  type PlacedStretch,
  partsOf,
  type WordRange,
} from './align-words.ts';
import type { Aligner } from './aligner.ts';
import { withoutFalseClosures, withSureClosures } from './closures.ts';
import { denoise } from './denoise.ts';
import { timedPhones } from './phones.ts';
import { searchStretches } from './place-transcript.ts';
import { phoneCost } from './text-match.ts';
import { smoothVisemes } from './viseme-smoothing.ts';

/** Mean cost per 20 ms up to which a word counts as heard for sure. */
const SURE = 1.2;
/** Noise makes wrong words fit: that much less may such a word cost where all is noisy. */
const NOISY_LESS = 0.15;
/** Where at least this share of a stretch's words are sure, those among them count as heard up to this cost. */
const SURE_SHARE = 0.5;
const HEARD = 1.8;

/**
 * Another language is made of other sounds: words that are made up of it fit worse (natural logarithm per 10 ms), and the
 * network hears others. So many words tell; noise makes words of the right language fit worse, too.
 */
const TELLING_WORDS = 10;
const USUAL_FIT = -3.5;
const FIT_SHARE = 0.5;
const FOREIGN = 1.2;
const FOREIGN_IN_NOISE = 0.6;

/** What words are looked for in. */
export interface RecogniseInput extends AlignInput {
  /** 0..1. */
  readonly noisy: number;
  readonly phrases: readonly SpeechSpan[];
  readonly report?: (share: number) => void;
}

/**
 * Whether words were made up of what is said in another language. `cost` is what they cost the network per 20 ms as a
 * whole, `noisy` 0..1.
 */
export function isForeign({ words, fit }: Pick<Recognition, 'words' | 'fit'>, cost: number, noisy: number): boolean {
  return words >= TELLING_WORDS && cost + FIT_SHARE * (USUAL_FIT - fit) > FOREIGN + FOREIGN_IN_NOISE * noisy;
}

/** What words cost the network per 20 ms as a whole; 0 for none. */
function wordsCost(visemes: Float32Array, phones: readonly AlignedPhone[]): number {
  let [cost, steps] = [0, 0];
  for (const { word, ...phone } of phones) {
    if (word < 0) continue;
    const own = phoneCost(visemes, timedPhones([phone]));
    cost += own.cost;
    steps += own.steps;
  }
  return steps === 0 ? 0 : cost / steps;
}

/** Words that are to be believed. In noise, and in other languages, fewer are: the network decides more. */
export function believedWords(
  { visemes, noisy }: Pick<RecogniseInput, 'visemes' | 'noisy'>,
  phones: readonly AlignedPhone[],
): readonly WordRange[] {
  const words = phones.reduce((most, { word }) => Math.max(most, word + 1), 0);
  const sure = convincing(visemes, phones, words, SURE - NOISY_LESS * noisy);
  const count = sure.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  return count >= SURE_SHARE * words ? convincing(visemes, phones, words, HEARD) : sure;
}

/**
 * Sounds of the likeliest words in a recording, wherever the viseme network hears the like. Words need not be right for
 * the mouth to be: what sounds alike looks alike. `aligner` must have been given what hears words.
 */
export async function recogniseWords(aligner: Aligner, input: RecogniseInput): Promise<PlacedStretch[]> {
  const { samples, visemes, noisy, phrases, signal, report } = input;
  const smoothed = visemes.slice();
  smoothVisemes(smoothed);
  const out: PlacedStretch[] = [];
  const searched = searchStretches(phrases);
  for (const [index, { start, end }] of searched.entries()) {
    throwIfCancelled(signal);
    const from = Math.max(0, start - MARGIN_SECONDS);
    const part = samples.slice(
      Math.round(from * SPEECH_SAMPLE_RATE),
      Math.round((end + MARGIN_SECONDS) * SPEECH_SAMPLE_RATE),
    );
    const found = await aligner.recognise(denoise(part, noisy), signal);
    const phones = found.phones.map((phone) => ({ ...phone, start: phone.start + from, end: phone.end + from }));
    report?.((index + 1) / searched.length);
    if (isForeign(found, wordsCost(visemes, phones), noisy)) continue;
    const kept = withSureClosures(withoutFalseClosures(phones, visemes), smoothed);
    for (const range of believedWords(input, phones)) out.push(...partsOf(kept, range));
  }
  return out;
}
