import { LIGHT_RANGE, ROOT_RANGE, SLOPE_RANGE, type TableRange } from './kernels/table-ranges.ts';

/** A display curve as tables, to be read linearly between entries. Odd about black, so that footroom survives. */
export interface LightCurve {
  /** Light of coded values over {@link LIGHT_RANGE}; 0 and 1 are black and white in both. */
  readonly light: Float32Array;
  /** Coded values over {@link ROOT_RANGE} of the brightest light. */
  readonly codes: Float32Array;
  readonly brightest: number;
  /** Change of the coded value per change of light, over {@link SLOPE_RANGE}. */
  readonly slopes: Float32Array;
  /** Coded value of light. */
  toCode(light: number): number;
}

type Curve = (value: number) => number;

const srgb: Curve = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
/** Inverse of the BT.709 / BT.2020 camera curve. */
const bt709: Curve = (v) => (v < 0.081 ? v / 4.5 : ((v + 0.099) / 1.099) ** (1 / 0.45));
/** SMPTE ST 2084, scaled so that 1 is its white of 10,000 cd/m2. */
const pq: Curve = (v) => {
  const p = v ** (1 / 78.84375);
  return (Math.max(0, p - 0.8359375) / (18.8515625 - 18.6875 * p)) ** (1 / 0.1593017578125);
};
/** ARIB STD-B67 scene light. */
const hlg: Curve = (v) => (v <= 0.5 ? (v * v) / 3 : (Math.exp((v - 0.55991073) / 0.17883277) + 0.28466892) / 12);

function curveOf(transfer: string): Curve {
  switch (transfer) {
    case 'linear':
      return (v) => v;
    case 'iec61966-2-1':
      return srgb;
    case 'smpte2084':
      return pq;
    case 'arib-std-b67':
      return hlg;
    case 'gamma22':
      return (v) => v ** 2.2;
    case 'gamma28':
      return (v) => v ** 2.8;
    default:
      return bt709;
  }
}

const known = new Map<string, LightCurve>();

/** The curve behind FFmpeg's name of a transfer characteristic; untagged video is taken for BT.709. */
export function lightCurve(transfer: string): LightCurve {
  const found = known.get(transfer);
  if (found) return found;
  const curve = curveOf(transfer);
  const odd: Curve = (v) => (v < 0 ? -curve(-v) : curve(v));
  const light = tabulate(LIGHT_RANGE, odd);
  const last = light.length - 2;
  const brightest = light[last]!;
  // The curve rises, so its inverse is a walk along it.
  let at = 0;
  const codes = tabulate(ROOT_RANGE, (root) => {
    const wanted = Math.min(brightest, brightest * root ** 2);
    while (at < last - 1 && light[at + 1]! < wanted) at++;
    const step = light[at + 1]! - light[at]!;
    const place = at + (step > 0 ? (wanted - light[at]!) / step : 0);
    return Math.max(0, LIGHT_RANGE.lowest + place / LIGHT_RANGE.perUnit);
  });
  const slopes = tabulate(SLOPE_RANGE, (value) => 0.02 / (odd(value + 0.01) - odd(value - 0.01)));
  const toCode: Curve = (value) => {
    const place = Math.sqrt(Math.min(1, Math.abs(value) / brightest)) * ROOT_RANGE.perUnit;
    const i = place | 0;
    const code = codes[i]! + (place - i) * (codes[i + 1]! - codes[i]!);
    return value < 0 ? -code : code;
  };
  const made = { light, codes, brightest, slopes, toCode };
  known.set(transfer, made);
  return made;
}

/** Values of a curve over a range, and one behind its end. */
function tabulate({ lowest, highest, perUnit }: TableRange, curve: Curve): Float32Array {
  const steps = Math.round((highest - lowest) * perUnit);
  return Float32Array.from({ length: steps + 2 }, (_, i) => curve(lowest + i / perUnit));
}
