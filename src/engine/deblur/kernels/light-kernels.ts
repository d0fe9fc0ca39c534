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
  sum,
  v128,
  when,
} from '../../../core/wasm/index.ts';
import { advance } from '../../compositing/kernels/field-pointers.ts';
import { between, four, laneSum, PIXELS } from '../../compositing/kernels/four-pixels.ts';

/** Side of a cell of pixels, over which slow differences of light are looked at. */
export const CELL = 4;

/**
 * Difference of two planes and number of pixels, summed over the pixels of each cell whose mask is over 0. Parameters: the planes,
 * mask, sums of differences, numbers, bytes of a row (of whole cells), rows of cells.
 */
export function differenceKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'a', 'b', 'mask', 'sums', 'counts', 'width', 'height');
  const v = kernel.variablesOf('i32', 'at', 'x', 'y', 'line');
  const { off, count, known } = kernel.variablesOf('v128', 'off', 'count', 'known');
  const place = (array: Local): Expression => i32.add(get(array), get(v.line));
  const row = sequence(
    set(known, f32x4.gt(v128.load(place(p.mask)), four(0))),
    set(off, f32x4.add(get(off), v128.and(get(known), f32x4.sub(v128.load(place(p.a)), v128.load(place(p.b)))))),
    set(count, f32x4.add(get(count), v128.and(get(known), four(1)))),
    set(v.line, i32.add(get(v.line), get(p.width))),
  );
  const cell = sequence(
    set(off, four(0)),
    set(count, four(0)),
    set(v.line, i32.add(get(v.at), get(v.x))),
    ...PIXELS.map(() => row),
    f32.store(get(p.sums), laneSum(get(off))),
    f32.store(get(p.counts), laneSum(get(count))),
    advance(p.sums, 4),
    advance(p.counts, 4),
    advance(v.x, 16),
  );
  kernel.body = loopWhile(
    i32.lt(get(v.y), get(p.height)),
    sequence(
      set(v.x, i32.of(0)),
      loopWhile(i32.lt(get(v.x), get(p.width)), cell),
      set(v.at, i32.add(get(v.at), i32.shl(get(p.width), i32.of(2)))),
      advance(v.y, 1),
    ),
  );
  return kernel;
}

/**
 * Adds values that are known at the middle of cells, linear between, to two planes. Parameters: cells (with one more around
 * them on each side), the planes, bytes of a row (of whole cells), rows of pixels, memory of a row of cells with those on
 * both sides.
 */
export function relightKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'cells', 'a', 'b', 'width', 'height', 'line');
  const v = kernel.variablesOf('i32', 'at', 'x', 'y', 'above', 'row', 'end', 'here');
  const share = kernel.variable('f32');
  const { left, right, value } = kernel.variablesOf('v128', 'left', 'right', 'value');
  const middle = f32.mul(f32.sub(f32.add(f32.from(get(v.y)), f32.of(0.5)), f32.of(CELL / 2)), f32.of(1 / CELL));
  /** Rows of cells begin one above the first, so the place is positive once 1 is added. */
  const placed = f32.add(middle, f32.of(1));
  const mixed = (): Statement => {
    const address = i32.add(get(v.above), get(v.here));
    return sequence(
      set(value, v128.load(address)),
      v128.store(
        i32.add(get(p.line), get(v.here)),
        between(get(value), v128.load(i32.add(address, get(v.row))), f32x4.splat(get(share))),
      ),
      advance(v.here, 16),
    );
  };
  // Of the four pixels of a cell two lie before its middle and two behind.
  const own = v128.loadSplat(get(v.here), 4);
  const add = (plane: Local): Statement => {
    const address = i32.add(get(plane), get(v.at));
    return v128.store(address, f32x4.add(v128.load(address), get(value)));
  };
  const cell = sequence(
    set(left, f32x4.sub(v128.loadSplat(get(v.here)), own)),
    set(right, f32x4.sub(v128.loadSplat(get(v.here), 8), own)),
    set(
      value,
      sum(
        f32x4.add,
        own,
        f32x4.mul(get(left), v128.of(0.375, 0.125, 0, 0)),
        f32x4.mul(get(right), v128.of(0, 0, 0.125, 0.375)),
      ),
    ),
    add(p.a),
    add(p.b),
    advance(v.at, 16),
    advance(v.here, 4),
    advance(v.x, 16),
  );
  kernel.body = sequence(
    // One single per 16 bytes of pixels, and the cells on both sides.
    set(v.row, i32.add(i32.shr(get(p.width), i32.of(2)), i32.of(8))),
    loopWhile(
      i32.lt(get(v.y), get(p.height)),
      sequence(
        set(v.above, i32.truncate(placed)),
        set(share, f32.sub(placed, f32.from(get(v.above)))),
        set(v.above, i32.add(get(p.cells), i32.mul(get(v.above), get(v.row)))),
        set(v.here, i32.of(0)),
        loopWhile(i32.lt(get(v.here), get(v.row)), mixed()),
        set(v.here, get(p.line)),
        set(v.x, i32.of(0)),
        loopWhile(i32.lt(get(v.x), get(p.width)), cell),
        advance(v.y, 1),
      ),
    ),
  );
  return kernel;
}

