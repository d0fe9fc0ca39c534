import type { Picture } from '../../core/picture.ts';
import { INNER_LIPS } from '../compositing/face-loops.ts';
import { mouthBrightness } from '../compositing/mouth-donor.ts';

/** An opening is toothy when this share of it is at least so bright, compared with the skin around the mouth. */
const BRIGHT = 0.62;
const TOOTHY_SHARE = 0.5;
/** Upper teeth take at least this share of the opening; below them it falls under this share of their light. */
const LEAST_TOOTH = 0.4;
const UNDER_TEETH = 0.66;
const NEIGHBOURS = 3;
/** Openings lower than this (pixels) show nothing to keep. */
const LEAST_HEIGHT = 4;

/** The teeth that a portrait shows between its lips: they hang on the skull and stay where they are while lips move. */
export interface OwnTeeth {
  /** Column of the picture that the arrays begin with. */
  readonly x: number;
  /** First and last row of the opening per column, pixels; top above bottom where the column has none. */
  readonly top: Float32Array;
  readonly bottom: Float32Array;
}

/** Rows that the inner lips enclose, per column. */
function openingColumns(landmarks: Float32Array): OwnTeeth {
  const points = INNER_LIPS.map((v) => [landmarks[v * 3]!, landmarks[v * 3 + 1]!] as const);
  const xs = points.map(([px]) => px);
  const x = Math.floor(Math.min(...xs));
  const width = Math.ceil(Math.max(...xs)) - x + 1;
  const top = new Float32Array(width).fill(1e9);
  const bottom = new Float32Array(width).fill(-1e9);
  for (let i = 0, j = points.length - 1; i < points.length; j = i++) {
    const [a, b] = points[i]![0] < points[j]![0] ? [points[i]!, points[j]!] : [points[j]!, points[i]!];
    for (let column = Math.ceil(a[0] - 0.5); column + 0.5 <= b[0]; column++) {
      const y = a[1] + ((column + 0.5 - a[0]) / Math.max(1e-6, b[0] - a[0])) * (b[1] - a[1]);
      const at = column - x;
      if (at < 0 || at >= width) continue;
      top[at] = Math.min(top[at]!, y);
      bottom[at] = Math.max(bottom[at]!, y);
    }
  }
  return { x, top, bottom };
}

/** The teeth of a portrait that smiles with them; null where the lips are shut or the mouth behind them is dark. */
export function findOwnTeeth(picture: Picture, landmarks: Float32Array): OwnTeeth | null {
  const opening = openingColumns(landmarks);
  const { layout, colour } = picture;
  const low = colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
  const skin = mouthBrightness(picture, landmarks) - low;
  const plane = picture.planes[0]!;
  let bright = 0;
  let all = 0;
  let tallest = 0;
  for (let c = 0; c < opening.top.length; c++) {
    const [from, until] = [Math.ceil(opening.top[c]!) + 1, Math.floor(opening.bottom[c]!) - 1];
    tallest = Math.max(tallest, until - from + 3);
    for (let y = Math.max(0, from); y < Math.min(picture.height, until); y++) {
      all++;
      if (plane[y * picture.width + opening.x + c]! - low >= BRIGHT * skin) bright++;
    }
  }
  if (tallest < LEAST_HEIGHT || bright < TOOTHY_SHARE * Math.max(1, all)) return null;
  return upperRow(opening, plane, picture.width, picture.height, low);
}

/** The opening down to where the upper teeth end: what lies below the dark under them goes with the jaw. */
function upperRow(
  { x, top, bottom }: OwnTeeth,
  plane: Picture['planes'][number],
  width: number,
  height: number,
  low: number,
) {
  const ends = bottom.map((last, c) => {
    const [from, until] = [Math.max(0, Math.ceil(top[c]!) + 1), Math.min(height, Math.floor(last))];
    let brightest = 1;
    for (let y = from; y < until; y++) {
      const value = plane[y * width + x + c]! - low;
      brightest = Math.max(brightest, value);
      if (y >= from + LEAST_TOOTH * (until - from) && value < UNDER_TEETH * brightest) return y + 1;
    }
    return last;
  });
  // One column may look into a groove: its neighbours decide.
  const smoothed = ends.map((_, c) => {
    const near = Array.from(ends.subarray(Math.max(0, c - NEIGHBOURS), c + NEIGHBOURS + 1)).sort((a, b) => a - b);
    return Math.min(bottom[c]!, near[near.length >> 1]!);
  });
  return { x, top, bottom: smoothed };
}
