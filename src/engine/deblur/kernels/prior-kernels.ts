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
  v128,
  when,
} from '../../../core/wasm/index.ts';
import { advance } from '../../compositing/kernels/field-pointers.ts';
import { four, LANES } from '../../compositing/kernels/four-pixels.ts';

/** log2(1 + z) = z * (polynomial of z), z from 0 to 1: least squares at Chebyshev's nodes, off by 2.5e-6 at most. */
const LOGARITHM = [1.4425348, -0.7180336, 0.4571581, -0.2773416, 0.1214729, -0.0257923] as const;
/** 2 to the power of 0 to 1, likewise, off by 4e-6 at most. */
const POWER = [1.0000036, 0.6929696, 0.2416213, 0.0517177, 0.013684] as const;
/** Bits of a single behind its exponent, and the exponent of 1. */
const [FRACTION, BIAS] = [23, 127] as const;

const polynomial = (x: Expression, coefficients: readonly number[]): Expression =>
  coefficients
    .slice(0, -1)
    .reduceRight<Expression>((value, next) => f32x4.add(four(next), f32x4.mul(x, value)), four(coefficients.at(-1)!));
const integers = (value: number): Expression => i32x4.splat(i32.of(value));

/** `value` (at least 1) to the power of `exponent` (not positive), into `value`. */
function power(value: Local, exponent: Local, scratch: Local): Statement {
  const bits = f32x4.from(i32x4.sub(i32x4.shr(get(value), i32.of(FRACTION)), integers(BIAS)));
  const one = v128.and(get(value), integers((1 << FRACTION) - 1));
  const mantissa = f32x4.sub(v128.or(one, integers(BIAS << FRACTION)), four(1));
  const whole = i32x4.truncate(get(scratch));
  return sequence(
    // The logarithm; then exponent * logarithm + BIAS, which is above 0 for all that singles hold.
    set(scratch, mantissa),
    set(scratch, f32x4.add(bits, f32x4.mul(get(scratch), polynomial(get(scratch), LOGARITHM)))),
    set(scratch, f32x4.add(four(BIAS), f32x4.mul(f32x4.splat(get(exponent)), get(scratch)))),
    set(value, polynomial(f32x4.sub(get(scratch), f32x4.from(whole)), POWER)),
    set(value, f32x4.mul(get(value), i32x4.shl(whole, i32.of(FRACTION)))),
  );
}

/** A loop over the vectors of rows of pixels; `at` is the place in bytes, a row `width` bytes. */
function eachVector(
  { width, height }: Readonly<Record<'width' | 'height', Local>>,
  { at, x, y }: Readonly<Record<'at' | 'x' | 'y', Local>>,
  body: Statement,
  startOfRow: Statement = [],
  endOfRow: Statement = [],
): Statement {
  return loopWhile(
    i32.lt(get(y), get(height)),
    sequence(
      set(x, i32.of(0)),
      startOfRow,
      loopWhile(i32.lt(get(x), get(width)), sequence(body, advance(x, 16), advance(at, 16))),
      endOfRow,
      advance(y, 1),
    ),
  );
}

/**
 * Weights of the differences to the right and downward neighbour: less across an edge than within a surface; 0 at the rim.
 * Parameters: plane, scale, weights along x and y, bytes of a row (of whole vectors), rows, then smoothness, 1 / edge^2 and
 * exponent / 2 - 1.
 */
export function edgeKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'plane', 'scale', 'alongX', 'alongY', 'width', 'height');
  const s = kernel.parametersOf('f32', 'smoothness', 'inverse', 'exponent');
  const v = kernel.variablesOf('i32', 'at', 'x', 'y');
  const { scale, base, value, scratch } = kernel.variablesOf('v128', 'scale', 'base', 'value', 'scratch');
  const place = (array: Local): Expression => i32.add(get(array), get(v.at));
  const here = place(p.plane);
  const weigh = (next: Expression): Statement =>
    sequence(
      set(value, f32x4.mul(f32x4.sub(next, v128.load(here)), get(scale))),
      set(value, f32x4.add(four(1), f32x4.mul(f32x4.mul(get(value), get(value)), f32x4.splat(get(s.inverse))))),
      power(value, s.exponent, scratch),
      set(value, f32x4.mul(get(value), get(base))),
    );
  const left = f32x4.splat(f32.from(i32.sub(get(p.width), i32.add(get(v.x), i32.of(4)))));
  const inside = f32x4.lt(f32x4.mul(LANES, four(4)), left);
  const body = sequence(
    set(scale, v128.load(place(p.scale))),
    set(base, f32x4.mul(f32x4.splat(get(s.smoothness)), f32x4.mul(get(scale), get(scale)))),
    weigh(v128.load(here, 4)),
    v128.store(place(p.alongX), v128.and(get(value), inside)),
    when(
      i32.lt(get(v.y), i32.sub(get(p.height), i32.of(1))),
      sequence(weigh(v128.load(i32.add(here, get(p.width)))), v128.store(place(p.alongY), get(value))),
      v128.store(place(p.alongY), four(0)),
    ),
  );
  kernel.body = eachVector(p, v, body);
  return kernel;
}

