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
import { advance, cursors, fieldParameters } from './field-pointers.ts';
import {
  exponential,
  four,
  LANES,
  loadSamples,
  mixed,
  PIXELS,
  type SampleBytes,
  storeSamples,
  transposed,
} from './four-pixels.ts';

/**
 * Moves and relights one full-resolution plane by Catmull-Rom, four pixels at a time. The source is a patch: the field's
 * rectangle with a border that holds all that is looked at; the target is the rectangle alone and is changed where the
 * matte is not 0.
 *
 * Parameters: field, plane, width, height, patch, its row bytes, border left and above (samples), out, its row bytes,
 * kernel table ([phases + 1] four singles), then pivot and maximum as singles.
 */
export function warpKernel(bytes: SampleBytes, phases: number): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const p = kernel.parametersOf(
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
  const { x, y, row, own, to, wx, wy } = kernel.variablesOf('i32', 'x', 'y', 'row', 'own', 'to', 'wx', 'wy');
  const v = kernel.variablesOf('v128', 'matte', 'mask', 'sx', 'sy', 'ix', 'iy', 'rows', 'phaseX', 'phaseY');
  const { value, gain, factor, scratch } = kernel.variablesOf('v128', 'value', 'gain', 'factor', 'scratch');
  const totals = PIXELS.map(() => kernel.variable('v128'));
  const taps = PIXELS.map(() => kernel.variable('v128'));
  const { cursor, place, step } = cursors(kernel, pointers, ['dx', 'dy', 'logGain', 'matte']);

  const source = (start: Local, pad: Local, lanes: Expression, movement: Local): Expression =>
    f32x4.sub(
      f32x4.add(f32x4.splat(f32.from(i32.add(get(start), get(pad)))), lanes),
      // What lies outside of the edit may point anywhere.
      v128.and(v128.load(get(movement)), get(v.mask)),
    );
  const phase = (at: Local, whole: Local): Expression => {
    const fraction = f32x4.sub(get(at), f32x4.from(get(whole)));
    const index = i32x4.truncate(f32x4.add(f32x4.mul(fraction, four(phases)), four(0.5)));
    return i32x4.add(i32x4.splat(get(p.table)), i32x4.shl(index, i32.of(4)));
  };
  const less = (a: Local): Expression => i32x4.sub(get(a), i32x4.splat(i32.of(1)));
  const look = sequence(
    set(v.sx, source(x, p.padX, LANES, cursor.dx)),
    set(v.sy, source(y, p.padY, four(0), cursor.dy)),
    set(v.ix, i32x4.truncate(get(v.sx))),
    set(v.iy, i32x4.truncate(get(v.sy))),
    set(v.phaseX, phase(v.sx, v.ix)),
    set(v.phaseY, phase(v.sy, v.iy)),
    set(
      v.rows,
      sum(
        i32x4.add,
        i32x4.splat(get(p.patch)),
        i32x4.mul(less(v.iy), i32x4.splat(get(p.patchRow))),
        i32x4.shl(less(v.ix), i32.of(bytes - 1)),
      ),
    ),
  );
  const resample = (pixel: number, total: Local): Statement =>
    sequence(
      set(row, i32x4.lane(get(v.rows), pixel)),
      set(wx, i32x4.lane(get(v.phaseX), pixel)),
      set(wy, i32x4.lane(get(v.phaseY), pixel)),
      set(total, f32x4.mul(loadSamples(bytes, get(row)), v128.loadSplat(get(wy)))),
      ...[1, 2, 3].flatMap((tap) => [
        set(row, i32.add(get(row), get(p.patchRow))),
        set(total, f32x4.add(get(total), f32x4.mul(loadSamples(bytes, get(row)), v128.loadSplat(get(wy), tap * 4)))),
      ]),
      set(total, f32x4.mul(get(total), v128.load(get(wx)))),
    );
  const relit = f32x4.ne(get(gain), four(0));
  const pivots = f32x4.splat(get(pivot));
  const relight = sequence(
    exponential(gain, factor, scratch),
    set(scratch, f32x4.add(pivots, f32x4.mul(f32x4.sub(get(value), pivots), get(factor)))),
    set(value, v128.select(get(scratch), get(value), relit)),
  );
  const pixels = sequence(
    look,
    ...totals.map((total, pixel) => resample(pixel, total)),
    transposed(totals, taps),
    set(value, sum(f32x4.add, ...(taps.map(get) as [Expression]))),
    set(gain, v128.load(get(cursor.logGain))),
    when(v128.any(relit), relight),
    storeSamples(
      bytes,
      to,
      mixed(loadSamples(bytes, get(own)), get(v.matte), get(value), f32x4.splat(get(maximum))),
      v.mask,
      scratch,
    ),
  );
  const inRow = f32x4.lt(f32x4.add(f32x4.splat(f32.from(get(x))), LANES), f32x4.splat(f32.from(get(p.width))));
  kernel.body = loopWhile(
    i32.lt(get(y), get(p.height)),
    sequence(
      place(i32.mul(get(y), get(p.width))),
      set(
        own,
        sum(
          i32.add,
          get(p.patch),
          i32.mul(i32.add(get(y), get(p.padY)), get(p.patchRow)),
          i32.shl(get(p.padX), i32.of(bytes - 1)),
        ),
      ),
      set(to, i32.add(get(p.out), i32.mul(get(y), get(p.outRow)))),
      set(x, i32.of(0)),
      loopWhile(
        i32.lt(get(x), get(p.width)),
        sequence(
          set(v.matte, v128.load(get(cursor.matte))),
          set(v.mask, v128.and(f32x4.ne(get(v.matte), four(0)), inRow)),
          when(v128.any(get(v.mask)), pixels),
          step(4),
          advance(own, 4 * bytes),
          advance(to, 4 * bytes),
          advance(x, 4),
        ),
      ),
      advance(y, 1),
    ),
  );
  return kernel;
}
