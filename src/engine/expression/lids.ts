import { type FaceTrack, SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { lastingPart } from './lasting-part.ts';
import { slowPart } from './slow-part.ts';

/** Indices of eyeBlink and of eyeWide, left and right. */
export const BLINKS = [shapeIndex('eyeBlinkLeft'), shapeIndex('eyeBlinkRight')] as const;
export const WIDES = [shapeIndex('eyeWideLeft'), shapeIndex('eyeWideRight')] as const;

/** A lid that is down for longer than this hangs: blinks take 0.1 to 0.4 s (Stern, Walrath and Goldstein 1984). */
const BLINK_SECONDS = 0.44;
/** From here on a lid that stays down is an eye that somebody keeps shut, which is not opened; below, one that hangs. */
const [HANGS, KEPT_SHUT] = [0.5, 0.85] as const;
/** Softening of where a lid begins to hang, in seconds. */
const SOFT_SECONDS = 0.1;

/** How far each lid hangs in each frame, blinks left out: [2][frameCount], left and right. */
export function hangingLids(track: FaceTrack, fps: number): readonly Float32Array[] {
  const frames = Math.max(1, Math.round(BLINK_SECONDS * fps));
  return BLINKS.map((k) => {
    const lid = Float32Array.from({ length: track.frameCount }, (_, f) => track.coefficients[f * SHAPE_COUNT + k]!);
    return slowPart(lastingPart(lid, frames), track.confidence, SOFT_SECONDS * fps);
  });
}

/**
 * The lid of an eye that is to be wide open: what hangs is raised by `share` (0..1), a blink still shuts it, and an eye that
 * is kept shut stays so.
 *
 * @param blink the filmed coefficient, 0..1
 * @param hanging how far the lid hangs there, 0..1
 */
export function raisedLid(blink: number, hanging: number, share: number): number {
  const hangs = 1 - smoothStep((hanging - HANGS) / (KEPT_SHUT - HANGS));
  const taken = share * hangs * Math.min(blink, hanging);
  return Math.max(0, (blink - taken) / (1 - taken));
}
