import {
  type Expression,
  f32x4,
  get,
  i32,
  KernelSource,
  type Local,
  loopWhile,
  type Statement,
  sequence,
  set,
  v128,
  when,
} from '../../../core/wasm/index.ts';
import { advance } from '../../compositing/kernels/field-pointers.ts';
import { four } from '../../compositing/kernels/four-pixels.ts';

/** Pixels along the side of a block that is blurred by one kernel. The kernels below count on it. */
export const BLOCK = 16;
/** Integers that describe a block: its corner (bytes), first and last gathering tap, first and last group (addresses). */
export const BLOCK_WORDS = 5;
/** Integers of a group of taps on one row: bytes to its first pixel, vectors across, first and last tap (addresses). */
export const GROUP_WORDS = 4;
/** Words of a tap: bytes to its pixel, and its weight (single). */
export const TAP_WORDS = 2;

/** What a {@link blurKernel} does, A being the blur, w trust and b what was observed. */
export type BlurKind = 'forward' | 'adjoint' | 'normal' | 'residual';

const VECTORS = [0, 1, 2, 3] as const;
const HALVES = [0, 1] as const;
const word = (address: Local, index: number): Expression => i32.load(get(address), index * 4);

/**
 * Blur by one kernel per block, and its adjoint. `forward`: to = A from, inside. `adjoint`: to += A^T from. `normal`:
 * to += A^T w A from. `residual`: to += A^T w (b - A from). A block's blurred pixels never leave the cache
 * before they are scattered again, and where nothing is trusted nothing is done.
 *
 * Parameters: blocks, bytes of them, bytes of a row of pixels, first pixel of the scratch block, bytes of its rows,
 * from, to, weights, observed.
 */
export function blurKernel(kind: BlurKind): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf(
    'i32',
    ...(['blocks', 'bytes', 'row', 'scratch', 'scratchRow', 'from', 'to', 'weights', 'observed'] as const),
  );
  const v = kernel.variablesOf(
    'i32',
    ...(['end', 'corner', 'tap', 'lastTap', 'group', 'lastGroup', 'line', 'at', 'into', 'busy'] as const),
  );
  const totals = HALVES.map(() => VECTORS.map(() => kernel.variable('v128')));
  const weight = kernel.variable('v128');
  /** Address of a vector of line `line` or the one after it, of the block in a plane. */
  const pixel = (plane: Local): Expression => i32.add(get(plane), get(v.corner));
  const below = (address: Expression, half: number, row: Local): Expression =>
    half === 0 ? address : i32.add(address, get(row));

  const eachTotal = (make: (total: Local, half: number, vector: number) => Statement): Statement =>
    sequence(...totals.flatMap((line, half) => line.map((total, vector) => make(total, half, vector))));
  const planeVector = (plane: Local, half: number, vector: number): Expression =>
    v128.load(below(pixel(plane), half, p.row), vector * 16);
  const addTap = sequence(
    set(v.at, i32.add(pixel(p.from), word(v.tap, 0))),
    set(weight, v128.loadSplat(get(v.tap), 4)),
    eachTotal((total, half, vector) =>
      set(total, f32x4.add(get(total), f32x4.mul(get(weight), v128.load(below(get(v.at), half, p.row), vector * 16)))),
    ),
    advance(v.tap, TAP_WORDS * 4),
  );
  const gather = sequence(
    eachTotal((total) => set(total, four(0))),
    set(v.tap, word(p.blocks, 1)),
    set(v.lastTap, word(p.blocks, 2)),
    loopWhile(i32.lt(get(v.tap), get(v.lastTap)), addTap),
  );
  const keep = (value: (total: Local, half: number, vector: number) => Expression): Statement =>
    eachTotal((total, half, vector) =>
      v128.store(below(get(v.into), half, p.scratchRow), value(total, half, vector), vector * 16),
    );
  const trusted = totals
    .flatMap((line, half) => line.map((_, vector) => planeVector(p.weights, half, vector)))
    .reduce((any, next) => v128.or(any, next));
  const whereTrusted = (value: (total: Local, half: number, vector: number) => Expression): Statement =>
    when(
      v128.any(f32x4.ne(trusted, four(0))),
      sequence(
        gather,
        set(v.busy, i32.of(1)),
        keep((total, half, vector) => f32x4.mul(planeVector(p.weights, half, vector), value(total, half, vector))),
      ),
      keep(() => four(0)),
    );
  const lines: Readonly<Record<BlurKind, Statement>> = {
    forward: sequence(
      gather,
      eachTotal((total, half, vector) => v128.store(below(pixel(p.to), half, p.row), get(total), vector * 16)),
    ),
    adjoint: sequence(
      set(v.busy, i32.of(1)),
      keep((_, half, vector) => planeVector(p.from, half, vector)),
    ),
    normal: whereTrusted((total) => get(total)),
    residual: whereTrusted((total, half, vector) => f32x4.sub(planeVector(p.observed, half, vector), get(total))),
  };
  const block = sequence(
    set(v.corner, word(p.blocks, 0)),
    set(v.busy, i32.of(0)),
    set(v.into, get(p.scratch)),
    set(v.line, i32.of(0)),
    loopWhile(
      i32.lt(get(v.line), i32.of(BLOCK / 2)),
      sequence(
        lines[kind],
        set(v.corner, i32.add(get(v.corner), i32.shl(get(p.row), i32.of(1)))),
        set(v.into, i32.add(get(v.into), i32.shl(get(p.scratchRow), i32.of(1)))),
        advance(v.line, 1),
      ),
    ),
    ...(kind === 'forward' ? [] : [when(get(v.busy), scatter(kernel, p, v))]),
    advance(p.blocks, BLOCK_WORDS * 4),
  );
  kernel.body = sequence(
    set(v.end, i32.add(get(p.blocks), get(p.bytes))),
    loopWhile(i32.lt(get(p.blocks), get(v.end)), block),
  );
  return kernel;
}

