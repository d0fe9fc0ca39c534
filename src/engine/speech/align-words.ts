import { SPEECH_RATE_HZ, SPEECH_SAMPLE_RATE, type SpeechPhone, type SpeechSpan } from '../../core/speech.ts';
import type { AlignedPhone } from './align-protocol.ts';
import type { Aligner } from './aligner.ts';
import { timedPhones } from './phones.ts';
import { type PlacedWord, phoneCost } from './text-match.ts';

/** How far an alignment may look into the gap beside its words. */
export const MARGIN_SECONDS = 0.25;
/** Mean cost per 20 ms up to which words count as said: in the search, and once aligned, with neighbours on either side. */
const SAID = 1.1;
const SAID_WHEN_ALIGNED = 1.35;
const NEIGHBOURS = 2;
/** So few words, or so little sound, prove nothing. */
const LEAST_WORDS = 4;
const LEAST_SECONDS = 0.8;
/** Share of the words of a stretch that convince at which it is taken as a whole, with doubtful words in between. */
const WHOLE = 0.85;
const DOUBTFUL_WORDS = 2;
/** Aligned silence of this length is left to the ear of the network. */
const PAUSE_SECONDS = 0.3;

/** Sounds of a stretch of the recording that words of the transcript explain. */
export interface PlacedStretch extends SpeechSpan {
  readonly phones: readonly SpeechPhone[];
}

/** The recording that words are laid over. */
export interface AlignInput {
  readonly samples: Float32Array;
  /** Posteriors as the network gave them. */
  readonly visemes: Float32Array;
  readonly signal?: AbortSignal;
}

/** Words that were aligned on end: their sounds, in parts between pauses, their number, and which is the last. */
export interface AlignedWords {
  readonly parts: readonly PlacedStretch[];
  readonly words: number;
  readonly last: number;
}

/** Words on end, by their numbers. */
export interface WordRange {
  readonly first: number;
  readonly last: number;
}

/** The word of a number. */
export type Said = (word: number) => string;

function meanCost(run: readonly PlacedWord[]): number {
  const frames = run.reduce((sum, { from, until }) => sum + until - from, 0);
  return run.reduce((sum, { from, until, cost }) => sum + cost * (until - from), 0) / frames;
}

/** Cuts words at either end of a run that the sound does not support. */
function trimmed(run: readonly PlacedWord[]): readonly PlacedWord[] {
  let first = 0;
  let last = run.length - 1;
  while (first <= last && run[first]!.cost > SAID) first += 1;
  while (last > first && run[last]!.cost > SAID) last -= 1;
  return run.slice(first, last + 1);
}

async function alignSpan(
  aligner: Aligner,
  input: AlignInput,
  run: readonly PlacedWord[],
  span: SpeechSpan,
  said: Said,
): Promise<AlignedPhone[] | null> {
  const part = input.samples.slice(
    Math.max(0, Math.round(span.start * SPEECH_SAMPLE_RATE)),
    Math.round(span.end * SPEECH_SAMPLE_RATE),
  );
  const start = Math.max(0, span.start);
  const spoken = run.map(({ word }) => said(word));
  const alignment = await aligner.align(part, spoken, input.signal);
  return alignment?.map((phone) => ({ ...phone, start: phone.start + start, end: phone.end + start })) ?? null;
}

/** A whole stretch of sound with all of its words; null where that does not convince. */
export async function alignWhole(
  aligner: Aligner,
  input: AlignInput,
  run: readonly PlacedWord[],
  limits: SpeechSpan,
  said: Said,
): Promise<AlignedWords[] | null> {
  if (run.length < LEAST_WORDS) return null;
  const phones = await alignSpan(aligner, input, run, limits, said);
  if (phones === null) return null;
  const ranges = convincing(input.visemes, phones, run.length);
  const count = ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);
  if (count < WHOLE * run.length) return null;
  const joined: { first: number; last: number }[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before !== undefined && range.first - before.last - 1 <= DOUBTFUL_WORDS) before.last = range.last;
    else joined.push({ ...range });
  }
  const [first, last] = [joined[0]!, joined.at(-1)!];
  if (first.first <= DOUBTFUL_WORDS) first.first = 0;
  if (run.length - 1 - last.last <= DOUBTFUL_WORDS) last.last = run.length - 1;
  return joined.map((range) => alignedWords(phones, range, run));
}

