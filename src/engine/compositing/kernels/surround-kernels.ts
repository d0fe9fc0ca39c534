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
  widen8,
} from '../../../core/wasm/index.ts';
import { advance, cursors, fieldParameters } from './field-pointers.ts';
import { four, LANES, laneSum } from './four-pixels.ts';

/** Arrays of the coarse grid around a face, in their order in memory. */
export const CELL_ARRAYS = ['dx', 'dy', 'nextX', 'nextY', 'distance', 'share', 'origin'] as const;

const FAR = 1e9;
/** Size of the field in pixels and cells, where the arrays of cells lie and the bytes of one: parameters of both kernels. */
const cellParameters = (kernel: KernelSource) =>
  kernel.parametersOf('i32', 'width', 'height', 'columns', 'rows', 'cells', 'cellPlane');

/**
 * Mean movement of the face's pixels in every cell of 4 x 4; distance 0 and its own number as origin where there are
 * any, else far away and -1. Parameters: field, plane, width, height, columns, rows, cells, bytes of a cell array.
 */
export function seedKernel(): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const { width, height, columns, rows, cells, cellPlane } = cellParameters(kernel);
  const { i, j, y, cell } = kernel.variablesOf('i32', 'i', 'j', 'y', 'cell');
  const [n, share] = [kernel.variable('f32'), kernel.variable('f32')];
  const { count, sumX, sumY, mask, edge } = kernel.variablesOf('v128', 'count', 'sumX', 'sumY', 'mask', 'edge');
  const { cursor, place } = cursors(kernel, pointers, ['dx', 'dy', 'region']);
  const target = (array: (typeof CELL_ARRAYS)[number]): Expression =>
    i32.add(get(cell), i32.mul(get(cellPlane), i32.of(CELL_ARRAYS.indexOf(array))));
  const add = (total: Local, value: Expression): Statement =>
    set(total, f32x4.add(get(total), v128.and(value, get(mask))));
  const line = sequence(
    place(i32.add(i32.mul(get(y), get(width)), i32.shl(get(i), i32.of(2)))),
    when(
      i32.load(get(cursor.region)),
      sequence(
        set(
          mask,
          v128.and(get(edge), i32x4.ne(i32x4.widen16(widen8(v128.load32(get(cursor.region)))), i32x4.splat(i32.of(0)))),
        ),
        add(count, four(1)),
        add(sumX, v128.load(get(cursor.dx))),
        add(sumY, v128.load(get(cursor.dy))),
      ),
    ),
    advance(y, 1),
  );
  kernel.body = sequence(
    set(cell, get(cells)),
    loopWhile(
      i32.lt(get(j), get(rows)),
      sequence(
        set(i, i32.of(0)),
        loopWhile(
          i32.lt(get(i), get(columns)),
          sequence(
            ...[count, sumX, sumY].map((total) => set(total, four(0))),
            set(edge, f32x4.lt(LANES, f32x4.splat(f32.from(i32.sub(get(width), i32.shl(get(i), i32.of(2))))))),
            set(y, i32.shl(get(j), i32.of(2))),
            loopWhile(
              i32.and(i32.lt(get(y), get(height)), i32.lt(get(y), i32.add(i32.shl(get(j), i32.of(2)), i32.of(4)))),
              line,
            ),
            set(n, laneSum(get(count))),
            set(share, f32.div(f32.of(1), f32.max(f32.of(1), get(n)))),
            f32.store(target('dx'), f32.mul(laneSum(get(sumX)), get(share))),
            f32.store(target('dy'), f32.mul(laneSum(get(sumY)), get(share))),
            when(
              f32.gt(get(n), f32.of(0)),
              sequence(
                f32.store(target('distance'), f32.of(0)),
                i32.store(target('origin'), i32.add(i32.mul(get(j), get(columns)), get(i))),
              ),
              sequence(f32.store(target('distance'), f32.of(FAR)), i32.store(target('origin'), i32.of(-1))),
            ),
            advance(cell, 4),
            advance(i, 1),
          ),
        ),
        advance(j, 1),
      ),
    ),
  );
  return kernel;
}

/**
 * One sweep towards the neighbours' mean, from one array to another; cells of the face, out of reach and on the rim hold
 * still. The rim of `to` must be that of `from` already. Parameters: from, to, distance, share, columns, rows.
 */
export function sweepKernel(): KernelSource {
  const kernel = new KernelSource();
  const { from, to, distance, share, columns, rows } = kernel.parametersOf(
    'i32',
    'from',
    'to',
    'distance',
    'share',
    'columns',
    'rows',
  );
  const { i, j, at, row } = kernel.variablesOf('i32', 'i', 'j', 'at', 'row');
  const still = kernel.variable('v128');
  const cell = (array: Local, byRows = 0, byCells = 0): Expression =>
    v128.load(sum(i32.add, get(array), get(at), i32.mul(get(row), i32.of(byRows)), i32.of(byCells * 4)));
  const mean = f32x4.mul(
    four(0.25),
    f32x4.add(f32x4.add(cell(from, 0, -1), cell(from, 0, 1)), f32x4.add(cell(from, -1), cell(from, 1))),
  );
  kernel.body = sequence(
    set(row, i32.shl(get(columns), i32.of(2))),
    set(j, i32.of(1)),
    loopWhile(
      i32.lt(get(j), i32.sub(get(rows), i32.of(1))),
      sequence(
        set(at, i32.add(i32.mul(get(j), get(row)), i32.of(4))),
        set(i, i32.sub(get(columns), i32.of(2))),
        loopWhile(
          i32.gt(get(i), i32.of(0)),
          sequence(
            set(
              still,
              v128.or(
                v128.or(f32x4.eq(cell(distance), four(0)), f32x4.eq(cell(share), four(0))),
                f32x4.ge(LANES, f32x4.splat(f32.from(get(i)))),
              ),
            ),
            v128.store(i32.add(get(to), get(at)), v128.select(cell(from), mean, get(still))),
            advance(at, 16),
            advance(i, -4),
          ),
        ),
        advance(j, 1),
      ),
    ),
  );
  return kernel;
}

