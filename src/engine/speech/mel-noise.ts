import { MEL_BANDS, NOTHING } from './log-mel.ts';
import { quantile } from './smoothing.ts';

/** Shares of the frames that are taken for noise alone, and for speech at its loudest. */
const QUIET = 0.2;
const LOUD = 0.9;
/** Noise swells: this many times its quiet level is taken off; of a band at least this share stays. */
const TAKEN = 3;
const KEPT = 0.1;
/** Natural logarithms of power between quiet and loud, as a mean over the bands: from here on all of it is noisy, from there nothing. */
const NOISY = 2.6;
const CLEAN = 4;
/** Quiet levels up to this, as a mean over the bands, are silence and no noise. */
const SILENT = NOTHING + 1;

/** Frames of log-mel that are looked at together; see {@link findNoise}. */
export interface MelNoise {
  /** [bands] power of the noise that is there all the time. */
  readonly power: Float32Array;
  /** 0..1: how noisy the recording is; 0 where it can be left as it is. */
  amount: number;
}

/** Room for what {@link findNoise} finds. */
export function melNoise(): MelNoise {
  return { power: new Float32Array(MEL_BANDS), amount: 0 };
}

/** Looks for steady noise in `count` rows of log-mel. */
export function findNoise(logMel: Float32Array, count: number, into: MelNoise): void {
  const column = new Float32Array(count);
  let [contrast, level] = [0, 0];
  for (let band = 0; band < MEL_BANDS; band += 1) {
    for (let frame = 0; frame < count; frame += 1) column[frame] = logMel[frame * MEL_BANDS + band]!;
    const quiet = quantile(column, QUIET);
    contrast += (quantile(column, LOUD) - quiet) / MEL_BANDS;
    level += quiet / MEL_BANDS;
    into.power[band] = Math.exp(quiet);
  }
  into.amount = level <= SILENT ? 0 : Math.min(1, Math.max(0, (CLEAN - contrast) / (CLEAN - NOISY)));
}

/** How noisy a stretch of sound is, 0..1, and how much of it there is. */
export interface NoisyStretch {
  readonly amount: number;
  readonly frames: number;
}

/** How noisy stretches are together, 0..1: long ones count more. */
export function overallNoise(stretches: readonly NoisyStretch[]): number {
  const noisy = stretches.reduce((sum, { amount, frames }) => sum + amount * frames, 0);
  return (
    noisy /
    Math.max(
      1,
      stretches.reduce((sum, { frames }) => sum + frames, 0),
    )
  );
}

/** Takes noise off `count` rows of log-mel, into `out`. */
export function takeNoise(logMel: Float32Array, count: number, noise: MelNoise, out: Float32Array): void {
  for (let at = 0; at < count * MEL_BANDS; at += 1) {
    const power = Math.exp(logMel[at]!);
    out[at] = Math.log(Math.max(power - TAKEN * noise.power[at % MEL_BANDS]!, KEPT * power));
  }
}
