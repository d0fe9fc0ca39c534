import { type Rational, rational, snapFrameRate, toNumber } from '../../core/rational.ts';

/** Frame rate of a track and whether its frames really keep to it. */
export interface RateFinding {
  readonly rate: Rational;
  readonly variable: boolean;
}

/** Frames may be off their place by this share of a frame: enough for millisecond clocks, too little for a lost frame. */
const TOLERANCE = 0.1;

function keeps(ticks: Float64Array, secondsPerTick: number, rate: Rational): boolean {
  const period = rate.den / rate.num;
  const tolerance = Math.max(TOLERANCE * period, 1.01 * secondsPerTick);
  for (let i = 1; i < ticks.length; i++)
    if (Math.abs((ticks[i]! - ticks[0]!) * secondsPerTick - i * period) > tolerance) return false;
  return true;
}

function snapped(rate: Rational): Rational | null {
  if (!(rate.num > 0) || !(rate.den > 0)) return null;
  const value = toNumber(rate);
  const standard = snapFrameRate(value);
  return Math.abs(toNumber(standard) - value) <= 2e-4 * value && standard.den !== 1000
    ? standard
    : rational(rate.num, rate.den);
}

/**
 * Rate that the presentation times keep to: the container's claims first, then the measured mean. When they keep to
 * none, the rate is variable and the mean stands for it.
 */
export function findRate(
  ticks: Float64Array,
  endTick: number,
  timeBase: Rational,
  claims: readonly Rational[],
): RateFinding {
  const secondsPerTick = toNumber(timeBase);
  const candidates = claims.map(snapped).filter((rate) => rate !== null);
  if (ticks.length < 2) return { rate: candidates[0] ?? rational(25), variable: false };
  const span = (ticks.at(-1)! - ticks[0]!) * secondsPerTick;
  const mean = snapFrameRate((ticks.length - 1) / span);
  for (const rate of [...candidates, mean]) if (keeps(ticks, secondsPerTick, rate)) return { rate, variable: false };
  const whole = Math.max(span, (endTick - ticks[0]!) * secondsPerTick);
  return { rate: snapFrameRate(ticks.length / whole), variable: true };
}
