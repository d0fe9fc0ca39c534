import { HOP } from './log-mel.ts';

const HALF_WINDOW = 200;
const SILENCE_DB = -100;
/** So many samples in a row at the largest value are a flat top, not a peak. */
const FLAT_RUN = 3;

/** Level of each frame (25 ms) in decibels of full scale, at least -100. */
export function loudness(samples: Float32Array, frames: number): Float32Array {
  const out = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame += 1) {
    const from = Math.max(0, frame * HOP - HALF_WINDOW);
    const until = Math.min(samples.length, frame * HOP + HALF_WINDOW);
    let sum = 0;
    for (let i = from; i < until; i += 1) sum += samples[i]! * samples[i]!;
    const power = sum / Math.max(1, until - from);
    out[frame] = power <= 1e-10 ? SILENCE_DB : 10 * Math.log10(power);
  }
  return out;
}

/** Share of the samples that lie on flat tops of the waveform, where a recording was driven too high. */
export function clippedShare(samples: Float32Array): number {
  let peak = 0;
  for (const sample of samples) peak = Math.max(peak, Math.abs(sample));
  if (peak < 0.05) return 0;
  const limit = peak * 0.999;
  let run = 0;
  let flat = 0;
  for (const sample of samples) {
    if (Math.abs(sample) >= limit) run += 1;
    else {
      if (run >= FLAT_RUN) flat += run;
      run = 0;
    }
  }
  return (run >= FLAT_RUN ? flat + run : flat) / samples.length;
}
