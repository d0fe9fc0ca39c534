import { describe, expect, it } from 'vitest';
import { ARTICULATOR_COUNT, VISEME_COUNT, type Viseme, visemeIndex } from '../../core/speech.ts';
import { doubtClosures, gateMouth, partLabiodentals } from './gate.ts';

const row = (shares: Partial<Record<Viseme, number>>): Float32Array => {
  const out = new Float32Array(VISEME_COUNT);
  for (const [name, share] of Object.entries(shares)) out[visemeIndex(name as Viseme)] = share;
  return out;
};
const shape = (close: number): Float32Array => Float32Array.of(0.4, 0.1, 0.2, close);

describe('partLabiodentals', () => {
  it('keeps the lips apart on f and v and leaves p, b, m and vowels as they are', () => {
    const closeOf = (shares: Partial<Record<Viseme, number>>, close: number): number => {
      const articulation = shape(close);
      partLabiodentals(row(shares), articulation);
      return articulation[3]!;
    };
    expect(closeOf({ FF: 0.9, RR: 0.1 }, 0.76)).toBeCloseTo(0.55, 5);
    expect(closeOf({ FF: 0.6, PP: 0.4 }, 0.95)).toBeCloseTo(0.73, 5);
    expect(closeOf({ PP: 0.9, FF: 0.1 }, 0.95)).toBeCloseTo(0.95, 5);
    expect(closeOf({ FF: 0.9 }, 0.3)).toBeCloseTo(0.3, 5);
    expect(closeOf({ aa: 1 }, 0.02)).toBeCloseTo(0.02, 5);
  });
});

describe('doubtClosures', () => {
  const doubted = (shares: Partial<Record<Viseme, number>>, close: number, noisy = 0) => {
    const [visemes, articulation] = [row(shares), shape(close)];
    doubtClosures(visemes, articulation, noisy);
    return { share: visemes[visemeIndex('PP')]!, sum: visemes.reduce((a, b) => a + b, 0), close: articulation[3]! };
  };

  it('takes back a closure that is hardly likelier than the rest, and keeps a sure one and those in silence', () => {
    const suspected = doubted({ PP: 0.6, nn: 0.4 }, 0.9);
    expect(suspected.share).toBeCloseTo(0.12 / 0.52, 5);
    expect(suspected.sum).toBeCloseTo(1, 5);
    expect(suspected.close).toBeCloseTo(0.6, 5);
    const sure = doubted({ PP: 0.97, nn: 0.03 }, 0.9);
    expect(sure.share).toBeGreaterThan(0.8);
    expect(sure.close).toBeCloseTo(0.9, 5);
    expect(doubted({ sil: 0.9, PP: 0.1 }, 0.8).close).toBeCloseTo(0.8, 5);
  });

  it('doubts the less the noisier it is, and nothing where all is noise', () => {
    const half = doubted({ PP: 0.6, nn: 0.4 }, 0.9, 0.5);
    expect(half.share).toBeCloseTo(0.36 / 0.76, 5);
    expect(half.close).toBeCloseTo(0.8, 5);
    expect(doubted({ PP: 0.6, nn: 0.4 }, 0.9, 1).share).toBeCloseTo(0.6, 5);
    expect(doubted({ PP: 0.6, nn: 0.4 }, 0.9, 1).close).toBeCloseTo(0.9, 5);
  });
});

describe('gateMouth', () => {
  it('rests the mouth where nobody speaks and touches nothing where somebody does', () => {
    const visemes = Float32Array.of(...row({ aa: 1 }), ...row({ aa: 1 }));
    const articulation = Float32Array.of(...shape(0), ...shape(0));
    gateMouth(visemes, articulation, Float32Array.of(0, 1));
    expect(visemes[visemeIndex('sil')]).toBe(1);
    expect(articulation[0]).toBe(0);
    expect(visemes[VISEME_COUNT + visemeIndex('aa')]).toBe(1);
    expect(articulation[ARTICULATOR_COUNT]).toBeCloseTo(0.4, 5);
  });
});