/**
 * Movement and matte of the pixels that no triangle covers, from the four cells around each. Parameters: field, plane,
 * width, height, columns, rows, cells, bytes of a cell array, movement under which nothing is drawn (single).
 */
export function paintSurroundKernel(): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const { width, height, columns, rows, cells, cellPlane } = cellParameters(kernel);
  const idle = kernel.parameter('f32');
  const { i, j, x, y } = kernel.variablesOf('i32', 'i', 'j', 'x', 'y');
  const { a, b, c, d } = kernel.variablesOf('i32', 'a', 'b', 'c', 'd');
  const { v, fy, left, right } = kernel.variablesOf('f32', 'v', 'fy', 'left', 'right');
  const [mask, column] = [kernel.variable('v128'), kernel.variable('v128')];
  const { cursor, place } = cursors(kernel, pointers, ['dx', 'dy', 'matte', 'region']);
  const value = (corner: Local, array: (typeof CELL_ARRAYS)[number]): Expression =>
    f32.load(i32.add(get(corner), i32.mul(get(cellPlane), i32.of(CELL_ARRAYS.indexOf(array)))));
  const moves = (corner: Local): Expression =>
    f32.ge(f32.add(f32.abs(value(corner, 'dx')), f32.abs(value(corner, 'dy'))), get(idle));
  const across = (array: (typeof CELL_ARRAYS)[number]): Statement => {
    const mix = (top: Local, low: Local): Expression =>
      f32.add(value(top, array), f32.mul(f32.sub(value(low, array), value(top, array)), get(fy)));
    return sequence(set(left, mix(a, c)), set(right, mix(b, d)));
  };
  // Pixel k of the four between two cell centres lies (k + 0.5) / 4 of the way.
  const fourPixels = f32x4.add(
    f32x4.splat(get(left)),
    f32x4.mul(f32x4.splat(f32.sub(get(right), get(left))), v128.of(0.125, 0.375, 0.625, 0.875)),
  );
  const draw = (into: Local, pixels: Expression): Statement =>
    v128.store(get(into), v128.select(pixels, v128.load(get(into)), get(mask)));
  const cellAt = (columnOf: Expression): Expression => i32.add(get(cells), i32.shl(columnOf, i32.of(2)));
  const clampedRow = i32.truncate(get(v));
  const segment = sequence(
    set(a, cellAt(i32.add(i32.mul(clampedRow, get(columns)), get(i)))),
    set(b, get(a)),
    when(i32.lt(get(i), i32.of(0)), set(a, i32.add(get(a), i32.of(4)))),
    when(i32.lt(get(i), i32.sub(get(columns), i32.of(1))), set(b, i32.add(get(b), i32.of(4)))),
    set(c, get(a)),
    set(d, get(b)),
    when(
      i32.lt(clampedRow, i32.sub(get(rows), i32.of(1))),
      sequence(
        set(c, i32.add(get(a), i32.shl(get(columns), i32.of(2)))),
        set(d, i32.add(get(b), i32.shl(get(columns), i32.of(2)))),
      ),
    ),
    // Where nothing around moves by a visible amount, the pixels stay as they were reset: matte 0.
    when(
      i32.or(i32.or(moves(a), moves(b)), i32.or(moves(c), moves(d))),
      sequence(
        set(x, i32.add(i32.shl(get(i), i32.of(2)), i32.of(2))),
        place(i32.add(i32.mul(get(y), get(width)), get(x))),
        set(column, f32x4.add(LANES, f32x4.splat(f32.from(get(x))))),
        set(
          mask,
          v128.and(
            i32x4.eq(i32x4.widen16(widen8(v128.load32(get(cursor.region)))), i32x4.splat(i32.of(0))),
            v128.and(f32x4.ge(get(column), four(0)), f32x4.lt(get(column), f32x4.splat(f32.from(get(width))))),
          ),
        ),
        when(
          v128.any(get(mask)),
          sequence(
            across('dx'),
            draw(cursor.dx, fourPixels),
            across('dy'),
            draw(cursor.dy, fourPixels),
            across('share'),
            draw(cursor.matte, f32x4.min(four(1), f32x4.mul(four(8), fourPixels))),
          ),
        ),
      ),
    ),
    advance(i, 1),
  );
  kernel.body = loopWhile(
    i32.lt(get(y), get(height)),
    sequence(
      set(
        v,
        f32.max(
          f32.of(0),
          f32.min(
            f32.from(i32.sub(get(rows), i32.of(1))),
            f32.sub(f32.mul(f32.add(f32.from(get(y)), f32.of(0.5)), f32.of(0.25)), f32.of(0.5)),
          ),
        ),
      ),
      set(j, clampedRow),
      set(fy, f32.sub(get(v), f32.from(get(j)))),
      set(i, i32.of(-1)),
      loopWhile(i32.lt(get(i), get(columns)), segment),
      advance(y, 1),
    ),
  );
  return kernel;
}
