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
  between,
  everySecond,
  exponential,
  four,
  LANES,
  loadPairs,
  loadSamples,
  mixed,
  pairSample,
  type SampleBytes,
  storeSamples,
} from './four-pixels.ts';

/**
 * Like warpKernel, but bilinear and for two subsampled planes of 1 << `shiftX` pixels to a sample: warp, light and matte
 * are averaged over the full-resolution pixels that a sample covers. Four samples at a time.
 *
 * Parameters: field, plane, width and height of the field, columns and rows of samples, shift along y, first pixel of
 * the first sample relative to the field along x and y (0 or less), patches of both planes, their row bytes, border left
 * and above (samples), targets of both, their row bytes, then pivot and maximum as singles.
 */
export function warpChromaKernel(bytes: SampleBytes, shiftX: 0 | 1): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const p = kernel.parametersOf(
    'i32',
    'width',
    'height',
    'columns',
    'rows',
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
  const { i, j, y, top, bottom, own, to } = kernel.variablesOf('i32', 'i', 'j', 'y', 'top', 'bottom', 'own', 'to');
  const scaleY = kernel.variable('f32');
  const { m, mx, my, mg, share } = kernel.variablesOf('v128', 'm', 'mx', 'my', 'mg', 'share');
  const { ix, iy, at, fx, fy, places } = kernel.variablesOf('v128', 'ix', 'iy', 'at', 'fx', 'fy', 'places');
  const { factor, value, pairs, upper, before, mask, scratch } = kernel.variablesOf(
    'v128',
    'factor',
    'value',
    'pairs',
    'upper',
    'before',
    'mask',
    'scratch',
  );
  const { cursor, place } = cursors(kernel, pointers, ['dx', 'dy', 'logGain', 'matte']);
  const pixels = ([0, 1] as const).slice(0, 1 << shiftX).map((k) => ({
    k,
    /** Where the field holds the k-th pixel of a sample at all. */
    held: kernel.variable('v128'),
    weight: kernel.variable('v128'),
  }));
  const scaleX = four(1 / (1 << shiftX));
  const startOf = (index: Local, shift: Expression, start: Local): Expression =>
    i32.add(i32.shl(get(index), shift), get(start));

  /** The k-th pixels of four samples. */
  const pick = (array: Local, k: 0 | 1): Expression =>
    shiftX === 0 ? v128.load(get(array)) : everySecond(v128.load(get(array)), v128.load(get(array), 16), k);
  const addWeighted = (into: Local, array: Local): Statement =>
    sequence(
      ...pixels.map(({ k, held, weight }) =>
        set(into, f32x4.add(get(into), f32x4.mul(get(weight), v128.and(pick(array, k), get(held))))),
      ),
    );
  const gather = sequence(
    ...[m, mx, my, mg].map((zeroed) => set(zeroed, four(0))),
    ...pixels.map(({ k, held }) =>
      sequence(
        set(scratch, f32x4.add(f32x4.splat(f32.from(startOf(i, i32.of(shiftX), p.startX))), four(k))),
        set(scratch, f32x4.add(get(scratch), f32x4.mul(LANES, four(1 << shiftX)))),
        set(
          held,
          v128.and(f32x4.ge(get(scratch), four(0)), f32x4.lt(get(scratch), f32x4.splat(f32.from(get(p.width))))),
        ),
      ),
    ),
    set(y, get(top)),
    loopWhile(
      i32.le(get(y), get(bottom)),
      sequence(
        place(i32.add(i32.mul(get(y), get(p.width)), startOf(i, i32.of(shiftX), p.startX))),
        ...pixels.map(({ k, held, weight }) => set(weight, v128.and(pick(cursor.matte, k), get(held)))),
        when(
          v128.any(sum(v128.or, ...(pixels.map(({ weight }) => get(weight)) as [Expression]))),
          sequence(
            ...pixels.map(({ weight }) => set(m, f32x4.add(get(m), get(weight)))),
            addWeighted(mx, cursor.dx),
            addWeighted(my, cursor.dy),
            addWeighted(mg, cursor.logGain),
          ),
        ),
        advance(y, 1),
      ),
    ),
    set(mask, f32x4.ne(get(m), four(0))),
  );

  const mean = (total: Local): Expression => f32x4.mul(get(total), get(share));
  const source = (index: Local, pad: Local, lanes: Expression, movement: Expression): Expression =>
    f32x4.sub(f32x4.add(f32x4.splat(f32.from(i32.add(get(index), get(pad)))), lanes), movement);
  const fraction = (into: Local, whole: Local): Statement =>
    sequence(set(whole, i32x4.truncate(get(into))), set(into, f32x4.sub(get(into), f32x4.from(get(whole)))));
  const look = sequence(
    set(share, v128.and(f32x4.div(four(1), get(m)), get(mask))),
    set(fx, source(i, p.padX, LANES, f32x4.mul(mean(mx), scaleX))),
    set(fy, source(j, p.padY, four(0), f32x4.mul(mean(my), f32x4.splat(get(scaleY))))),
    set(mg, mean(mg)),
    fraction(fx, ix),
    fraction(fy, iy),
    exponential(mg, factor, scratch),
    set(places, i32x4.add(i32x4.mul(get(iy), i32x4.splat(get(p.patchRow))), i32x4.shl(get(ix), i32.of(bytes - 1)))),
    set(m, f32x4.mul(get(m), f32x4.mul(scaleX, f32x4.splat(get(scaleY))))),
  );
  const line = (into: Local): Statement =>
    sequence(
      set(pairs, loadPairs(bytes, at)),
      set(into, between(pairSample(bytes, pairs, 0), pairSample(bytes, pairs, 1), get(fx))),
    );
  const pivots = f32x4.splat(get(pivot));
  const paint = (patch: Local, out: Local): Statement =>
    sequence(
      set(at, i32x4.add(get(places), i32x4.splat(get(patch)))),
      line(upper),
      set(at, i32x4.add(get(at), i32x4.splat(get(p.patchRow)))),
      line(value),
      set(value, between(get(upper), get(value), get(fy))),
      set(value, f32x4.add(pivots, f32x4.mul(f32x4.sub(get(value), pivots), get(factor)))),
      set(before, loadSamples(bytes, i32.add(get(patch), get(own)))),
      set(to, i32.add(get(out), i32.add(i32.mul(get(j), get(p.outRow)), i32.shl(get(i), i32.of(bytes - 1))))),
      storeSamples(bytes, to, mixed(get(before), get(m), get(value), f32x4.splat(get(maximum))), mask, scratch),
    );
  const samples = sequence(
    look,
    set(
      own,
      i32.add(
        i32.mul(i32.add(get(j), get(p.padY)), get(p.patchRow)),
        i32.shl(i32.add(get(i), get(p.padX)), i32.of(bytes - 1)),
      ),
    ),
    paint(p.patchU, p.outU),
    paint(p.patchV, p.outV),
  );
  const lastPixel = i32.sub(get(p.height), i32.of(1));
  const rowsOfSample = sequence(
    set(top, startOf(j, get(p.shiftY), p.startY)),
    set(bottom, sum(i32.add, get(top), i32.shl(i32.of(1), get(p.shiftY)), i32.of(-1))),
    when(i32.lt(get(top), i32.of(0)), set(top, i32.of(0))),
    when(i32.gt(get(bottom), lastPixel), set(bottom, lastPixel)),
  );
  kernel.body = sequence(
    set(scaleY, f32.div(f32.of(1), f32.from(i32.shl(i32.of(1), get(p.shiftY))))),
    loopWhile(
      i32.lt(get(j), get(p.rows)),
      sequence(
        rowsOfSample,
        set(i, i32.of(0)),
        loopWhile(i32.lt(get(i), get(p.columns)), sequence(gather, when(v128.any(get(mask)), samples), advance(i, 4))),
        advance(j, 1),
      ),
    ),
  );
  return kernel;
}
