import { describe, expect, it } from 'vitest';
import { MEL_BANDS } from './log-mel.ts';
import { findNoise, melNoise, takeNoise } from './mel-noise.ts';

const FRAMES = 400;
const NOISE = 0.04;

/** Noise that swells a little all the time, and in every other stretch of 50 frames a sound of `level` above it. */
function recording(level: number): Float32Array {
  return Float32Array.from({ length: FRAMES * MEL_BANDS }, (_, at) => {
    const frame = Math.floor(at / MEL_BANDS);
    const swell = 1 + 0.3 * Math.sin(at * 12.9898);
    return Math.log(NOISE * swell + (Math.floor(frame / 50) % 2 === 1 ? level : 0));
  });
}

describe('steady noise', () => {
  it('is found where speech hardly rises above it, and not in a clean recording', () => {
    const noise = melNoise();
    findNoise(recording(0.3), FRAMES, noise);
    expect(noise.amount).toBe(1);
    for (const power of noise.power) expect(Math.abs(power / NOISE - 1)).toBeLessThan(0.31);
    findNoise(recording(30), FRAMES, noise);
    expect(noise.amount).toBe(0);
    findNoise(recording(1), FRAMES, noise);
    expect(noise.amount).toBeGreaterThan(0.1);
    expect(noise.amount).toBeLessThan(0.9);
  });

  it('is taken off: what is loud stays nearly what it was, what is only noise becomes a tenth', () => {
    const sound = recording(10);
    const noise = melNoise();
    findNoise(sound, FRAMES, noise);
    const out = new Float32Array(sound.length);
    takeNoise(sound, FRAMES, noise, out);
    const [quiet, loud] = [20 * MEL_BANDS + 7, 70 * MEL_BANDS + 7];
    expect(out[loud]! - sound[loud]!).toBeGreaterThan(-0.02);
    expect(out[quiet]! - sound[quiet]!).toBeCloseTo(Math.log(0.1), 3);
    expect(out.every((value, at) => value <= sound[at]! + 1e-6 && value >= sound[at]! + Math.log(0.1) - 1e-5)).toBe(
      true,
    );
  });
});
