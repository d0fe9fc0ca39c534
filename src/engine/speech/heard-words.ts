import type { SpeechSpan } from '../../core/speech.ts';
import type { HeardWord } from './pocketsphinx.ts';

/** Words on end, and the sound that they lie in, in seconds. */
export interface WordChunk extends SpeechSpan {
  readonly words: readonly string[];
}

/** Frames of PocketSphinx in a second. */
const FRAME_RATE = 100;
/** Pauses of so many frames part words that are laid over the sound apart: one wrong word spoils no more than its chunk. */
const PAUSE_FRAMES = 20;
/** How far beyond its words a chunk may reach, where there is a pause. */
const REACH_SECONDS = 0.15;

/** Names of words that are none: pauses, breath, noise. */
const isFiller = (word: string): boolean => /^[<[+]/.test(word);

/** How well the sounds of all words fit, as natural logarithm per 10 ms; 0 for no words. */
export function meanFit(heard: readonly HeardWord[]): number {
  let [sum, frames] = [0, 0];
  for (const { word, first, last, fit } of heard) {
    if (isFiller(word)) continue;
    sum += fit;
    frames += last + 1 - first;
  }
  return frames === 0 ? 0 : sum / frames;
}

/** Heard words by the pauses between them; `seconds` is how long the sound is. */
export function chunksOf(heard: readonly HeardWord[], seconds: number): WordChunk[] {
  const out: { words: string[]; first: number; until: number }[] = [];
  for (const { word, first, last } of heard) {
    if (isFiller(word)) continue;
    // Dictionaries number the ways in which a word is said.
    const name = word.replace(/\(\d+\)$/, '');
    const chunk = out.at(-1);
    if (chunk === undefined || first - chunk.until >= PAUSE_FRAMES) out.push({ words: [name], first, until: last + 1 });
    else {
      chunk.words.push(name);
      chunk.until = last + 1;
    }
  }
  return out.map(({ words, first, until }, index) => {
    const [start, end] = [first / FRAME_RATE, until / FRAME_RATE];
    const before = (out[index - 1]?.until ?? Number.NEGATIVE_INFINITY) / FRAME_RATE;
    const after = (out[index + 1]?.first ?? Number.POSITIVE_INFINITY) / FRAME_RATE;
    return {
      words,
      start: Math.max(0, start - Math.min(REACH_SECONDS, (start - before) / 2)),
      end: Math.min(seconds, end + Math.min(REACH_SECONDS, (after - end) / 2)),
    };
  });
}
