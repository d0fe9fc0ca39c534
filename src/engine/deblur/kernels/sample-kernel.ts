import {
  type Expression,
  f32,
  f32x4,
  get,
  i32,
  i32x4,
  KernelSource,
  type Local,
  loopWhile,
  type Statement,
  sequence,
  set,
  sum,
  v128,
  when,
} from '../../../core/wasm/index.ts';
import { advance } from '../../compositing/kernels/field-pointers.ts';
import { four, LANES, PIXELS, transposed } from '../../compositing/kernels/four-pixels.ts';

/** Catmull-Rom weights of the four samples around a place that lies `t` behind the second. */
function spline(t: Expression): Expression[] {
  const cubic = (a: number, b: number, c: number, d: number): Expression =>
    [b, c, d].reduce<Expression>((value, next) => f32x4.add(four(next), f32x4.mul(t, value)), four(a));
  return [cubic(-0.5, 1, -0.5, 0), cubic(1.5, -2.5, 0, 1), cubic(-1.5, 2, 0.5, 0), cubic(0.5, -0.5, 0, 0)];
}

const splat = (vector: Local, lane: number): Expression =>
  v128.shuffle(
    get(vector),
    get(vector),
    Array.from({ length: 16 }, (_, byte) => lane * 4 + (byte % 4)),
  );

/**
 * Samples a plane where a grid of displacements leads, by Catmull-Rom splines. What is drawn beyond a cell of the grid is
 * drawn over by the next, beyond a row by the row below.
 *
 * Parameters: plane, its width and height, out, where to tell whether the place was inside (0: nowhere), width and height
 * of out, nodes' displacement along x and y, columns of nodes, memory of two rows of nodes; then singles: pixels of
 * out per cell, centre of the first pixel (in pixels), pixels of the grid per pixel of out, place of its corner in the plane.
 */
