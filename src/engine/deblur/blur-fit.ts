import { type FaceTrack, FRAME_REASONS, LANDMARK_COUNT } from '../../core/performance.ts';
import { faceWidth, PATCH_ANCHORS, PATCHES, type TrackSpectra } from './face-spectra.ts';
import { faceMotion, MotionField } from './motion-field.ts';
import { ANGLES, BINS, binFrequency, RADII } from './spectrum.ts';

/** Why a face of a frame is restored, or not. */
export const BLUR_STATES = ['sharp', 'blurred', 'too-blurred', 'no-motion', 'unsure', 'no-face'] as const;
/** One of {@link BLUR_STATES}. */
export type BlurState = (typeof BLUR_STATES)[number];

/** How blurred a track is, frame by frame, and by which motion. */
export interface TrackBlur {
  readonly track: FaceTrack;
  /** [frameCount]: 0 is as sharp as this actor gets in the clip, towards 1 detail is gone. */
  readonly score: Float32Array;
  /** [frameCount]: frames for which the shutter seems open; the tracked path times this is the blur. */
  readonly open: Float32Array;
  /** [frameCount] radians: see FaceBlur. */
  readonly turn: Float32Array;
  /** [frameCount] pixels. */
  readonly sigma: Float32Array;
  /** [frameCount] pixels: length of the blur in the middle of the face. */
  readonly length: Float32Array;
  /** [frameCount], 0..1: how well the kernel explains the picture, against no blur at all. */
  readonly confidence: Float32Array;
  /** [frameCount], 0..1: how much of a restoration may show. */
  readonly strength: Float32Array;
  /** [frameCount]: index into BLUR_STATES. */
  readonly state: Uint8Array;
  /** Standard deviation of noise and compression, coded values 0..1. */
  readonly noise: number;
  /** Frames for which the shutter of the clip seems open. */
  readonly shutter: number;
}

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
/** Frames slower than this (pixels, nominal blur) say nothing of the shutter. */
const MOVING_PIXELS = 1.2;
/** Nominal log-normal spread of the shutter about what was asked for; of a frame about its clip. */
const SHUTTER_SPREAD = 0.7;
const FRAME_SPREAD = 0.25;
const TURN_SPREAD = 0.2;
/** Score from which a frame is touched, and from which it is touched wholly. */
export const THRESHOLD = 0.1;
const WHOLE = 0.2;
/** Blur longer than this share of the face's width is beyond restoring. */
const TOO_LONG = 0.22;
/** Shorter blur than this (pixels) is left. */
const SHORTEST = 1;

const GRID_OPEN = [0.35, 0.5, 0.62, 0.72, 0.81, 0.9, 1, 1.1, 1.22, 1.36, 1.55, 1.9, 2.5] as const;
const GRID_TURN = [-0.35, -0.2, -0.1, 0, 0.1, 0.2, 0.35] as const;
const GRID_SIGMA = [0, 0.5, 0.8, 1.2, 1.8] as const;

const BIN_X = Float32Array.from({ length: BINS }, (_, bin) => binFrequency(bin)[0]);
const BIN_Y = Float32Array.from({ length: BINS }, (_, bin) => binFrequency(bin)[1]);

