import type { Rational } from '../../core/rational.ts';

/** A frame rate as text that loses nothing: `25/1` or `24000/1001`. */
export function formatRate(rate: Rational): string {
  return `${rate.num}/${rate.den}`;
}
