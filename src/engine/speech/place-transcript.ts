import { throwIfCancelled } from '../../core/errors.ts';
import { SPEECH_RATE_HZ, type SpeechSpan, type Viseme } from '../../core/speech.ts';
import { type AlignInput, alignParts, alignWhole, MARGIN_SECONDS, type PlacedStretch } from './align-words.ts';
import type { Aligner } from './aligner.ts';
import { PHONE_SHAPES, splitIpa } from './phones.ts';
import { type MatchWord, matchText, type PlacedWord } from './text-match.ts';

/** Sound is searched in stretches of about this length, cut in pauses. */
const STRETCH_SECONDS = 40;
const LONGEST_STRETCH_SECONDS = 60;
/** People say at most so many words a second. */
const FASTEST_WORDS = 5.5;
const EXTRA_WORDS = 25;
const MOST_WORDS = 700;
/** Words further apart than this are aligned apart. */
const RUN_GAP_SECONDS = 2.5;
/** Words at the end of the text that the search may have lost. */
const TAIL_WORDS = 3;
/** A transcript that explains less of the speech than this, and nowhere so many words on end, is another text. */
const LEAST_EXPLAINED = 0.25;
const LONG_RUN_WORDS = 8;

/** Where a transcript fits a recording. */
export interface Placement {
  readonly stretches: readonly PlacedStretch[];
  /** Words of the transcript, those among them that were found, and those that no dictionary has. */
  readonly words: number;
  readonly found: number;
  readonly unknown: readonly string[];
}

/** What is to be placed, and on what. */
export interface PlacementInput extends AlignInput {
  readonly phrases: readonly SpeechSpan[];
  readonly words: readonly string[];
  readonly report?: (share: number) => void;
}

function matchWord(symbols: readonly string[]): MatchWord {
  const visemes: Viseme[] = [];
  for (const symbol of symbols.flatMap(splitIpa)) {
    if (symbol === 'h') continue;
    const { viseme } = PHONE_SHAPES.get(symbol)!;
    if (visemes.at(-1) !== viseme) visemes.push(viseme);
  }
  return { visemes };
}

/** Stretches of the recording that hold whole phrases. */
export function searchStretches(phrases: readonly SpeechSpan[]): SpeechSpan[] {
  const out: { start: number; end: number }[] = [];
  for (const { start, end } of phrases) {
    const last = out.at(-1);
    if (last !== undefined && end - last.start <= STRETCH_SECONDS) last.end = end;
    else
      for (let at = start; at < end; at += LONGEST_STRETCH_SECONDS)
        out.push({ start: at, end: Math.min(end, at + LONGEST_STRETCH_SECONDS) });
  }
  return out;
}

/** Neighbouring words that can be aligned in one go. */
function runsOf(placed: readonly PlacedWord[]): PlacedWord[][] {
  const runs: PlacedWord[][] = [];
  for (const word of placed) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const joins =
      last !== undefined && word.word === last.word + 1 && word.from - last.until <= RUN_GAP_SECONDS * SPEECH_RATE_HZ;
    if (joins) run!.push(word);
    else runs.push([word]);
  }
  return runs;
}

/** Lays a transcript over a recording. Text and sound may each have more than the other. */
export async function placeTranscript(aligner: Aligner, input: PlacementInput): Promise<Placement> {
  const { visemes, phrases, words, signal, report } = input;
  const pronunciations = await aligner.pronounce(words);
  const speakable = words.map((_, index) => index).filter((index) => pronunciations[index]!.phones.length > 0);
  const match = speakable.map((index) => matchWord(pronunciations[index]!.phones));
  const stretches: PlacedStretch[] = [];
  let cursor = 0;
  let found = 0;
  let anchor = 0;
  let longest = 0;
  const searched = searchStretches(phrases);
  for (const [index, { start, end }] of searched.entries()) {
    throwIfCancelled(signal);
    const reach = Math.min(MOST_WORDS, Math.ceil((end - anchor) * FASTEST_WORDS) + EXTRA_WORDS);
    const candidates = match.slice(cursor, cursor + reach);
    const firstFrame = Math.max(0, Math.floor((start - MARGIN_SECONDS) * SPEECH_RATE_HZ));
    const frames = Math.ceil((end + MARGIN_SECONDS) * SPEECH_RATE_HZ) - firstFrame;
    const placed = matchText(visemes, firstFrame, frames, candidates).map((each) => ({
      ...each,
      word: each.word + cursor,
    }));
    const said = (word: number): string => words[speakable[word]!]!;
    const limits = { start: firstFrame / SPEECH_RATE_HZ, end: (firstFrame + frames) / SPEECH_RATE_HZ };
    const whole = wholeRun(placed, cursor, match.length, cursor + reach >= match.length, limits);
    const aligned =
      (await alignWhole(aligner, input, whole, limits, said)) ??
      (await alignParts(aligner, input, runsOf(placed), limits, said));
    for (const stretch of aligned) {
      stretches.push(...stretch.parts);
      longest = Math.max(longest, stretch.words);
      found += stretch.words;
      cursor = stretch.last + 1;
      anchor = stretch.parts.at(-1)!.end;
    }
    report?.((index + 1) / searched.length);
  }
  const unknown = [...new Set(words.filter((_, index) => !pronunciations[index]!.known))];
  const explained = lengthOf(stretches) / Math.max(1e-6, lengthOf(phrases));
  if (explained < LEAST_EXPLAINED && longest < LONG_RUN_WORDS)
    return { stretches: [], words: words.length, found: 0, unknown };
  return { stretches, words: words.length, found, unknown };
}

const lengthOf = (spans: readonly SpeechSpan[]): number => spans.reduce((sum, { start, end }) => sum + end - start, 0);

/** All words from the first that is still to come to the last that was found, with the times that the search gave. */
function wholeRun(
  placed: readonly PlacedWord[],
  cursor: number,
  total: number,
  reachesEnd: boolean,
  limits: SpeechSpan,
): PlacedWord[] {
  const last = placed.at(-1)?.word ?? -1;
  const until = reachesEnd && total - 1 - last <= TAIL_WORDS ? total - 1 : last;
  const from = Math.round(limits.start * SPEECH_RATE_HZ);
  return Array.from({ length: Math.max(0, until + 1 - cursor) }, (_, index) => {
    return placed.find(({ word }) => word === cursor + index) ?? { word: cursor + index, from, until: from, cost: 0 };
  });
}
