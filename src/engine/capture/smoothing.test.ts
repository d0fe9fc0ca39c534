import { describe, expect, it } from 'vitest';
import { jitter, noiseLevel, smoothSignals } from './smoothing.ts';

/** Deterministic Gaussian noise. */
function gaussian(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const spread = (values: ArrayLike<number>): number => {
  const list = Array.from(values);
  const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
  return Math.sqrt(list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length);
};

describe('smoothSignals', () => {
  it('estimates noise also when half of the signal moves', () => {
    const random = gaussian(7);
    const signal = Float64Array.from({ length: 400 }, (_, t) => 0.3 * random() + (t > 280 ? 20 * Math.sin(t) : 0));
    expect(noiseLevel(signal)).toBeGreaterThan(0.2);
    expect(noiseLevel(signal)).toBeLessThan(0.55);
  });

  it('calms what rests to a quarter of its noise', () => {
    const random = gaussian(1);
    const signals = Array.from({ length: 6 }, () => Float64Array.from({ length: 200 }, () => 5 + 0.4 * random()));
    smoothSignals(signals, { levels: 4, strength: 2.2 });
    for (const signal of signals) expect(spread(signal)).toBeLessThan(0.12);
  });

  it('keeps a fast event at its time and height', () => {
    const random = gaussian(3);
    const event = (t: number): number => (t >= 60 && t < 64 ? 10 : t >= 100 ? (t - 100) * 0.8 : 0);
    const signals = Array.from({ length: 4 }, () =>
      Float64Array.from({ length: 160 }, (_, t) => event(t) + 0.2 * random()),
    );
    smoothSignals(signals, { levels: 3, strength: 1.5 });
    for (const signal of signals) {
      // A closure of four frames survives with its edges.
      expect(signal[61]!).toBeGreaterThan(9);
      expect(signal[62]!).toBeGreaterThan(9);
      expect(Math.abs(signal[57]!)).toBeLessThan(1);
      expect(Math.abs(signal[66]!)).toBeLessThan(1);
      // A steady motion is not delayed.
      expect(signal[130]!).toBeCloseTo(24, 0);
    }
  });

  it('keeps the slope up to both ends', () => {
    const signals = [Float64Array.from({ length: 50 }, (_, t) => 3 * t + (t % 2 ? 0.1 : -0.1))];
    smoothSignals(signals, { levels: 4, strength: 2 });
    expect(signals[0]![0]!).toBeCloseTo(0, 0);
    expect(signals[0]![49]!).toBeCloseTo(147, 0);
  });

  it('leaves short and constant signals as they are', () => {
    const short = [Float64Array.of(1, 5)];
    smoothSignals(short, { levels: 4, strength: 2 });
    expect([...short[0]!]).toEqual([1, 5]);
    const constant = [new Float64Array(30).fill(2)];
    smoothSignals(constant, { levels: 4, strength: 2 });
    expect(new Set(constant[0])).toEqual(new Set([2]));
  });
});

describe('jitter', () => {
  it('is 0 for even motion and counts trembling', () => {
    const even = Float32Array.from({ length: 20 }, (_, i) => (i >> 1) * 3);
    expect(jitter(even, 2, 10, [0])).toBeCloseTo(0, 5);
    const trembling = Float32Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? (i >> 1) % 2 : 0));
    expect(jitter(trembling, 2, 10, [0])).toBeCloseTo(2, 5);
  });
});
