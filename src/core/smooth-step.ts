/** 0 up to 0, 1 from 1 on, without a corner between (cubic Hermite: 3t^2 - 2t^3). */
export function smoothStep(t: number): number {
  return t <= 0 ? 0 : t >= 1 ? 1 : t * t * (3 - 2 * t);
}

/** {@link smoothStep} from 0 at `from` to 1 at `to`; `from` may lie after `to`. */
export function smoothStepBetween(from: number, to: number, value: number): number {
  return smoothStep((value - from) / (to - from));
}
