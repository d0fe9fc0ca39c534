/** Entries of the tables; display values from LOWEST to HIGHEST are covered, what lies beyond is held. */
const STEPS = 8192;
const LOWEST = -0.1;
const HIGHEST = 1.2;
/** Values that a table of a power curve needs near black to be exact enough are dense in the square root. */
const ROOT_STEPS = 8192;

/** A display curve as tables: from coded values to light and back. Odd about black, so that footroom survives. */
export interface LightCurve {
  /** Light of a coded value; 0 and 1 are black and white in both. */
  toLight(value: number): number;
  /** Coded value of light. */
  toCode(light: number): number;
  /** Change of the coded value per change of light at a coded value. */
  slopeAt(value: number): number;
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
  const span = HIGHEST - LOWEST;
  const forward = Float32Array.from({ length: STEPS + 2 }, (_, i) => odd(LOWEST + (span * i) / STEPS));
  const brightest = forward[STEPS]!;
  const backward = new Float32Array(ROOT_STEPS + 2);
  // The curve rises, so its inverse is a walk along it.
  for (let i = 0, at = 0; i <= ROOT_STEPS + 1; i++) {
    const light = Math.min(brightest, brightest * (i / ROOT_STEPS) ** 2);
    while (at < STEPS - 1 && forward[at + 1]! < light) at++;
    const step = forward[at + 1]! - forward[at]!;
    backward[i] = Math.max(0, LOWEST + (span * (at + (step > 0 ? (light - forward[at]!) / step : 0))) / STEPS);
  }
  const toLight: Curve = (value) => {
    const t = ((value < LOWEST ? LOWEST : value > HIGHEST ? HIGHEST : value) - LOWEST) * (STEPS / span);
    const i = t | 0;
    return forward[i]! + (t - i) * (forward[i + 1]! - forward[i]!);
  };
  const toCode: Curve = (light) => {
    const size = light < 0 ? -light : light;
    const t = Math.sqrt(size >= brightest ? 1 : size / brightest) * ROOT_STEPS;
    const i = t | 0;
    const code = backward[i]! + (t - i) * (backward[i + 1]! - backward[i]!);
    return light < 0 ? -code : code;
  };
  const slopeAt: Curve = (value) => {
    const held = value < 0.02 ? 0.02 : value > 1 ? 1 : value;
    return 0.02 / (toLight(held + 0.01) - toLight(held - 0.01));
  };
  const made = { toLight, toCode, slopeAt };
  known.set(transfer, made);
  return made;
}
