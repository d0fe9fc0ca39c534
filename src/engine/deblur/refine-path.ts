import type { BlockKernels, FaceBlur } from './block-kernels.ts';

/** A sharper look of the face, aligned with the blurred one, and the blurred one seen through the sharper one's own blur. */
export interface AlignedPair {
  readonly sharper: Float32Array;
  readonly blurred: Float32Array;
  /** Trust per pixel; 0 in the padding. */
  readonly mask: Float32Array;
  /** Change of code per change of light. */
  readonly scale: Float32Array;
  readonly noise: number;
  readonly pad: number;
}

/** Misfit, in squared noise, from which a pixel counts less. */
const ROBUST = 36;
/** Log-normal spread of a frame's path about the tracked one, and its turn in radians. */
const LENGTH_SPREAD = 0.3;
const TURN_SPREAD = 0.25;
/** The prior's weight against the mean misfit of the pixels: alignment errors are shared by many of them. */
const PRIOR = 0.01;
/** Longest that a refined path gets, as a multiple of the one that it started from. */
export const LONGEST = 1.6;

/** Mean robust misfit of a pair under a blur, in squared noise. `seen` is working memory. */
export function pairMisfit(pair: AlignedPair, kernels: BlockKernels, blur: FaceBlur, seen: Float32Array): number {
  const operator = kernels.operator(blur, 1, pair.pad);
  operator.forward(pair.sharper, seen);
  const { width, height } = operator;
  const { blurred, mask, scale, pad } = pair;
  const unit = 1 / pair.noise;
  let [sum, count] = [0, 0];
  for (let y = pad; y < height - pad; y++)
    for (let i = y * width + pad; i < (y + 1) * width - pad; i++) {
      const w = mask[i]!;
      if (w <= 0) continue;
      const r = (blurred[i]! - seen[i]!) * scale[i]! * unit;
      const e = r * r;
      sum += w * (e / (1 + e / ROBUST));
      count += w;
    }
  return count > 0 ? sum / count : 0;
}

function turned(blur: FaceBlur, factor: number, turn: number, sigma: number): FaceBlur {
  const [c, s] = [Math.cos(turn) * factor, Math.sin(turn) * factor];
  return { ...blur, open: blur.open * factor, bx: c * blur.bx - s * blur.by, by: s * blur.bx + c * blur.by, sigma };
}

/**
 * The path near the tracked one (longer or shorter, turned, more or less spread) under which the sharper look becomes the
 * blurred one. Coordinate descent with halving steps: some 20 looks.
 */
export function refinePath(pair: AlignedPair, kernels: BlockKernels, start: FaceBlur, seen: Float32Array): FaceBlur {
  let [factor, turn, sigma] = [1, 0, start.sigma];
  const cost = (f: number, t: number, s: number): number =>
    pairMisfit(pair, kernels, turned(start, f, t, s), seen) +
    PRIOR * ((Math.log(f) / LENGTH_SPREAD) ** 2 + (t / TURN_SPREAD) ** 2);
  let least = cost(factor, turn, sigma);
  const offer = (f: number, t: number, s: number): boolean => {
    if (f > LONGEST || f < 0.3 || s < 0) return false;
    const value = cost(f, t, s);
    if (value >= least) return false;
    [least, factor, turn, sigma] = [value, f, t, s];
    return true;
  };
  for (const step of [1, 0.5, 0.25]) {
    if (!offer(factor * (1 + 0.24 * step), turn, sigma)) offer(factor / (1 + 0.24 * step), turn, sigma);
    if (!offer(factor, turn + 0.2 * step, sigma)) offer(factor, turn - 0.2 * step, sigma);
    if (!offer(factor, turn, sigma + 0.4 * step)) offer(factor, turn, sigma - 0.4 * step);
  }
  return turned(start, factor, turn, sigma);
}

/** How well each factor of the shutter explains a pair: mean misfits, in the order of `factors`. */
export function shutterCosts(
  pair: AlignedPair,
  kernels: BlockKernels,
  blur: FaceBlur,
  factors: readonly number[],
  seen: Float32Array,
): Float32Array {
  return Float32Array.from(factors, (factor) => pairMisfit(pair, kernels, turned(blur, factor, 0, blur.sigma), seen));
}
