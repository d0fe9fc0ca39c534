import { shapeIndex } from '../../core/performance.ts';
import type { FaceIdentity } from './face-edit.ts';

/** A brow's lower edge over the middle of the eye, and the corners of that eye: actor's right, then left. */
const SIDES = [
  { brow: [53, 52, 65], corners: [33, 133], outer: shapeIndex('browOuterUpRight') },
  { brow: [283, 282, 295], corners: [263, 362], outer: shapeIndex('browOuterUpLeft') },
] as const;
const INNER = shapeIndex('browInnerUp');
/** A brow hardly rises by more than this share of its height over the eye: there is no more lid to unfold below it. */
const MOST_RAISE = 0.6;

const height = (points: Float32Array, vertices: readonly number[]): number =>
  vertices.reduce((sum, v) => sum + points[v * 3 + 1]!, 0) / vertices.length;

/** Share of a wanted raise that fits: all of a small one, never more than MOST_RAISE of the room, without an edge. */
function fitting(raise: number, room: number): number {
  const most = MOST_RAISE * Math.max(0.1, room);
  return raise <= 0 ? 1 : (1 + (raise / most) ** 4) ** -0.25;
}

/**
 * Keeps brows from rising further than the skin between brow and eye allows in this actor: under brows that lie low, a
 * raise that suits another face would pull hair and shadow out into a smear.
 */
export class BrowRoom {
  #identity: FaceIdentity | null = null;
  /** Per side: height of the brow over the eye, and how far a unit of the inner and of the outer raise lifts it; cm. */
  readonly #sides = SIDES.map(() => ({ room: 1, inner: 0, outer: 0 }));

  /** Lowers what raises the brows in `changes` [52] where it is too much for this face. In place. */
  keep(changes: Float32Array, identity: FaceIdentity): void {
    if (this.#identity !== identity) this.#measure(identity);
    let least = 1;
    SIDES.forEach(({ outer }, i) => {
      const side = this.#sides[i]!;
      const raise = Math.max(0, changes[INNER]!) * side.inner + Math.max(0, changes[outer]!) * side.outer;
      const share = fitting(raise, side.room);
      if (changes[outer]! > 0) changes[outer]! *= share;
      least = Math.min(least, share);
    });
    if (changes[INNER]! > 0) changes[INNER]! *= least;
  }

  #measure(identity: FaceIdentity): void {
    this.#identity = identity;
    SIDES.forEach(({ brow, corners, outer }, i) => {
      const side = this.#sides[i]!;
      side.room = height(identity.neutral, brow) - height(identity.neutral, corners);
      side.inner = height(identity.shapes[INNER]!, brow);
      side.outer = height(identity.shapes[outer]!, brow);
    });
  }
}
