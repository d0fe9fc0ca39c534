import { compileSharedKernels, type Kernel, type KernelMemory } from '../../../core/wasm/index.ts';
import { type BlurKind, blurKernel } from './blur-kernels.ts';
import { fieldKernel } from './field-kernel.ts';
import { flowKernel } from './flow-kernel.ts';
import { boxKernel, differenceKernel, relightKernel } from './light-kernels.ts';
import { lightKernel, recodeKernel } from './linear-kernels.ts';
import { edgeKernel, priorKernel, stepKernel, turnKernel } from './prior-kernels.ts';
import { sampleKernel } from './sample-kernel.ts';
import { LIGHT_RANGE, ROOT_RANGE, SLOPE_RANGE } from './table-ranges.ts';

export { BLOCK, BLOCK_WORDS, GROUP_WORDS, TAP_WORDS } from './blur-kernels.ts';
export { FLOW_SUMS } from './flow-kernel.ts';
export { CELL } from './light-kernels.ts';

type Names =
  | BlurKind
  | 'light'
  | 'recode'
  | 'edges'
  | 'prior'
  | 'step'
  | 'turn'
  | 'sample'
  | 'difference'
  | 'relight'
  | 'box'
  | 'flow'
  | 'field';

/** The pixel loops of deblurring, on one memory. */
export type DeblurKernels = Readonly<Record<Names, Kernel>>;

let bind: ((memory: KernelMemory<SharedArrayBuffer>) => DeblurKernels) | null = null;
const bound = new WeakMap<KernelMemory<SharedArrayBuffer>, DeblurKernels>();

/** The restorer's loops over pixels as WebAssembly, four pixels at a time. */
export function deblurKernels(memory: KernelMemory<SharedArrayBuffer>): DeblurKernels {
  const known = bound.get(memory);
  if (known) return known;
  bind ??= compileSharedKernels<Names>({
    forward: blurKernel('forward'),
    adjoint: blurKernel('adjoint'),
    normal: blurKernel('normal'),
    residual: blurKernel('residual'),
    light: lightKernel(LIGHT_RANGE, SLOPE_RANGE),
    recode: recodeKernel(LIGHT_RANGE, ROOT_RANGE),
    edges: edgeKernel(),
    prior: priorKernel(),
    step: stepKernel(),
    turn: turnKernel(),
    sample: sampleKernel(),
    difference: differenceKernel(),
    relight: relightKernel(),
    box: boxKernel(),
    flow: flowKernel(),
    field: fieldKernel(),
  });
  const made = bind(memory);
  bound.set(memory, made);
  return made;
}
