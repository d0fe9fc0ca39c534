import { throwIfCancelled } from '../../core/errors.ts';
import type { BlurOperator } from './blur-operator.ts';

/** A picture of the same face and what blurred it; all of an estimate's observations have one size. */
export interface Observation {
  readonly operator: BlurOperator;
  /** Observed plane. */
  readonly plane: Float32Array;
  /** Trust per pixel, 0 where the plane is unknown, covered or clipped; the padding is not read. */
  readonly weight: Float32Array;
}

/** How strongly and how often {@link MapDeconvolution} works. */
export interface DeconvolutionOptions {
  /** Weight of the gradient prior against the data. */
  readonly smoothness: number;
  /** Gradient, in units of the perceptual scale, at which an edge counts as one. */
  readonly edge: number;
  /** Exponent of the prior: 2 is quadratic, 0.8 that of natural pictures. */
  readonly exponent: number;
  /** Times that the prior's weights are set anew. */
  readonly rounds: number;
  /** Steps of conjugate gradients per round. */
  readonly steps: number;
  /** Share of the first observation that the prior begins at: with 1 only what is added to it must be smooth. */
  readonly anchor: number;
}

/**
 * Maximum a posteriori estimate of a sharp plane from one or more blurred ones under a prior of sparse gradients:
 * minimises  sum_j sum_p w_j (A_j x - b_j)^2 + smoothness * sum_p s^2 rho(grad (x - anchor b_0) * s), by iteratively
 * reweighted least squares and conjugate gradients (Levin et al. 2007, "Image and depth from a conventional camera with a coded
 * aperture", section 4, with spatially varying kernels). `scale` (s) turns differences of light into differences of code,
 * so that noise and edges count as they are seen. Holds buffers; one instance per thread.
 */
export class MapDeconvolution {
  #size = 0;
  #residual = new Float32Array(0);
  #direction = new Float32Array(0);
  #product = new Float32Array(0);
  #scratch = new Float32Array(0);
  #weightX = new Float32Array(0);
  #weightY = new Float32Array(0);

  /** Refines `x` in place. `scale` has one value per pixel. Returns the norm of the last residual over the first. */
  solve(
    x: Float32Array,
    observations: readonly Observation[],
    scale: Float32Array,
    options: DeconvolutionOptions,
    signal?: AbortSignal,
  ): number {
    const { width, height } = observations[0]!.operator;
    const size = width * height;
    this.#grow(size);
    const [r, p, q, scratch] = [this.#residual, this.#direction, this.#product, this.#scratch];
    let first = 0;
    let last = 0;
    for (let round = 0; round < options.rounds; round++) {
      throwIfCancelled(signal);
      const anchor = observations[0]!.plane;
      for (let i = 0; i < size; i++) q[i] = x[i]! - options.anchor * anchor[i]!;
      setEdgeWeights(q, scale, width, height, options, this.#weightX, this.#weightY);
      p.set(q.subarray(0, size));
      // Residual of the normal equations: sum A^T w (b - A x) - prior x.
      r.fill(0, 0, size);
      for (const { operator, plane, weight } of observations) {
        operator.forward(x, scratch);
        for (let i = 0; i < size; i++) scratch[i] = weight[i]! * (plane[i]! - scratch[i]!);
        operator.addAdjoint(scratch, r);
      }
      q.fill(0, 0, size);
      addPrior(p, q, width, height, this.#weightX, this.#weightY);
      for (let i = 0; i < size; i++) r[i]! -= q[i]!;
      p.set(r.subarray(0, size));
      let energy = dot(r, r, size);
      if (round === 0) first = energy;
      for (let step = 0; step < options.steps && energy > 1e-12 * first; step++) {
        q.fill(0, 0, size);
        for (const { operator, weight } of observations) {
          operator.forward(p, scratch);
          for (let i = 0; i < size; i++) scratch[i]! *= weight[i]!;
          operator.addAdjoint(scratch, q);
        }
        addPrior(p, q, width, height, this.#weightX, this.#weightY);
        const length = energy / dot(p, q, size);
        if (!Number.isFinite(length)) break;
        advance(x, r, p, q, length, size);
        const next = dot(r, r, size);
        turn(p, r, next / energy, size);
        energy = next;
      }
      last = energy;
    }
    return first > 0 ? Math.sqrt(last / first) : 0;
  }

  #grow(size: number): void {
    if (this.#size >= size) return;
    this.#size = Math.ceil(size * 1.25);
    this.#residual = new Float32Array(this.#size);
    this.#direction = new Float32Array(this.#size);
    this.#product = new Float32Array(this.#size);
    this.#scratch = new Float32Array(this.#size);
    this.#weightX = new Float32Array(this.#size);
    this.#weightY = new Float32Array(this.#size);
  }
}

function dot(a: Float32Array, b: Float32Array, size: number): number {
  let [s0, s1] = [0, 0];
  let i = 0;
  for (; i + 1 < size; i += 2) {
    s0 += a[i]! * b[i]!;
    s1 += a[i + 1]! * b[i + 1]!;
  }
  if (i < size) s0 += a[i]! * b[i]!;
  return s0 + s1;
}

function advance(
  x: Float32Array,
  r: Float32Array,
  p: Float32Array,
  q: Float32Array,
  length: number,
  size: number,
): void {
  for (let i = 0; i < size; i++) {
    x[i]! += length * p[i]!;
    r[i]! -= length * q[i]!;
  }
}

function turn(p: Float32Array, r: Float32Array, share: number, size: number): void {
  for (let i = 0; i < size; i++) p[i] = r[i]! + share * p[i]!;
}

/** Weights of the differences to the right and downward neighbour: less across an edge than within a surface. */
function setEdgeWeights(
  x: Float32Array,
  scale: Float32Array,
  width: number,
  height: number,
  { smoothness, edge, exponent }: DeconvolutionOptions,
  weightX: Float32Array,
  weightY: Float32Array,
): void {
  const inverse = 1 / (edge * edge);
  const power = exponent / 2 - 1;
  for (let y = 0; y < height; y++)
    for (let i = y * width, column = 0; column < width; i++, column++) {
      const s = scale[i]!;
      const base = smoothness * s * s;
      const gx = column + 1 < width ? (x[i + 1]! - x[i]!) * s : 0;
      const gy = y + 1 < height ? (x[i + width]! - x[i]!) * s : 0;
      weightX[i] = column + 1 < width ? base * (1 + gx * gx * inverse) ** power : 0;
      weightY[i] = y + 1 < height ? base * (1 + gy * gy * inverse) ** power : 0;
    }
}

/** out += gradient of the weighted sum of squared differences of x. */
function addPrior(
  x: Float32Array,
  out: Float32Array,
  width: number,
  height: number,
  weightX: Float32Array,
  weightY: Float32Array,
): void {
  for (let y = 0; y < height; y++) {
    const end = y * width + width - 1;
    for (let i = y * width; i < end; i++) {
      const flow = weightX[i]! * (x[i]! - x[i + 1]!);
      out[i]! += flow;
      out[i + 1]! -= flow;
    }
  }
  const rest = (height - 1) * width;
  for (let i = 0; i < rest; i++) {
    const flow = weightY[i]! * (x[i]! - x[i + width]!);
    out[i]! += flow;
    out[i + width]! -= flow;
  }
}
