import { describe, expect, it } from 'vitest';
import { ARTICULATOR_COUNT, VISEME_COUNT, type Viseme, visemeIndex } from '../../core/speech.ts';
import { applyPlacement, uncovered } from './apply-placement.ts';
import { guessPronunciation } from './letter-to-sound.ts';
import { arpabetToIpa, splitIpa, timedPhones } from './phones.ts';
import { searchStretches } from './place-transcript.ts';
import { matchText, phoneCost } from './text-match.ts';
import { transcriptWords } from './transcript.ts';

describe('transcriptWords', () => {
  it('keeps what is spoken and nothing else', () => {
    const text = 'ANNA: Don’t [laughs] stop—(sighs) it’s Ångström’s “idea”, 100%!';
    expect(transcriptWords(text, 'en')).toEqual([
      "don't",
      'stop',
      "it's",
      "ångström's",
      'idea',
      'one',
      'hundred',
      'percent',
    ]);
    expect(transcriptWords(' ... 「」 ', 'en')).toEqual([]);
  });

  it('reads numbers and years in English and leaves other languages their digits', () => {
    expect(transcriptWords('In 1961, 2,345 men and 7', 'en').join(' ')).toBe(
      'in nineteen sixty one two thousand three hundred forty five men and seven',
    );
    expect(transcriptWords('1900 2005 123456789', 'en').join(' ')).toBe(
      'nineteen hundred two thousand five one two three four five six seven eight nine',
    );
    expect(transcriptWords("L'an 1961", 'fr')).toEqual(["l'an", '1961']);
  });
});

describe('guessPronunciation', () => {
  it('speaks words that no dictionary has, with lips where letters have them', () => {
    expect(guessPronunciation('zorb')).toBe('Z AO R B');
    expect(guessPronunciation('blippo')).toBe('B L IH P AA');
    expect(guessPronunciation('fwame')).toBe('F W EY M');
    expect(guessPronunciation('cé')).toBe('S EH');
    expect(guessPronunciation('шум')).toBe('');
  });

  it('knows only phones that exist', () => {
    for (const name of guessPronunciation('thequickbrownfoxjumpsoverlazydogs').split(' '))
      expect(splitIpa(arpabetToIpa(name)!).length, name).toBeGreaterThan(0);
  });
});

/** Posteriors of a network that hears `share` right and spreads the rest. */
function heard(visemes: readonly Viseme[], framesEach: number, share = 0.7): Float32Array {
  const out = new Float32Array(visemes.length * framesEach * VISEME_COUNT).fill((1 - share) / (VISEME_COUNT - 1));
  visemes.forEach((viseme, index) => {
    for (let k = 0; k < framesEach; k += 1) out[(index * framesEach + k) * VISEME_COUNT + visemeIndex(viseme)] = share;
  });
  return out;
}

const A: Viseme[] = ['PP', 'aa', 'SS', 'ih', 'kk'];
const B: Viseme[] = ['FF', 'oh', 'RR', 'nn'];
const C: Viseme[] = ['TH', 'E', 'CH', 'ou', 'DD'];
const words = [A, B, C].map((visemes) => ({ visemes }));

