import { RetakeError } from './errors.ts';
import { type Rational, rational, rationalEquals } from './rational.ts';

/**
 * An exact instant or length: `value` whole units at `rate` units per second (OpenTimelineIO's RationalTime, with the
 * rate kept as a fraction). `value` is a safe integer and may be negative.
 */
export interface RationalTime {
  readonly value: number;
  readonly rate: Rational;
}

/** A half-open stretch of time: start inclusive, start + duration exclusive. */
export interface TimeRange {
  readonly start: RationalTime;
  readonly duration: RationalTime;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}

/** Seconds as an exact fraction of big integers: [numerator, denominator > 0]. */
function exactSeconds(time: RationalTime): [bigint, bigint] {
  return [BigInt(time.value) * BigInt(time.rate.den), BigInt(time.rate.num)];
}

function toSafe(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number))
    throw new RetakeError('invalid-argument', `A time of ${value} units is too long to count exactly.`);
  return number;
}

/** A time of `value` units at `rate`. Throws `invalid-argument` unless value is a safe integer and the rate positive. */
export function rationalTime(value: number, rate: Rational): RationalTime {
  if (!Number.isSafeInteger(value) || rate.num <= 0 || rate.den <= 0)
    throw new RetakeError('invalid-argument', `${value} at ${rate.num}/${rate.den} is not a time.`);
  return { value, rate };
}

/** The slowest rate in which whole units of both rates are whole: lcm of the fractions (24 and 25 -> 600). */
export function commonRate(a: Rational, b: Rational): Rational {
  if (rationalEquals(a, b)) return a;
  const [an, bn] = [BigInt(a.num), BigInt(b.num)];
  return rational(toSafe((an * bn) / gcd(an, bn)), toSafe(gcd(BigInt(a.den), BigInt(b.den))));
}

/** `time` in units of `rate` when that is exact, else undefined. */
export function exactRescale(time: RationalTime, rate: Rational): RationalTime | undefined {
  if (rationalEquals(time.rate, rate)) return { value: time.value, rate };
  const [num, den] = exactSeconds(time);
  const [top, bottom] = [num * BigInt(rate.num), den * BigInt(rate.den)];
  return top % bottom === 0n ? { value: toSafe(top / bottom), rate } : undefined;
}

/** `time` in whole units of `rate`, rounded down, up or to the nearest (halves up). */
export function rescale(time: RationalTime, rate: Rational, rounding: 'floor' | 'ceil' | 'round'): number {
  if (rationalEquals(time.rate, rate)) return time.value;
  const [num, den] = exactSeconds(time);
  let [top, bottom] = [num * BigInt(rate.num), den * BigInt(rate.den)];
  if (rounding === 'round') [top, bottom] = [2n * top + bottom, 2n * bottom];
  const floor = top / bottom - (top % bottom !== 0n && top < 0n ? 1n : 0n);
  return toSafe(rounding === 'ceil' && floor * bottom !== top ? floor + 1n : floor);
}

/** a + b, exactly: in a's rate where that holds the sum, else in the slowest rate that does. */
export function addTime(a: RationalTime, b: RationalTime): RationalTime {
  const same = exactRescale(b, a.rate);
  if (same) return rationalTime(a.value + same.value, a.rate);
  const rate = commonRate(a.rate, b.rate);
  return rationalTime(exactRescale(a, rate)!.value + exactRescale(b, rate)!.value, rate);
}

/** a - b, exactly; see {@link addTime}. */
export function subtractTime(a: RationalTime, b: RationalTime): RationalTime {
  return addTime(a, { value: -b.value, rate: b.rate });
}

/** Negative, zero or positive as a is before, at or after b. */
export function compareTime(a: RationalTime, b: RationalTime): number {
  if (rationalEquals(a.rate, b.rate)) return a.value - b.value;
  const [an, ad] = exactSeconds(a);
  const [bn, bd] = exactSeconds(b);
  const difference = an * bd - bn * ad;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** `time` in units of `preferred` when that is exact, else as it is: keeps sums from drifting into ever finer rates. */
export function simplifyTime(time: RationalTime, preferred: Rational): RationalTime {
  return exactRescale(time, preferred) ?? time;
}

/** Seconds as a floating-point number. */
export function timeToSeconds(time: RationalTime): number {
  return (time.value * time.rate.den) / time.rate.num;
}

/** First instant after the range. */
export function rangeEnd(range: TimeRange): RationalTime {
  return addTime(range.start, range.duration);
}
