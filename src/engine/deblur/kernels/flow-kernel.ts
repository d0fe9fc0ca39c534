import {
  type Expression,
  f32,
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
import { four, LANES, laneSum } from '../../compositing/kernels/four-pixels.ts';

/** Sums of a cell that {@link flowKernel} fills in, in their order: gx gx, gx gy, gy gy, gx r, gy r. */
export const FLOW_SUMS = 5;

/** Difference, in multiples of the noise, at which a pixel counts half: what differs by much is not the same thing moved. */
const UNLIKE = 6;

/**
 * Sums for a step of Gauss-Newton in the cells around the nodes of a grid: gradients of `moving` and its difference
 * from `fixed`, in multiples of the noise. The outermost pixels do not count. Parameters: fixed, moving, mask, scale, sums, width,
 * height, columns and rows of nodes, pixels from node to node (even), then 1 / noise.
 */
export function flowKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf(
    'i32',
    ...(['fixed', 'moving', 'mask', 'scale', 'sums', 'width', 'height', 'columns', 'rows', 'cell'] as const),
  );
  const perNoise = kernel.parameter('f32');
  const v = kernel.variablesOf(
    'i32',
    ...(['i', 'j', 'x', 'y', 'left', 'right', 'top', 'bottom', 'at', 'row'] as const),
  );
  const d = kernel.variablesOf('v128', 'weight', 'scale', 'gx', 'gy', 'r', 'moving');
  const totals = Array.from({ length: FLOW_SUMS }, () => kernel.variable('v128'));
  const place = (array: Local): Expression => i32.add(get(array), get(v.at));
  const half = (a: Expression, b: Expression): Expression =>
    f32x4.mul(f32x4.mul(f32x4.sub(a, b), four(0.5)), get(d.scale));
  const add = (index: number, a: Local, b: Local): Statement =>
    set(totals[index]!, f32x4.add(get(totals[index]!), f32x4.mul(get(d.weight), f32x4.mul(get(a), get(b)))));
  const inCell = f32x4.lt(LANES, f32x4.splat(f32.from(i32.sub(get(v.right), get(v.x)))));
  const vector = sequence(
    set(v.at, i32.shl(i32.add(get(v.row), get(v.x)), i32.of(2))),
    set(d.weight, v128.and(inCell, f32x4.max(four(0), v128.load(place(p.mask))))),
    when(
      v128.any(f32x4.ne(get(d.weight), four(0))),
      sequence(
        set(d.scale, f32x4.mul(v128.load(place(p.scale)), f32x4.splat(get(perNoise)))),
        set(d.moving, v128.load(place(p.moving))),
        set(d.gx, half(v128.load(place(p.moving), 4), v128.load(i32.sub(place(p.moving), i32.of(4))))),
        set(
          d.gy,
          half(
            v128.load(i32.add(place(p.moving), i32.shl(get(p.width), i32.of(2)))),
            v128.load(i32.sub(place(p.moving), i32.shl(get(p.width), i32.of(2)))),
          ),
        ),
        set(d.r, f32x4.mul(f32x4.sub(v128.load(place(p.fixed)), get(d.moving)), get(d.scale))),
        set(
          d.weight,
          f32x4.div(get(d.weight), f32x4.add(four(1), f32x4.mul(f32x4.mul(get(d.r), get(d.r)), four(1 / UNLIKE ** 2)))),
        ),
        add(0, d.gx, d.gx),
        add(1, d.gx, d.gy),
        add(2, d.gy, d.gy),
        add(3, d.gx, d.r),
        add(4, d.gy, d.r),
      ),
    ),
    advance(v.x, 4),
  );
  /** First pixel of a cell: those half a cell around a node are its own, the last node has all that is left. */
  const edge = (index: Local): Expression => i32.sub(i32.mul(get(index), get(p.cell)), i32.shr(get(p.cell), i32.of(1)));
  const range = (index: Local, count: Local, size: Local, from: Local, until: Local): Statement =>
    sequence(
      set(from, edge(index)),
      when(i32.lt(get(from), i32.of(1)), set(from, i32.of(1))),
      set(until, i32.add(edge(index), get(p.cell))),
      when(i32.eq(get(index), i32.sub(get(count), i32.of(1))), set(until, get(size))),
      when(i32.gt(get(until), i32.sub(get(size), i32.of(1))), set(until, i32.sub(get(size), i32.of(1)))),
    );
  const cell = sequence(
    range(v.i, p.columns, p.width, v.left, v.right),
    ...totals.map((total) => set(total, four(0))),
    set(v.y, get(v.top)),
    loopWhile(
      i32.lt(get(v.y), get(v.bottom)),
      sequence(
        set(v.row, i32.mul(get(v.y), get(p.width))),
        set(v.x, get(v.left)),
        loopWhile(i32.lt(get(v.x), get(v.right)), vector),
        advance(v.y, 1),
      ),
    ),
    ...totals.map((total, index) => f32.store(get(p.sums), laneSum(get(total)), index * 4)),
    advance(p.sums, FLOW_SUMS * 4),
    advance(v.i, 1),
  );
  kernel.body = loopWhile(
    i32.lt(get(v.j), get(p.rows)),
    sequence(
      range(v.j, p.rows, p.height, v.top, v.bottom),
      set(v.i, i32.of(0)),
      loopWhile(i32.lt(get(v.i), get(p.columns)), cell),
      advance(v.j, 1),
    ),
  );
  return kernel;
}
