import { FACE_VERTEX_COUNT, SHAPE_COUNT } from '../../core/performance.ts';
import type { FaceIdentity } from '../compositing/face-edit.ts';
import { INNER_LIP_PAIRS } from '../compositing/face-loops.ts';

/** Inner lips of a face for coefficients, without drawing it. */
export class MouthShape {
  readonly #points: readonly number[];
  readonly #neutral: Float32Array;
  readonly #shapes: readonly Float32Array[];

  constructor({ neutral, shapes }: FaceIdentity) {
    this.#points = [...new Set([...INNER_LIP_PAIRS.flat(), 78, 308])];
    this.#neutral = neutral;
    this.#shapes = shapes;
  }

  /** Mean inner-lip gap over mouth width, as lip-gap.ts measures it, for the 52 coefficients at `at`. Below 0 never. */
  gapAt(coefficients: Float32Array, at: number): number {
    const y = new Float32Array(FACE_VERTEX_COUNT);
    const x = new Float32Array(FACE_VERTEX_COUNT);
    for (const v of this.#points) {
      x[v] = this.#neutral[v * 3]!;
      y[v] = this.#neutral[v * 3 + 1]!;
    }
    for (let k = 0; k < SHAPE_COUNT; k++) {
      const c = coefficients[at + k]!;
      if (c === 0) continue;
      const shape = this.#shapes[k]!;
      for (const v of this.#points) {
        x[v]! += c * shape[v * 3]!;
        y[v]! += c * shape[v * 3 + 1]!;
      }
    }
    let gap = 0;
    for (const [u, l] of INNER_LIP_PAIRS) gap += Math.max(0, y[u]! - y[l]!) / INNER_LIP_PAIRS.length;
    return gap / Math.max(1e-3, Math.abs(x[308]! - x[78]!));
  }
}
