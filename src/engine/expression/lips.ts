import { type FaceTrack, SHAPE_COUNT, SHAPE_NAMES, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { restingLips } from './resting-lips.ts';
import { slowPart } from './slow-part.ts';

/** Index of jawOpen. */
export const JAW_OPEN = shapeIndex('jawOpen');
const [SMILE_LEFT, SMILE_RIGHT] = [shapeIndex('mouthSmileLeft'), shapeIndex('mouthSmileRight')];

/** jawOpen from which on a mouth-opening emotion shows in full, and the softening of that gate (frames). */
const OPEN_JAW = 0.15;
const GATE_FRAMES = 1.2;
/** The softened gate may run ahead of the frame's own opening by this factor. */
const GATE_LEAD = 2;

/** Share of an opening that shows in lips at rest. */
const REST_OPENING = 0.6;

/** How a face's mouth lets an emotion open it. */
export interface MouthGates {
  /**
   * How much of an opening that the emotion asks for shows in each frame, [frameCount], 0..2: it grows with the actor's
   * own, a gain on speech, which leaves closures shut.
   */
  readonly opening: Float32Array;
  /** How much each frame's mouth is at rest, [frameCount], 0..1. */
  readonly rest: Float32Array;
}

/**
 * When an emotion may open the mouth. The gate of its opening is softened over time, but is never open where the mouth is
 * shut in that very frame, unless it rests: a silent mouth drops open with astonishment, and nothing that was said is lost.
 *
 * @param kept lip preservation per frame, [frameCount]
 */
export function mouthGates(track: FaceTrack, kept: Float32Array, fps: number): MouthGates {
  const jaw = Float32Array.from(
    { length: track.frameCount },
    (_, f) => track.coefficients[f * SHAPE_COUNT + JAW_OPEN]! / OPEN_JAW,
  );
  const openness = slowPart(
    jaw.map((value) => Math.min(1, value)),
    track.confidence,
    GATE_FRAMES,
  );
  const rest = restingLips(track, fps);
  const opening = openness.map((open, f) => {
    const spoken = Math.min(open, GATE_LEAD * jaw[f]!);
    return 1 - kept[f]! + kept[f]! * Math.max(spoken, REST_OPENING * rest[f]!);
  });
  return { opening, rest };
}

/** A smile this far over what speech does is a laugh. */
const FULL_LAUGH = 0.3;

/** How much the actor laughs in each frame, 0..1: the part of a smile that is more than the `speech` in it. */
export function laughter(track: FaceTrack, speech: number): Float32Array {
  return Float32Array.from({ length: track.frameCount }, (_, f) => {
    const at = f * SHAPE_COUNT;
    const smile = (track.coefficients[at + SMILE_LEFT]! + track.coefficients[at + SMILE_RIGHT]!) / 2;
    return Math.max(0, Math.min(1, (smile - speech) / FULL_LAUGH));
  });
}

/** How much wider the corners of the lips stand per unit of a shape, cm on the canonical face (a pair's side: each). */
export const LIP_WIDTH_CM: Readonly<Partial<Record<string, number>>> = {
  jawOpen: -0.52,
  mouthFunnel: -1.68,
  mouthPucker: -2.16,
  cheekPuff: -0.2,
  mouthSmile: 0.88,
  mouthStretch: 0.84,
  mouthDimple: 0.42,
  mouthPress: 0.14,
  mouthFrown: 0.08,
  mouthLowerDown: 0.08,
};
const WIDTH_CM = SHAPE_NAMES.map((name) => LIP_WIDTH_CM[name.replace(/(Left|Right)$/, '')] ?? 0);
/** What makes up for it: corners go out by stretch and dimple of both sides, 2.52 cm per unit, or in by a pucker. */
const WIDENERS = (['mouthStretch', 'mouthDimple'] as const).flatMap((stem) => [
  shapeIndex(`${stem}Left` as ShapeName),
  shapeIndex(`${stem}Right` as ShapeName),
]);
const WIDENERS_CM = 2.52;
const PUCKER = shapeIndex('mouthPucker');
const PUCKER_CM = 2.16;

/**
 * Keeps the width of the lips as spoken. An opening that an emotion adds narrows the mouth with every syllable, which
 * would read as rounding that nobody said; a smile that is taken away takes along how far its vowels were spread. The
 * change over time is taken back; the mean of it is the emotion's own.
 */
export class WidthKeeper {
  readonly #widened: Float32Array;
  readonly #sigmaFrames: number;

  constructor(sigmaFrames: number, frameCount: number) {
    this.#sigmaFrames = sigmaFrames;
    this.#widened = new Float32Array(frameCount);
  }

  /** Notes that a frame gets `amount` more of shape `k` than was performed and is to keep its width. */
  changes(frame: number, k: number, amount: number): void {
    this.#widened[frame]! += amount * WIDTH_CM[k]!;
  }

  /** Adds what is missing to the coefficients, [frameCount, 52]. */
  restore(after: Float32Array, confidence: Float32Array): void {
    const usual = slowPart(this.#widened, confidence, this.#sigmaFrames);
    this.#widened.forEach((widened, f) => {
      const at = f * SHAPE_COUNT;
      const missing = usual[f]! - widened;
      let left = missing;
      for (const k of WIDENERS) {
        const was = after[at + k]!;
        const now = Math.max(0, Math.min(1.5, was + missing / WIDENERS_CM));
        after[at + k] = now;
        left -= ((now - was) * WIDENERS_CM) / WIDENERS.length;
      }
      if (left < 0) after[at + PUCKER] = Math.min(1.5, after[at + PUCKER]! - left / PUCKER_CM);
    });
  }
}
