import { FRAME_REASONS } from '../../core/performance.ts';
import { PATCHES, type TrackSpectra } from './face-spectra.ts';
import { ANGLES, BINS, binFrequency, RADII } from './spectrum.ts';

/** Rank of the sharp reference among the frames of a track, per bin. */
const REFERENCE_RANK = 0.85;
/** Rank of the noise floor. */
const FLOOR_RANK = 0.04;
/** A bin counts when its reference stands this far over the floor. */
const CLEAR = 3;
/** Spread of the logarithm of a bin's power from frame to frame by expression and light. */
const SPREAD = 0.6;
/** Residual, in spreads, from which it counts linearly. */
const HUBER = 1.5;

/** Sharp look and noise floor of a track's patches. */
export interface Reference {
  /** [PATCHES, BINS] power of a sharp frame. */
  readonly sharp: Float32Array;
  /** [RADII] power. */
  readonly floor: Float32Array;
  /** [PATCHES, BINS] 1 where the bin tells anything. */
  readonly useful: Uint8Array;
}

function rank(values: number[], share: number): number {
  values.sort((a, b) => a - b);
  return values[Math.min(values.length - 1, Math.floor(share * values.length))]!;
}

/**
 * The actor's sharpest look in this clip, bin by bin: blur takes power away in one direction at a time, so a bin's upper
 * ranks come from frames that were sharp in its direction. Null when too little could be measured.
 */
export function referenceOf({ track, power }: TrackSpectra): Reference | null {
  const sharp = new Float32Array(PATCHES * BINS);
  const floor = new Float32Array(RADII).fill(Infinity);
  const useful = new Uint8Array(PATCHES * BINS);
  const values: number[] = [];
  for (let bin = 0; bin < PATCHES * BINS; bin++) {
    values.length = 0;
    for (let row = 0; row < track.frameCount; row++) {
      const value = power[row * PATCHES * BINS + bin]!;
      if (FRAME_REASONS[track.reason[row]!] === 'ok' && value > 0) values.push(value);
    }
    if (values.length === 0) continue;
    sharp[bin] = rank(values, REFERENCE_RANK);
    const radius = Math.floor((bin % BINS) / ANGLES);
    floor[radius] = Math.min(floor[radius]!, rank(values, FLOOR_RANK));
  }
  if (!Number.isFinite(floor[RADII - 2]!)) return null;
  // Noise does not grow towards low frequencies as a picture does: what a lower bin holds over a higher one is picture.
  for (let radius = RADII - 2; radius >= 0; radius--) floor[radius] = Math.min(floor[radius]!, 2 * floor[radius + 1]!);
  for (let bin = 0; bin < PATCHES * BINS; bin++) {
    const radius = Math.floor((bin % BINS) / ANGLES);
    useful[bin] = radius >= 1 && radius < RADII - 1 && sharp[bin]! > CLEAR * floor[radius]! ? 1 : 0;
  }
  return { sharp, floor, useful };
}

/** Share of detail that a frame lacks against the reference, 0..1. */
export function blurScore(power: Float32Array, at: number, { sharp, useful }: Reference): number {
  let [sum, count] = [0, 0];
  for (let bin = 0; bin < PATCHES * BINS; bin++) {
    const value = power[at + bin]!;
    if (!useful[bin] || !(value > 0)) continue;
    // Half the logarithm of a power is that of an amplitude; more than the reference is not sharper than sharp.
    sum += Math.min(0.25, Math.log(value / sharp[bin]!) / 2);
    count++;
  }
  return count === 0 ? 0 : Math.max(0, 1 - Math.exp(sum / count));
}

const BIN_X = Float32Array.from({ length: BINS }, (_, bin) => binFrequency(bin)[0]);
const BIN_Y = Float32Array.from({ length: BINS }, (_, bin) => binFrequency(bin)[1]);
/** Half a bin's width in cycles per pixel. */
const HALF_BIN = 0.25 / RADII;

/** Squared response, at a bin, of a straight blur of (lx, ly) pixels and a Gaussian of `sigma`. */
export function response(bin: number, lx: number, ly: number, sigma: number): number {
  const fx = BIN_X[bin]!;
  const fy = BIN_Y[bin]!;
  const phase = Math.PI * (fx * lx + fy * ly);
  const sinc = Math.abs(phase) < 1e-3 ? 1 : Math.sin(phase) / phase;
  // A bin sees a range of phases: the zeros of the sine fill up by its variance over that range.
  const spread = Math.PI * HALF_BIN * Math.hypot(lx, ly);
  const fill = (spread * spread) / 3 / (1 + (spread * spread) / 3) / (1 + phase * phase) / 2;
  return Math.min(1, sinc * sinc + fill) * Math.exp(-4 * Math.PI ** 2 * sigma ** 2 * (fx * fx + fy * fy));
}

/**
 * Misfit of a frame under a blur: Huber of the residuals of log power, in spreads, mean over useful bins. `blur` holds
 * each patch's own path, x and y in turn, in pixels of the measured size.
 */
export function misfit(
  power: Float32Array,
  at: number,
  { sharp, floor, useful }: Reference,
  blur: Float32Array,
  sigma: number,
): number {
  let [sum, count] = [0, 0];
  for (let patch = 0; patch < PATCHES; patch++) {
    const lx = blur[patch * 2]!;
    const ly = blur[patch * 2 + 1]!;
    for (let bin = 0; bin < BINS; bin++) {
      const k = patch * BINS + bin;
      if (!useful[k]) continue;
      const value = power[at + k]!;
      if (!(value > 0)) continue;
      const noise = floor[(bin / ANGLES) | 0]!;
      const model = (sharp[k]! - noise) * response(bin, lx, ly, sigma) + noise;
      const off = Math.abs(Math.log(value / model)) / SPREAD;
      sum += off < HUBER ? off * off : HUBER * (2 * off - HUBER);
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
