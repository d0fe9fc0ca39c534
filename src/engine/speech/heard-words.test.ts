import { describe, expect, it } from 'vitest';
import { chunksOf, meanFit } from './heard-words.ts';

const heard = (...list: [word: string, first: number, last: number][]) =>
  list.map(([word, first, last]) => ({ word, first, last, fit: -2 * (last + 1 - first) }));

describe('chunksOf', () => {
  it('leaves out pauses, breath and the numbers of pronunciations', () => {
    const words = heard(['<s>', 0, 9], ['your(2)', 10, 29], ['[NOISE]', 30, 34], ['++UH++', 35, 39], ['town', 40, 59]);
    expect(chunksOf(words, 1).map((chunk) => chunk.words)).toEqual([['your', 'town']]);
    expect(chunksOf(heard(['<s>', 0, 9], ['</s>', 10, 20]), 1)).toEqual([]);
    expect(chunksOf([], 1)).toEqual([]);
  });

  it('parts words at pauses and shares short ones out between them', () => {
    const [one, two] = chunksOf(heard(['one', 20, 39], ['<sil>', 40, 59], ['two', 60, 79]), 3);
    expect(one).toMatchObject({ words: ['one'], end: 0.5 });
    expect(two).toMatchObject({ words: ['two'], start: 0.5 });
    expect(chunksOf(heard(['one', 20, 39], ['<sil>', 40, 57], ['two', 58, 79]), 3)).toHaveLength(1);
  });

  it('reaches a little into long pauses, and not beyond the sound', () => {
    const [only] = chunksOf(heard(['one', 5, 95]), 1);
    expect(only).toMatchObject({ start: 0, end: 1 });
    const [, last] = chunksOf(heard(['one', 20, 39], ['two', 100, 119]), 3);
    expect(last!.start).toBeCloseTo(0.85);
    expect(last!.end).toBeCloseTo(1.35);
  });
});

describe('meanFit', () => {
  it('weighs words by their length and leaves out what is none', () => {
    const words = heard(['one', 0, 9], ['two', 10, 39]).map((word, index) => ({
      ...word,
      fit: index === 0 ? -10 : -90,
    }));
    const pause = { word: '<sil>', first: 40, last: 99, fit: -600 };
    expect(meanFit([...words, pause])).toBeCloseTo(-100 / 40);
    expect(meanFit([pause])).toBe(0);
  });
});
