import { RetakeError } from './errors.ts';

/** An exact fraction; `den` > 0 and the pair is reduced. Used for frame rates (24000/1001) and time bases. */
export interface Rational {
  readonly num: number;
  readonly den: number;
}

function gcd(a: number, b: number): number {
  let [x, y] = [Math.abs(a), Math.abs(b)];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** Reduced fraction num/den. Throws `invalid-argument` unless both are safe integers and den is not 0. */
export function rational(num: number, den = 1): Rational {
  if (!Number.isSafeInteger(num) || !Number.isSafeInteger(den) || den === 0)
    throw new RetakeError('invalid-argument', `${num}/${den} is not a fraction of whole numbers.`);
  const divisor = (gcd(num, den) || 1) * Math.sign(den);
  return { num: num / divisor, den: den / divisor };
}

/** The fraction as a floating-point number. */
export function toNumber(value: Rational): number {
  return value.num / value.den;
}

/** True when both are the same fraction. */
export function rationalEquals(a: Rational, b: Rational): boolean {
  return a.num * b.den === b.num * a.den;
}

const NTSC_NOMINAL = [24, 30, 48, 60, 120] as const;

/**
 * The standard rate nearest to a measured one: whole rates and their NTSC kin (n * 1000/1001) snap within 0.02 %,
 * anything else stays as the reduced fraction with denominator 1000.
 */
export function snapFrameRate(framesPerSecond: number): Rational {
  if (!(framesPerSecond > 0)) throw new RetakeError('invalid-argument', `${framesPerSecond} is not a frame rate.`);
  const near = (target: number): boolean => Math.abs(framesPerSecond - target) <= target * 2e-4;
  if (near(Math.round(framesPerSecond)) && Math.round(framesPerSecond) > 0)
    return rational(Math.round(framesPerSecond));
  for (const nominal of NTSC_NOMINAL) if (near((nominal * 1000) / 1001)) return rational(nominal * 1000, 1001);
  return rational(Math.round(framesPerSecond * 1000), 1000);
}

/** Start of frame `frame` in seconds at `rate`. */
export function frameToSeconds(frame: number, rate: Rational): number {
  return (frame * rate.den) / rate.num;
}

/** The frame on screen at `seconds` (the one whose start is at or before it, within a nanosecond of rounding). */
export function secondsToFrame(seconds: number, rate: Rational): number {
  return Math.floor((seconds * rate.num) / rate.den + 1e-9 * (rate.num / rate.den) + 1e-9);
}
