import type { WordModel } from '../inference/index.ts';

/** A finite-state grammar whose arcs say words; row `i` of all arrays is one arc. */
export interface Grammar {
  readonly states: number;
  readonly start: number;
  readonly end: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly probability: Float32Array;
  /** Number of the word that an arc says; -1: it says nothing. */
  readonly word: Int32Array;
  /** Words, then single sounds by {@link soundWord}. */
  readonly words: readonly string[];
}

/** What is taken off every counted pair and given to those that never came up (absolute discounting). */
const DISCOUNT = 0.6;
const LEAST_LEFT = 0.02;
/** Sounds that make up no word of the list: names, rare words, other languages. */
const SOUND_SHARE = 0.03;
/** Stretches of speech begin in the middle of sentences more often than texts do. */
const BEGINNINGS = 1.5;

/** What the grammar calls a single sound, given its ARPAbet name. */
export function soundWord(name: string): string {
  return `_${name.toLowerCase()}`;
}

/**
 * A bigram language model as a grammar: a state per word that has followers, which leads to them by what was counted and
 * otherwise back to a state in which every word is as likely as it is common. `sounds` are ARPAbet names.
 */
export function bigramGrammar({ words, counts, followers }: WordModel, sounds: readonly string[]): Grammar {
  const [any, end, start] = [0, 1, 2];
  let states = 3;
  const after = words.map((_, index) => ((followers[index + 1]?.length ?? 0) > 0 ? states++ : any));
  const from: number[] = [];
  const to: number[] = [];
  const probability: number[] = [];
  const word: number[] = [];
  const arc = (a: number, b: number, share: number, says: number): void => {
    from.push(a);
    to.push(b);
    probability.push(share);
    word.push(says);
  };
  const total = counts.reduce((sum, count) => sum + count, 0);
  words.forEach((_, index) => {
    arc(any, after[index]!, ((1 - SOUND_SHARE) * counts[index]!) / total, index);
  });
  sounds.forEach((_, index) => {
    arc(any, any, SOUND_SHARE / sounds.length, words.length + index);
  });
  arc(any, end, 1, -1);
  followers.forEach((row, index) => {
    if (row.length === 0) return;
    const state = index === 0 ? start : after[index - 1]!;
    const seen = row.reduce((sum, value, i) => sum + (i % 2 === 1 ? value : 0), 0);
    const all = index === 0 ? seen * BEGINNINGS : counts[index - 1]!;
    let used = 0;
    for (let i = 0; i < row.length; i += 2) {
      const share = (row[i + 1]! - DISCOUNT) / all;
      used += share;
      arc(state, after[row[i]!]!, share, row[i]!);
    }
    arc(state, any, Math.max(LEAST_LEFT, 1 - used), -1);
    arc(state, end, 1, -1);
  });
  if ((followers[0]?.length ?? 0) === 0) arc(start, any, 1, -1);
  return {
    states,
    start,
    end,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    probability: Float32Array.from(probability),
    word: Int32Array.from(word),
    words: [...words, ...sounds.map(soundWord)],
  };
}
