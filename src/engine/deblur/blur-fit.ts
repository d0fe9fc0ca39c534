import { type FaceTrack, LANDMARK_COUNT } from '../../core/performance.ts';
import { smoothStepBetween } from '../../core/smooth-step.ts';
import type { FaceBlur } from './block-kernels.ts';
import { faceWidth, medianFaceWidth, PATCH_ANCHORS, PATCHES, type TrackSpectra } from './face-spectra.ts';
import { type FaceMotion, faceMotion, MotionField } from './motion-field.ts';
import type { Similarity } from './registration.ts';
import { blurScore, misfit, type Reference, referenceOf } from './spectral-model.ts';
import { ANGLES, BINS, RADII } from './spectrum.ts';

/** Why a face of a frame is restored, or not. */
export const BLUR_STATES = ['sharp', 'blurred', 'too-blurred', 'no-motion', 'unsure', 'no-face'] as const;
/** One of {@link BLUR_STATES}. */
export type BlurState = (typeof BLUR_STATES)[number];

/** How blurred a track is, frame by frame, and by which motion. */
export interface TrackBlur {
  readonly track: FaceTrack;
  /** Median width of the face in pixels of the clip's full size: a smaller copy of it is treated alike. */
  readonly faceWidth: number;
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
/** From where on a frame is touched, and from where on wholly. */
interface Gate {
  readonly score: readonly [number, number];
  /** Pixels of its path. */
  readonly length: readonly [number, number];
}

/** Score from which a frame may be blurred. */
export const THRESHOLD = 0.15;
/** Compression hides what could be won of shorter blur, and little that is missing may be an expression. */
const DOUBTFUL: Gate = { score: [THRESHOLD, 0.32], length: [1.3, 3.2] };
/** Where the clip's blur is proven, little is worth restoring, too: its neighbours have what the coding took of it. */
const PROVEN: Gate = { score: [0.06, 0.2], length: [0.4, 1.5] };
/** Blur longer than this share of the face's width is beyond restoring. */
const TOO_LONG = 0.22;
/** Explained share of the misfit from which a kernel is believed, and from which wholly. */
const BELIEVED = 0.15;
const WHOLLY_BELIEVED = 0.4;
/** Spread that every frame has against an ideal one, pixels: resampling and coding. */
const LENS_SPREAD = 0.3;
/** Bins that are as good as independent: weighs the data against the priors. */
const EFFECTIVE_BINS = 60;

const SHUTTER_GRID = [0.35, 0.5, 0.62, 0.72, 0.81, 0.9, 1, 1.1, 1.22, 1.36, 1.55, 1.9, 2.5] as const;
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

/**
 * Evidence of a blur along a frame's tracked path, 0..1: how much better the best length of it explains the spectrum than
 * no blur and than a blur across the path do. What else takes detail away (coding, an expression) does so both ways.
 */
function evidenceOf(frame: Measured, shutter: number): number {
  buffer.fill(0);
  let other = EFFECTIVE_BINS * misfit(frame.power, frame.at, frame.reference, buffer, 0);
  let along = Infinity;
  for (const factor of SHUTTER_GRID) {
    const open = shutter * factor;
    along = Math.min(along, cost(frame, frame.vx * open, frame.vy * open, open, LENS_SPREAD));
    other = Math.min(other, cost(frame, -frame.vy * open, frame.vx * open, open, LENS_SPREAD));
  }
  return other > 0 ? Math.max(0, 1 - along / other) : 0;
}

/**
 * Finds which frames of a track are blurred and by what: the motion between frames gives a path up to a factor, which is
 * the clip's shutter (frames for which it is open). Without `shutter` it is estimated, roughly, as the one under which the
 * spectra of moving frames are those of the actor's sharp frames seen through their paths; `asked` is where that begins.
 */
export function fitBlur(
  spectra: TrackSpectra,
  steps: readonly (Similarity | null)[],
  asked: number,
  shutter?: number,
): TrackBlur {
  const { track, power, reduction } = spectra;
  const { frameCount } = track;
  const blur = {
    track,
    faceWidth: medianFaceWidth(track),
    steps,
    score: new Float32Array(frameCount),
    path: new Float32Array(frameCount * 2),
    sigma: new Float32Array(frameCount),
    confidence: new Float32Array(frameCount),
    strength: new Float32Array(frameCount),
    state: new Uint8Array(frameCount).fill(BLUR_STATES.indexOf('no-face')),
  };
  const reference = referenceOf(spectra);
  if (!reference) return { ...blur, noise: 0, shutter: shutter ?? asked };
  const frames: Measured[] = [];
  for (let row = 0; row < frameCount; row++) {
    const at = row * PATCHES * BINS;
    if (!hasPatches(power, at)) continue;
    blur.score[row] = blurScore(power, at, reference);
    blur.state[row] = BLUR_STATES.indexOf('sharp');
    const motion = faceMotion(track, row, steps);
    if (motion) frames.push(measure(spectra, reference, motion, row));
    else if (frameCount < 2 || blur.score[row]! > THRESHOLD) blur.state[row] = BLUR_STATES.indexOf('no-motion');
  }
  const open = shutter ?? fitShutter(frames, asked);
  for (const frame of frames) {
    const { row } = frame;
    blur.path[row * 2] = frame.vx * open * reduction;
    blur.path[row * 2 + 1] = frame.vy * open * reduction;
    blur.sigma[row] = LENS_SPREAD;
    blur.confidence[row] = evidenceOf(frame, open);
    judge(blur, row, faceWidth(track, row), shutter !== undefined);
  }
  return { ...blur, noise: Math.sqrt(reference.floor[RADII - 3]!), shutter: open };
}

function hasPatches(power: Float32Array, at: number): boolean {
  for (let patch = 0; patch < PATCHES; patch++) if (power[at + patch * BINS + ANGLES]! >= 0) return true;
  return false;
}

/** Length of the path of the face in the middle of a row's exposure, pixels. */
export function pathLength({ path }: Pick<TrackBlur, 'path'>, row: number): number {
  return Math.hypot(path[row * 2]!, path[row * 2 + 1]!);
}

/**
 * Decides whether a row is restored, and how much of it shows. Where sharper frames have `proven` the shutter, motion and
 * missing detail are evidence enough; else the spectrum must show a blur along the path.
 */
function judge(blur: Omit<TrackBlur, 'noise' | 'shutter'>, row: number, width: number, proven: boolean): void {
  const score = blur.score[row]!;
  const length = pathLength(blur, row);
  const gate = proven ? PROVEN : DOUBTFUL;
  const name: BlurState =
    score <= gate.score[0] || length < gate.length[0]
      ? 'sharp'
      : length > TOO_LONG * width
        ? 'too-blurred'
        : !proven && blur.confidence[row]! < BELIEVED
          ? 'unsure'
          : 'blurred';
  blur.state[row] = BLUR_STATES.indexOf(name);
  if (name !== 'blurred') return;
  const evidence = proven ? 1 : smoothStepBetween(BELIEVED, WHOLLY_BELIEVED, blur.confidence[row]!);
  const trust = blur.track.confidence[row]! * evidence;
  blur.strength[row] = trust * smoothStepBetween(...gate.score, score) * smoothStepBetween(...gate.length, length);
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
