import { describe, expect, it } from 'vitest';
import { bigramGrammar, type Grammar } from './word-grammar.ts';

const COUNTS = { words: ['the', 'cat', 'sat'], counts: [6, 3, 1], followers: [[0, 4], [1, 3, 2, 1], [2, 1], []] };

function arcsFrom(grammar: Grammar, state: number) {
  return [...grammar.from.keys()]
    .filter((i) => grammar.from[i] === state)
    .map((i) => ({ says: grammar.words[grammar.word[i]!] ?? null, to: grammar.to[i]!, p: grammar.probability[i]! }));
}

describe('bigramGrammar', () => {
  const grammar = bigramGrammar(COUNTS, ['AA', 'B']);

  it('leads from a word to those that followed it, less than they were counted, and back to all words', () => {
    const the = arcsFrom(grammar, grammar.start).find(({ says }) => says === 'the')!.to;
    const next = arcsFrom(grammar, the);
    expect(next.map(({ says }) => says)).toEqual(['cat', 'sat', null, null]);
    expect(next[0]!.p).toBeCloseTo(2.4 / 6);
    expect(next[2]!.p).toBeCloseTo(1 - 2.8 / 6);
    expect(next.at(-1)!.to).toBe(grammar.end);
  });

  it('has all words and single sounds in one state, as likely as they are common', () => {
    const any = arcsFrom(grammar, 0);
    expect(any.map(({ says }) => says)).toEqual(['the', 'cat', 'sat', '_aa', '_b', null]);
    expect(any.slice(0, 5).reduce((sum, { p }) => sum + p, 0)).toBeCloseTo(1);
    expect(any[0]!.p).toBeCloseTo(2 * any[1]!.p);
  });

  it('sends a word without followers back to all words', () => {
    expect(arcsFrom(grammar, 0)[2]!.to).toBe(0);
  });

  it('ends anywhere', () => {
    for (let state = 0; state < grammar.states; state += 1)
      if (state !== grammar.end) expect(arcsFrom(grammar, state).some(({ to }) => to === grammar.end)).toBe(true);
  });
});
