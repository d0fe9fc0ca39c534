import { describe, expect, it } from 'vitest';
import { denoise, exponentialIntegral } from './denoise.ts';
import { noise } from './testing/sounds.ts';

const RATE = 16_000;

/** Half a second of tones, half a second of nothing, in turn. */
const voice = Float32Array.from({ length: 3 * RATE }, (_, i) => {
  if (i % RATE >= RATE / 2) return 0;
  return 0.2 * Math.sin((2 * Math.PI * 220 * i) / RATE) + 0.1 * Math.sin((2 * Math.PI * 1300 * i) / RATE);
});
const hiss = noise(voice.length, 5);
const mixed = voice.map((value, i) => value + 0.06 * hiss[i]!);

function power(samples: Float32Array, wanted: (i: number) => boolean): number {
  let [sum, count] = [0, 0];
  samples.forEach((value, i) => {
    if (!wanted(i)) return;
    sum += value * value;
    count += 1;
  });
  return sum / count;
}

const decibels = (ratio: number): number => 10 * Math.log10(ratio);
const loud = (i: number): boolean => i % RATE > RATE / 16 && i % RATE < (7 * RATE) / 16;
const quiet = (i: number): boolean => i % RATE > (10 * RATE) / 16 && i % RATE < (15 * RATE) / 16;

describe('denoise', () => {
  it('takes noise off pauses by as much as the recording is noisy, and leaves the voice its power', () => {
    for (const [noisy, least, most] of [
      [1, 14, 20.5],
      [0.5, 8, 10.5],
    ] as const) {
      const out = denoise(mixed, noisy);
      const taken = decibels(power(mixed, quiet) / power(out, quiet));
      expect(taken).toBeGreaterThan(least);
      expect(taken).toBeLessThan(most);
      expect(Math.abs(decibels(power(out, loud) / power(voice, loud)))).toBeLessThan(0.5);
    }
  });

  it('brings the voice nearer', () => {
    const off = (samples: Float32Array): number =>
      power(
        samples.map((value, i) => value - voice[i]!),
        loud,
      );
    expect(decibels(off(mixed) / off(denoise(mixed, 1)))).toBeGreaterThan(6);
  });

  it('leaves what is not noisy as it is, to the sample where nothing is asked', () => {
    expect(denoise(mixed, 0)).toBe(mixed);
    const out = denoise(voice, 1);
    expect(
      decibels(
        power(voice, loud) /
          power(
            voice.map((value, i) => value - out[i]!),
            loud,
          ),
      ),
    ).toBeGreaterThan(30);
  });

  it('has an answer for nothing, for silence and for less than a window', () => {
    expect(denoise(new Float32Array(0), 1)).toHaveLength(0);
    for (const length of [1, 100, RATE]) {
      const out = denoise(new Float32Array(length), 1);
      expect(out).toHaveLength(length);
      expect(out.every((value) => value === 0)).toBe(true);
    }
  });
});

describe('exponentialIntegral', () => {
  it('has the values of the table (Abramowitz and Stegun, table 5.1)', () => {
    expect(exponentialIntegral(0.5)).toBeCloseTo(0.5597736, 5);
    expect(exponentialIntegral(1)).toBeCloseTo(0.2193839, 4);
    expect(exponentialIntegral(2)).toBeCloseTo(0.0489005, 5);
    expect(exponentialIntegral(10)).toBeCloseTo(4.15697e-6, 9);
  });
});
