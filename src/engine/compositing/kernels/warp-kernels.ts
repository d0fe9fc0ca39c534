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

/** Bytes of a sample. */
export type SampleBytes = 1 | 2;

const sampleLoad = (bytes: SampleBytes) => (bytes === 1 ? i32.load8 : i32.load16);
const sampleStore = (bytes: SampleBytes) => (bytes === 1 ? i32.store8 : i32.store16);

/** Exponential of a variable: by its series up to |x| = 0.8, beyond (to 3.2) by that of a quarter of it. */
function exponential(x: Local, out: Local): Statement {
  const series = (t: Expression): Expression => {
    const terms = [1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1];
    return terms.slice(1).reduce((value, term) => f32.add(f32.of(term), f32.mul(t, value)), f32.of(terms[0]!));
  };
  return when(
    f32.le(f32.abs(get(x)), f32.of(0.8)),
    set(out, series(get(x))),
    sequence(
      set(out, series(f32.mul(f32.of(0.25), f32.max(f32.of(-3.2), f32.min(f32.of(3.2), get(x)))))),
      set(out, f32.mul(get(out), get(out))),
      set(out, f32.mul(get(out), get(out))),
    ),
  );
}

/** `before + share * (value - before)`, rounded, as a code value. */
function mixed(before: Expression, share: Expression, value: Expression, maximum: Local): Expression {
  const sum = f32.add(f32.add(before, f32.mul(share, f32.sub(value, before))), f32.of(0.5));
  return i32.truncate(f32.max(f32.of(0), f32.min(get(maximum), sum)));
}

/**
 * Moves and relights one full-resolution plane by Catmull-Rom. The source is a patch: the field's rectangle with a border
 * that holds all that is looked at; the target is the rectangle alone and is written where the matte is not 0.
 *
 * Parameters: field, plane, width, height, patch, its row bytes, border left and above (samples), out, its row bytes,
 * kernel table ([phases + 1] four singles), then pivot and maximum as singles.
 */
export function warpKernel(bytes: SampleBytes, phases: number): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const { width, height, patch, patchRow, padX, padY, out, outRow, table } = kernel.parametersOf(
    'i32',
    'width',
    'height',
    'patch',
    'patchRow',
    'padX',
    'padY',
    'out',
    'outRow',
    'table',
  );
  const pivot = kernel.parameter('f32');
  const maximum = kernel.parameter('f32');
  const { x, y, ix, iy, wx, wy, row, own, to } = kernel.variablesOf(
    'i32',
    'x',
    'y',
    'ix',
    'iy',
    'wx',
    'wy',
    'row',
    'own',
    'to',
  );
  const { matte, sx, sy, value, gain, factor, before } = kernel.variablesOf(
    'f32',
    'matte',
    'sx',
    'sy',
    'value',
    'gain',
    'factor',
    'before',
  );
  const total = kernel.variable('v128');
  const { cursor, place, step } = cursors(kernel, pointers, ['dx', 'dy', 'logGain', 'matte']);
  const phase = (at: Local, whole: Local): Expression =>
    i32.add(
      get(table),
      i32.shl(
        i32.truncate(f32.add(f32.mul(f32.sub(get(at), f32.from(get(whole))), f32.of(phases)), f32.of(0.5))),
        i32.of(4),
      ),
    );
  const taps = (): Expression =>
    f32x4.from(i32x4.widen16(bytes === 1 ? widen8(v128.load32(get(row))) : v128.load64(get(row))));
  const pixel = sequence(
    set(sx, f32.sub(f32.from(i32.add(get(x), get(padX))), f32.load(get(cursor.dx)))),
    set(sy, f32.sub(f32.from(i32.add(get(y), get(padY))), f32.load(get(cursor.dy)))),
    set(ix, i32.truncate(get(sx))),
    set(iy, i32.truncate(get(sy))),
    set(wx, phase(sx, ix)),
    set(wy, phase(sy, iy)),
    set(
      row,
      sum(
        i32.add,
        get(patch),
        i32.mul(i32.sub(get(iy), i32.of(1)), get(patchRow)),
        i32.shl(i32.sub(get(ix), i32.of(1)), i32.of(bytes - 1)),
      ),
    ),
    set(total, f32x4.mul(taps(), v128.loadSplat(get(wy)))),
    ...[1, 2, 3].flatMap((tap) => [
      set(row, i32.add(get(row), get(patchRow))),
      set(total, f32x4.add(get(total), f32x4.mul(taps(), v128.loadSplat(get(wy), tap * 4)))),
    ]),
    set(total, f32x4.mul(get(total), v128.load(get(wx)))),
    set(value, sum(f32.add, ...([0, 1, 2, 3].map((lane) => f32x4.lane(get(total), lane)) as [Expression]))),
    set(gain, f32.load(get(cursor.logGain))),
    when(
      i32.isZero(f32.eq(get(gain), f32.of(0))),
      sequence(
        exponential(gain, factor),
        set(value, f32.add(get(pivot), f32.mul(f32.sub(get(value), get(pivot)), get(factor)))),
      ),
    ),
    set(before, f32.from(sampleLoad(bytes)(get(own)))),
    sampleStore(bytes)(get(to), mixed(get(before), get(matte), get(value), maximum)),
  );
  kernel.body = loopWhile(
    i32.lt(get(y), get(height)),
    sequence(
      place(i32.mul(get(y), get(width))),
      set(
        own,
        sum(
          i32.add,
          get(patch),
          i32.mul(i32.add(get(y), get(padY)), get(patchRow)),
          i32.shl(get(padX), i32.of(bytes - 1)),
        ),
      ),
      set(to, i32.add(get(out), i32.mul(get(y), get(outRow)))),
      set(x, i32.of(0)),
      loopWhile(
        i32.lt(get(x), get(width)),
        sequence(
          set(matte, f32.load(get(cursor.matte))),
          when(i32.isZero(f32.eq(get(matte), f32.of(0))), pixel),
          step(1),
          advance(own, bytes),
          advance(to, bytes),
          advance(x, 1),
        ),
      ),
      advance(y, 1),
    ),
  );
  return kernel;
}

