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
  when,
} from '../../../core/wasm/index.ts';
import { advance, cursors, fieldParameters } from './field-pointers.ts';
import { four } from './four-pixels.ts';
import type { MovementLimits } from './grid-kernel.ts';

const scaled = (value: Expression, none: number, full: number): Expression =>
  f32x4.mul(f32x4.sub(value, four(none)), four(1 / (full - none)));

/** Movement and light change (from nothing to all of it) that {@link settleKernel} folds into the matte. */
export interface SettleLimits extends MovementLimits {
  readonly unlit: number;
  readonly lit: number;
}

/** See settleMatte. Parameters: field, plane, pixel count. */
export function settleKernel({ still, moving, unlit, lit }: SettleLimits): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const count = kernel.parameter('i32');
  const [matte, t] = [kernel.variable('v128'), kernel.variable('v128')];
  const { cursor, place, step } = cursors(kernel, pointers, ['dx', 'dy', 'logGain', 'matte']);
  const moved = f32x4.add(f32x4.abs(v128.load(get(cursor.dx))), f32x4.abs(v128.load(get(cursor.dy))));
  const relit = f32x4.abs(v128.load(get(cursor.logGain)));
  kernel.body = sequence(
    place(i32.of(0)),
    loopWhile(
      i32.gt(get(count), i32.of(0)),
      sequence(
        set(matte, v128.load(get(cursor.matte))),
        when(
          v128.any(f32x4.ne(get(matte), four(0))),
          sequence(
            set(t, f32x4.max(scaled(moved, still, moving), scaled(relit, unlit, lit))),
            set(t, f32x4.min(four(1), f32x4.max(four(0), get(t)))),
            v128.store(
              get(cursor.matte),
              f32x4.mul(
                get(matte),
                f32x4.mul(f32x4.mul(get(t), get(t)), f32x4.sub(four(3), f32x4.add(get(t), get(t)))),
              ),
            ),
          ),
        ),
        step(4),
        advance(count, -4),
      ),
    ),
  );
  return kernel;
}

/** Largest |dx| and |dy| where the matte is not 0. Parameters: field, plane, pixel count, address of the two singles. */
export function reachKernel(): KernelSource {
  const kernel = new KernelSource();
  const pointers = fieldParameters(kernel);
  const count = kernel.parameter('i32');
  const out = kernel.parameter('i32');
  const [mask, farX, farY] = [kernel.variable('v128'), kernel.variable('v128'), kernel.variable('v128')];
  const { cursor, place, step } = cursors(kernel, pointers, ['dx', 'dy', 'matte']);
  const further = (far: Local, value: Local) =>
    set(far, f32x4.max(get(far), v128.and(f32x4.abs(v128.load(get(value))), get(mask))));
  const most = (far: Local): Expression =>
    [1, 2, 3].reduce((best, lane) => f32.max(best, f32x4.lane(get(far), lane)), f32x4.lane(get(far), 0));
  kernel.body = sequence(
    place(i32.of(0)),
    loopWhile(
      i32.gt(get(count), i32.of(0)),
      sequence(
        set(mask, f32x4.ne(v128.load(get(cursor.matte)), four(0))),
        further(farX, cursor.dx),
        further(farY, cursor.dy),
        step(4),
        advance(count, -4),
      ),
    ),
    f32.store(get(out), most(farX)),
    f32.store(get(out), most(farY), 4),
  );
  return kernel;
}
