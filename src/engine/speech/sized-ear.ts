import { frameCount, LogMel, MEL_BANDS, NORMALISING_REACH, normaliseMel } from './log-mel.ts';
import { findNoise, melNoise, takeNoise } from './mel-noise.ts';

/** Rows of a recording. */
export interface MelRows {
  readonly first: number;
  readonly count: number;
}

/** Makes the network's input of a recording, a stretch at a time and in order, for voices of one size. */
export class SizedEar {
  /** Rows before they are normalised: those of {@link available}. */
  readonly logMel: Float32Array;
  available: MelRows = { first: 0, count: 0 };
  readonly #samples: Float32Array;
  readonly #gain: number;
  readonly #frames: number;
  readonly #maker: LogMel;
  readonly #noise = melNoise();
  readonly #quieter: Float32Array;

  /** @param most rows that are asked for at once */
  constructor(samples: Float32Array, gain: number, size: number, most: number) {
    this.#samples = samples;
    this.#gain = gain;
    this.#frames = frameCount(samples.length);
    this.#maker = new LogMel(size);
    const capacity = (most + 2 * NORMALISING_REACH) * MEL_BANDS;
    this.logMel = new Float32Array(capacity);
    this.#quieter = new Float32Array(capacity);
  }

  /** Writes rows to `out` as the network takes them; returns how noisy they are, 0..1. */
  listen({ first, count }: MelRows, out: Float32Array): number {
    const low = Math.max(0, first - NORMALISING_REACH);
    const high = Math.min(this.#frames, first + count + NORMALISING_REACH);
    const before = this.available;
    // Frames that the stretch before has made are kept, so that each is made once.
    const kept = Math.max(0, before.first + before.count - low);
    this.logMel.copyWithin(0, (low - before.first) * MEL_BANDS, (before.first + before.count) * MEL_BANDS);
    this.#maker.compute(
      this.#samples,
      this.#gain,
      low + kept,
      high - low - kept,
      this.logMel.subarray(kept * MEL_BANDS),
    );
    this.available = { first: low, count: high - low };
    normaliseMel(this.logMel, this.available, first, count, out);
    findNoise(this.logMel, this.available.count, this.#noise);
    return this.#noise.amount;
  }

  /** The rows of the last {@link listen}, with what noise there is taken off. */
  withoutNoise({ first, count }: MelRows, out: Float32Array): void {
    takeNoise(this.logMel, this.available.count, this.#noise, this.#quieter);
    normaliseMel(this.#quieter, this.available, first, count, out);
  }
}