export function sampleKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf(
    'i32',
    ...(['plane', 'fromWidth', 'fromHeight', 'out', 'inside', 'width', 'height'] as const),
    ...(['alongX', 'alongY', 'columns', 'line', 'cell'] as const),
  );
  const s = kernel.parametersOf('f32', 'middle', 'perCell', 'toPlane', 'cornerX', 'cornerY');
  const v = kernel.variablesOf('i32', ...(['x', 'y', 'node', 'until', 'at', 'row', 'bytes', 'from', 'end'] as const));
  const f = kernel.variablesOf('f32', 'v', 'start');
  const d = kernel.variablesOf('v128', ...(['t', 'x', 'y', 'ix', 'iy', 'seen', 'base', 'value'] as const));
  const weightsX = PIXELS.map(() => kernel.variable('v128'));
  const weightsY = PIXELS.map(() => kernel.variable('v128'));
  const byPixel = PIXELS.map(() => kernel.variable('v128'));
  const totals = PIXELS.map(() => kernel.variable('v128'));

  /** Displacements of a row of pixels at all columns of nodes. */
  const mixRow = (array: Local, half: 0 | 1): Statement => {
    const above = i32.add(get(array), get(v.from));
    const into = half === 0 ? get(p.line) : i32.add(get(p.line), get(v.bytes));
    return sequence(
      set(v.at, i32.of(0)),
      loopWhile(
        i32.lt(get(v.at), get(v.bytes)),
        sequence(
          set(d.value, v128.load(i32.add(above, get(v.at)))),
          v128.store(
            i32.add(into, get(v.at)),
            f32x4.add(
              get(d.value),
              f32x4.mul(
                f32x4.splat(get(f.v)),
                f32x4.sub(v128.load(i32.add(i32.add(above, get(v.at)), get(v.end))), get(d.value)),
              ),
            ),
          ),
          advance(v.at, 16),
        ),
      ),
    );
  };
  /** Place in the plane of four pixels along an axis. */
  const place = (half: 0 | 1, own: Expression, corner: Local): Expression => {
    const node = i32.add(
      half === 0 ? get(p.line) : i32.add(get(p.line), get(v.bytes)),
      i32.shl(get(v.node), i32.of(2)),
    );
    const left = v128.loadSplat(node);
    const moved = f32x4.add(left, f32x4.mul(get(d.t), f32x4.sub(v128.loadSplat(node, 4), left)));
    return f32x4.add(own, f32x4.mul(f32x4.splat(get(s.toPlane)), f32x4.add(moved, f32x4.splat(get(corner)))));
  };
  const limit = (size: Local, less: number): Expression => f32x4.splat(f32.sub(f32.from(get(size)), f32.of(less)));
  const held = (axis: Local, size: Local): Statement =>
    set(axis, f32x4.max(four(1), f32x4.min(get(axis), limit(size, 2.01))));
  const sampleOne = (pixel: number): Statement =>
    sequence(
      set(v.row, i32x4.lane(get(d.base), pixel)),
      ...weightsY.flatMap((weight, tap) => [
        set(
          totals[pixel]!,
          tap === 0
            ? f32x4.mul(v128.load(get(v.row)), splat(weight, pixel))
            : f32x4.add(get(totals[pixel]!), f32x4.mul(v128.load(get(v.row)), splat(weight, pixel))),
        ),
        ...(tap < 3 ? [set(v.row, i32.add(get(v.row), i32.shl(get(p.fromWidth), i32.of(2))))] : []),
      ]),
      set(totals[pixel]!, f32x4.mul(get(totals[pixel]!), get(byPixel[pixel]!))),
    );
  const out = (array: Local): Expression =>
    i32.add(get(array), i32.shl(i32.add(i32.mul(get(v.y), get(p.width)), get(v.x)), i32.of(2)));
  const fourPixels = sequence(
    set(
      d.t,
      f32x4.mul(
        f32x4.sub(f32x4.add(f32x4.splat(f32.from(get(v.x))), LANES), f32x4.splat(get(f.start))),
        f32x4.splat(get(s.perCell)),
      ),
    ),
    set(d.x, place(0, f32x4.add(f32x4.splat(f32.from(get(v.x))), LANES), s.cornerX)),
    set(d.y, place(1, f32x4.splat(f32.from(get(v.y))), s.cornerY)),
    set(
      d.seen,
      v128.and(
        v128.and(f32x4.ge(get(d.x), four(1)), f32x4.lt(get(d.x), limit(p.fromWidth, 2))),
        v128.and(f32x4.ge(get(d.y), four(1)), f32x4.lt(get(d.y), limit(p.fromHeight, 2))),
      ),
    ),
    when(get(p.inside), v128.store(out(p.inside), v128.and(get(d.seen), four(1)))),
    held(d.x, p.fromWidth),
    held(d.y, p.fromHeight),
    set(d.ix, i32x4.truncate(get(d.x))),
    set(d.iy, i32x4.truncate(get(d.y))),
    set(d.x, f32x4.sub(get(d.x), f32x4.from(get(d.ix)))),
    set(d.y, f32x4.sub(get(d.y), f32x4.from(get(d.iy)))),
    ...spline(get(d.x)).map((value, tap) => set(weightsX[tap]!, value)),
    ...spline(get(d.y)).map((value, tap) => set(weightsY[tap]!, value)),
    transposed(weightsX, byPixel),
    set(
      d.base,
      sum(
        i32x4.add,
        i32x4.splat(get(p.plane)),
        i32x4.shl(
          i32x4.add(
            i32x4.mul(i32x4.sub(get(d.iy), i32x4.splat(i32.of(1))), i32x4.splat(get(p.fromWidth))),
            i32x4.sub(get(d.ix), i32x4.splat(i32.of(1))),
          ),
          i32.of(2),
        ),
      ),
    ),
    ...PIXELS.map(sampleOne),
    transposed(totals, byPixel),
    v128.store(out(p.out), sum(f32x4.add, ...(byPixel.map(get) as [Expression]))),
    advance(v.x, 4),
  );
  const cell = sequence(
    set(v.x, i32.mul(get(v.node), get(p.cell))),
    // The place of a node, in pixels of out: pixel x lies (x + middle) cells' pixels behind the first one.
    set(f.start, f32.sub(f32.from(get(v.x)), get(s.middle))),
    set(v.until, i32.add(get(v.x), get(p.cell))),
    when(i32.gt(get(v.until), get(p.width)), set(v.until, get(p.width))),
    loopWhile(i32.lt(get(v.x), get(v.until)), fourPixels),
    advance(v.node, 1),
  );
  kernel.body = sequence(
    // Rows of nodes are read and mixed by whole vectors.
    set(v.bytes, i32.shl(i32.and(i32.add(get(p.columns), i32.of(3)), i32.of(-4)), i32.of(2))),
    set(v.end, i32.shl(get(p.columns), i32.of(2))),
    loopWhile(
      i32.lt(get(v.y), get(p.height)),
      sequence(
        set(f.v, f32.mul(f32.add(f32.from(get(v.y)), get(s.middle)), get(s.perCell))),
        set(v.from, i32.truncate(get(f.v))),
        set(f.v, f32.sub(get(f.v), f32.from(get(v.from)))),
        set(v.from, i32.mul(get(v.from), get(v.end))),
        mixRow(p.alongX, 0),
        mixRow(p.alongY, 1),
        set(v.node, i32.of(0)),
        loopWhile(i32.lt(i32.mul(get(v.node), get(p.cell)), get(p.width)), cell),
        advance(v.y, 1),
      ),
    ),
  );
  return kernel;
}
