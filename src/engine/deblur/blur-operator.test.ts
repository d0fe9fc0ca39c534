import { beforeEach, describe, expect, it } from 'vitest';
import { SharedArena } from '../../core/wasm/index.ts';
import { BlurOperator } from './blur-operator.ts';
import { type Kernel, KernelGrid, motionKernel } from './kernel.ts';
import { BLOCK } from './kernels/index.ts';
import { noisePlane } from './noise-plane.test-support.ts';

const [COLUMNS, ROWS, PAD] = [3, 2, 8] as const;
const WIDTH = COLUMNS * BLOCK + 2 * PAD;
const HEIGHT = ROWS * BLOCK + 2 * PAD;

const grid = new KernelGrid();
const path = (bx: number, by: number, cx = 0): Kernel => motionKernel({ bx, by, cx, cy: 0.4 }, 0.3, grid);
/** One kernel per block; two blocks share theirs. */
const shared = path(9.3, -2.1);
const KERNELS = [shared, path(-3, 8.7, 1.2), path(0, 0), path(11, 4), shared, path(1.2, 0.3)];

/** The kernel of the block that a pixel lies in; undefined in the padding. */
function kernelAt(x: number, y: number): Kernel | undefined {
  const [column, row] = [Math.floor((x - PAD) / BLOCK), Math.floor((y - PAD) / BLOCK)];
  return column >= 0 && row >= 0 && column < COLUMNS && row < ROWS ? KERNELS[row * COLUMNS + column] : undefined;
}

/** Calls `visit` with every pair of a blurred pixel and one that it is made of. */
function eachTap(visit: (to: number, from: number, weight: number) => void): void {
  for (let y = 0; y < HEIGHT; y++)
    for (let x = 0; x < WIDTH; x++)
      kernelAt(x, y)?.weight.forEach((weight, tap) => {
        const { dx, dy } = kernelAt(x, y)!;
        visit(y * WIDTH + x, (y + dy[tap]!) * WIDTH + x + dx[tap]!, weight);
      });
}

function blurred(x: Float32Array): Float64Array {
  const out = new Float64Array(x.length);
  eachTap((to, from, weight) => {
    out[to]! += weight * x[from]!;
  });
  return out;
}

function adjoint(y: ArrayLike<number>): Float64Array {
  const out = new Float64Array(y.length);
  eachTap((to, from, weight) => {
    out[from]! += weight * y[to]!;
  });
  return out;
}

function expectClose(found: Float32Array, wanted: ArrayLike<number>): void {
  let most = 0;
  for (let i = 0; i < found.length; i++) most = Math.max(most, Math.abs(found[i]! - wanted[i]!));
  expect(most).toBeLessThan(2e-5);
}

describe('BlurOperator', () => {
  const arena = new SharedArena();
  const operator = new BlurOperator(arena, COLUMNS, ROWS, PAD, KERNELS);
  const [x, out, weight, plane] = [1, 2, 3, 4].map((seed) => noisePlane(arena, WIDTH * HEIGHT, seed)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  beforeEach(() => {
    for (let i = 0; i < weight.length; i++)
      weight[i] = kernelAt(i % WIDTH, Math.floor(i / WIDTH)) ? Math.abs(weight[i]!) : 0;
    // A block and a few lines of another that nothing is known of.
    for (let i = 0; i < weight.length; i++)
      if (i % WIDTH > PAD + 2 * BLOCK || (i % WIDTH < PAD + BLOCK && i < (PAD + 6) * WIDTH)) weight[i] = 0;
  });

  it('blurs every block by its kernel, and nothing outside', () => {
    operator.forward(x, out);
    expectClose(out, blurred(x));
  });

  it('has the adjoint of its blur', () => {
    operator.adjoint(x, out);
    expectClose(out, adjoint(x));
  });

  it('adds the product of the normal equations', () => {
    const before = out.slice();
    operator.addNormal(x, weight, out);
    const wanted = adjoint(blurred(x).map((value, i) => value * weight[i]!));
    expectClose(
      out,
      wanted.map((value, i) => value + before[i]!),
    );
  });

  it('adds the residual of the normal equations', () => {
    const before = out.slice();
    operator.addResidual(x, plane, weight, out);
    const wanted = adjoint(blurred(x).map((value, i) => (plane[i]! - value) * weight[i]!));
    expectClose(
      out,
      wanted.map((value, i) => value + before[i]!),
    );
  });
});
