import type { Rect } from '../../core/picture.ts';
import type { SharedArena } from '../../core/wasm/index.ts';
import { BlurOperator } from './blur-operator.ts';
import { type Kernel, type KernelGrid, motionKernel } from './kernel.ts';
import { BLOCK } from './kernels/index.ts';
import { type FaceMotion, MotionField } from './motion-field.ts';

/** Blur of a face in one frame: its measured motion while the shutter was open. */
export interface FaceBlur {
  /** Frames for which the shutter seems open: what moves beside the whole face blurs by its velocity times this. */
  readonly open: number;
  /** Path of the whole face while the shutter was open, pixels. */
  readonly bx: number;
  readonly by: number;
  /** Spread of lens, compression and what else is not motion, pixels. */
  readonly sigma: number;
  /** Standard deviation of noise and compression in coded values, 0..1. */
  readonly noise: number;
}

/** The same blur under a shutter that is `factor` times as long open. */
export function scaleBlur(blur: FaceBlur, factor: number): FaceBlur {
  return { ...blur, open: blur.open * factor, bx: blur.bx * factor, by: blur.by * factor };
}

/** Steps per pixel to which paths are rounded: blocks of one path share their kernel. */
const FINENESS = 32;
/** Farther than any path reaches, in steps. */
const SPAN = 1 << 16;

/** Motion of a face sampled at the blocks of a part of the picture, from which blur operators are made quickly. */
export class BlockKernels {
  readonly #motion: FaceMotion;
  readonly columns: number;
  readonly rows: number;
  readonly #grid: KernelGrid;
  /** Velocity beside the mean, x and y per block, at full and at half size. */
  readonly #beside: readonly [Float32Array, Float32Array];

  /** Blocks of `part`, `columns` x `rows` of them (even numbers); (dx, dy) leads from the part to where `motion` saw it. */
  constructor(
    arena: SharedArena,
    motion: FaceMotion,
    part: Rect,
    columns: number,
    rows: number,
    dx: number,
    dy: number,
    grid: KernelGrid,
  ) {
    this.#motion = motion;
    this.columns = columns;
    this.rows = rows;
    this.#grid = grid;
    const field = new MotionField(motion);
    const sample = (step: 1 | 2): Float32Array => {
      const [c, r] = [columns / step, rows / step];
      const mark = arena.mark;
      const [places, found] = [arena.floats(c * r * 2), arena.floats(c * r * 2)];
      for (let row = 0, at = 0; row < r; row++)
        for (let column = 0; column < c; column++) {
          places[at++] = part.x + (column + 0.5) * BLOCK * step + dx;
          places[at++] = part.y + (row + 0.5) * BLOCK * step + dy;
        }
      field.sampleAll(arena, places, found);
      const out = Float32Array.from(found, (value, i) => value - (i % 2 === 0 ? motion.vx : motion.vy));
      arena.release(mark);
      return out;
    };
    this.#beside = [sample(1), sample(2)];
  }

  /** How far kernels of this blur reach at most, pixels of full size. */
  reach({ open, bx, by, sigma }: FaceBlur): number {
    const { ax, ay } = this.#motion;
    const bend = (open ** 2 * Math.hypot(ax, ay)) / 8;
    let longest = 0;
    for (const beside of this.#beside)
      for (let i = 0; i < beside.length; i += 2)
        longest = Math.max(longest, Math.hypot(bx + open * beside[i]!, by + open * beside[i + 1]!));
    return Math.ceil(longest / 2 + bend + 3 * sigma) + 3;
  }

  /** Path of each block while the shutter was open, x and y in turn, pixels. */
  paths({ open, bx, by }: FaceBlur): Float32Array {
    return this.#beside[0].map((value, i) => (i % 2 === 0 ? bx : by) + open * value);
  }

  /** The blur of the part at 1 / `step` of its size, with a padding no less than its reach over `step`. */
  operator(arena: SharedArena, blur: FaceBlur, step: 1 | 2, pad: number): BlurOperator {
    const { ax, ay } = this.#motion;
    const known = new Map<number, Kernel>();
    const beside = this.#beside[step === 1 ? 0 : 1];
    const kernels: Kernel[] = [];
    const bend = blur.open ** 2 / 8 / step;
    const rounded = (value: number): number => Math.round((value * FINENESS) / step);
    for (let i = 0; i < beside.length; i += 2) {
      const x = rounded(blur.bx + blur.open * beside[i]!);
      const y = rounded(blur.by + blur.open * beside[i + 1]!);
      let kernel = known.get(x * SPAN + y);
      if (!kernel) {
        const path = { bx: x / FINENESS, by: y / FINENESS, cx: bend * ax, cy: bend * ay };
        kernel = motionKernel(path, blur.sigma / step, this.#grid);
        known.set(x * SPAN + y, kernel);
      }
      kernels.push(kernel);
    }
    return new BlurOperator(arena, this.columns / step, this.rows / step, pad, kernels);
  }
}
