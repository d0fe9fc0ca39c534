import type { EyeLandmarks } from './landmarks.ts';
import type { LidMotion, Offset } from './shape-recipe.ts';

/** Columns of the lid rims between the corners (0 and 1 on both ends), for motion that is strongest over the cornea. */
const COLUMN_ARCH = [0.35, 0.65, 0.92, 1, 0.95, 0.72, 0.4] as const;

/** Near the corners the lids meet half way and not at the lower rim: this share of the upper one's travel goes over. */
const CORNER_SHARE = [0.3, 0.1, 0, 0, 0, 0.12, 0.34] as const;

/**
 * Displacements of an eye's rims. What closes is measured on this very eye, so that upper and lower share add up to
 * exact contact; what opens is the canonical eye's opening times `scale`, so that a narrow eye can still be opened wide.
 */
export function lidHandles(
  eye: EyeLandmarks,
  motion: LidMotion,
  canonical: Float32Array,
  neutral: Float32Array,
  scale: number,
): Map<number, Offset> {
  const handles = new Map<number, Offset>();
  handles.set(eye.outerCorner, [0, 0, 0]);
  handles.set(eye.innerCorner, [0, 0, 0]);
  // "Towards the nose" is -x on the actor's left eye.
  const noseward = canonical[eye.outerCorner * 3]! > 0 ? -1 : 1;
  for (let c = 0; c < COLUMN_ARCH.length; c++) {
    const top = eye.upper[c]!;
    const bottom = eye.lower[c]!;
    const arch = COLUMN_ARCH[c]!;
    const shared: Offset = [(motion.sideways ?? 0) * noseward * arch * scale, 0, (motion.bulge ?? 0) * arch * scale];
    const closing = between(neutral, bottom, top, 1);
    const opening = between(canonical, bottom, top, scale);
    const moved = Math.max(0, motion.upper) * CORNER_SHARE[c]!;
    const upper = motion.upper - moved;
    const lower = motion.lower + moved;
    handles.set(top, add(shared, upper > 0 ? closing : opening, -upper));
    handles.set(bottom, add(shared, lower > 0 ? closing : opening, lower));
  }
  return handles;
}

function between(points: Float32Array, from: number, to: number, scale: number): Offset {
  return [0, 1, 2].map((k) => (points[to * 3 + k]! - points[from * 3 + k]!) * scale) as unknown as Offset;
}

function add(base: Offset, vector: Offset, share: number): Offset {
  return [base[0] + vector[0] * share, base[1] + vector[1] * share, base[2] + vector[2] * share];
}
