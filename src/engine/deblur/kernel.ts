/** Path of a point of the face while the shutter was open: from -b/2 to b/2, its ends bent away by c. Pixels. */
export interface BlurPath {
  readonly bx: number;
  readonly by: number;
  readonly cx: number;
  readonly cy: number;
}

/** A small blur kernel: `out(p) = sum weight[i] * in(p + (dx[i], dy[i]))`. Weights sum to 1. */
export interface Kernel {
  readonly dx: Int16Array;
  readonly dy: Int16Array;
  readonly weight: Float32Array;
}

/** Taps lighter than this part of the heaviest are left out. */
const LIGHTEST = 0.004;
/** Samples of the path per pixel of its length. */
const SAMPLES_PER_PIXEL = 4;

/**
 * Kernel of a point that moves along its path at even pace, seen through a lens that spreads by `sigma` pixels. `grid`
 * holds working memory and grows when needed.
 */
export function motionKernel({ bx, by, cx, cy }: BlurPath, sigma: number, grid: KernelGrid): Kernel {
  const bend = Math.hypot(cx, cy);
  const length = Math.hypot(bx, by) + 2 * bend;
  const samples = Math.max(1, Math.ceil(length * SAMPLES_PER_PIXEL) | 1);
  grid.reset(Math.ceil(length / 2 + 3 * sigma) + 1);
  for (let i = 0; i < samples; i++) {
    const t = (i + 0.5) / samples - 0.5;
    // What the pixel shows at time t was at the middle of the exposure where the path leads back to.
    const bent = 4 * t * t;
    grid.splat(-(bx * t + cx * bent), -(by * t + cy * bent), 1 / samples);
  }
  return grid.take(sigma);
}

/** Working memory of {@link motionKernel}: a square of weights around the origin. */
export class KernelGrid {
  #reach = 0;
  #side = 1;
  #cells = new Float32Array(1);
  #blurred = new Float32Array(1);

  /** Clears a grid that reaches `reach` pixels from the origin. */
  reset(reach: number): void {
    this.#reach = reach;
    this.#side = 2 * reach + 1;
    const size = this.#side ** 2;
    if (this.#cells.length < size) {
      this.#cells = new Float32Array(size);
      this.#blurred = new Float32Array(size);
    }
    this.#cells.fill(0, 0, size);
  }

  /** Adds weight at a place between cells; places outside are held at the rim. */
  splat(x: number, y: number, weight: number): void {
    const top = 2 * this.#reach - 1e-3;
    const px = Math.min(top, Math.max(0, x + this.#reach));
    const py = Math.min(top, Math.max(0, y + this.#reach));
    const ix = px | 0;
    const iy = py | 0;
    const fx = px - ix;
    const fy = py - iy;
    const at = iy * this.#side + ix;
    const cells = this.#cells;
    cells[at]! += weight * (1 - fx) * (1 - fy);
    cells[at + 1]! += weight * fx * (1 - fy);
    cells[at + this.#side]! += weight * (1 - fx) * fy;
    cells[at + this.#side + 1]! += weight * fx * fy;
  }

  /** The kernel in the grid, spread by a Gaussian. */
  take(sigma: number): Kernel {
    if (sigma > 0.05) this.#spread(sigma);
    const size = this.#side ** 2;
    let heaviest = 0;
    for (let i = 0; i < size; i++) if (this.#cells[i]! > heaviest) heaviest = this.#cells[i]!;
    const dx: number[] = [];
    const dy: number[] = [];
    const weight: number[] = [];
    let sum = 0;
    for (let i = 0; i < size; i++) {
      const w = this.#cells[i]!;
      if (w < heaviest * LIGHTEST) continue;
      dx.push((i % this.#side) - this.#reach);
      dy.push(Math.floor(i / this.#side) - this.#reach);
      weight.push(w);
      sum += w;
    }
    return {
      dx: Int16Array.from(dx),
      dy: Int16Array.from(dy),
      weight: Float32Array.from(weight, (w) => w / sum),
    };
  }

  #spread(sigma: number): void {
    const radius = Math.ceil(2.5 * sigma);
    const taps = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
      Math.exp(-((i - radius) ** 2) / (2 * sigma ** 2)),
    );
    const sum = taps.reduce((a, b) => a + b, 0);
    const side = this.#side;
    const pass = (from: Float32Array, to: Float32Array, step: number, across: number): void => {
      for (let line = 0; line < side; line++)
        for (let i = 0; i < side; i++) {
          let value = 0;
          for (let k = -radius; k <= radius; k++) {
            const j = i + k;
            if (j >= 0 && j < side) value += taps[k + radius]! * from[line * across + j * step]!;
          }
          to[line * across + i * step] = value / sum;
        }
    };
    pass(this.#cells, this.#blurred, 1, side);
    pass(this.#blurred, this.#cells, side, 1);
  }
}