/** Runs of words one by one, halved where words that were not said stand in the way of those that were. */
export async function alignParts(
  aligner: Aligner,
  input: AlignInput,
  runs: readonly (readonly PlacedWord[])[],
  limits: SpeechSpan,
  said: Said,
): Promise<AlignedWords[]> {
  const out: AlignedWords[] = [];
  for (const [place, untrimmed] of runs.entries()) {
    const run = trimmed(untrimmed);
    if (run.length < LEAST_WORDS || meanCost(run) > SAID) continue;
    const next = runs.slice(place + 1).find((each) => each.length > 0)?.[0];
    const before = out.at(-1)?.parts.at(-1)?.end ?? limits.start;
    const span = {
      start: Math.max(before, run[0]!.from / SPEECH_RATE_HZ - MARGIN_SECONDS),
      end: Math.min(
        next === undefined ? limits.end : next.from / SPEECH_RATE_HZ,
        run.at(-1)!.until / SPEECH_RATE_HZ + MARGIN_SECONDS,
      ),
    };
    if (span.end - span.start < LEAST_SECONDS) continue;
    const phones = await alignSpan(aligner, input, run, span, said);
    if (phones === null) {
      const middle = run.length >> 1;
      out.push(...(await alignParts(aligner, input, [run.slice(0, middle), run.slice(middle)], span, said)));
      continue;
    }
    const ranges = convincing(input.visemes, phones, run.length);
    for (const range of ranges)
      if (range.last - range.first + 1 >= LEAST_WORDS) out.push(alignedWords(phones, range, run));
  }
  return out;
}

function alignedWords(phones: readonly AlignedPhone[], range: WordRange, run: readonly PlacedWord[]): AlignedWords {
  const { first, last } = range;
  return { parts: partsOf(phones, range), words: last - first + 1, last: run[last]!.word };
}

/** The sounds of a range of words, parted where there is silence between them. */
export function partsOf(phones: readonly AlignedPhone[], { first, last }: WordRange): PlacedStretch[] {
  const from = phones.findIndex(({ word }) => word >= first);
  const until = phones.findLastIndex(({ word }) => word >= 0 && word <= last);
  const parts: AlignedPhone[][] = [];
  for (const phone of phones.slice(from, until + 1)) {
    const part = parts.at(-1);
    const gap = phone.start - (part?.at(-1)?.end ?? Number.NEGATIVE_INFINITY);
    if (phone.word < 0 && phone.end - phone.start >= PAUSE_SECONDS) continue;
    if (part === undefined || gap >= PAUSE_SECONDS) parts.push([phone]);
    else part.push(phone);
  }
  return parts.map((part) => ({ start: part[0]!.start, end: part.at(-1)!.end, phones: timedPhones(part) }));
}

/** Ranges of words whose sounds the network hears too. A word is judged together with its neighbours. */
export function convincing(
  visemes: Float32Array,
  phones: readonly AlignedPhone[],
  words: number,
  limit = SAID_WHEN_ALIGNED,
): WordRange[] {
  const cost = new Float64Array(words);
  const steps = new Float64Array(words);
  for (const { word, ...phone } of phones) {
    if (word < 0) continue;
    const own = phoneCost(visemes, timedPhones([phone]));
    cost[word]! += own.cost;
    steps[word]! += own.steps;
  }
  const out: { first: number; last: number }[] = [];
  for (let word = 0; word < words; word += 1) {
    let total = 0;
    let length = 0;
    for (let k = Math.max(0, word - NEIGHBOURS); k <= Math.min(words - 1, word + NEIGHBOURS); k += 1) {
      total += cost[k]!;
      length += steps[k]!;
    }
    if (length === 0 || total / length > limit) continue;
    const range = out.at(-1);
    if (range?.last === word - 1) range.last = word;
    else out.push({ first: word, last: word });
  }
  return out;
}
