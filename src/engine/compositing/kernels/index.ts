import { compileKernels, type Kernel, type KernelMemory } from '../../../core/wasm/index.ts';
import { warpChromaKernel } from './chroma-kernel.ts';
import { creaseKernel } from './crease-kernel.ts';
import { drawKernel } from './draw-kernel.ts';
import { gridKernel } from './grid-kernel.ts';
import { reachKernel, settleKernel } from './matte-kernels.ts';
import { paintSurroundKernel, seedKernel, sweepKernel } from './surround-kernels.ts';
import { warpKernel } from './warp-kernels.ts';

export { FIELD_ARRAYS } from './field-pointers.ts';
export { CELL_ARRAYS } from './surround-kernels.ts';

/** Sub-pixel positions that the resampling kernel is tabulated for: a 512th of a pixel at most is lost. */
export const PHASES = 256;
/** Texels per side of the crease map. */
export const CREASE_SIZE = 288;
/** Side of the blocks (texels, as a power of two) that are marked when they hold a fold, so that smooth skin costs nothing. */
export const BLOCK_SHIFT = 3;

/** Movement (pixels) under which a sample stays as it is, and over which it is wholly resampled. */
const MOVEMENT = { still: 0.04, moving: 0.2 } as const;

type Names =
  | 'draw'
  | 'settle'
  | 'reach'
  | 'grid'
  | 'warp8'
  | 'warp16'
  | `chroma${8 | 16}by${1 | 2}`
  | 'crease'
  | 'seed'
  | 'sweep'
  | 'paintSurround';

/** The pixel loops of compositing, on one memory. */
export type FieldKernels = Readonly<Record<Names, Kernel>>;

let bind: ((memory: KernelMemory) => FieldKernels) | null = null;

/**
 * The compositor's loops over pixels as WebAssembly, four pixels at a time where their work allows. They are assembled
 * here, by the program itself: what V8 makes of the same loops in JavaScript checks every index and works in doubles.
 */
export function fieldKernels(memory: KernelMemory): FieldKernels {
  bind ??= compileKernels<Names>({
    draw: drawKernel(),
    settle: settleKernel({ ...MOVEMENT, unlit: 0.0008, lit: 0.006 }),
    grid: gridKernel(MOVEMENT),
    reach: reachKernel(),
    warp8: warpKernel(1, PHASES),
    warp16: warpKernel(2, PHASES),
    chroma8by1: warpChromaKernel(1, 0),
    chroma8by2: warpChromaKernel(1, 1),
    chroma16by1: warpChromaKernel(2, 0),
    chroma16by2: warpChromaKernel(2, 1),
    crease: creaseKernel(CREASE_SIZE, BLOCK_SHIFT),
    seed: seedKernel(),
    sweep: sweepKernel(),
    paintSurround: paintSurroundKernel(),
  });
  return bind(memory);
}
