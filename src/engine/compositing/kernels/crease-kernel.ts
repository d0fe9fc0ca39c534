import {
  type Expression,
  f32,
  get,
  i32,
  KernelSource,
  type Local,
  loopWhile,
  sequence,
  set,
  sum,
  when,
} from '../../../core/wasm/index.ts';
import { advance, cursors, fieldParameters } from './field-pointers.ts';

/**
 * Adds a square map (bilinear, at the field's u and v) to the light of one region. Blocks of the map that hold nothing
 * are passed over. Parameters: field, plane, width, first and last column, first and last row, mark, map, blocks.
 */
export function creaseKernel(size: number, blockShift: number): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const { width, firstX, lastX, y, lastY, mark, map, blocks } = kernel.parametersOf(
    'i32',
    'width',
    'firstX',
    'lastX',
    'y',
    'lastY',
    'mark',
    'map',
    'blocks',
  );
  const { x, i, j, at } = kernel.variablesOf('i32', 'x', 'i', 'j', 'at');
  const { u, v, fx, fy } = kernel.variablesOf('f32', 'u', 'v', 'fx', 'fy');
  const { cursor, place, step } = cursors(kernel, pointers, ['logGain', 'u', 'v', 'region']);
  const onMap = (from: Local): Expression => f32.sub(f32.mul(f32.load(get(from)), f32.of(size)), f32.of(0.5));
  const inside = (at: Local): Expression => i32.and(f32.ge(get(at), f32.of(0)), f32.lt(get(at), f32.of(size - 1)));
  const texel = (offset: number): Expression => f32.load(get(at), offset * 4);
  const along = (offset: number): Expression =>
    f32.add(texel(offset), f32.mul(f32.sub(texel(offset + 1), texel(offset)), get(fx)));
  const sample = sequence(
    set(i, i32.truncate(get(u))),
    set(j, i32.truncate(get(v))),
    when(
      i32.load8(
        sum(
          i32.add,
          get(blocks),
          i32.mul(i32.shr(get(j), i32.of(blockShift)), i32.of(size >> blockShift)),
          i32.shr(get(i), i32.of(blockShift)),
        ),
      ),
      sequence(
        set(fx, f32.sub(get(u), f32.from(get(i)))),
        set(fy, f32.sub(get(v), f32.from(get(j)))),
        set(at, i32.add(get(map), i32.shl(i32.add(i32.mul(get(j), i32.of(size)), get(i)), i32.of(2)))),
        f32.store(
          get(cursor.logGain),
          f32.add(f32.load(get(cursor.logGain)), f32.add(along(0), f32.mul(f32.sub(along(size), along(0)), get(fy)))),
        ),
      ),
    ),
  );
  kernel.body = loopWhile(
    i32.le(get(y), get(lastY)),
    sequence(
      place(i32.add(i32.mul(get(y), get(width)), get(firstX))),
      set(x, get(firstX)),
      loopWhile(
        i32.le(get(x), get(lastX)),
        sequence(
          when(
            i32.eq(i32.load8(get(cursor.region)), get(mark)),
            sequence(set(u, onMap(cursor.u)), set(v, onMap(cursor.v)), when(i32.and(inside(u), inside(v)), sample)),
          ),
          step(1),
          advance(x, 1),
        ),
      ),
      advance(y, 1),
    ),
  );
  return kernel;
}