/**
 * The same, bilinear, for two subsampled planes: warp, light and matte are averaged over the full-resolution pixels that
 * a sample covers.
 *
 * Parameters: field, plane, width and height of the field, columns and rows of samples, shift along x and y, first
 * pixel of the first sample relative to the field along x and y (0 or -1), patches of both planes, their row bytes,
 * border left and above (samples), targets of both, their row bytes, then pivot and maximum as singles.
 */
export function warpChromaKernel(bytes: SampleBytes): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const p = kernel.parametersOf(
    'i32',
    'width',
    'height',
    'columns',
    'rows',
    'shiftX',
    'shiftY',
    'startX',
    'startY',
    'patchU',
    'patchV',
    'patchRow',
    'padX',
    'padY',
    'outU',
    'outV',
    'outRow',
  );
  const pivot = kernel.parameter('f32');
  const maximum = kernel.parameter('f32');
  const { i, j, left, right, top, bottom, x, y } = kernel.variablesOf(
    'i32',
    'i',
    'j',
    'left',
    'right',
    'top',
    'bottom',
    'x',
    'y',
  );
  const { ix, iy, at, own, to } = kernel.variablesOf('i32', 'ix', 'iy', 'at', 'own', 'to');
  const { m, mx, my, mg, w, sx, sy, gain, factor, fx, fy, value, before, inverse } = kernel.variablesOf(
    'f32',
    'm',
    'mx',
    'my',
    'mg',
    'w',
    'sx',
    'sy',
    'gain',
    'factor',
    'fx',
    'fy',
    'value',
    'before',
    'inverse',
  );
  const { cursor, place, step } = cursors(kernel, pointers, ['dx', 'dy', 'logGain', 'matte']);
  const least = (a: Expression, b: Expression, into: Local): Statement =>
    sequence(set(into, a), when(i32.gt(get(into), b), set(into, b)));
  const addWeighted = (into: Local, from: Local): Statement =>
    set(into, f32.add(get(into), f32.mul(get(w), f32.load(get(from)))));
  const load = sampleLoad(bytes);
  const tap = (offset: number): Expression => f32.from(load(get(at), offset * bytes));
  const between = (a: Expression, b: Expression, t: Local): Expression => f32.add(a, f32.mul(f32.sub(b, a), get(t)));
  const scale = (shift: Local): Expression => f32.div(f32.of(1), f32.from(i32.shl(i32.of(1), get(shift))));
  const upper = kernel.variable('f32');
  const paint = (patch: Local, out: Local): Statement =>
    sequence(
      set(at, sum(i32.add, get(patch), i32.mul(get(iy), get(p.patchRow)), i32.shl(get(ix), i32.of(bytes - 1)))),
      set(upper, between(tap(0), tap(1), fx)),
      set(at, i32.add(get(at), get(p.patchRow))),
      set(value, between(get(upper), between(tap(0), tap(1), fx), fy)),
      set(value, f32.add(get(pivot), f32.mul(f32.sub(get(value), get(pivot)), get(factor)))),
      set(before, f32.from(load(i32.add(get(patch), get(own))))),
      sampleStore(bytes)(
        i32.add(get(out), get(to)),
        mixed(get(before), f32.mul(get(m), f32.mul(scale(p.shiftX), scale(p.shiftY))), get(value), maximum),
      ),
    );
  const sample = sequence(
    set(inverse, f32.div(f32.of(1), get(m))),
    set(sx, f32.sub(f32.from(i32.add(get(i), get(p.padX))), f32.mul(f32.mul(get(mx), get(inverse)), scale(p.shiftX)))),
    set(sy, f32.sub(f32.from(i32.add(get(j), get(p.padY))), f32.mul(f32.mul(get(my), get(inverse)), scale(p.shiftY)))),
    set(gain, f32.mul(get(mg), get(inverse))),
    exponential(gain, factor),
    set(ix, i32.truncate(get(sx))),
    set(iy, i32.truncate(get(sy))),
    set(fx, f32.sub(get(sx), f32.from(get(ix)))),
    set(fy, f32.sub(get(sy), f32.from(get(iy)))),
    set(
      own,
      i32.add(
        i32.mul(i32.add(get(j), get(p.padY)), get(p.patchRow)),
        i32.shl(i32.add(get(i), get(p.padX)), i32.of(bytes - 1)),
      ),
    ),
    set(to, i32.add(i32.mul(get(j), get(p.outRow)), i32.shl(get(i), i32.of(bytes - 1)))),
    paint(p.patchU, p.outU),
    paint(p.patchV, p.outV),
  );
  const gather = sequence(
    set(y, get(top)),
    loopWhile(
      i32.le(get(y), get(bottom)),
      sequence(
        place(i32.add(i32.mul(get(y), get(p.width)), get(left))),
        set(x, get(left)),
        loopWhile(
          i32.le(get(x), get(right)),
          sequence(
            set(w, f32.load(get(cursor.matte))),
            set(m, f32.add(get(m), get(w))),
            addWeighted(mx, cursor.dx),
            addWeighted(my, cursor.dy),
            addWeighted(mg, cursor.logGain),
            step(1),
            advance(x, 1),
          ),
        ),
        advance(y, 1),
      ),
    ),
  );
  const startOf = (index: Local, shift: Local, start: Local): Expression =>
    i32.add(i32.shl(get(index), get(shift)), get(start));
  const span = (index: Local, shift: Local, start: Local, size: Local, from: Local, until: Local): Statement =>
    sequence(
      least(i32.add(startOf(index, shift, start), get(shift)), i32.sub(get(size), i32.of(1)), until),
      set(from, startOf(index, shift, start)),
      when(i32.lt(get(from), i32.of(0)), set(from, i32.of(0))),
    );
  kernel.body = loopWhile(
    i32.lt(get(j), get(p.rows)),
    sequence(
      span(j, p.shiftY, p.startY, p.height, top, bottom),
      set(i, i32.of(0)),
      loopWhile(
        i32.lt(get(i), get(p.columns)),
        sequence(
          span(i, p.shiftX, p.startX, p.width, left, right),
          ...[m, mx, my, mg].map((zeroed) => set(zeroed, f32.of(0))),
          gather,
          when(f32.gt(get(m), f32.of(0)), sample),
          advance(i, 1),
        ),
      ),
      advance(j, 1),
    ),
  );
  return kernel;
}