/**
 * Means over squares of 2 radius + 1 pixels, places beyond the rim being those on it; in place. Parameters: plane, as much
 * working memory, memory of a row, width, height, radius.
 */
export function boxKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'plane', 'work', 'line', 'width', 'height', 'radius');
  const v = kernel.variablesOf('i32', 'x', 'y', 'row', 'last', 'bytes', 'at', 'gone', 'come');
  const { total, share } = kernel.variablesOf('f32', 'total', 'share');
  const least = (a: Expression, b: Expression, into: Local): Statement =>
    sequence(set(into, a), when(i32.gt(get(into), b), set(into, b)));
  const atLeastZero = (into: Local): Statement => when(i32.lt(get(into), i32.of(0)), set(into, i32.of(0)));
  const bytes = (index: Expression): Expression => i32.shl(index, i32.of(2));
  const pixel = (index: Local): Expression => f32.load(i32.add(get(v.row), bytes(get(index))));
  const ends = (here: Local): Statement =>
    sequence(
      least(i32.add(i32.add(get(here), get(p.radius)), i32.of(1)), get(v.last), v.come),
      set(v.gone, i32.sub(get(here), get(p.radius))),
      atLeastZero(v.gone),
    );
  const along = sequence(
    set(v.last, i32.sub(get(p.width), i32.of(1))),
    set(v.y, i32.of(0)),
    loopWhile(
      i32.lt(get(v.y), get(p.height)),
      sequence(
        set(v.row, i32.add(get(p.plane), i32.mul(get(v.y), get(v.bytes)))),
        set(v.at, i32.add(get(p.work), i32.mul(get(v.y), get(v.bytes)))),
        // The window of the first pixel: its radius + 1 first places are the first pixel.
        set(total, f32.mul(f32.from(i32.add(get(p.radius), i32.of(1))), f32.load(get(v.row)))),
        set(v.x, i32.of(1)),
        loopWhile(
          i32.le(get(v.x), get(p.radius)),
          sequence(
            least(get(v.x), get(v.last), v.come),
            set(total, f32.add(get(total), pixel(v.come))),
            advance(v.x, 1),
          ),
        ),
        set(v.x, i32.of(0)),
        loopWhile(
          i32.lt(get(v.x), get(p.width)),
          sequence(
            f32.store(get(v.at), f32.mul(get(total), get(share))),
            ends(v.x),
            set(total, f32.add(get(total), f32.sub(pixel(v.come), pixel(v.gone)))),
            advance(v.at, 4),
            advance(v.x, 1),
          ),
        ),
        advance(v.y, 1),
      ),
    ),
  );
  const workRow = (index: Expression): Expression => i32.add(get(p.work), i32.mul(index, get(v.bytes)));
  /** Over a row of whole vectors: what lies behind its end is overwritten by the next one. */
  const eachVector = (body: Statement): Statement =>
    sequence(set(v.x, i32.of(0)), loopWhile(i32.lt(get(v.x), get(v.bytes)), sequence(body, advance(v.x, 16))));
  const sums = i32.add(get(p.line), get(v.x));
  const at = (row: Local): Expression => v128.load(i32.add(get(row), get(v.x)));
  const down = sequence(
    set(v.last, i32.sub(get(p.height), i32.of(1))),
    set(v.row, get(p.work)),
    eachVector(v128.store(sums, f32x4.mul(f32x4.splat(f32.from(i32.add(get(p.radius), i32.of(1)))), at(v.row)))),
    set(v.y, i32.of(1)),
    loopWhile(
      i32.le(get(v.y), get(p.radius)),
      sequence(
        least(get(v.y), get(v.last), v.come),
        set(v.come, workRow(get(v.come))),
        eachVector(v128.store(sums, f32x4.add(v128.load(sums), at(v.come)))),
        advance(v.y, 1),
      ),
    ),
    set(v.y, i32.of(0)),
    loopWhile(
      i32.lt(get(v.y), get(p.height)),
      sequence(
        ends(v.y),
        set(v.come, workRow(get(v.come))),
        set(v.gone, workRow(get(v.gone))),
        set(v.row, i32.add(get(p.plane), i32.mul(get(v.y), get(v.bytes)))),
        eachVector(
          sequence(
            v128.store(i32.add(get(v.row), get(v.x)), f32x4.mul(v128.load(sums), f32x4.splat(get(share)))),
            v128.store(sums, f32x4.add(v128.load(sums), f32x4.sub(at(v.come), at(v.gone)))),
          ),
        ),
        advance(v.y, 1),
      ),
    ),
  );
  kernel.body = sequence(
    set(v.bytes, bytes(get(p.width))),
    set(share, f32.div(f32.of(1), f32.from(i32.add(i32.shl(get(p.radius), i32.of(1)), i32.of(1))))),
    along,
    down,
  );
  return kernel;
}
