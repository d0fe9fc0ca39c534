import {
  applySimilarity,
  buildLaplacian,
  fitSimilarity,
  gramMatrix,
  multiplySparse,
  rotationMatrix,
  type SparseMatrix,
} from '../../../core/geometry/index.ts';
import type { FitPair } from './fit-basis.ts';
import { DEPTH_WEIGHT } from './frame-fitter.ts';
import type { Pose } from './pose.ts';

/** One frame's evidence for the neutral face. */
export interface NeutralFrame {
  readonly landmarks: Float32Array;
  readonly pose: Pose;
  /** [468, 3] cm, what the frame's coefficients add to the neutral. */
  readonly expression: Float32Array;
  readonly weight: number;
}

/** Pull of the lips' meeting points towards each other: at rest lips touch. */
const SEAL = 40;

/** Regularisation of {@link NeutralSolver}, relative to one frame of weight 1. */
const BENDING = 6;
const STAY = 0.02;
const ITERATIONS = 120;

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/**
 * Free-form neutral face from several frames: the shape that, posed and with each frame's expression added, projects
 * onto the landmarks, bent as little as possible from `prior` (thin-plate energy of the difference).
 */
export class NeutralSolver {
  readonly #prior: Float32Array;
  readonly #bending: SparseMatrix;
  readonly #gaugeWeights: ArrayLike<number>;
  readonly #seals: readonly FitPair[];

  /** @param seals pairs of vertices that touch at rest. */
  constructor(
    prior: Float32Array,
    triangles: Uint16Array | Uint32Array,
    gaugeWeights: ArrayLike<number>,
    seals: readonly FitPair[],
  ) {
    this.#prior = prior;
    this.#seals = seals;
    this.#bending = gramMatrix(buildLaplacian(prior, triangles, 'uniform'));
    this.#gaugeWeights = gaugeWeights;
  }

  /** Solves for the neutral [468, 3] cm. Its place, turn and size are those of the prior (the camera has the rest). */
  solve(frames: readonly NeutralFrame[], pointWeights: ArrayLike<number>): Float32Array {
    const count = this.#prior.length / 3;
    const metric = new Float64Array(9);
    const target = new Float64Array(count * 3);
    let total = 0;
    for (const frame of frames) total += frame.weight;
    for (const { landmarks, pose, expression, weight } of frames) {
      const w = weight / total;
      const m = rotationMatrix(pose.rotation);
      const s = pose.scale;
      for (let a = 0; a < 3; a++)
        for (let b = 0; b < 3; b++)
          metric[a * 3 + b]! += w * (m[a]! * m[b]! + m[3 + a]! * m[3 + b]! + DEPTH_WEIGHT * m[6 + a]! * m[6 + b]!);
      let depth = 0;
      for (let v = 0; v < count; v++)
        depth +=
          (landmarks[v * 3 + 2]! / s -
            m[6]! * this.#prior[v * 3]! -
            m[7]! * this.#prior[v * 3 + 1]! -
            m[8]! * this.#prior[v * 3 + 2]!) /
          count;
      for (let v = 0; v < count; v++) {
        const i = v * 3;
        const [x, y, z] = [
          this.#prior[i]! + expression[i]!,
          this.#prior[i + 1]! + expression[i + 1]!,
          this.#prior[i + 2]! + expression[i + 2]!,
        ];
        const rx = (landmarks[i]! - pose.tx) / s - (m[0]! * x + m[1]! * y + m[2]! * z);
        const ry = (pose.ty - landmarks[i + 1]!) / s - (m[3]! * x + m[4]! * y + m[5]! * z);
        const rz = DEPTH_WEIGHT * (landmarks[i + 2]! / s - depth - (m[6]! * x + m[7]! * y + m[8]! * z));
        for (let d = 0; d < 3; d++) target[i + d]! += w * (m[d]! * rx + m[3 + d]! * ry + m[6 + d]! * rz);
      }
    }
    const offset = this.#conjugateGradient(metric, target, pointWeights, count);
    const shape = Float32Array.from(this.#prior, (value, i) => value + offset[i]!);
    const gauge = fitSimilarity(shape, this.#prior, this.#gaugeWeights);
    applySimilarity(gauge, shape, shape);
    return shape;
  }

  #conjugateGradient(
    metric: Float64Array,
    target: Float64Array,
    pointWeights: ArrayLike<number>,
    count: number,
  ): Float64Array {
    const bent = new Float64Array(count * 3);
    const apply = (x: Float64Array, out: Float64Array): void => {
      multiplySparse(this.#bending, x, 3, bent);
      for (let v = 0; v < count; v++) {
        const i = v * 3;
        const w = pointWeights[v]!;
        for (let a = 0; a < 3; a++)
          out[i + a] =
            w * (metric[a * 3]! * x[i]! + metric[a * 3 + 1]! * x[i + 1]! + metric[a * 3 + 2]! * x[i + 2]!) +
            BENDING * bent[i + a]! +
            STAY * x[i + a]!;
      }
      for (const { a, b } of this.#seals)
        for (let d = 0; d < 3; d++) {
          const pull = SEAL * (x[a * 3 + d]! - x[b * 3 + d]!);
          out[a * 3 + d]! += pull;
          out[b * 3 + d]! -= pull;
        }
    };
    const x = new Float64Array(count * 3);
    const r = target.map((value, i) => value * pointWeights[(i / 3) | 0]!);
    // The prior's own lips may not quite touch: what is sealed is the sum of prior and offset.
    for (const { a, b } of this.#seals)
      for (let d = 0; d < 3; d++) {
        const pull = SEAL * (this.#prior[a * 3 + d]! - this.#prior[b * 3 + d]!);
        r[a * 3 + d]! -= pull;
        r[b * 3 + d]! += pull;
      }
    const p = Float64Array.from(r);
    const q = new Float64Array(count * 3);
    let rr = dot(r, r);
    const stop = rr * 1e-10;
    for (let k = 0; k < ITERATIONS && rr > stop; k++) {
      apply(p, q);
      const alpha = rr / dot(p, q);
      for (let i = 0; i < x.length; i++) {
        x[i]! += alpha * p[i]!;
        r[i]! -= alpha * q[i]!;
      }
      const next = dot(r, r);
      const beta = next / rr;
      rr = next;
      for (let i = 0; i < p.length; i++) p[i] = r[i]! + beta * p[i]!;
    }
    return x;
  }
}
