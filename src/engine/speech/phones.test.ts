import { describe, expect, it } from 'vitest';
import { VISEMES } from '../../core/speech.ts';
import { arpabetToIpa, PHONE_SHAPES, splitIpa, timedPhones } from './phones.ts';

describe('the phone table', () => {
  it('has a viseme and bounded targets for every phone, and a phone for every viseme', () => {
    const used = new Set([...PHONE_SHAPES.values()].map(({ viseme }) => viseme));
    expect([...used].sort()).toEqual([...VISEMES].sort());
    for (const { target, dominance } of PHONE_SHAPES.values()) {
      for (const value of target) expect(value >= 0 && value <= 1).toBe(true);
      for (const value of dominance) expect(value).toBeGreaterThan(0);
    }
  });

  it('knows every English phone by its ARPAbet name, with stress digits and in either case', () => {
    const names =
      'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH';
    for (const name of names.split(' ')) expect(splitIpa(arpabetToIpa(name)!).length, name).toBeGreaterThan(0);
    expect(arpabetToIpa('ah0')).toBe('ʌ');
    expect(arpabetToIpa('SIL')).toBe('sil');
    expect(arpabetToIpa('Q9')).toBeNull();
  });

  it('closes the lips for p, b, m and for nothing else', () => {
    for (const [symbol, { viseme, target }] of PHONE_SHAPES) expect(target[3] === 1, symbol).toBe(viseme === 'PP');
  });
});

describe('splitIpa', () => {
  it('drops marks, keeps affricates and splits diphthongs', () => {
    expect(splitIpa('ˈɑː')).toEqual(['ɑ']);
    expect(splitIpa('tʃ')).toEqual(['tʃ']);
    expect(splitIpa('aɪ')).toEqual(['a', 'ɪ']);
    expect(splitIpa('ɔ̃')).toEqual(['ɔ']);
    expect(splitIpa('?')).toEqual([]);
  });
});

describe('timedPhones', () => {
  it('splits diphthongs in time, joins pauses and gives breath the viseme of what follows', () => {
    const phones = timedPhones([
      { symbol: '', start: 0, end: 0.1 },
      { symbol: 'sil', start: 0.1, end: 0.3 },
      { symbol: 'h', start: 0.3, end: 0.35 },
      { symbol: 'aɪ', start: 0.35, end: 0.55 },
    ]);
    expect(phones.map(({ phone, viseme }) => [phone, viseme])).toEqual([
      ['sil', 'sil'],
      ['h', 'aa'],
      ['a', 'aa'],
      ['ɪ', 'ih'],
    ]);
    expect(phones[0]).toMatchObject({ start: 0, end: 0.3 });
    expect(phones[2]!.end).toBeCloseTo(0.47, 9);
    expect(phones[3]).toMatchObject({ start: phones[2]!.end, end: 0.55 });
  });

  it('hears a short strut vowel as schwa and a long one as itself', () => {
    const name = (end: number): string => timedPhones([{ symbol: 'ʌ', start: 0, end }])[0]!.phone;
    expect(name(0.05)).toBe('ə');
    expect(name(0.12)).toBe('ʌ');
  });
});
