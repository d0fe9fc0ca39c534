import { FRAME_REASONS, SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { pathLength, type TrackBlur } from './blur-fit.ts';
import { faceWidth } from './face-spectra.ts';

/** Frames on each side in which a sharper look is searched. */
const REACH = 15;
/** Neighbours that take part at most, and of faces wider than LARGE pixels, which have pixels to spare and cost most. */
const MOST = 8;
const MOST_OF_LARGE = 4;
const LARGE = 300;
/** Expression distance (sum of coefficient differences) that halves a neighbour's worth. */
const OTHER_EXPRESSION = 0.6;
/** Eyes and mouth decide what can be shared; they count this much more. */
const FEATURE_WEIGHT = 2;
/** Frames apart that halve a neighbour's worth: light and pose drift. */
const FAR_FRAMES = 14;
/** What a neighbour must be like. */
interface Wanted {
  /** Its path along the frame's own path, as a share of it, above which it adds nothing. */
  readonly asBlurred: number;
  /** Pixels by which paths may differ without being any longer. */
  readonly slack: number;
}

/** Sharper than the frame, so that the two tell how long its path is. */
const SHARPER: Wanted = { asBlurred: 0.9, slack: 0 };
/** As blurred is good enough: coding took other detail of it. */
const HELPFUL: Wanted = { asBlurred: 1.1, slack: 1 };
/** Worth under which a neighbour is not looked at. */
const LEAST_WORTH = 0.08;

const FEATURES = new Set(
  (['eyeBlinkLeft', 'eyeBlinkRight', 'jawOpen', 'mouthPucker', 'mouthFunnel', 'mouthClose'] as const).map(shapeIndex),
);

/** Sum of the differences of two rows' coefficients, eyes and mouth first. */
export function expressionDistance(coefficients: Float32Array, a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < SHAPE_COUNT; k++) {
    const off = Math.abs(coefficients[a * SHAPE_COUNT + k]! - coefficients[b * SHAPE_COUNT + k]!);
    sum += FEATURES.has(k) ? FEATURE_WEIGHT * off : off * 0.25;
  }
  return sum;
}

/**
 * Rows of a track whose faces can lend detail to row `row`: hardly more blurred along its path, or `sharper`, of like
 * expression and size, near in time, in the same shot (a track never leaves it). Best first.
 */
export function chooseNeighbours(blur: TrackBlur, row: number, sharper = false): number[] {
  const { asBlurred, slack } = sharper ? SHARPER : HELPFUL;
  const { track, path } = blur;
  const length = pathLength(blur, row);
  if (length === 0) return [];
  const [ux, uy] = [path[row * 2]! / length, path[row * 2 + 1]! / length];
  const width = faceWidth(track, row);
  const found: { row: number; worth: number }[] = [];
  for (let other = Math.max(0, row - REACH); other <= Math.min(track.frameCount - 1, row + REACH); other++) {
    if (other === row || FRAME_REASONS[track.reason[other]!] !== 'ok' || track.confidence[other]! < 0.5) continue;
    if (Math.abs(faceWidth(track, other) / width - 1) > 0.12) continue;
    const along = Math.abs(path[other * 2]! * ux + path[other * 2 + 1]! * uy) / (length + slack);
    if (along > asBlurred || pathLength(blur, other) > 1.2 * length + slack) continue;
    const unlike = expressionDistance(track.coefficients, row, other) / OTHER_EXPRESSION;
    const apart = Math.abs(other - row) / FAR_FRAMES;
    const worth = (1 - along / asBlurred) * 0.5 ** (unlike + apart);
    if (worth >= LEAST_WORTH) found.push({ row: other, worth });
  }
  return found
    .sort((a, b) => b.worth - a.worth || a.row - b.row)
    .slice(0, blur.faceWidth > LARGE ? MOST_OF_LARGE : MOST)
    .map((one) => one.row);
}
