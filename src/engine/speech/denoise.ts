import { Fourier } from './fft.ts';
import { quantile } from './smoothing.ts';

/** Samples of a window and from one to the next: 32 and 8 ms at 16 kHz. */
const WINDOW = 512;
const HOP = 128;
const BINS = WINDOW / 2 + 1;
/** Share of the frames that hold nothing but noise, how far powers are smoothed before, and what noise has beyond that level on average. */
const QUIET = 0.2;
const SMOOTHED = 0.85;
const BEYOND = 1.35;
/** Weight of the frame before in the decision-directed estimate, and the least ratio of speech to noise. */
const BEFORE = 0.98;
const LEAST_RATIO = 0.003;
const MOST_POWER = 1000;
/** Gain where there is nothing but noise, in a recording that is noisy throughout: what is cut out whole rings. */
const LEAST_GAIN = 0.1;
const TINY = 1e-12;

/** The exponential integral E1 for x > 0 (Abramowitz and Stegun 5.1.53 and 5.1.56; error below 2e-7 and 5e-5). */
export function exponentialIntegral(x: number): number {
  if (x < 1)
    return (
      -Math.log(x) -
      0.57721566 +
      x * (0.99999193 + x * (-0.24991055 + x * (0.05519968 + x * (-0.00976004 + x * 0.00107857))))
    );
  const above = 0.26777374 + x * (8.6347609 + x * (18.059017 + x * (8.5733287 + x)));
  const below = 3.9584969 + x * (21.099653 + x * (25.632956 + x * (9.5733223 + x)));
  return (Math.exp(-x) / x) * (above / below);
}

/** Power of the noise in every bin: what the quiet frames have. `powers` is [frames, BINS]. */
function noiseOf(powers: Float32Array, frames: number): Float64Array {
  const column = new Float32Array(frames);
  return Float64Array.from({ length: BINS }, (_, bin) => {
    let level = powers[bin]!;
    for (let frame = 0; frame < frames; frame += 1) {
      level = SMOOTHED * level + (1 - SMOOTHED) * powers[frame * BINS + bin]!;
      column[frame] = level;
    }
    return Math.max(TINY, BEYOND * quantile(column, QUIET));
  });
}

/**
 * Takes steady noise off speech for a listener that has only heard clean voices: log-spectral amplitudes of least mean
 * square error (Ephraim and Malah 1985). `samples` at 16 kHz; `noisy` 0..1 how noisy they are: at 0 they stay as they are.
 */
export function denoise(samples: Float32Array, noisy: number): Float32Array {
  if (noisy === 0 || samples.length === 0) return samples;
  const fourier = new Fourier(WINDOW);
  // The root of a Hann window, used twice: windows that overlap by three quarters sum to 2.
  const window = Float64Array.from({ length: WINDOW }, (_, i) => Math.sin((Math.PI * i) / WINDOW));
  const frames = Math.ceil((samples.length + WINDOW) / HOP);
  const [re, im] = [new Float64Array(WINDOW), new Float64Array(WINDOW)];
  const load = (frame: number): number => {
    const start = (frame + 1) * HOP - WINDOW;
    for (let i = 0; i < WINDOW; i += 1) re[i] = (samples[start + i] ?? 0) * window[i]!;
    im.fill(0);
    fourier.transform(re, im);
    return start;
  };
  const powers = new Float32Array(frames * BINS);
  for (let frame = 0; frame < frames; frame += 1) {
    load(frame);
    for (let bin = 0; bin < BINS; bin += 1) powers[frame * BINS + bin] = re[bin]! ** 2 + im[bin]! ** 2;
  }
  const noise = noiseOf(powers, frames);
  const least = LEAST_GAIN ** noisy;
  const before = new Float64Array(BINS);
  const out = new Float32Array(samples.length);
  for (let frame = 0; frame < frames; frame += 1) {
    const start = load(frame);
    for (let bin = 0; bin < BINS; bin += 1) {
      const power = Math.min(MOST_POWER, powers[frame * BINS + bin]! / noise[bin]!);
      const ratio = Math.max(LEAST_RATIO, BEFORE * before[bin]! + (1 - BEFORE) * Math.max(0, power - 1));
      const share = ratio / (1 + ratio);
      const gain = Math.min(1, share * Math.exp(exponentialIntegral(Math.max(1e-6, share * power)) / 2));
      before[bin] = gain * gain * power;
      const taken = Math.max(least, gain);
      re[bin]! *= taken;
      im[bin]! *= taken;
      if (bin === 0 || bin === WINDOW / 2) continue;
      re[WINDOW - bin] = re[bin]!;
      im[WINDOW - bin] = -im[bin]!;
    }
    // The transform of the conjugate is the inverse, conjugated and times the length; what is left is real.
    for (let i = 0; i < WINDOW; i += 1) im[i] = -im[i]!;
    fourier.transform(re, im);
    const from = Math.max(0, -start);
    const until = Math.min(WINDOW, samples.length - start);
    for (let i = from; i < until; i += 1) out[start + i]! += (re[i]! * window[i]!) / (WINDOW * 2);
  }
  return out;
}