describe('matchText', () => {
  it('places words one after the other, with silence between', () => {
    const sound = heard([...A, 'sil', ...B, ...C], 8);
    const placed = matchText(sound, 0, sound.length / VISEME_COUNT, words);
    expect(placed.map(({ word }) => word)).toEqual([0, 1, 2]);
    expect(Math.abs(placed[1]!.from - 48)).toBeLessThanOrEqual(4);
    expect(Math.abs(placed[2]!.until - 120)).toBeLessThanOrEqual(4);
    for (const { cost } of placed) expect(cost).toBeLessThan(0.6);
  });

  it('leaves out words that are not said and sound that no word explains', () => {
    const skipped = heard([...A, ...C], 8);
    expect(matchText(skipped, 0, 80, words).map(({ word }) => word)).toEqual([0, 2]);
    const extra = heard([...A, ...['nn', 'E', 'PP', 'ou', 'SS', 'aa', 'FF'].map((v) => v as Viseme), ...B, ...C], 8);
    const placed = matchText(extra, 0, extra.length / VISEME_COUNT, words);
    expect(placed.map(({ word }) => word)).toEqual([0, 1, 2]);
    expect(placed[1]!.from).toBeGreaterThan(85);
  });

  it('finds nothing in nothing', () => {
    expect(matchText(new Float32Array(0), 0, 0, words)).toEqual([]);
    expect(matchText(heard(A, 8), 0, 40, [])).toEqual([]);
  });

  it('prices what is claimed against what is heard', () => {
    const sound = heard(['PP', 'aa'], 10);
    const right = timedPhones([
      { symbol: 'b', start: 0, end: 0.1 },
      { symbol: 'ɑ', start: 0.1, end: 0.2 },
    ]);
    const wrong = timedPhones([
      { symbol: 's', start: 0, end: 0.1 },
      { symbol: 'u', start: 0.1, end: 0.2 },
    ]);
    const price = (phones: typeof right): number => phoneCost(sound, phones).cost / phoneCost(sound, phones).steps;
    expect(price(right)).toBeLessThan(0.5);
    expect(price(wrong)).toBeGreaterThan(1);
  });
});

describe('where a transcript is placed', () => {
  it('is searched in stretches that end in pauses', () => {
    const phrases = [0, 12, 24, 36, 48].map((start) => ({ start, end: start + 10 }));
    expect(searchStretches(phrases)).toEqual([
      { start: 0, end: 34 },
      { start: 36, end: 58 },
    ]);
    expect(searchStretches([{ start: 1, end: 150 }]).map(({ end }) => end)).toEqual([61, 121, 150]);
  });

  it('uncovered() is what is left of a span', () => {
    expect(
      uncovered({ start: 0, end: 10 }, [
        { start: 2, end: 3 },
        { start: 9, end: 12 },
      ]),
    ).toEqual([
      { start: 0, end: 2 },
      { start: 3, end: 9 },
    ]);
    expect(uncovered({ start: 4, end: 5 }, [{ start: 1, end: 8 }])).toEqual([]);
  });

  it('decides the mouth there, leaves the rest to the network and says so', () => {
    const frames = 300;
    const visemes = heard(
      Array.from({ length: frames }, () => 'aa' as const),
      1,
    );
    const articulation = new Float32Array(frames * ARTICULATOR_COUNT).fill(0.5);
    const phones = timedPhones([
      { symbol: 'm', start: 0.5, end: 0.6 },
      { symbol: 'i', start: 0.6, end: 1 },
    ]);
    const placement = { stretches: [{ start: 0.5, end: 1, phones }], words: 5, found: 1, unknown: ['zorb'] };
    const phrases = [
      { start: 0.5, end: 1 },
      { start: 1.5, end: 2.5 },
    ];
    const applied = applyPlacement(placement, { visemes, articulation, phrases, seconds: 3, stressAt: () => 0.5 });
    expect(applied.sources.map(({ source, start, end }) => [source, start, end])).toEqual([
      ['alignment', 0, 1.5],
      ['network', 1.5, 2.5],
      ['alignment', 2.5, 3],
    ]);
    expect(visemes[55 * VISEME_COUNT + visemeIndex('PP')]).toBe(1);
    expect(visemes[120 * VISEME_COUNT + visemeIndex('sil')]).toBe(1);
    expect(visemes[200 * VISEME_COUNT + visemeIndex('aa')]).toBeCloseTo(0.7, 5);
    expect(articulation[55 * ARTICULATOR_COUNT + 3]).toBeGreaterThan(0.9);
    expect(articulation[200 * ARTICULATOR_COUNT]).toBe(0.5);
    expect(applied.notes.map(({ code }) => code)).toEqual([
      'transcript-mismatch',
      'transcript-mismatch',
      'transcript-words-unknown',
    ]);
    expect(applied.notes[0]).toMatchObject({ start: 1.5, end: 2.5 });
  });
});
