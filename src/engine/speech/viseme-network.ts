import { throwIfCancelled } from '../../core/errors.ts';
import { ARTICULATOR_COUNT, VISEME_COUNT } from '../../core/speech.ts';
import type { Inference } from '../inference/index.ts';
import { frameCount, levelGain, MEL_BANDS } from './log-mel.ts';
import { type NoisyStretch, overallNoise } from './mel-noise.ts';
import { type MelRows, SizedEar } from './sized-ear.ts';
import { VisemeListener } from './viseme-listener.ts';

/** Frames per run of the network, and how many at either end only serve as surroundings. */
const BLOCK = 512;
const MARGIN = 56;
const USED = BLOCK - 2 * MARGIN;
/** Voices are heard as they are, and as if the speaker's mouth were smaller and larger: three opinions err less than one. */
const VOICE_SIZES = [1, 0.92, 1.08] as const;

/** What the network heard, one row per frame. */
export interface HeardVisemes {
  /** [frames, 15], rows sum to 1. */
  readonly visemes: Float32Array;
  /** [frames, 4], 0..1. */
  readonly articulation: Float32Array;
  /** [frames] how much louder the bands became since two frames before, all together: where notes and drums start. */
  readonly onset: Float32Array;
  /** 0..1: how much of the recording is noisy, and how far. */
  readonly noisy: number;
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

/**
 * Runs the viseme network over a recording of any length, in blocks of four seconds; memory beyond the result does not
 * grow with the recording. It listens for voices of three sizes, and where there is steady noise also to the sound
 * with the noise taken off; the network that was trained in noise is asked there, too. Throws `model-missing`, `model-damaged`, `inference-failed` or `cancelled`.
 */
export async function hearVisemes(
  samples: Float32Array,
  inference: Inference,
  signal?: AbortSignal,
  report?: (share: number) => void,
): Promise<HeardVisemes> {
  const listener = await VisemeListener.open(inference);
  const frames = frameCount(samples.length);
  const visemes = new Float32Array(frames * VISEME_COUNT);
  const articulation = new Float32Array(frames * ARTICULATOR_COUNT);
  const onset = new Float32Array(frames);
  const gain = levelGain(samples);
  const stretches: NoisyStretch[] = [];
  const ears = VOICE_SIZES.map((size) => new SizedEar(samples, gain, size, BLOCK));
  const input = new Float32Array(BLOCK * MEL_BANDS);
  for (let start = 0; start < frames; start += USED) {
    const low = Math.max(0, start - MARGIN);
    const rows: MelRows = { first: low, count: Math.min(frames, start + USED + MARGIN) - low };
    // Before the first and after the last frame is nothing, as in training.
    input.fill(0);
    const mel = input.subarray((low - (start - MARGIN)) * MEL_BANDS);
    listener.begin();
    const used = Math.min(USED, frames - start);
    for (const ear of ears) {
      throwIfCancelled(signal);
      const amount = ear.listen(rows, mel);
      stretches.push({ amount, frames: used });
      const noisy = amount * WITHOUT_NOISE;
      await listener.hear(input, (1 - noisy) / ears.length, amount);
      if (noisy === 0) continue;
      ear.withoutNoise(rows, mel);
      await listener.hear(input, noisy / ears.length, amount);
    }
    const sum = listener.finish();
    const { logMel, available } = ears[0]!;
    for (let frame = Math.max(start, available.first + ONSET_STEP); frame < start + used; frame += 1)
      onset[frame] = riseOf(logMel, frame - available.first);
    visemes.set(sum.visemes.subarray(MARGIN * VISEME_COUNT, (MARGIN + used) * VISEME_COUNT), start * VISEME_COUNT);
    articulation.set(
      sum.curves.subarray(MARGIN * ARTICULATOR_COUNT, (MARGIN + used) * ARTICULATOR_COUNT),
      start * ARTICULATOR_COUNT,
    );
    report?.(Math.min(1, (start + used) / frames));
  }
  return { visemes, articulation, onset, noisy: overallNoise(stretches) };
}
