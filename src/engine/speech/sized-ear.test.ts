import { describe, expect, it } from 'vitest';
import { SPEECH_SAMPLE_RATE } from '../../core/speech.ts';
import { frameCount, levelGain, MEL_BANDS } from './log-mel.ts';
import { overallNoise } from './mel-noise.ts';
import { SizedEar } from './sized-ear.ts';

const SECONDS = 4;

/** White noise, the same every time. */
function whiteNoise(length: number): Float32Array {
  let state = 1;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 31 - 1) * Math.sqrt(3);
  });
}

/** Pulses of a voice at 120 Hz, on and off three times a second, as loud as `voice`, in noise as loud as `noise`. */
function sound(voice: number, noise: number): Float32Array {
  const period = Math.round(SPEECH_SAMPLE_RATE / 120);
  return whiteNoise(SECONDS * SPEECH_SAMPLE_RATE).map((value, at) => {
    const spoken = Math.sin((6 * Math.PI * at) / SPEECH_SAMPLE_RATE) > 0 && at % period === 0;
    return noise * value + (spoken ? voice * Math.sqrt(period) : 0);
  });
}

function noisyOf(samples: Float32Array): number {
  const frames = frameCount(samples.length);
  const ear = new SizedEar(samples, levelGain(samples), 1, frames);
  return ear.listen({ first: 0, count: frames }, new Float32Array(frames * MEL_BANDS));
}

describe('how noisy a recording is', () => {
  it('is nothing in silence, and in a clean voice', () => {
    expect(noisyOf(new Float32Array(SECONDS * SPEECH_SAMPLE_RATE))).toBe(0);
    expect(noisyOf(sound(0.1, 0))).toBe(0);
    expect(noisyOf(sound(0.1, 1e-4))).toBe(0);
  });

  it('is nothing in a recording in which hardly anything but silence is', () => {
    expect(noisyOf(sound(0.1, 0).fill(0, SPEECH_SAMPLE_RATE / 4))).toBe(0);
  });

  it('grows with the noise, from 0 to 1', () => {
    const noisy = [0.001, 0.003, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1].map((noise) => noisyOf(sound(0.1, noise)));
    expect(noisy).toEqual([...noisy].sort((a, b) => a - b));
    expect(noisy[0]).toBe(0);
    expect(noisy.at(-1)).toBe(1);
    expect(noisy.filter((amount) => amount > 0 && amount < 1).length).toBeGreaterThan(1);
  });
});

describe('overallNoise', () => {
  it('is the mean of its stretches by their length', () => {
    expect(overallNoise([])).toBe(0);
    expect(overallNoise([{ amount: 0.7, frames: 50 }])).toBeCloseTo(0.7, 9);
    expect(
      overallNoise([
        { amount: 1, frames: 100 },
        { amount: 0, frames: 300 },
      ]),
    ).toBe(0.25);
  });
});
