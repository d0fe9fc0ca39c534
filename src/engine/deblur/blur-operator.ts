import type { Kernel } from './kernel.ts';

/** Pixels along the side of a block that is blurred by one kernel. */
export const BLOCK = 16;

/**
 * Blur by kernels that vary over the picture: one per block of BLOCK x BLOCK pixels. Works on planes of
 * `width * height` values, whose outermost `pad` pixels are context only: they are read and written by the adjoint, but
 * the blurred picture is known inside alone.
 */
export class BlurOperator {
  readonly width: number;
  readonly height: number;
  readonly pad: number;
  readonly columns: number;
  readonly rows: number;
  readonly #starts: Int32Array;
  readonly #offsets: Int32Array;
  readonly #weights: Float32Array;

  /** `kernels` row by row; none may reach farther than `pad`. */
  constructor(columns: number, rows: number, pad: number, kernels: readonly Kernel[]) {
    this.columns = columns;
    this.rows = rows;
    this.pad = pad;
    this.width = columns * BLOCK + 2 * pad;
    this.height = rows * BLOCK + 2 * pad;
    this.#starts = new Int32Array(kernels.length + 1);
    kernels.forEach(({ weight }, k) => {
      this.#starts[k + 1] = this.#starts[k]! + weight.length;
    });
    const taps = this.#starts[kernels.length]!;
    this.#offsets = new Int32Array(taps);
    this.#weights = new Float32Array(taps);
    kernels.forEach(({ dx, dy, weight }, k) => {
      const from = this.#starts[k]!;
      for (let i = 0; i < weight.length; i++) {
        this.#offsets[from + i] = dy[i]! * this.width + dx[i]!;
        this.#weights[from + i] = weight[i]!;
      }
    });
  }

  /** out = blurred x, inside; the padding of `out` becomes 0. */
  forward(x: Float32Array, out: Float32Array): void {
    out.fill(0, 0, this.width * this.height);
    this.#eachBlock(gatherBlock, x, out);
  }

  /** out = adjoint of the blur applied to y; the padding of `y` does not count. */
  adjoint(y: Float32Array, out: Float32Array): void {
    out.fill(0, 0, this.width * this.height);
    this.addAdjoint(y, out);
  }

  /** out += adjoint of the blur applied to y. */
  addAdjoint(y: Float32Array, out: Float32Array): void {
    this.#eachBlock(scatterBlock, y, out);
  }

  #eachBlock(pass: BlockPass, from: Float32Array, to: Float32Array): void {
    const { columns, rows, width, pad } = this;
    for (let row = 0, block = 0; row < rows; row++)
      for (let column = 0; column < columns; column++, block++) {
        const corner = (pad + row * BLOCK) * width + pad + column * BLOCK;
        pass(from, to, corner, width, this.#offsets, this.#weights, this.#starts[block]!, this.#starts[block + 1]!);
      }
  }
}

/** Takes one block of `x` to `out` with the taps from `from` until `until`; `corner` is where its first pixel lies. */
type BlockPass = (
  x: Float32Array,
  out: Float32Array,
  corner: number,
  width: number,
  offsets: Int32Array,
  weights: Float32Array,
  from: number,
  until: number,
) => void;

const gatherBlock: BlockPass = (x, out, corner, width, offsets, weights, from, until) => {
  let tap = from;
  // Four taps a pass: a quarter of the loads and stores of the result.
  for (; tap + 3 < until; tap += 4) {
    const [o0, o1, o2, o3] = [offsets[tap]!, offsets[tap + 1]!, offsets[tap + 2]!, offsets[tap + 3]!];
    const [w0, w1, w2, w3] = [weights[tap]!, weights[tap + 1]!, weights[tap + 2]!, weights[tap + 3]!];
    for (let row = 0, start = corner; row < BLOCK; row++, start += width)
      for (let i = start; i < start + BLOCK; i++)
        out[i]! += w0 * x[i + o0]! + w1 * x[i + o1]! + w2 * x[i + o2]! + w3 * x[i + o3]!;
  }
  for (; tap < until; tap++) {
    const o = offsets[tap]!;
    const w = weights[tap]!;
    for (let row = 0, start = corner; row < BLOCK; row++, start += width)
      for (let i = start; i < start + BLOCK; i++) out[i]! += w * x[i + o]!;
  }
};

const scatterBlock: BlockPass = (y, out, corner, width, offsets, weights, from, until) => {
  for (let tap = from; tap < until; tap++) {
    const o = offsets[tap]!;
    const w = weights[tap]!;
    for (let row = 0, start = corner; row < BLOCK; row++, start += width)
      for (let i = start; i < start + BLOCK; i++) out[i + o]! += w * y[i]!;
  }
};
