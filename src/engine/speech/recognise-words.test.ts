import { describe, expect, it } from 'vitest';
import { SPEECH_RATE_HZ, VISEME_COUNT, visemeIndex } from '../../core/speech.ts';
import { timedPhones } from './phones.ts';
import { believedWords, isForeign } from './recognise-words.ts';
import { phoneCost } from './text-match.ts';

const WORD_SECONDS = 0.2;
const WORD_FRAMES = WORD_SECONDS * SPEECH_RATE_HZ;

/** Words of an open vowel each, on end. */
const phonesOf = (words: number) =>
  Array.from({ length: words }, (_, word) => ({
    symbol: 'ɑ',
    start: word * WORD_SECONDS,
    end: (word + 1) * WORD_SECONDS,
    word,
  }));

/** A word in which the network hears the vowel with `share`, and otherwise silence. */
function heardWord(share: number): Float32Array {
  const visemes = new Float32Array(WORD_FRAMES * VISEME_COUNT);
  for (let row = 0; row < visemes.length; row += VISEME_COUNT) {
    visemes[row + visemeIndex('aa')] = share;
    visemes[row + visemeIndex('sil')] = 1 - share;
  }
  return visemes;
}

/** A word that costs so much per 20 ms, found by halving. */
function wordOf(cost: number): Float32Array {
  const phones = timedPhones(phonesOf(1));
  let [low, high] = [0, 1];
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    const own = phoneCost(heardWord(middle), phones);
    if (own.cost / own.steps > cost) low = middle;
    else high = middle;
  }
  return heardWord(high);
}

function believed(costs: readonly number[], noisy: number) {
  const visemes = new Float32Array(costs.length * WORD_FRAMES * VISEME_COUNT);
  costs.forEach((cost, word) => {
    visemes.set(wordOf(cost), word * WORD_FRAMES * VISEME_COUNT);
  });
  return believedWords({ visemes, noisy }, phonesOf(costs.length));
}

const times = (count: number, cost: number): number[] => Array.from({ length: count }, () => cost);

describe('believedWords', () => {
  it('asks words to fit better in noise', () => {
    const all = [{ first: 0, last: 7 }];
    expect([0, 0.5, 1].map((noisy) => believed(times(8, 0.88), noisy))).toEqual([all, all, all]);
    expect([0, 0.6, 0.75, 1].map((noisy) => believed(times(8, 1.1), noisy))).toEqual([all, all, [], []]);
    expect([0, 1].map((noisy) => believed(times(8, 1.19), noisy))).toEqual([all, []]);
    expect([0, 1].map((noisy) => believed(times(8, 1.21), noisy))).toEqual([[], []]);
  });

  it('believes words that fit less well only among many that are sure', () => {
    expect(believed([...times(8, 0.3), ...times(4, 1.6)], 0)).toEqual([{ first: 0, last: 11 }]);
    expect(believed([...times(4, 0.3), ...times(16, 1.6)], 0)).toEqual([{ first: 0, last: 4 }]);
    expect(believed([...times(8, 0.3), ...times(4, 2.2)], 0)[0]!.last).toBeLessThan(11);
  });
});

describe('isForeign', () => {
  it('takes many words that fit badly, and that the network does not hear, for another language', () => {
    const foreign = (fit: number, cost: number, noisy = 0) => isForeign({ words: 20, fit }, cost, noisy);
    // A person's English, a synthetic voice's, two people's French and Italian taken for English; measured.
    expect([foreign(-2.7, 0.93), foreign(-3.85, 0.9), foreign(-4.1, 0.7)]).toEqual([false, false, false]);
    expect([foreign(-4.1, 0.94), foreign(-3.7, 1.18), foreign(-4.2, 1.22)]).toEqual([true, true, true]);
    expect([foreign(-4.4, 1.2, 1), foreign(-5, 1.2, 1)]).toEqual([false, true]);
  });

  it('judges nothing by a few words', () => {
    expect(isForeign({ words: 9, fit: -6 }, 2, 0)).toBe(false);
  });
});
