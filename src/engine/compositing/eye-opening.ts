import { LID_PAIRS } from './control-motion.ts';
import type { FineMesh } from './fine-mesh.ts';
import { applyRows } from './refine-operator.ts';
import { VERTEX_STRIDE } from './warp-field.ts';

/** A lid that opens by this share of the eye's height clearly uncovers something. */
const CLEAR_OPENING = 0.2;

/** Unit vector down the face, pixels. */
interface Down {
  readonly downX: number;
  readonly downY: number;
}

/** Outer and inner corner of the eye that lid pairs belong to. */
function lidCorners(pairs: (typeof LID_PAIRS)[number]): readonly [number, number] {
  return pairs.some(([upper]) => upper === 159) ? [33, 133] : [263, 362];
}

/**
 * Gives eye vertices their place in the filmed opening (slot 7: 0 at the upper lid, 1 at the lower, beyond them when
 * lids open further), its height (slot 8) and how much the lid there opens (slot 5, 1 = clearly). The eyeball itself
 * does not move.
 *
 * @param landmarks [>= 468, 3] pixels
 * @param changes [468, 3]: dx dy logGain of the face's vertices
 * @param place [468, 3] work memory
 */
export function measureLids(
  eyes: FineMesh,
  landmarks: Float32Array,
  changes: Float32Array,
  { downX, downY }: Down,
  place: Float32Array,
): void {
  for (const pairs of LID_PAIRS) {
    let mean = 0;
    for (const [u, l] of pairs) {
      const height = Math.max(
        0,
        (landmarks[l * 3]! - landmarks[u * 3]!) * downX + (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * downY,
      );
      mean += height / pairs.length;
      for (const [v, t] of [
        [u, 0],
        [l, 1],
      ] as const) {
        const down = changes[v * 3]! * downX + changes[v * 3 + 1]! * downY;
        place[v * 3] = t + down / Math.max(1, height);
        place[v * 3 + 1] = height;
        place[v * 3 + 2] = Math.max(0, t === 0 ? -down : down) / Math.max(0.75, CLEAR_OPENING * height);
      }
    }
    for (const corner of lidCorners(pairs)) {
      place[corner * 3] = 0.5;
      place[corner * 3 + 1] = mean;
      place[corner * 3 + 2] = 0;
    }
  }
  applyRows(eyes.refinement.linear, place, 3, eyes.opening);
  for (let i = 0; i < eyes.refinement.vertexCount; i++) {
    const at = i * VERTEX_STRIDE;
    eyes.vertices[at + 3] = 0;
    eyes.vertices[at + 4] = 0;
    eyes.vertices[at + 5] = eyes.opening[i * 3 + 2]!;
    eyes.vertices[at + 7] = eyes.opening[i * 3]!;
    eyes.vertices[at + 8] = eyes.opening[i * 3 + 1]!;
  }
}
