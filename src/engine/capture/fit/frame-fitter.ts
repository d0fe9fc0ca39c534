import { rotationMatrix } from '../../../core/geometry/index.ts';
import { SHAPE_COUNT, SHAPE_NAMES } from '../../../core/performance.ts';
import { type BoundedProblem, solveBounded } from './bounded-solve.ts';
import type { AxisForms, FitBasis } from './fit-basis.ts';
import { type Pose, refinePose } from './pose.ts';

const VERTICES = 468;

/** Depth of the networks counts this much of x and y: it knows a face's relief, not this face's. */
export const DEPTH_WEIGHT = 0.03;

/** What a frame's coefficients are pulled towards. */
export interface FitPrior {
  /** [52]. */
  readonly mean: Float64Array;
  /** Multiplies the basis' ridge. */
  readonly strength: number;
}

/** What {@link FrameFitter.fit} does beyond pose and coefficients. */
export interface FitOptions {
  /** Alternations of pose and coefficients. */
  readonly rounds: number;
  /** The lips touch in the picture: their mesh points are driven together. */
  readonly lipsClosed: boolean;
  readonly prior?: FitPrior;
  /** Multiplies the pull towards rest; > 1 keeps small expression out of the neutral face. */
  readonly restraint?: number;
  /** Keep the given pose's scale. */
  readonly keepScale?: boolean;
  /** Keep the given pose. */
  readonly fixedPose?: boolean;
}

/** Extra weight of the inner-lip pairs on frames whose lips touch. */
const CLOSURE_WEIGHT = 60;
/** Pull of left and right partners towards each other, relative to their ridge. */
const TWIN_WEIGHT = 1.5;

/**
 * Fits pose and 52 bounded coefficients to one frame's landmarks; owns its scratch memory, so one instance serves one
 * caller at a time. Lengths in centimetres.
 */
export class FrameFitter {
  readonly basis: FitBasis;
  /** [468, 3] cm, the actor's neutral. */
  readonly neutral: Float32Array;
  /** [468, 3] cm: neutral plus shapes of the last fit. */
  readonly points = new Float32Array(VERTICES * 3);
  readonly #pull = new Float64Array(VERTICES * 3);
  readonly #problem: BoundedProblem;
  readonly #fixed = new Uint8Array(SHAPE_COUNT);

