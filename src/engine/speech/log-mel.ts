import { SPEECH_SAMPLE_RATE } from '../../core/speech.ts';
import { Fourier } from './fft.ts';

// The arithmetic of native-models/training/viseme/features.py; log-mel.test.ts compares the two.
const FFT = 512;
const WINDOW = 400;
const BINS = FFT / 2 + 1;
const LOW_HZ = 60;
const HIGH_HZ = 7600;
const TOP_HZ = 7950;
const EMPHASIS = 0.97;
const FLOOR = 1e-6;
/** Root mean square that a recording is brought to, and the quietest that is still lifted. */
const LEVEL = 1 / 12;
const QUIETEST = 1e-4;
const REACH = 400;
const SCALE = 3;

/** Log-mel of digital silence. */
export const NOTHING = Math.log(FLOOR);

/** Samples between frames. */
export const HOP = 160;

/** Mel bands per frame. */
export const MEL_BANDS = 64;

/** Frames of a recording: one at every multiple of {@link HOP}, the first at sample 0. */
export function frameCount(samples: number): number {
  return samples === 0 ? 0 : Math.floor(samples / HOP) + 1;
}

/** Factor that brings a recording to the level that the network was trained at. */
export function levelGain(samples: Float32Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return LEVEL / Math.max(QUIETEST, Math.sqrt(sum / Math.max(1, samples.length)));
}

interface Band {
  readonly first: number;
  readonly weights: Float64Array;
}

function melBands(size: number): Band[] {
  const mel = (hertz: number): number => 1127 * Math.log(1 + hertz / 700);
  const hertz = (mels: number): number => 700 * (Math.exp(mels / 1127) - 1);
  const step = (mel(HIGH_HZ) - mel(LOW_HZ)) / (MEL_BANDS + 1);
  const edges = Array.from({ length: MEL_BANDS + 2 }, (_, i) => Math.min(TOP_HZ, size * hertz(mel(LOW_HZ) + step * i)));
  return Array.from({ length: MEL_BANDS }, (_, band) => {
    const low = edges[band]!;
    const centre = Math.max(edges[band + 1]!, low + 1e-3);
    const high = Math.max(edges[band + 2]!, centre + 1e-3);
    const all = Float64Array.from({ length: BINS }, (__, bin) => {
      const f = (bin * SPEECH_SAMPLE_RATE) / FFT;
      return Math.max(0, Math.min((f - low) / (centre - low), (high - f) / (high - centre)));
    });
    // Low bands are narrower than a bin: one that no bin hits takes the nearest.
    if (all.reduce((a, b) => a + b, 0) < 1e-3) all[Math.round((centre * FFT) / SPEECH_SAMPLE_RATE)] = 1;
    const first = all.findIndex((weight) => weight > 0);
    const last = all.findLastIndex((weight) => weight > 0);
    return { first, weights: all.slice(first, last + 1) };
  });
}

/** Makes log-mel frames of a recording, any stretch of it at a time. */
export class LogMel {
  readonly #fourier = new Fourier(FFT);
  readonly #bands: readonly Band[];
  readonly #window = Float64Array.from({ length: WINDOW }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / WINDOW));
  readonly #re = new Float64Array(FFT);
  readonly #im = new Float64Array(FFT);
  readonly #power = new Float64Array(BINS);

  /** @param size stretches the frequency axis: above 1 a smaller mouth, whose resonances lie higher, is heard as an ordinary one */
  constructor(size = 1) {
    this.#bands = melBands(size);
  }

  /** Frames `first` to `first + count` of `samples` times `gain`, as rows of {@link MEL_BANDS}. */
  compute(samples: Float32Array, gain: number, first: number, count: number, out: Float32Array): void {
    const re = this.#re;
    const im = this.#im;
    for (let frame = 0; frame < count; frame += 1) {
      const start = (first + frame) * HOP - WINDOW / 2;
      re.fill(0);
      im.fill(0);
      for (let i = 0; i < WINDOW; i += 1) {
        const at = start + i;
        if (at < 0 || at >= samples.length) continue;
        const before = at === 0 ? 0 : samples[at - 1]!;
        re[i] = gain * (samples[at]! - EMPHASIS * before) * this.#window[i]!;
      }
      this.#fourier.transform(re, im);
      for (let bin = 0; bin < BINS; bin += 1) this.#power[bin] = re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      for (let band = 0; band < MEL_BANDS; band += 1) {
        const { first: firstBin, weights } = this.#bands[band]!;
        let energy = 0;
        for (let k = 0; k < weights.length; k += 1) energy += this.#power[firstBin + k]! * weights[k]!;
        out[frame * MEL_BANDS + band] = Math.log(energy + FLOOR);
      }
    }
  }
}

/** Frames on either side of a stretch that {@link normaliseMel} looks at. */
export const NORMALISING_REACH = REACH;

/**
 * Subtracts from each band its mean over 4 s on either side, so that microphone and room do not matter. `logMel` holds
 * frames `available.first` to `available.first + available.count` of a recording; rows `first` to `first + count` of the
 * recording are written to `out`.
 */
export function normaliseMel(
  logMel: Float32Array,
  available: { readonly first: number; readonly count: number },
  first: number,
  count: number,
  out: Float32Array,
): void {
  const sums = new Float64Array(MEL_BANDS);
  const end = available.first + available.count;
  let from = Math.max(available.first, first - REACH);
  let until = from;
  for (let frame = first; frame < first + count; frame += 1) {
    const low = Math.max(available.first, frame - REACH);
    const high = Math.min(end, frame + REACH);
    for (; until < high; until += 1)
      for (let band = 0; band < MEL_BANDS; band += 1)
        sums[band]! += logMel[(until - available.first) * MEL_BANDS + band]!;
    for (; from < low; from += 1)
      for (let band = 0; band < MEL_BANDS; band += 1)
        sums[band]! -= logMel[(from - available.first) * MEL_BANDS + band]!;
    const row = (frame - available.first) * MEL_BANDS;
    const target = (frame - first) * MEL_BANDS;
    for (let band = 0; band < MEL_BANDS; band += 1)
      out[target + band] = (logMel[row + band]! - sums[band]! / (high - low)) / SCALE;
  }
}
