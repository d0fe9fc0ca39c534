import { describe, expect, it } from 'vitest';
import { ARTICULATOR_COUNT, ARTICULATORS, type Articulator, visemeIndex } from '../../core/speech.ts';
import { blendPhones, phoneVisemes } from './dominance.ts';
import { timedPhones } from './phones.ts';

function say(line: string): { curve: (name: Articulator, seconds: number) => number; visemes: Int8Array } {
  let at = 0;
  const raw = line.split(' ').map((item) => {
    const [symbol, ms] = item.split(':');
    const start = at;
    at += Number(ms) / 1000;
    return { symbol: symbol!, start, end: at };
  });
  const phones = timedPhones(raw);
  const frames = Math.round(at * 100);
  const curves = blendPhones(phones, frames);
  return {
    curve: (name, seconds) => curves[Math.round(seconds * 100) * ARTICULATOR_COUNT + ARTICULATORS.indexOf(name)]!,
    visemes: phoneVisemes(phones, frames, visemeIndex),
  };
}

describe('dominance blending', () => {
  it('opens for a long vowel and closes for a short b', () => {
    const { curve } = say('sil:200 ɑ:250 b:60 ɑ:250 sil:200');
    expect(curve('jaw', 0.32)).toBeGreaterThan(0.65);
    expect(curve('close', 0.48)).toBeGreaterThan(0.95);
    expect(curve('close', 0.32)).toBeLessThan(0.05);
    expect(curve('close', 0.65)).toBeLessThan(0.05);
  });

  it('closes the lips for every p, b and m, however fast', () => {
    const { curve } = say('a:60 p:40 a:60 m:40 i:60 b:40 u:60');
    for (const t of [0.08, 0.18, 0.28]) expect(curve('close', t)).toBeGreaterThan(0.9);
  });

  it('rounds ahead of a rounded vowel and keeps a short vowel from opening fully', () => {
    const { curve } = say('ɛ:150 t:60 u:200');
    const { curve: plain } = say('ɛ:150 t:60 i:200');
    expect(curve('round', 0.17)).toBeGreaterThan(plain('round', 0.17) + 0.2);
    const long = say('s:100 ɑ:250 s:100');
    const short = say('s:100 ɑ:50 s:100');
    expect(short.curve('jaw', 0.125)).toBeLessThan(long.curve('jaw', 0.225) - 0.15);
  });

  it('opens the jaw further for emphasis, without changing the lips', () => {
    const phones = timedPhones([{ symbol: 'ɛ', start: 0, end: 0.3 }]);
    const [weak, strong] = [blendPhones(phones, 30, () => 0), blendPhones(phones, 30, () => 1)];
    expect(strong[15 * ARTICULATOR_COUNT]).toBeGreaterThan(1.2 * weak[15 * ARTICULATOR_COUNT]!);
    expect(strong[15 * ARTICULATOR_COUNT + 2]).toBe(weak[15 * ARTICULATOR_COUNT + 2]);
  });

  it('rests where nothing is said and stays within 0..1', () => {
    expect([...blendPhones([], 3)].slice(0, 4).map((value) => Number(value.toFixed(3)))).toEqual([0, 0.05, 0.1, 0.6]);
    const { visemes } = say('sil:100 m:50 ɑ:100');
    expect(visemes[5]).toBe(visemeIndex('sil'));
    expect(visemes[12]).toBe(visemeIndex('PP'));
    for (const value of blendPhones(timedPhones([{ symbol: 'ɑ', start: 0, end: 1 }]), 100, () => 1))
      expect(value >= 0 && value <= 1).toBe(true);
  });
});
