import {
  type Expression,
  f32,
  f32x4,
  get,
  i32,
  KernelSource,
  type Local,
  loopWhile,
  sequence,
  set,
  v128,
} from '../../../core/wasm/index.ts';
import { advance } from '../../compositing/kernels/field-pointers.ts';
import { four, laneSum } from '../../compositing/kernels/four-pixels.ts';

/**
 * Means of two values of points at places, weighed by 1 / (squared distance + near)^2. Parameters: points (four arrays one
 * after another: x, y and both values), bytes of an array (of whole vectors), places (x and y in turn), out (likewise), places'
 * bytes; then near.
 */
export function fieldKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'points', 'bytes', 'places', 'out', 'size');
  const near = kernel.parameter('f32');
  const v = kernel.variablesOf('i32', 'at', 'place', 'point', 'end');
  const d = kernel.variablesOf('v128', 'x', 'y', 'off', 'weight', 'whole', 'first', 'second');
  const array = (index: number): Expression => v128.load(i32.add(get(v.point), i32.mul(get(p.bytes), i32.of(index))));
  const square = (value: Local): Expression => f32x4.mul(get(value), get(value));
  const add = (total: Local, value: Expression) => set(total, f32x4.add(get(total), value));
  const point = sequence(
    set(d.off, f32x4.sub(array(0), get(d.x))),
    set(d.weight, f32x4.add(square(d.off), f32x4.splat(get(near)))),
    set(d.off, f32x4.sub(array(1), get(d.y))),
    set(d.weight, f32x4.add(get(d.weight), square(d.off))),
    set(d.weight, f32x4.div(four(1), square(d.weight))),
    add(d.whole, get(d.weight)),
    add(d.first, f32x4.mul(get(d.weight), array(2))),
    add(d.second, f32x4.mul(get(d.weight), array(3))),
    advance(v.point, 16),
  );
  const out = i32.add(get(p.out), get(v.at));
  kernel.body = loopWhile(
    i32.lt(get(v.at), get(p.size)),
    sequence(
      set(v.place, i32.add(get(p.places), get(v.at))),
      set(d.x, v128.loadSplat(get(v.place))),
      set(d.y, v128.loadSplat(get(v.place), 4)),
      ...[d.whole, d.first, d.second].map((total) => set(total, four(0))),
      set(v.point, get(p.points)),
      set(v.end, i32.add(get(p.points), get(p.bytes))),
      loopWhile(i32.lt(get(v.point), get(v.end)), point),
      f32.store(out, f32.div(laneSum(get(d.first)), laneSum(get(d.whole)))),
      f32.store(out, f32.div(laneSum(get(d.second)), laneSum(get(d.whole))), 4),
      advance(v.at, 8),
    ),
  );
  return kernel;
}
