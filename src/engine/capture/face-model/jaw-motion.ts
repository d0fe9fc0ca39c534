import { spreadHandles } from '../../../core/geometry/index.ts';
import { JAW_WEIGHTS } from './recipes-jaw.ts';
import type { ShapeGround } from './shape-ground.ts';
import type { JawMotion } from './shape-recipe.ts';

/** The condyles lie this far in front of and below the middle of the ear landmarks (127/234, 356/454), cm. */
const CONDYLE_FORWARD_CM = 0.9;
const CONDYLE_BELOW_CM = 0.9;

const weightsOf = new WeakMap<ShapeGround, Float64Array>();

/** [468]: how far each vertex follows the lower jaw, 0..1. Solved once per mesh. */
export function jawWeights(ground: ShapeGround): Float64Array {
  let weights = weightsOf.get(ground);
  if (!weights) {
    const { mirror, regions } = ground;
    const handles = Object.entries(JAW_WEIGHTS).flatMap(([key, weight]) => {
      const vertex = Number(key);
      return [
        { vertex, value: [weight] },
        { vertex: mirror[vertex]!, value: [weight] },
      ];
    });
    const free = [...new Set([...regions.lowerFace])];
    const solved = spreadHandles(ground.energy, handles, free, 1);
    weights = solved.map((value, v) => {
      const other = solved[mirror[v]!]!;
      return Math.min(1, Math.max(0, (value + other) / 2));
    });
    weightsOf.set(ground, weights);
  }
  return weights;
}

/** Displacement [468, 3] of a rigid jaw motion about this face's own condyles, weighted per vertex. */
export function jawField(motion: JawMotion, weights: Float64Array, neutral: Float32Array, scale: number): Float64Array {
  const ears = [127, 234, 356, 454];
  let pivotY = -CONDYLE_BELOW_CM * scale;
  let pivotZ = CONDYLE_FORWARD_CM * scale;
  for (const ear of ears) {
    pivotY += neutral[ear * 3 + 1]! / ears.length;
    pivotZ += neutral[ear * 3 + 2]! / ears.length;
  }
  const pitch = ((motion.openDegrees ?? 0) * Math.PI) / 180;
  const yaw = ((motion.yawDegrees ?? 0) * Math.PI) / 180;
  const field = new Float64Array(neutral.length);
  for (let v = 0; v < weights.length; v++) {
    const weight = weights[v]!;
    if (weight === 0) continue;
    const x = neutral[v * 3]!;
    const y = neutral[v * 3 + 1]! - pivotY;
    const z = neutral[v * 3 + 2]! - pivotZ;
    // Opening turns the chin down and back (about +x); yaw turns it sideways (about +y).
    const y1 = y * Math.cos(pitch) - z * Math.sin(pitch);
    const z1 = y * Math.sin(pitch) + z * Math.cos(pitch);
    const x2 = x * Math.cos(yaw) + z1 * Math.sin(yaw);
    const z2 = z1 * Math.cos(yaw) - x * Math.sin(yaw);
    field[v * 3] = weight * (x2 - x + motion.slide[0] * scale);
    field[v * 3 + 1] = weight * (y1 - y + motion.slide[1] * scale);
    field[v * 3 + 2] = weight * (z2 - z + motion.slide[2] * scale);
  }
  return field;
}
