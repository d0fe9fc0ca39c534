import { shapeIndex } from '../../core/performance.ts';
import { clamp, smoothstep } from './noise.ts';
import { type MouthTarget, PHONES, type Phone, type TimedPhone } from './phones.ts';

const CURVES = ['jaw', 'pucker', 'funnel', 'stretch', 'upper', 'lower', 'tuck'] as const;
type Curve = (typeof CURVES)[number];

/** Time constants of dominance in seconds: heavy parts reach further into their neighbours. */
const REACH: Readonly<Record<Curve, number>> = {
  jaw: 0.055,
  pucker: 0.075,
  funnel: 0.07,
  stretch: 0.06,
  upper: 0.045,
  lower: 0.045,
  tuck: 0.035,
};

/** What the mouth does at a moment: blended targets, and how shut the lips are, 0..1. */
export interface MouthMoment {
  readonly values: Record<Curve, number>;
  shut: number;
}

/** Blends the targets of all phones by their dominance (Cohen & Massaro 1993) at `seconds`. */
export function mouthAt(line: readonly TimedPhone[], seconds: number): MouthMoment {
  const values = { jaw: 0, pucker: 0, funnel: 0, stretch: 0, upper: 0, lower: 0, tuck: 0 };
  let shut = 0;
  for (const curve of CURVES) {
    let sum = 0;
    let weight = 1e-9;
    for (const phone of line) {
      // Lips move a little before the sound.
      const start = phone.startSeconds - 0.02;
      const end = phone.endSeconds - 0.02;
      const middle = (start + end) / 2;
      const half = (end - start) / 2;
      const outside = Math.max(0, Math.abs(seconds - middle) - half * 0.55);
      if (outside > 0.6) continue;
      const target: MouthTarget = PHONES[phone.name].mouth;
      const w = target.firm * Math.exp(-outside / REACH[curve]) * (1 + 0.12 * phone.stress);
      sum += w * target[curve] * (1 + 0.1 * phone.stress);
      weight += w;
    }
    values[curve] = sum / weight;
  }
  for (const phone of line) {
    const target: Phone = PHONES[phone.name];
    if (!target.mouth.shut) continue;
    // Shut through the closure, sealed from a little before the sound stops until the burst.
    const until = phone.startSeconds + (phone.endSeconds - phone.startSeconds) * (target.stop ?? 1);
    const rise = smoothstep(phone.startSeconds - 0.075, phone.startSeconds - 0.008, seconds);
    const fall = smoothstep(until + 0.06, until - 0.004, seconds);
    shut = Math.max(shut, Math.min(rise, fall));
  }
  return { values, shut };
}

/**
 * Writes the mouth's coefficients of a moment. `mouthClose` answers `jawOpen` one to one where the lips are shut: that
 * is how the face model defines it.
 */
export function writeMouth(moment: MouthMoment, gain: number, out: Float32Array): void {
  const { values, shut } = moment;
  const open = 1 - shut;
  const jaw = clamp(values.jaw * gain * 0.78, 0, 1);
  const set = (name: Parameters<typeof shapeIndex>[0], value: number): void => {
    out[shapeIndex(name)] = clamp(value, 0, 1);
  };
  set('jawOpen', jaw);
  set('mouthClose', jaw * shut);
  set('mouthPucker', values.pucker * gain * (0.45 + 0.55 * open));
  set('mouthFunnel', values.funnel * gain * (0.15 + 0.85 * open));
  for (const side of ['Left', 'Right'] as const) {
    set(`mouthStretch${side}`, values.stretch * gain * 0.75 * (0.3 + 0.7 * open));
    set(`mouthUpperUp${side}`, values.upper * gain * open);
    set(`mouthLowerDown${side}`, values.lower * gain * open * (1 - values.tuck));
    set(`mouthPress${side}`, 0.3 * smoothstep(0.6, 1, shut));
  }
  set('mouthRollLower', values.tuck * 0.55 * gain + 0.12 * shut);
  set('mouthRollUpper', 0.1 * shut);
  set('mouthShrugUpper', 0.1 * values.tuck);
}
