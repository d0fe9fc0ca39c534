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
import { advance, cursors, fieldParameters } from './field-pointers.ts';
import { four, LANES } from './four-pixels.ts';

/** Movement (pixels) under which a sample stays as it is, and over which it is wholly resampled. */
export interface MovementLimits {
  readonly still: number;
  readonly moving: number;
}

/**
 * Fills movement and matte of a field from a coarse grid of movements; see drawGrid. Between two columns of the grid the
 * movement is a straight line; what is drawn beyond the end of one is drawn over by the next, beyond a row by the row below.
 *
 * Parameters: field, plane, width, height, nodes' movement along x and y, columns and rows of nodes, then the side of a
 * cell (single).
 */
export function gridKernel({ still, moving }: MovementLimits): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const p = kernel.parametersOf('i32', 'width', 'height', 'alongX', 'alongY', 'columns', 'rows');
  const cell = kernel.parameter('f32');
  const { i, j, x, y, until, node } = kernel.variablesOf('i32', 'i', 'j', 'x', 'y', 'until', 'node');
  const { v, fy, edge, leftX, leftY, rightX, rightY } = kernel.variablesOf(
    'f32',
    'v',
    'fy',
    'edge',
    'leftX',
    'leftY',
    'rightX',
    'rightY',
  );
  const { t, dx, dy } = kernel.variablesOf('v128', 't', 'dx', 'dy');
  const { cursor, place, step } = cursors(kernel, pointers, ['dx', 'dy', 'matte']);

  /** Movement at the row's height on the column of nodes that is `column` further than the current one. */
  const onColumn = (into: Local, array: Local, column: 0 | 1): Statement => {
    const above = i32.add(get(array), i32.shl(i32.add(get(node), i32.of(column)), i32.of(2)));
    const below = i32.add(above, i32.shl(get(p.columns), i32.of(2)));
    return set(into, f32.add(f32.load(above), f32.mul(f32.sub(f32.load(below), f32.load(above)), get(fy))));
  };
  const stays = (a: Local, b: Local): Expression => f32.le(f32.add(f32.abs(get(a)), f32.abs(get(b))), f32.of(still));
  const slope = (from: Local, to: Local): Expression => f32x4.splat(f32.div(f32.sub(get(to), get(from)), get(cell)));
  /** Column of pixels whose centre is the first on or after a column of nodes. */
  const firstPixel = (column: Expression): Expression =>
    i32.truncate(f32.ceil(f32.sub(f32.mul(f32.from(column), get(cell)), f32.of(0.5))));
  const last = (value: Local, limit: Expression): Statement => when(i32.gt(get(value), limit), set(value, limit));

  const held = sequence(v128.store(get(cursor.matte), four(0)), step(4), advance(x, 4));
  const moved = f32x4.add(f32x4.abs(get(dx)), f32x4.abs(get(dy)));
  const share = f32x4.mul(f32x4.sub(moved, four(still)), four(1 / (moving - still)));
  const drawn = sequence(
    set(t, f32x4.sub(f32x4.add(f32x4.splat(f32.add(f32.from(get(x)), f32.of(0.5))), LANES), f32x4.splat(get(edge)))),
    set(dx, f32x4.add(f32x4.splat(get(leftX)), f32x4.mul(get(t), slope(leftX, rightX)))),
    set(dy, f32x4.add(f32x4.splat(get(leftY)), f32x4.mul(get(t), slope(leftY, rightY)))),
    v128.store(get(cursor.dx), get(dx)),
    v128.store(get(cursor.dy), get(dy)),
    v128.store(get(cursor.matte), f32x4.min(four(1), f32x4.max(four(0), share))),
    step(4),
    advance(x, 4),
  );
  const between = sequence(
    set(node, i32.add(i32.mul(get(j), get(p.columns)), get(i))),
    set(edge, f32.mul(f32.from(get(i)), get(cell))),
    onColumn(leftX, p.alongX, 0),
    onColumn(leftY, p.alongY, 0),
    onColumn(rightX, p.alongX, 1),
    onColumn(rightY, p.alongY, 1),
    set(x, firstPixel(get(i))),
    set(until, firstPixel(i32.add(get(i), i32.of(1)))),
    when(i32.eq(get(i), i32.sub(get(p.columns), i32.of(2))), set(until, get(p.width))),
    last(until, get(p.width)),
    place(i32.add(i32.mul(get(y), get(p.width)), get(x))),
    when(
      i32.and(stays(leftX, leftY), stays(rightX, rightY)),
      loopWhile(i32.lt(get(x), get(until)), held),
      loopWhile(i32.lt(get(x), get(until)), drawn),
    ),
  );
  kernel.body = loopWhile(
    i32.lt(get(y), get(p.height)),
    sequence(
      set(
        v,
        f32.min(
          f32.sub(f32.from(get(p.rows)), f32.of(1.001)),
          f32.div(f32.add(f32.from(get(y)), f32.of(0.5)), get(cell)),
        ),
      ),
      set(j, i32.truncate(get(v))),
      set(fy, f32.sub(get(v), f32.from(get(j)))),
      set(i, i32.of(0)),
      loopWhile(i32.lt(get(i), i32.sub(get(p.columns), i32.of(1))), sequence(between, advance(i, 1))),
      advance(y, 1),
    ),
  );
  return kernel;
}
