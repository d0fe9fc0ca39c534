import type { SharedArena } from '../../core/wasm/index.ts';
import type { Kernel } from './kernel.ts';
import { BLOCK, BLOCK_WORDS, type DeblurKernels, deblurKernels, GROUP_WORDS, TAP_WORDS } from './kernels/index.ts';

/** Where the taps of a kernel lie. */
interface Taps {
  readonly gather: number;
  readonly gatherEnd: number;
  readonly groups: number;
  readonly groupsEnd: number;
}

/**
 * Blur by kernels that vary over the picture: one per block of BLOCK x BLOCK pixels. Works on planes of
 * `width * height` values of its arena, whose outermost `pad` pixels are context only: they are read and written by the
 * adjoint, but the blurred picture is known inside alone.
 */
export class BlurOperator {
  readonly width: number;
  readonly height: number;
  readonly pad: number;
  /** Mean over blocks of the sum of squared weights: what a single pixel leaves of itself, 1 without blur. */
  readonly energy: number;
  readonly #run: DeblurKernels;
  /** What all blur kernels are given first. */
  readonly #layout: readonly [blocks: number, bytes: number, row: number, scratch: number, scratchRow: number];

  /** `kernels` row by row, one object for blocks that share it; none may reach farther than `pad`, an even number. */
  constructor(arena: SharedArena, columns: number, rows: number, pad: number, kernels: readonly Kernel[]) {
    this.#run = deblurKernels(arena.memory);
    this.pad = pad;
    this.width = columns * BLOCK + 2 * pad;
    this.height = rows * BLOCK + 2 * pad;
    this.energy = kernels.reduce((sum, { weight }) => sum + squares(weight), 0) / Math.max(1, kernels.length);
    const known = new Map<Kernel, Taps>();
    const blocks = arena.integers(kernels.length * BLOCK_WORDS);
    kernels.forEach((kernel, k) => {
      let taps = known.get(kernel);
      if (!taps) {
        taps = writeTaps(arena, kernel, this.width);
        known.set(kernel, taps);
      }
      const corner = (pad + Math.floor(k / columns) * BLOCK) * this.width + pad + (k % columns) * BLOCK;
      blocks.set([corner * 4, taps.gather, taps.gatherEnd, taps.groups, taps.groupsEnd], k * BLOCK_WORDS);
    });
    // Wide enough that a row shifted by the whole spread of a kernel still meets zeros on both sides.
    const margin = (2 * pad + 11) & ~3;
    const scratch = arena.floats(BLOCK * (BLOCK + 2 * margin)).fill(0);
    this.#layout = [
      blocks.byteOffset,
      blocks.byteLength,
      this.width * 4,
      scratch.byteOffset + margin * 4,
      (BLOCK + 2 * margin) * 4,
    ];
  }

  /** out = blurred x, inside; the padding of `out` becomes 0. */
  forward(x: Float32Array, out: Float32Array): void {
    out.fill(0, 0, this.width * this.height);
    this.#run.forward(...this.#layout, x.byteOffset, out.byteOffset, 0, 0);
  }

  /** out = adjoint of the blur applied to y; the padding of `y` does not count. */
  adjoint(y: Float32Array, out: Float32Array): void {
    out.fill(0, 0, this.width * this.height);
    this.#run.adjoint(...this.#layout, y.byteOffset, out.byteOffset, 0, 0);
  }

  /** out += adjoint of the blur applied to weight * (the blurred x). */
  addNormal(x: Float32Array, weight: Float32Array, out: Float32Array): void {
    this.#run.normal(...this.#layout, x.byteOffset, out.byteOffset, weight.byteOffset, 0);
  }

  /** out += adjoint of the blur applied to weight * (plane - the blurred x). */
  addResidual(x: Float32Array, plane: Float32Array, weight: Float32Array, out: Float32Array): void {
    this.#run.residual(...this.#layout, x.byteOffset, out.byteOffset, weight.byteOffset, plane.byteOffset);
  }
}

const squares = (weight: Float32Array): number => weight.reduce((sum, value) => sum + value * value, 0);

/** Taps of a kernel for planes `width` pixels wide: one after another for the blur, row by row for its adjoint. */
function writeTaps(arena: SharedArena, { dx, dy, weight }: Kernel, width: number): Taps {
  const count = weight.length;
  const groups: { readonly from: number; readonly until: number }[] = [];
  for (let from = 0, until = 0; from < count; from = until) {
    while (until < count && dy[until] === dy[from]) until++;
    groups.push({ from, until });
  }
  const gather = arena.reserve(count * TAP_WORDS * 4);
  const scatter = arena.reserve(count * TAP_WORDS * 4);
  const lines = arena.integers(groups.length * GROUP_WORDS);
  const { buffer } = arena.memory;
  const [whole, single] = [new Int32Array(buffer), new Float32Array(buffer)];
  groups.forEach(({ from, until }, line) => {
    const [first, last] = [dx[from]!, dx[until - 1]!];
    for (let tap = from; tap < until; tap++) {
      const [to, back] = [gather / 4 + tap * TAP_WORDS, scatter / 4 + tap * TAP_WORDS];
      whole[to] = (dy[tap]! * width + dx[tap]!) * 4;
      whole[back] = (first - dx[tap]!) * 4;
      single[to + 1] = weight[tap]!;
      single[back + 1] = weight[tap]!;
    }
    const bytes = TAP_WORDS * 4;
    lines.set(
      [
        (dy[from]! * width + first) * 4,
        Math.ceil((BLOCK + last - first) / 4),
        scatter + from * bytes,
        scatter + until * bytes,
      ],
      line * GROUP_WORDS,
    );
  });
  return {
    gather,
    gatherEnd: gather + count * TAP_WORDS * 4,
    groups: lines.byteOffset,
    groupsEnd: lines.byteOffset + lines.byteLength,
  };
}