/** The last lane of one vector and the first three of the next. */
const shifted = (before: Local, now: Local): Expression =>
  v128.shuffle(
    get(before),
    get(now),
    Array.from({ length: 16 }, (_, byte) => byte + 12),
  );

/** Adds the sum of the lanes of `total` to an array of one single per row, at `rows`, and empties it. */
const rowSum = (total: Local, rows: Local): Statement =>
  sequence(
    set(
      total,
      f32x4.add(
        get(total),
        v128.shuffle(get(total), get(total), [8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7]),
      ),
    ),
    set(
      total,
      f32x4.add(
        get(total),
        v128.shuffle(get(total), get(total), [4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11]),
      ),
    ),
    // Only the first lane counts: the next row writes over the others.
    v128.store(get(rows), get(total)),
    advance(rows, 4),
    set(total, four(0)),
  );

/**
 * out += sign * gradient of the weighted sum of squared differences of x; `rows` gets the sums of x * out, row by row.
 * Parameters: x, out, weights along x and y, rows, bytes of a row, number of rows, then the sign.
 */
export function priorKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'plane', 'out', 'alongX', 'alongY', 'rows', 'width', 'height');
  const sign = kernel.parameter('f32');
  const v = kernel.variablesOf('i32', 'at', 'x', 'y', 'here');
  const names = ['value', 'before', 'flow', 'change', 'total'] as const;
  const { value, before, flow, change, total } = kernel.variablesOf('v128', ...names);
  const place = (array: Local): Expression => i32.add(get(array), get(v.at));
  const body = sequence(
    set(v.here, place(p.plane)),
    set(value, v128.load(get(v.here))),
    set(flow, f32x4.mul(v128.load(place(p.alongX)), f32x4.sub(get(value), v128.load(get(v.here), 4)))),
    set(change, f32x4.sub(get(flow), shifted(before, flow))),
    set(before, get(flow)),
    when(
      i32.lt(get(v.y), i32.sub(get(p.height), i32.of(1))),
      set(
        change,
        f32x4.add(
          get(change),
          f32x4.mul(v128.load(place(p.alongY)), f32x4.sub(get(value), v128.load(i32.add(get(v.here), get(p.width))))),
        ),
      ),
    ),
    when(
      get(v.y),
      set(
        change,
        f32x4.sub(
          get(change),
          f32x4.mul(
            v128.load(i32.sub(place(p.alongY), get(p.width))),
            f32x4.sub(v128.load(i32.sub(get(v.here), get(p.width))), get(value)),
          ),
        ),
      ),
    ),
    set(change, f32x4.add(v128.load(place(p.out)), f32x4.mul(f32x4.splat(get(sign)), get(change)))),
    v128.store(place(p.out), get(change)),
    set(total, f32x4.add(get(total), f32x4.mul(get(value), get(change)))),
  );
  kernel.body = eachVector(p, v, body, set(before, four(0)), rowSum(total, p.rows));
  return kernel;
}

/**
 * A step of conjugate gradients: x += length * p, r -= length * q; `rows` gets the sums of r * d * r, row by row, d being
 * the preconditioner. Parameters: x, r, p, q, d, rows, bytes of a row, number of rows, then the length.
 */
export function stepKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'x', 'r', 'p', 'q', 'd', 'rows', 'width', 'height');
  const length = kernel.parameter('f32');
  const v = kernel.variablesOf('i32', 'at', 'x', 'y');
  const { value, total } = kernel.variablesOf('v128', 'value', 'total');
  const place = (array: Local): Expression => i32.add(get(array), get(v.at));
  const along = (array: Local): Expression => f32x4.mul(f32x4.splat(get(length)), v128.load(place(array)));
  const body = sequence(
    v128.store(place(p.x), f32x4.add(v128.load(place(p.x)), along(p.p))),
    set(value, f32x4.sub(v128.load(place(p.r)), along(p.q))),
    v128.store(place(p.r), get(value)),
    set(total, f32x4.add(get(total), f32x4.mul(get(value), f32x4.mul(get(value), v128.load(place(p.d)))))),
  );
  kernel.body = eachVector(p, v, body, [], rowSum(total, p.rows));
  return kernel;
}

/** p = d * r + share * p. Parameters: p, r, d, bytes of all, then the share. */
export function turnKernel(): KernelSource {
  const kernel = new KernelSource();
  const p = kernel.parametersOf('i32', 'p', 'r', 'd', 'bytes');
  const share = kernel.parameter('f32');
  const at = kernel.variable('i32');
  const place = (array: Local): Expression => i32.add(get(array), get(at));
  kernel.body = loopWhile(
    i32.lt(get(at), get(p.bytes)),
    sequence(
      v128.store(
        place(p.p),
        f32x4.add(
          f32x4.mul(v128.load(place(p.r)), v128.load(place(p.d))),
          f32x4.mul(f32x4.splat(get(share)), v128.load(place(p.p))),
        ),
      ),
      advance(at, 16),
    ),
  );
  return kernel;
}