/** Sharp look and noise floor of a track's patches. */
interface Reference {
  /** [PATCHES, BINS] logarithm of the power of a sharp frame. */
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

function referenceOf({ track, power }: TrackSpectra): Reference | null {
  const sharp = new Float32Array(PATCHES * BINS);
  const floor = new Float32Array(RADII).fill(Infinity);
  const useful = new Uint8Array(PATCHES * BINS);
  const values: number[] = [];
  const highs = new Float32Array(PATCHES * BINS);
  for (let bin = 0; bin < PATCHES * BINS; bin++) {
    values.length = 0;
    for (let row = 0; row < track.frameCount; row++) {
      const value = power[row * PATCHES * BINS + bin]!;
      if (FRAME_REASONS[track.reason[row]!] === 'ok' && value > 0) values.push(value);
    }
    if (values.length === 0) continue;
    highs[bin] = rank(values, REFERENCE_RANK);
    const radius = Math.floor((bin % BINS) / ANGLES);
    floor[radius] = Math.min(floor[radius]!, rank(values, FLOOR_RANK));
  }
  if (!Number.isFinite(floor[RADII - 2]!)) return null;
  // Noise does not grow with frequency: what a lower bin holds over a higher one is picture.
  for (let radius = RADII - 2; radius >= 0; radius--) floor[radius] = Math.min(floor[radius]!, 2 * floor[radius + 1]!);
  for (let bin = 0; bin < PATCHES * BINS; bin++) {
    const radius = Math.floor((bin % BINS) / ANGLES);
    sharp[bin] = Math.log(Math.max(1e-12, highs[bin]!));
    useful[bin] = radius >= 1 && radius < RADII - 1 && highs[bin]! > CLEAR * floor[radius]! ? 1 : 0;
  }
  return { sharp, floor, useful };
}

/** Share of detail that a frame lacks against the reference, 0..1. */
function scoreOf(power: Float32Array, at: number, { sharp, useful }: Reference): number {
  let [sum, count] = [0, 0];
  for (let bin = 0; bin < PATCHES * BINS; bin++) {
    const value = power[at + bin]!;
    if (!useful[bin] || !(value > 0)) continue;
    // Half the logarithm of a power is that of an amplitude; more than the reference is not sharper than sharp.
    sum += Math.min(0.25, (Math.log(value) - sharp[bin]!) / 2);
    count++;
  }
  return count === 0 ? 0 : Math.max(0, 1 - Math.exp(sum / count));
}

/** Squared response of a straight blur (pixels of the measured size) and a Gaussian at a bin. */
function response(bin: number, lx: number, ly: number, sigma: number): number {
  const fx = BIN_X[bin]!;
  const fy = BIN_Y[bin]!;
  const phase = Math.PI * (fx * lx + fy * ly);
  // A bin is wide: the zeros of the sine fill up to what its width sees.
  const wide = (phase / (2 * RADII)) ** 2 * 4;
  const line =
    Math.abs(phase) < 1e-3 ? 1 : (Math.sin(phase) / phase) ** 2 + Math.min(1, wide) / (1 + phase * phase) / 2;
  return Math.min(1, line) * Math.exp(-4 * Math.PI ** 2 * sigma ** 2 * (fx * fx + fy * fy));
}

/** Misfit of a frame under a blur: squared residuals of log power, in spreads, mean over useful bins. */
function misfit(
  power: Float32Array,
  at: number,
  reference: Reference,
  speeds: Float32Array,
  open: number,
  turn: number,
  sigma: number,
): number {
  const { sharp, floor, useful } = reference;
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  let [sum, count] = [0, 0];
  for (let patch = 0; patch < PATCHES; patch++) {
    const vx = speeds[patch * 2]! * open;
    const vy = speeds[patch * 2 + 1]! * open;
    const [lx, ly] = [cos * vx - sin * vy, sin * vx + cos * vy];
    for (let bin = 0; bin < BINS; bin++) {
      const k = patch * BINS + bin;
      const value = power[at + k]!;
      if (!useful[k] || !(value > 0)) continue;
      const noise = floor[Math.floor(bin / ANGLES)]!;
      const model = (Math.exp(sharp[k]!) - noise) * response(bin, lx, ly, sigma) + noise;
      const off = Math.abs(Math.log(value / model)) / SPREAD;
      sum += off < HUBER ? off * off : HUBER * (2 * off - HUBER);
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}

/** Patch velocities at a row in pixels of the measured size; null where motion is unknown. */
function patchSpeeds(track: FaceTrack, row: number, reduction: number): Float32Array | null {
  const motion = faceMotion(track, row);
  if (!motion) return null;
  const field = new MotionField(motion);
  const speeds = new Float32Array(PATCHES * 2);
  PATCH_ANCHORS.forEach((anchors, patch) => {
    let [x, y] = [0, 0];
    for (const vertex of anchors) {
      x += track.landmarks[(row * LANDMARK_COUNT + vertex) * 3]! / anchors.length;
      y += track.landmarks[(row * LANDMARK_COUNT + vertex) * 3 + 1]! / anchors.length;
    }
    const { vx, vy } = field.sample(x, y);
    speeds[patch * 2] = vx / reduction;
    speeds[patch * 2 + 1] = vy / reduction;
  });
  return speeds;
}

const meanSpeed = (speeds: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < speeds.length; i += 2) sum += Math.hypot(speeds[i]!, speeds[i + 1]!);
  return sum / PATCHES;
};

const away = (value: number, spread: number): number => (value / spread) ** 2;

/** Bins that are as good as independent: weighs the data against the priors. */
const EFFECTIVE_BINS = 60;

/** The shutter that explains a clip's moving frames best, near the one that was asked for. */
function fitShutter(spectra: readonly Measured[], asked: number): number {
  let best = asked;
  let least = Infinity;
  for (const factor of GRID_OPEN) {
    const open = asked * factor;
    let [sum, count] = [0, 0];
    for (const { speeds, power, at, reference } of spectra) {
      if (meanSpeed(speeds) * asked < MOVING_PIXELS) continue;
      sum += misfit(power, at, reference, speeds, open, 0, 0.3);
      count++;
    }
    if (count === 0) return asked;
    // A clip's frames agree on its shutter: the prior is worth about one of them.
    const cost = EFFECTIVE_BINS * sum + away(Math.log(factor), SHUTTER_SPREAD);
    if (cost < least) [best, least] = [open, cost];
  }
  return best;
}

interface Measured {
  readonly row: number;
  readonly at: number;
  readonly power: Float32Array;
  readonly reference: Reference;
  readonly speeds: Float32Array;
}

const smoothstep = (from: number, to: number, value: number): number => {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
};

/**
 * Finds which frames of a track are blurred and by what: the tracked motion gives a kernel up to a factor (the shutter),
 * a small turn and a spread, and these are chosen so that the spectra of the face's patches are those of the actor's
 * sharp frames seen through that kernel. `asked` is the shutter in frames, 0.5 for 180 degrees.
 */
export function fitBlur(spectra: TrackSpectra, asked: number): TrackBlur {
  const { track, power, reduction } = spectra;
  const { frameCount } = track;
  const blur = {
    track,
    score: new Float32Array(frameCount),
    open: new Float32Array(frameCount).fill(asked),
    turn: new Float32Array(frameCount),
    sigma: new Float32Array(frameCount),
    length: new Float32Array(frameCount),
    confidence: new Float32Array(frameCount),
    strength: new Float32Array(frameCount),
    state: new Uint8Array(frameCount).fill(BLUR_STATES.indexOf('no-face')),
  };
  const reference = referenceOf(spectra);
  if (!reference) return { ...blur, noise: 0, shutter: asked };
  const noise = Math.sqrt(reference.floor[RADII - 3]!);
  const measured: Measured[] = [];
  for (let row = 0; row < frameCount; row++) {
    const at = row * PATCHES * BINS;
    if (!hasPatches(power, at)) continue;
    blur.score[row] = scoreOf(power, at, reference);
    blur.state[row] = BLUR_STATES.indexOf('sharp');
    const speeds = patchSpeeds(track, row, reduction);
    if (speeds) measured.push({ row, at, power, reference, speeds });
    else if (blur.score[row]! > THRESHOLD) blur.state[row] = BLUR_STATES.indexOf('no-motion');
  }
  const shutter = fitShutter(measured, asked);
  for (const one of measured) {
    const { row, at, speeds } = one;
    const still = misfit(power, at, reference, speeds, 0, 0, 0);
    let [least, open, turn, sigma] = [Infinity, shutter, 0, 0];
    for (const factor of GRID_OPEN)
      for (const angle of GRID_TURN)
        for (const spread of GRID_SIGMA) {
          const cost =
            EFFECTIVE_BINS * misfit(power, at, reference, speeds, shutter * factor, angle, spread) +
            away(Math.log(factor), FRAME_SPREAD) +
            away(angle, TURN_SPREAD) +
            away(spread, 1);
          if (cost < least) [least, open, turn, sigma] = [cost, shutter * factor, angle, spread];
        }
    const explained = misfit(power, at, reference, speeds, open, turn, sigma);
    blur.open[row] = open;
    blur.turn[row] = turn;
    blur.sigma[row] = sigma * reduction;
    blur.length[row] = meanSpeed(speeds) * open * reduction;
    blur.confidence[row] = still > 0 ? Math.max(0, 1 - explained / still) : 0;
    judge(blur, row, faceWidth(track, row));
  }
  return { ...blur, noise, shutter };
}

function hasPatches(power: Float32Array, at: number): boolean {
  for (let patch = 0; patch < PATCHES; patch++) if (power[at + patch * BINS + ANGLES]! >= 0) return true;
  return false;
}

/** Decides whether a row is restored, and how much of it shows. */
function judge(blur: Omit<TrackBlur, 'noise' | 'shutter'>, row: number, width: number): void {
  const score = blur.score[row]!;
  const length = blur.length[row]!;
  const name: BlurState =
    score <= THRESHOLD || length < SHORTEST
      ? 'sharp'
      : length > TOO_LONG * width
        ? 'too-blurred'
        : blur.confidence[row]! < 0.15
          ? 'unsure'
          : 'blurred';
  blur.state[row] = BLUR_STATES.indexOf(name);
  if (name !== 'blurred') return;
  const trust = blur.track.confidence[row]! * smoothstep(0.15, 0.4, blur.confidence[row]!);
  blur.strength[row] = trust * smoothstep(THRESHOLD, WHOLE, score) * smoothstep(SHORTEST, 2 * SHORTEST, length);
}
