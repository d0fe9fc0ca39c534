import { type FaceTrack, LANDMARK_COUNT } from '../../core/performance.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { relativeGap } from '../compositing/lip-gap.ts';
import { lastingPart } from './lasting-part.ts';
import { slowPart } from './slow-part.ts';

/**
 * Lips that touch for longer than this are at rest: closures of p, b and m take 0.05 to 0.15 s (Zue 1976), held ones
 * twice that.
 */
const REST_SECONDS = 0.4;
/** Gaps of the filmed lips (over their width) between which they cease to touch. */
const [TOUCHING, APART] = [0.015, 0.04] as const;
/** Lips part this long after speech and meet this long before it, in seconds. */
const PARTING_SECONDS = 0.12;

/**
 * How much each frame's mouth is at rest, [frameCount], 0..1: its lips touch in the picture for longer than speech has
 * them touch, and are not about to speak. (jawOpen alone would not tell: some people speak with a quiet jaw.)
 */
export function restingLips(track: FaceTrack, fps: number): Float32Array {
  const touching = Float32Array.from({ length: track.frameCount }, (_, f) =>
    track.confidence[f]! > 0
      ? 1 - smoothStep((relativeGap(track.landmarks, track.pose, f, LANDMARK_COUNT) - TOUCHING) / (APART - TOUCHING))
      : 0,
  );
  const margin = PARTING_SECONDS * fps;
  const rest = lastingPart(touching, Math.max(1, Math.round(REST_SECONDS * fps)));
  const inner = rest.map((_, f) => {
    let least = 1;
    for (let g = Math.ceil(f - margin); g <= f + margin; g++) least = Math.min(least, rest[g] ?? 1);
    return least;
  });
  return slowPart(inner, track.confidence, margin / 2).map((value, f) => Math.min(value, touching[f]!));
}
