import { smoothStep } from './noise.ts';

/** Widths of upper and lower teeth from the middle outwards, cm, as seen from the front. */
const UPPER = [0.83, 0.64, 0.7, 0.56, 0.45, 0.4];
const LOWER = [0.52, 0.57, 0.64, 0.6, 0.5, 0.45];
/** Heights of the rows, cm, and how far the arch lifts its edge at a distance from the middle (cm per cm squared). */
const UPPER_HEIGHT = 0.95;
const LOWER_HEIGHT = 0.8;
const UPPER_ARC = 0.05;
const LOWER_ARC = 0.03;
/** Rounding of a tooth's corners, cm, and the groove between two teeth. */
const ROUNDING = 0.085;
const GROOVE_CM = 0.03;
const GROOVE_DARK = 0.13;
/** Light falls off along the arch: half of it is left this far from the middle, cm. */
const HALF_LIGHT = 2.1;

interface Tooth {
  /** -1..1 across the tooth. */
  readonly t: number;
  readonly width: number;
}

function toothAt(x: number, widths: readonly number[]): Tooth | null {
  let from = 0;
  for (const width of widths) {
    if (x < from + width) return { t: ((x - from) / width) * 2 - 1, width };
    from += width;
  }
  return null;
}

/** A row of teeth: how much of a place is tooth (0..1), and how light (0..1). */
export interface ToothSample {
  cover: number;
  light: number;
}

/**
 * Samples a row at `x` cm from the middle and `y` cm below (upper row) or above (lower row) its cutting edge; inside the
 * row `y` is negative. `soft` is the size of a pixel, cm. Every second tooth stands a hair further out, as teeth do.
 */
export function sampleTeeth(row: 'upper' | 'lower', x: number, y: number, soft: number, out: ToothSample): void {
  const side = Math.abs(x);
  const upper = row === 'upper';
  const tooth = toothAt(side, upper ? UPPER : LOWER);
  out.cover = 0;
  out.light = 0;
  if (!tooth) return;
  const corner = ROUNDING * tooth.t ** 4 * (upper ? 1 : 0.7);
  const arc = (upper ? UPPER_ARC : LOWER_ARC) * side * side;
  const edge = y + corner + arc;
  const height = upper ? UPPER_HEIGHT : LOWER_HEIGHT;
  out.cover = smoothStep(soft * 0.7, -soft * 0.7, edge) * smoothStep(-height - 0.12, -height + 0.12, edge);
  const groove = (1 - Math.abs(tooth.t)) * tooth.width * 0.5;
  const dark = GROOVE_DARK * (1 - smoothStep(0, GROOVE_CM + soft, groove));
  const round = 1 - 0.1 * tooth.t * tooth.t;
  const arch = 1 / (1 + (side / HALF_LIGHT) ** 3);
  // Enamel is a little translucent at its edge.
  const translucent = 1 - 0.1 * smoothStep(-0.18, 0, edge);
  out.light = (1 - dark) * round * arch * translucent;
}
