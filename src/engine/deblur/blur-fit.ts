import { type FaceTrack, LANDMARK_COUNT } from '../../core/performance.ts';
import { faceWidth, PATCH_ANCHORS, PATCHES, type TrackSpectra } from './face-spectra.ts';
import { type FaceMotion, faceMotion, MotionField } from './motion-field.ts';
import type { Similarity } from './registration.ts';
import type { FaceBlur } from './restore-face.ts';
import { blurScore, misfit, type Reference, referenceOf } from './spectral-model.ts';
import { ANGLES, BINS, RADII } from './spectrum.ts';

/** Why a face of a frame is restored, or not. */
export const BLUR_STATES = ['sharp', 'blurred', 'too-blurred', 'no-motion', 'unsure', 'no-face'] as const;
/** One of {@link BLUR_STATES}. */
export type BlurState = (typeof BLUR_STATES)[number];

/** How blurred a track is, frame by frame, and by which motion. */
export interface TrackBlur {
  readonly track: FaceTrack;
  /** Movement from each row to the next, as seen in the pictures. */
  readonly steps: readonly (Similarity | null)[];
  /** [frameCount]: 0 is as sharp as this actor gets in the clip, towards 1 detail is gone. */
  readonly score: Float32Array;
  /** [frameCount, 2] pixels: path of the whole face while the shutter was open. */
  readonly path: Float32Array;
  /** [frameCount] pixels: what spreads beside motion. */
  readonly sigma: Float32Array;
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

/** Frames slower than this (pixels, nominal blur) say nothing of the shutter. */
const MOVING_PIXELS = 1.2;
/** Nominal log-normal spread of the shutter about what was asked for. */
const SHUTTER_SPREAD = 0.7;
/** How far a frame's path may be from the tracked one: share of its length, and pixels. */
const PATH_SPREAD_SHARE = 0.25;
const PATH_SPREAD_PIXELS = 0.8;
/** Score from which a frame is touched, and from which it is touched wholly. */
export const THRESHOLD = 0.1;
const WHOLE = 0.2;
/** Blur longer than this share of the face's width is beyond restoring. */
const TOO_LONG = 0.22;
/** Shorter blur than this (pixels) is left. */
const SHORTEST = 1;
/** Explained share of the misfit from which a kernel is believed, and from which wholly. */
const BELIEVED = 0.15;
const WHOLLY_BELIEVED = 0.4;
/** Bins that are as good as independent: weighs the data against the priors. */
const EFFECTIVE_BINS = 60;

const SHUTTER_GRID = [0.35, 0.5, 0.62, 0.72, 0.81, 0.9, 1, 1.1, 1.22, 1.36, 1.55, 1.9, 2.5] as const;
const LENGTH_GRID = [0, 1, 1.5, 2.1, 2.8, 3.6, 4.6, 5.8, 7.3, 9.1, 11.3, 14, 17.5] as const;
const DIRECTIONS = 16;
const SIGMA_GRID = [0, 0.5, 0.8, 1.2] as const;
const REFINEMENTS = [1, 0.5, 0.25] as const;

/** A frame with what its blur is looked for in. */
interface Measured {
  readonly row: number;
  readonly at: number;
  readonly power: Float32Array;
  readonly reference: Reference;
  /** Mean velocity, and of each patch beside it; pixels of the measured size per frame. */
  readonly vx: number;
  readonly vy: number;
  readonly beside: Float32Array;
}

const speedOf = ({ vx, vy }: Measured): number => Math.hypot(vx, vy);
const buffer = new Float32Array(PATCHES * 2);

function cost({ power, at, reference, beside }: Measured, bx: number, by: number, open: number, sigma: number): number {
  for (let patch = 0; patch < PATCHES; patch++) {
    buffer[patch * 2] = bx + open * beside[patch * 2]!;
    buffer[patch * 2 + 1] = by + open * beside[patch * 2 + 1]!;
  }
  return EFFECTIVE_BINS * misfit(power, at, reference, buffer, sigma);
}

function measure(spectra: TrackSpectra, reference: Reference, motion: FaceMotion, row: number): Measured {
  const { track, power, reduction } = spectra;
  const field = new MotionField(motion);
  const beside = new Float32Array(PATCHES * 2);
  PATCH_ANCHORS.forEach((anchors, patch) => {
    let [x, y] = [0, 0];
    for (const vertex of anchors) {
      x += track.landmarks[(row * LANDMARK_COUNT + vertex) * 3]! / anchors.length;
      y += track.landmarks[(row * LANDMARK_COUNT + vertex) * 3 + 1]! / anchors.length;
    }
    const [vx, vy] = field.sample(x, y);
    beside[patch * 2] = (vx - motion.vx) / reduction;
    beside[patch * 2 + 1] = (vy - motion.vy) / reduction;
  });
  const at = row * PATCHES * BINS;
  return { row, at, power, reference, vx: motion.vx / reduction, vy: motion.vy / reduction, beside };
}

/** The shutter that explains a clip's moving frames best, near the one that was asked for. */
function fitShutter(frames: readonly Measured[], asked: number): number {
  const moving = frames.filter((frame) => speedOf(frame) * asked >= MOVING_PIXELS);
  if (moving.length === 0) return asked;
  let best = asked;
  let least = Infinity;
  for (const factor of SHUTTER_GRID) {
    const open = asked * factor;
    const sum = moving.reduce((total, frame) => total + cost(frame, frame.vx * open, frame.vy * open, open, 0.3), 0);
    // A clip's frames agree on its shutter: the prior is worth about one of them.
    const all = sum + (Math.log(factor) / SHUTTER_SPREAD) ** 2;
    if (all < least) [best, least] = [open, all];
  }
  return best;
}

interface Path {
  readonly bx: number;
  readonly by: number;
  readonly sigma: number;
  readonly cost: number;
}

/**
 * The straight path and spread under which a frame's spectra are those of the sharp reference, near the tracked path:
 * all directions on a grid, then finer steps around the best.
 */
function fitPath(frame: Measured, open: number): Path {
  const tx = frame.vx * open;
  const ty = frame.vy * open;
  const spread = PATH_SPREAD_PIXELS + PATH_SPREAD_SHARE * Math.hypot(tx, ty);
  const at = (bx: number, by: number, sigma: number): Path => {
    // A spectrum does not tell a path from its reverse.
    const away = Math.min((bx - tx) ** 2 + (by - ty) ** 2, (bx + tx) ** 2 + (by + ty) ** 2) / spread ** 2;
    return { bx, by, sigma, cost: cost(frame, bx, by, open, sigma) + away + (sigma / 0.8) ** 2 };
  };
  let best = at(tx, ty, 0);
  const offer = (path: Path): void => {
    if (path.cost < best.cost) best = path;
  };
  for (const length of LENGTH_GRID)
    for (let k = 0; k < (length === 0 ? 1 : DIRECTIONS); k++) {
      const angle = (Math.PI * k) / DIRECTIONS;
      const [bx, by] = [length * Math.cos(angle), length * Math.sin(angle)];
      const away = Math.min((bx - tx) ** 2 + (by - ty) ** 2, (bx + tx) ** 2 + (by + ty) ** 2) / spread ** 2;
      // Beyond three spreads the data would have to contradict the track outright.
      if (away < 9) offer(at(bx, by, 0.3));
    }
  for (const step of REFINEMENTS) {
    const { bx, by, sigma } = best;
    for (const s of SIGMA_GRID) offer(at(bx, by, s));
    const size = step * (0.5 + 0.12 * Math.hypot(bx, by));
    for (let j = -1; j <= 1; j++)
      for (let i = -1; i <= 1; i++) if (i !== 0 || j !== 0) offer(at(bx + i * size, by + j * size, best.sigma));
    if (sigma !== best.sigma) offer(at(best.bx, best.by, sigma));
  }
  return best.bx * tx + best.by * ty < 0 ? { ...best, bx: -best.bx, by: -best.by } : best;
}

const smoothstep = (from: number, to: number, value: number): number => {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
};

/**
 * Finds which frames of a track are blurred and by what. The motion between frames gives a path up to a factor, which is
 * the clip's shutter; then each frame's path is moved until the spectra of the face's patches are those of the actor's
 * sharp frames seen through it. `asked` is the shutter in frames where the search begins, 0.5 for 180 degrees.
 */
export function fitBlur(spectra: TrackSpectra, steps: readonly (Similarity | null)[], asked: number): TrackBlur {
  const { track, power, reduction } = spectra;
  const { frameCount } = track;
  const blur = {
    track,
    steps,
    score: new Float32Array(frameCount),
    path: new Float32Array(frameCount * 2),
    sigma: new Float32Array(frameCount),
    confidence: new Float32Array(frameCount),
    strength: new Float32Array(frameCount),
    state: new Uint8Array(frameCount).fill(BLUR_STATES.indexOf('no-face')),
  };
  const reference = referenceOf(spectra);
  if (!reference) return { ...blur, noise: 0, shutter: asked };
  const frames: Measured[] = [];
  for (let row = 0; row < frameCount; row++) {
    const at = row * PATCHES * BINS;
    if (!hasPatches(power, at)) continue;
    blur.score[row] = blurScore(power, at, reference);
    blur.state[row] = BLUR_STATES.indexOf('sharp');
    const motion = faceMotion(track, row, steps);
    if (motion) frames.push(measure(spectra, reference, motion, row));
    else if (blur.score[row]! > THRESHOLD) blur.state[row] = BLUR_STATES.indexOf('no-motion');
  }
  const shutter = fitShutter(frames, asked);
  for (const frame of frames) {
    const { row } = frame;
    const { bx, by, sigma } = fitPath(frame, shutter);
    const explained = cost(frame, bx, by, shutter, sigma);
    buffer.fill(0);
    const still = EFFECTIVE_BINS * misfit(power, frame.at, reference, buffer, 0);
    blur.path[row * 2] = bx * reduction;
    blur.path[row * 2 + 1] = by * reduction;
    blur.sigma[row] = sigma * reduction;
    blur.confidence[row] = still > 0 ? Math.max(0, 1 - explained / still) : 0;
    judge(blur, row, faceWidth(track, row));
  }
  return { ...blur, noise: Math.sqrt(reference.floor[RADII - 3]!), shutter };
}

function hasPatches(power: Float32Array, at: number): boolean {
  for (let patch = 0; patch < PATCHES; patch++) if (power[at + patch * BINS + ANGLES]! >= 0) return true;
  return false;
}

/** Length of the path of the face in the middle of a row's exposure, pixels. */
export function pathLength({ path }: Pick<TrackBlur, 'path'>, row: number): number {
  return Math.hypot(path[row * 2]!, path[row * 2 + 1]!);
}

/** Decides whether a row is restored, and how much of it shows. */
function judge(blur: Omit<TrackBlur, 'noise' | 'shutter'>, row: number, width: number): void {
  const score = blur.score[row]!;
  const length = pathLength(blur, row);
  const name: BlurState =
    score <= THRESHOLD || length < SHORTEST
      ? 'sharp'
      : length > TOO_LONG * width
        ? 'too-blurred'
        : blur.confidence[row]! < BELIEVED
          ? 'unsure'
          : 'blurred';
  blur.state[row] = BLUR_STATES.indexOf(name);
  if (name !== 'blurred') return;
  const trust = blur.track.confidence[row]! * smoothstep(BELIEVED, WHOLLY_BELIEVED, blur.confidence[row]!);
  blur.strength[row] = trust * smoothstep(THRESHOLD, WHOLE, score) * smoothstep(SHORTEST, 2 * SHORTEST, length);
}

/** What a restorer needs to know of a row. */
export function faceBlur(blur: TrackBlur, row: number): FaceBlur {
  return {
    open: blur.shutter,
    bx: blur.path[row * 2]!,
    by: blur.path[row * 2 + 1]!,
    sigma: blur.sigma[row]!,
    noise: blur.noise,
  };
}