/** Adds the scratch block, through its taps, to where it came from: row by row of taps, four lines at a time. */
function scatter(
  kernel: KernelSource,
  p: Readonly<Record<'blocks' | 'row' | 'scratch' | 'scratchRow' | 'to', Local>>,
  v: Readonly<Record<'tap' | 'lastTap' | 'group' | 'lastGroup' | 'line' | 'at' | 'into', Local>>,
): Statement {
  const { across, width, seen, out } = kernel.variablesOf('i32', 'across', 'width', 'seen', 'out');
  const sums = VECTORS.map(() => kernel.variable('v128'));
  const weight = kernel.variable('v128');
  const eachLine = (start: Local, row: Local, make: (sum: Local, address: Expression) => Statement): Statement =>
    sequence(
      set(v.at, get(start)),
      ...sums.flatMap((sum, line) => [
        make(sum, get(v.at)),
        ...(line < 3 ? [set(v.at, i32.add(get(v.at), get(row)))] : []),
      ]),
    );
  const addTap = sequence(
    set(seen, i32.add(get(v.into), word(v.tap, 0))),
    set(weight, v128.loadSplat(get(v.tap), 4)),
    eachLine(seen, p.scratchRow, (sum, address) =>
      set(sum, f32x4.add(get(sum), f32x4.mul(get(weight), v128.load(address)))),
    ),
    advance(v.tap, TAP_WORDS * 4),
  );
  const fourLines = sequence(
    eachLine(out, p.row, (sum, address) => set(sum, v128.load(address))),
    set(v.tap, word(v.group, 2)),
    set(v.lastTap, word(v.group, 3)),
    loopWhile(i32.lt(get(v.tap), get(v.lastTap)), addTap),
    eachLine(out, p.row, (sum, address) => v128.store(address, get(sum))),
    set(out, i32.add(get(out), i32.shl(get(p.row), i32.of(2)))),
    set(v.into, i32.add(get(v.into), i32.shl(get(p.scratchRow), i32.of(2)))),
    advance(v.line, 4),
  );
  const column = sequence(
    set(v.line, i32.of(0)),
    set(v.into, i32.add(get(p.scratch), get(across))),
    set(out, i32.add(i32.add(get(p.to), word(p.blocks, 0)), i32.add(word(v.group, 0), get(across)))),
    loopWhile(i32.lt(get(v.line), i32.of(BLOCK)), fourLines),
    advance(across, 16),
  );
  return sequence(
    set(v.group, word(p.blocks, 3)),
    set(v.lastGroup, word(p.blocks, 4)),
    loopWhile(
      i32.lt(get(v.group), get(v.lastGroup)),
      sequence(
        set(across, i32.of(0)),
        set(width, i32.shl(word(v.group, 1), i32.of(4))),
        loopWhile(i32.lt(get(across), get(width)), column),
        advance(v.group, GROUP_WORDS * 4),
      ),
    ),
  );
}
