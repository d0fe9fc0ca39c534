import type { Rect } from '../../core/picture.ts';
import type { SharedArena } from '../../core/wasm/index.ts';
import { type DeblurKernels, deblurKernels, FLOW_SUMS } from './kernels/index.ts';

/** Pixels between the nodes of a {@link FlowGrid}. */
export const NODE = 12;
/** Steps that a node may move at once, pixels. */
const LONGEST_STEP = 1.5;
/** A prior that a step is well under a pixel, in units of the noise. */
const HELD = 60;

/** Two planes that {@link FlowGrid.improve} lays on each other; all of one size, in the grid's arena. */
export interface FlowPair {
  readonly fixed: Float32Array;
  /** The plane that was warped. */
  readonly moving: Float32Array;
  /** How much each pixel counts. */
  readonly mask: Float32Array;
  /** Turns differences of light into differences of code; `noise` is that of the code. */
  readonly scale: Float32Array;
  readonly noise: number;
}

/** A displacement for every pixel of a part of a picture, by nodes NODE pixels apart and linear between them. */
export class FlowGrid {
  readonly rect: Rect;
  readonly columns: number;
  readonly rows: number;
  /** Per node, pixels. */
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  readonly #run: DeblurKernels;
  readonly #line: Float32Array;
  readonly #sums: Float32Array;
  readonly #wide: Float32Array;

  /** A flow of zero over `rect`. */
  constructor(arena: SharedArena, rect: Rect) {
    this.rect = rect;
    this.columns = Math.ceil(rect.width / NODE) + 1;
    this.rows = Math.ceil(rect.height / NODE) + 1;
    const nodes = this.columns * this.rows;
    this.dx = arena.floats(nodes).fill(0);
    this.dy = arena.floats(nodes).fill(0);
    this.#line = arena.floats(2 * this.columns + 8);
    this.#sums = arena.floats(nodes * FLOW_SUMS);
    this.#wide = arena.floats(nodes * FLOW_SUMS);
    this.#run = deblurKernels(arena.memory);
  }

  /**
   * Samples `plane`, which covers `from`, where the flow of each pixel leads, by Catmull-Rom splines; `scale` is 1 for
   * planes of full size and 2 for half. `inside` gets 0 where the flow leads out of the plane. All lie in the arena.
   */
  warp(plane: Float32Array, from: Rect, out: Float32Array, scale: 1 | 2, inside: Float32Array | null): void {
    const { rect } = this;
    this.#run.sample(
      ...[plane.byteOffset, from.width / scale, from.height / scale, out.byteOffset, inside?.byteOffset ?? 0],
      ...[rect.width / scale, rect.height / scale, this.dx.byteOffset, this.dy.byteOffset],
      ...[this.columns, this.#line.byteOffset, NODE / scale],
      ...[(scale - 1) / 2 / scale, scale / NODE, 1 / scale, rect.x - from.x, rect.y - from.y],
    );
  }

  /**
   * Moves the nodes so that `moving` (the warped plane) lies better on `fixed`: one Gauss-Newton step in windows of
   * `reach` nodes on each side, held back where there is nothing to see. With `reach` 0 the whole part moves as one. `size`
   * is 1 for planes of full size and 2 for half.
   */
  improve({ fixed, moving, mask, scale, noise }: FlowPair, reach: number, size: 1 | 2): void {
    const { columns, rows, rect } = this;
    const sums = this.#sums;
    this.#run.flow(
      ...[fixed.byteOffset, moving.byteOffset, mask.byteOffset, scale.byteOffset, sums.byteOffset],
      ...[rect.width / size, rect.height / size, columns, rows, NODE / size, 1 / noise],
    );
    if (reach === 0) {
      for (let at = FLOW_SUMS; at < sums.length; at++) sums[at % FLOW_SUMS]! += sums[at]!;
      this.#move(sums, 0, 0, this.dx.length, size);
      return;
    }
    spread(sums, this.#wide, columns, rows, FLOW_SUMS, columns * FLOW_SUMS, reach);
    spread(this.#wide, sums, rows, columns, columns * FLOW_SUMS, FLOW_SUMS, reach);
    for (let node = 0; node < this.dx.length; node++) this.#move(sums, node * FLOW_SUMS, node, node + 1, size);
  }

  /** Moves nodes as the sums at `at` tell. */
  #move(sums: Float32Array, at: number, node: number, until: number, size: 1 | 2): void {
    const xy = sums[at + 1]!;
    const xx = sums[at]! + HELD;
    const yy = sums[at + 2]! + HELD;
    const det = xx * yy - xy * xy;
    const mx = (sums[at + 3]! * yy - sums[at + 4]! * xy) / det;
    const my = (sums[at + 4]! * xx - sums[at + 3]! * xy) / det;
    const long = Math.hypot(mx, my);
    const held = size * (long > LONGEST_STEP ? LONGEST_STEP / long : 1);
    for (let n = node; n < until; n++) {
      this.dx[n]! += mx * held;
      this.dy[n]! += my * held;
    }
  }
}

/** Sums of nodes over a window that falls off linearly to `reach` nodes on each side, along one axis of `count` nodes. */
function spread(
  from: Float32Array,
  to: Float32Array,
  count: number,
  lines: number,
  step: number,
  line: number,
  reach: number,
): void {
  for (let l = 0; l < lines; l++)
    for (let i = 0; i < count; i++)
      for (let k = 0; k < FLOW_SUMS; k++) {
        const at = l * line + k;
        let sum = 0;
        for (let j = Math.max(0, i - reach); j <= Math.min(count - 1, i + reach); j++)
          sum += (1 - Math.abs(j - i) / (reach + 1)) * from[at + j * step]!;
        to[at + i * step] = sum;
      }
}
