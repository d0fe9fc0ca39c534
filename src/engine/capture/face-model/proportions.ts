import { LEFT_EYE, RIGHT_EYE } from './landmarks.ts';

/** Sizes of a face relative to the canonical one: 1 means equal. */
export interface Proportions {
  readonly mouth: readonly [x: number, y: number, z: number];
  readonly eyes: readonly [x: number, y: number, z: number];
  readonly brows: readonly [x: number, y: number, z: number];
}

/** Proportions stay within this range of the canonical face: beyond it the neutral is a bad measurement, not a person. */
const LEAST = 0.6;
const MOST = 1.6;

/**
 * Compares the features of `neutral` with `canonical`, both [468, 3] in centimetres: mouth by its width and by nose
 * base to chin, eyes by their width, brows by the distance of the outer eye corners and the height over the eye.
 */
export function measureProportions(neutral: Float32Array, canonical: Float32Array): Proportions {
  const ratio = (a: number, b: number): number => {
    const value = distance(neutral, a, b) / distance(canonical, a, b);
    return Math.min(MOST, Math.max(LEAST, value));
  };
  const mean = (...values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const mouthWidth = ratio(61, 291);
  const lowerFace = ratio(2, 152);
  const eye = mean(
    ratio(RIGHT_EYE.outerCorner, RIGHT_EYE.innerCorner),
    ratio(LEFT_EYE.outerCorner, LEFT_EYE.innerCorner),
  );
  const eyesApart = ratio(RIGHT_EYE.outerCorner, LEFT_EYE.outerCorner);
  const browHeight = mean(ratio(105, RIGHT_EYE.outerCorner), ratio(334, LEFT_EYE.outerCorner));
  return {
    mouth: [mouthWidth, lowerFace, mean(mouthWidth, lowerFace)],
    eyes: [eye, eye, eye],
    brows: [eyesApart, browHeight, eyesApart],
  };
}

function distance(points: Float32Array, a: number, b: number): number {
  return Math.hypot(
    points[a * 3]! - points[b * 3]!,
    points[a * 3 + 1]! - points[b * 3 + 1]!,
    points[a * 3 + 2]! - points[b * 3 + 2]!,
  );
}
