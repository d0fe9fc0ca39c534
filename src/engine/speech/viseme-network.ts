import { throwIfCancelled } from '../../core/errors.ts';
import { ARTICULATOR_COUNT, VISEME_COUNT } from '../../core/speech.ts';
import type { Inference } from '../inference/index.ts';
import { frameCount, LogMel, levelGain, MEL_BANDS, NORMALISING_REACH, normaliseMel } from './log-mel.ts';
import { findNoise, melNoise, takeNoise } from './mel-noise.ts';

/** Frames per run of the network, and how many at either end only serve as surroundings. */
const BLOCK = 512;
const MARGIN = 56;
const USED = BLOCK - 2 * MARGIN;

/** What the network heard, one row per frame. */
export interface HeardVisemes {
  /** [frames, 15], rows sum to 1. */
  readonly visemes: Float32Array;
  /** [frames, 4], 0..1. */
  readonly articulation: Float32Array;
  /** [frames] how much louder the bands became since two frames before, all together: where notes and drums start. */
  readonly onset: Float32Array;
}

const ONSET_STEP = 2;

/** Rise of the log-mel rows over two frames, half-wave rectified and averaged over the bands. */
function riseOf(logMel: Float32Array, row: number): number {
  let sum = 0;
  for (let band = 0; band < MEL_BANDS; band += 1) {
    const now = logMel[row * MEL_BANDS + band]!;
    sum += Math.max(0, now - logMel[(row - ONSET_STEP) * MEL_BANDS + band]!);
  }
  return sum / MEL_BANDS;
}

/** Share of what is heard in noise that comes from the sound without the noise, where there is nothing but noise and speech. */
const WITHOUT_NOISE = 0.5;
const LEAST = 1e-6;

type Outputs = Record<'visemes' | 'curves', Float32Array>;

/** Lets a second hearing of the same frames have its share: of visemes by their logarithms, so that each may rule one out. */
function hearBoth(first: Outputs, second: Outputs, share: number): void {
  for (let row = 0; row < first.visemes.length; row += VISEME_COUNT) {
    let total = 0;
    for (let k = row; k < row + VISEME_COUNT; k += 1) {
      const ratio = Math.max(LEAST, second.visemes[k]!) / Math.max(LEAST, first.visemes[k]!);
      first.visemes[k] = Math.max(LEAST, first.visemes[k]!) * ratio ** share;
      total += first.visemes[k]!;
    }
    for (let k = row; k < row + VISEME_COUNT; k += 1) first.visemes[k]! /= total;
  }
  for (let k = 0; k < first.curves.length; k += 1) first.curves[k]! += share * (second.curves[k]! - first.curves[k]!);
}

/**
 * Runs the viseme network over a recording of any length, in blocks of four seconds; memory beyond the result does not
 * grow with the recording. Where there is steady noise the network listens twice: to the sound and to it with the noise
 * taken off. Throws `model-missing`, `model-damaged`, `inference-failed` or `cancelled`.
 */
export async function hearVisemes(
  samples: Float32Array,
  inference: Inference,
  signal?: AbortSignal,
  report?: (share: number) => void,
): Promise<HeardVisemes> {
  const model = await inference.open('viseme');
  const frames = frameCount(samples.length);
  const visemes = new Float32Array(frames * VISEME_COUNT);
  const articulation = new Float32Array(frames * ARTICULATOR_COUNT);
  const onset = new Float32Array(frames);
  const gain = levelGain(samples);
  const maker = new LogMel();
  const capacity = BLOCK + 2 * NORMALISING_REACH;
  const logMel = new Float32Array(capacity * MEL_BANDS);
  const input = { mel: new Float32Array(BLOCK * MEL_BANDS) };
  const outputs = model.allocateOutputs() as Outputs;
  const without = model.allocateOutputs() as Outputs;
  const noise = melNoise();
  const quieter = new Float32Array(capacity * MEL_BANDS);
  let available = { first: 0, count: 0 };
  for (let start = 0; start < frames; start += USED) {
    throwIfCancelled(signal);
    const low = Math.max(0, start - MARGIN);
    const high = Math.min(frames, start + USED + MARGIN);
    const wantLow = Math.max(0, low - NORMALISING_REACH);
    const wantHigh = Math.min(frames, high + NORMALISING_REACH);
    // Frames that the block before has made are kept, so that each is made once.
    const kept = Math.max(0, available.first + available.count - wantLow);
    logMel.copyWithin(0, (wantLow - available.first) * MEL_BANDS, (available.first + available.count) * MEL_BANDS);
    const fresh = wantHigh - wantLow - kept;
    maker.compute(samples, gain, wantLow + kept, fresh, logMel.subarray(kept * MEL_BANDS));
    available = { first: wantLow, count: wantHigh - wantLow };
    // Before the first and after the last frame is nothing, as in training.
    input.mel.fill(0);
    const offset = low - (start - MARGIN);
    normaliseMel(logMel, available, low, high - low, input.mel.subarray(offset * MEL_BANDS));
    await model.run(input, outputs);
    findNoise(logMel, available.count, noise);
    if (noise.amount > 0) {
      takeNoise(logMel, available.count, noise, quieter);
      normaliseMel(quieter, available, low, high - low, input.mel.subarray(offset * MEL_BANDS));
      await model.run(input, without);
      hearBoth(outputs, without, noise.amount * WITHOUT_NOISE);
    }
    const used = Math.min(USED, frames - start);
    for (let frame = Math.max(start, available.first + ONSET_STEP); frame < start + used; frame += 1)
      onset[frame] = riseOf(logMel, frame - available.first);
    visemes.set(outputs.visemes.subarray(MARGIN * VISEME_COUNT, (MARGIN + used) * VISEME_COUNT), start * VISEME_COUNT);
    articulation.set(
      outputs.curves.subarray(MARGIN * ARTICULATOR_COUNT, (MARGIN + used) * ARTICULATOR_COUNT),
      start * ARTICULATOR_COUNT,
    );
    report?.(Math.min(1, (start + used) / frames));
  }
  return { visemes, articulation, onset };
}