  constructor(basis: FitBasis, neutral: Float32Array) {
    this.basis = basis;
    this.neutral = neutral;
    this.#problem = {
      size: SHAPE_COUNT,
      hessian: new Float64Array(SHAPE_COUNT * SHAPE_COUNT),
      gradient: new Float64Array(SHAPE_COUNT),
      lower: new Float64Array(SHAPE_COUNT),
      upper: new Float64Array(SHAPE_COUNT),
      cappedBy: basis.cappedBy,
    };
    // Gaze comes from the irises and the tongue is not captured: the landmarks do not decide these.
    SHAPE_NAMES.forEach((name, k) => {
      if (name.startsWith('eyeLook') || name === 'tongueOut') this.#fixed[k] = 1;
    });
  }

  /** Writes neutral + sum of coefficient x shape into `out` [468, 3]. */
  deform(coefficients: ArrayLike<number>, out: Float32Array): void {
    out.set(this.neutral);
    const { supports, packed } = this.basis.shapes;
    for (let k = 0; k < SHAPE_COUNT; k++) {
      const c = coefficients[k]!;
      if (c === 0) continue;
      const support = supports[k]!;
      const values = packed[k]!;
      for (let i = 0; i < support.length; i++) {
        const at = support[i]! * 3;
        out[at]! += c * values[i * 3]!;
        out[at + 1]! += c * values[i * 3 + 1]!;
        out[at + 2]! += c * values[i * 3 + 2]!;
      }
    }
  }

  /**
   * Improves `pose` and `coefficients` [52] (both in place, both a start value) for landmarks [478, 3] px. The
   * `eyeLook*` coefficients are kept. Returns the root mean square 2-D residual of the pose's points in cm.
   */
  fit(landmarks: Float32Array, pose: Pose, coefficients: Float64Array, options: FitOptions): number {
    let residual = 0;
    for (let round = 0; round < options.rounds; round++) {
      this.deform(coefficients, this.points);
      if (options.fixedPose !== true)
        residual = refinePose(pose, this.points, landmarks, this.basis.poseWeights, DEPTH_WEIGHT, 2, options.keepScale);
      this.#solveCoefficients(landmarks, pose, coefficients, options);
    }
    this.deform(coefficients, this.points);
    return residual;
  }

  #solveCoefficients(landmarks: Float32Array, pose: Pose, c: Float64Array, options: FitOptions): void {
    const { basis, neutral } = this;
    const m = rotationMatrix(pose.rotation);
    const s = pose.scale;
    const pull = this.#pull;
    // Depth has no origin in the landmarks: its mean offset is taken out.
    let depth = 0;
    for (let v = 0; v < VERTICES; v++)
      depth +=
        (landmarks[v * 3 + 2]! / s -
          m[6]! * neutral[v * 3]! -
          m[7]! * neutral[v * 3 + 1]! -
          m[8]! * neutral[v * 3 + 2]!) /
        VERTICES;
    for (let v = 0; v < VERTICES; v++) {
      const i = v * 3;
      const x = neutral[i]!;
      const y = neutral[i + 1]!;
      const z = neutral[i + 2]!;
      const rx = (landmarks[i]! - pose.tx) / s - (m[0]! * x + m[1]! * y + m[2]! * z);
      const ry = (pose.ty - landmarks[i + 1]!) / s - (m[3]! * x + m[4]! * y + m[5]! * z);
      const rz = DEPTH_WEIGHT * (landmarks[i + 2]! / s - depth - (m[6]! * x + m[7]! * y + m[8]! * z));
      const w = basis.weights[v]!;
      pull[i] = w * (m[0]! * rx + m[3]! * ry + m[6]! * rz);
      pull[i + 1] = w * (m[1]! * rx + m[4]! * ry + m[7]! * rz);
      pull[i + 2] = w * (m[2]! * rx + m[5]! * ry + m[8]! * rz);
    }
    for (const { a, b, weight } of basis.pairs) {
      const dx = neutral[a * 3]! - neutral[b * 3]!;
      const dy = neutral[a * 3 + 1]! - neutral[b * 3 + 1]!;
      const dz = neutral[a * 3 + 2]! - neutral[b * 3 + 2]!;
      const rx = (landmarks[a * 3]! - landmarks[b * 3]!) / s - (m[0]! * dx + m[1]! * dy + m[2]! * dz);
      const ry = (landmarks[b * 3 + 1]! - landmarks[a * 3 + 1]!) / s - (m[3]! * dx + m[4]! * dy + m[5]! * dz);
      for (let d = 0; d < 3; d++) {
        const value = weight * (m[d]! * rx + m[3 + d]! * ry);
        pull[a * 3 + d]! += value;
        pull[b * 3 + d]! -= value;
      }
    }
    const { hessian, gradient, lower, upper } = this.#problem;
    this.#combine(basis.forms, m, hessian, 1, true);
    if (options.lipsClosed) {
      this.#combine(basis.lipForms, m, hessian, CLOSURE_WEIGHT, false);
      for (const { a, b } of basis.lipPairs) this.#pullTogether(a, b, m, CLOSURE_WEIGHT);
    }
    this.#project(gradient);
    const restraint = options.restraint ?? 1;
    for (let k = 0; k < SHAPE_COUNT; k++) {
      const ridge = basis.ridge[k]! * restraint;
      hessian[k * (SHAPE_COUNT + 1)]! += ridge + 1e-6;
      gradient[k]! -= basis.sparsity[k]! * restraint;
      if (options.prior !== undefined) {
        const strength = basis.ridge[k]! * options.prior.strength;
        hessian[k * (SHAPE_COUNT + 1)]! += strength;
        gradient[k]! += strength * options.prior.mean[k]!;
      }
      const fixed = this.#fixed[k] === 1;
      lower[k] = fixed ? c[k]! : 0;
      upper[k] = fixed ? c[k]! : 1;
    }
    for (const [a, b] of basis.twins) {
      const weight = TWIN_WEIGHT * Math.min(basis.ridge[a]!, basis.ridge[b]!);
      hessian[a * (SHAPE_COUNT + 1)]! += weight;
      hessian[b * (SHAPE_COUNT + 1)]! += weight;
      hessian[a * SHAPE_COUNT + b]! -= weight;
      hessian[b * SHAPE_COUNT + a]! -= weight;
    }
    for (const [a, b, weight] of basis.rivals) {
      hessian[a * SHAPE_COUNT + b]! += weight;
      hessian[b * SHAPE_COUNT + a]! += weight;
      // Keeps the form convex.
      hessian[a * (SHAPE_COUNT + 1)]! += weight * 0.5;
      hessian[b * (SHAPE_COUNT + 1)]! += weight * 0.5;
    }
    solveBounded(this.#problem, c);
  }

  /** Adds to `pull` what brings the image-plane distance of a neutral pair to nothing. */
  #pullTogether(a: number, b: number, m: Float64Array, weight: number): void {
    const { neutral } = this;
    const dx = neutral[a * 3]! - neutral[b * 3]!;
    const dy = neutral[a * 3 + 1]! - neutral[b * 3 + 1]!;
    const dz = neutral[a * 3 + 2]! - neutral[b * 3 + 2]!;
    const rx = -(m[0]! * dx + m[1]! * dy + m[2]! * dz);
    const ry = -(m[3]! * dx + m[4]! * dy + m[5]! * dz);
    for (let d = 0; d < 3; d++) {
      const value = weight * (m[d]! * rx + m[3 + d]! * ry);
      this.#pull[a * 3 + d]! += value;
      this.#pull[b * 3 + d]! -= value;
    }
  }

  /** hessian (+)= gain * sum over axes of (R' D R)_ab forms_ab. */
  #combine(forms: AxisForms, m: Float64Array, hessian: Float64Array, gain: number, first: boolean): void {
    const metric = (a: number, b: number): number =>
      gain * (m[a]! * m[b]! + m[3 + a]! * m[3 + b]! + DEPTH_WEIGHT * m[6 + a]! * m[6 + b]!);
    const [xx, xy, xz, yy, yz, zz] = [
      metric(0, 0),
      metric(0, 1),
      metric(0, 2),
      metric(1, 1),
      metric(1, 2),
      metric(2, 2),
    ];
    const [f0, f1, f2, f3, f4, f5] = [forms[0]!, forms[1]!, forms[2]!, forms[3]!, forms[4]!, forms[5]!];
    for (let i = 0; i < hessian.length; i++) {
      const value = xx * f0[i]! + xy * f1[i]! + xz * f2[i]! + yy * f3[i]! + yz * f4[i]! + zz * f5[i]!;
      hessian[i] = first ? value : hessian[i]! + value;
    }
  }

  /** gradient = shapes x pull. */
  #project(gradient: Float64Array): void {
    const { supports, packed } = this.basis.shapes;
    const pull = this.#pull;
    for (let k = 0; k < SHAPE_COUNT; k++) {
      const support = supports[k]!;
      const values = packed[k]!;
      let sum = 0;
      for (let i = 0; i < support.length; i++) {
        const at = support[i]! * 3;
        sum += values[i * 3]! * pull[at]! + values[i * 3 + 1]! * pull[at + 1]! + values[i * 3 + 2]! * pull[at + 2]!;
      }
      gradient[k] = sum;
    }
  }
}
