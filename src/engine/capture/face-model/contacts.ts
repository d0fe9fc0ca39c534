import { INNER_LIP_LOWER, INNER_LIP_UPPER, LEFT_EYE, RIGHT_EYE } from './landmarks.ts';

/** Of the way that two crossing rims overlap, the upper one gives back this share. A lid that closes stops at the lower rim. */
const LID_UPPER_GIVES = 0.9;
const LIP_UPPER_GIVES = 0.5;

/**
 * Coefficients add up linearly, so blink + squint or pucker + close can push one rim through the other. Moves rims
 * that have crossed back to where they touch: pairs of lid and inner-lip vertices of `mesh` [468, 3], in place.
 * Meshes whose rims do not cross come back unchanged, bit for bit. Allocates nothing.
 */
export function resolveContacts(mesh: Float32Array): void {
  resolveRims(mesh, RIGHT_EYE.upper, RIGHT_EYE.lower, LID_UPPER_GIVES);
  resolveRims(mesh, LEFT_EYE.upper, LEFT_EYE.lower, LID_UPPER_GIVES);
  resolveRims(mesh, INNER_LIP_UPPER, INNER_LIP_LOWER, LIP_UPPER_GIVES);
}

/** "Up" is face space's y: lids and lips open along it to within a few degrees in any expression. */
function resolveRims(mesh: Float32Array, upper: readonly number[], lower: readonly number[], share: number): void {
  for (let i = 0; i < upper.length; i++) {
    const top = upper[i]! * 3;
    const bottom = lower[i]! * 3;
    const overlap = mesh[bottom + 1]! - mesh[top + 1]!;
    if (!(overlap > 0)) continue;
    // Both end on the same point in depth and height; sideways they may keep sliding past each other.
    const y = mesh[top + 1]! + overlap * share;
    const z = mesh[top + 2]! + (mesh[bottom + 2]! - mesh[top + 2]!) * share;
    mesh[top + 1] = y;
    mesh[bottom + 1] = y;
    mesh[top + 2] = z;
    mesh[bottom + 2] = z;
  }
}
