import { throwIfCancelled } from '../../core/errors.ts';
import type { SharedArena } from '../../core/wasm/index.ts';
import type { BlurOperator } from './blur-operator.ts';
import { type DeblurKernels, deblurKernels } from './kernels/index.ts';

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
  /** Share of where the estimate begins that the prior begins at: with 1 only what is added to it must be smooth. */
  readonly anchor: number;
}

/** Share of the mean trust that is reckoned with where nothing is observed. */
const BESIDE = 0.1;

/**
 * Maximum a posteriori estimate of a sharp plane from one or more blurred ones under a prior of sparse gradients:
 * minimises  sum_j sum_p w_j (A_j x - b_j)^2 + smoothness * sum_p s^2 rho(grad (x - anchor x_0) * s), by iteratively
 * reweighted least squares and preconditioned conjugate gradients from x_0 on (Levin et al. 2007, "Image and depth from a conventional camera with a coded
 * aperture", section 4, with spatially varying kernels). `scale` (s) turns differences of light into differences of code,
 * so that noise and edges count as they are seen. All planes lie in the arena that it is made for.
 */
export class MapDeconvolution {
  readonly #arena: SharedArena;
  readonly #run: DeblurKernels;

  constructor(arena: SharedArena) {
    this.#arena = arena;
    this.#run = deblurKernels(arena.memory);
  }

  /**
   * Refines `x` in place; planes are a multiple of 4 pixels wide. `scale` has one value per pixel. Returns the norm of the
   * last residual over the first.
   */
  solve(
    x: Float32Array,
    observations: readonly Observation[],
    scale: Float32Array,
    options: DeconvolutionOptions,
    signal?: AbortSignal,
  ): number {
    const { width, height } = observations[0]!.operator;
    const size = width * height;
    const arena = this.#arena;
    const mark = arena.mark;
    const [r, p, q] = [arena.floats(size), arena.floats(size), arena.floats(size)];
    const [alongX, alongY, sums] = [arena.floats(size), arena.floats(size), arena.floats(height)];
    const [precondition, data, anchor] = [arena.floats(size), arena.floats(size), arena.floats(size)];
    for (let i = 0; i < size; i++) anchor[i] = options.anchor * x[i]!;
    dataDiagonal(observations, data);
    const rows = [sums.byteOffset, width * 4, height] as const;
    const { edges, prior, step, turn } = this.#run;
    const addPrior = (plane: Float32Array, out: Float32Array, sign: number): void =>
      prior(plane.byteOffset, out.byteOffset, alongX.byteOffset, alongY.byteOffset, ...rows, sign);
    let first = 0;
    let last = 0;
    for (let round = 0; round < options.rounds; round++) {
      throwIfCancelled(signal);
      for (let i = 0; i < size; i++) q[i] = x[i]! - anchor[i]!;
      edges(
        ...[q.byteOffset, scale.byteOffset, alongX.byteOffset, alongY.byteOffset, width * 4, height],
        ...[options.smoothness, 1 / options.edge ** 2, options.exponent / 2 - 1],
      );
      setPreconditioner(data, alongX, alongY, width, precondition);
      // Residual of the normal equations: sum A^T w (b - A x) - prior x.
      r.fill(0, 0, size);
      for (const { operator, plane, weight } of observations) operator.addResidual(x, plane, weight, r);
      addPrior(q, r, -1);
      const residual = [x, r, p, q, precondition].map((plane) => plane.byteOffset);
      p.fill(0);
      q.fill(0);
      step(...residual, ...rows, 0);
      let energy = total(sums);
      turn(p.byteOffset, r.byteOffset, precondition.byteOffset, size * 4, 0);
      if (round === 0) first = energy;
      for (let k = 0; k < options.steps && energy > 1e-12 * first; k++) {
        q.fill(0, 0, size);
        for (const { operator, weight } of observations) operator.addNormal(p, weight, q);
        addPrior(p, q, 1);
        const length = energy / total(sums);
        if (!Number.isFinite(length)) break;
        step(...residual, ...rows, length);
        const next = total(sums);
        turn(p.byteOffset, r.byteOffset, precondition.byteOffset, size * 4, next / energy);
        energy = next;
      }
      last = energy;
    }
    arena.release(mark);
    return first > 0 ? Math.sqrt(last / first) : 0;
  }
}

/**
 * About the diagonal of sum A^T w A, as if trust were even over a kernel. Where nothing is observed, as in the padding, a share of its
 * mean stands for what reaches there from beside.
 */
function dataDiagonal(observations: readonly Observation[], out: Float32Array): void {
  out.fill(0);
  for (const { operator, weight } of observations) {
    const { energy } = operator;
    for (let i = 0; i < out.length; i++) out[i]! += energy * weight[i]!;
  }
  let [sum, count] = [0, 0];
  for (let i = 0; i < out.length; i++) {
    sum += out[i]!;
    if (out[i]! > 0) count++;
  }
  const beside = count > 0 ? (BESIDE * sum) / count : 1;
  for (let i = 0; i < out.length; i++) out[i]! += beside;
}

/**
 * Jacobi's preconditioner: 1 / the diagonal of the normal equations. Light counts up to a hundred times more in shadows than in
 * highlights, because that is how it is seen, so without it the bright half of a face hardly moved in the first steps.
 */
function setPreconditioner(
  data: Float32Array,
  alongX: Float32Array,
  alongY: Float32Array,
  width: number,
  out: Float32Array,
): void {
  for (let i = 0; i < width; i++) out[i] = 1 / (data[i]! + alongX[i]! + alongY[i]! + (i > 0 ? alongX[i - 1]! : 0));
  for (let i = width; i < out.length; i++)
    out[i] = 1 / (data[i]! + alongX[i]! + alongX[i - 1]! + alongY[i]! + alongY[i - width]!);
}

function total(rows: Float32Array): number {
  let sum = 0;
  for (let y = 0; y < rows.length; y++) sum += rows[y]!;
  return sum;
}
