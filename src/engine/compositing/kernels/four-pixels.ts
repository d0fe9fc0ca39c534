import {
  type Expression,
  f32,
  f32x4,
  get,
  i32x4,
  type Local,
  type Statement,
  sequence,
  set,
  sum,
  v128,
  when,
  widen8,
} from '../../../core/wasm/index.ts';

/** Bytes of a sample. */
export type SampleBytes = 1 | 2;
/** Lanes of a vector, one per pixel. */
export const PIXELS = [0, 1, 2, 3] as const;
/** 0, 1, 2, 3. */
export const LANES = v128.of(...PIXELS);

/** One number in all lanes. */
export const four = (value: number): Expression => v128.of(value, value, value, value);

/** `a + (b - a) * t`. */
export function between(a: Expression, b: Expression, t: Expression): Expression {
  return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), t));
}

/** `before + share * (value - before)`, rounded, as code values up to `maximum` (four singles). */
export function mixed(before: Expression, share: Expression, value: Expression, maximum: Expression): Expression {
  const sum = f32x4.add(between(before, value, share), four(0.5));
  return i32x4.truncate(f32x4.max(four(0), f32x4.min(maximum, sum)));
}

/** Exponentials of a variable: by their series up to |x| = 0.8, beyond (to 3.2) by those of a quarter of it. */
export function exponential(x: Local, out: Local, scratch: Local): Statement {
  const series = (t: Expression): Expression => {
    const terms = [1 / 120, 1 / 24, 1 / 6, 0.5, 1, 1];
    return terms.slice(1).reduce((value, term) => f32x4.add(four(term), f32x4.mul(t, value)), four(terms[0]!));
  };
  const far = f32x4.gt(f32x4.abs(get(x)), four(0.8));
  return sequence(
    set(out, series(get(x))),
    when(
      v128.any(far),
      sequence(
        set(scratch, f32x4.mul(four(0.25), f32x4.max(four(-3.2), f32x4.min(four(3.2), get(x))))),
        set(scratch, series(get(scratch))),
        set(scratch, f32x4.mul(get(scratch), get(scratch))),
        set(scratch, f32x4.mul(get(scratch), get(scratch))),
        set(out, v128.select(get(scratch), get(out), far)),
      ),
    ),
  );
}

/** Four neighbouring samples as singles. */
export function loadSamples(bytes: SampleBytes, address: Expression, offset = 0): Expression {
  return f32x4.from(bytes === 1 ? i32x4.widen16(v128.load8x8(address, offset)) : v128.load16x4(address, offset));
}

/** Writes the integers of `value` where the mask is set; up to four samples are read and written back as they were. */
export function storeSamples(
  bytes: SampleBytes,
  address: Local,
  value: Expression,
  mask: Local,
  scratch: Local,
): Statement {
  const before = bytes === 1 ? i32x4.widen16(widen8(v128.load32(get(address)))) : v128.load16x4(get(address));
  const packed = Array.from({ length: 16 }, (_, at) => (Math.floor(at / bytes) % 4) * 4 + (at % bytes));
  return sequence(
    set(scratch, v128.select(value, before, get(mask))),
    (bytes === 1 ? v128.store32 : v128.store64)(get(address), v128.shuffle(get(scratch), get(scratch), packed)),
  );
}

/** Two neighbouring samples for each of four addresses (integers); {@link pairSample} takes them apart. */
export function loadPairs(bytes: SampleBytes, addresses: Local): Expression {
  const load = bytes === 1 ? v128.load16Lane : v128.load32Lane;
  return PIXELS.reduce<Expression>((pairs, lane) => load(i32x4.lane(get(addresses), lane), pairs, lane), four(0));
}

/** The first (0) or second (1) sample of every pair as singles. */
export function pairSample(bytes: SampleBytes, pairs: Local, which: 0 | 1): Expression {
  const lanes = PIXELS.flatMap((lane) => PIXELS.map((byte) => (byte < bytes ? (lane * 2 + which) * bytes + byte : 16)));
  return f32x4.from(v128.shuffle(get(pairs), four(0), lanes));
}

/** Every second of eight neighbouring singles, from the first (0) or the second (1) on. */
export function everySecond(a: Expression, b: Expression, first: 0 | 1): Expression {
  const lanes = PIXELS.flatMap((lane) => PIXELS.map((byte) => (lane * 2 + first) * 4 + byte));
  return v128.shuffle(a, b, lanes);
}

/** Sum of the lanes of a vector. */
export function laneSum(vector: Expression): Expression {
  return sum(f32.add, f32x4.lane(vector, 0), f32x4.lane(vector, 1), f32x4.lane(vector, 2), f32x4.lane(vector, 3));
}

/** Turns four vectors, one per pixel, into four, one per place in them. */
export function transposed(rows: readonly Local[], columns: readonly Local[]): Statement {
  const [a, b, c, d] = rows.map(get) as [Expression, Expression, Expression, Expression];
  const words = (...lanes: number[]): number[] => lanes.flatMap((lane) => PIXELS.map((byte) => lane * 4 + byte));
  const pairs = (x: Expression, y: Expression, first: number) =>
    v128.shuffle(x, y, words(first, first + 4, first + 1, first + 5));
  const half = (first: number, which: 0 | 1) =>
    v128.shuffle(pairs(a, b, first), pairs(c, d, first), which === 0 ? words(0, 1, 4, 5) : words(2, 3, 6, 7));
  return sequence(...columns.map((column, at) => set(column, half(at < 2 ? 0 : 2, (at % 2) as 0 | 1))));
}
