import { type Picture, planeSize } from '../../core/picture.ts';
import { smoothStepBetween } from '../../core/smooth-step.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';

/** Heights in the opening at which its brightness is looked at. */
const ROWS = 16;
/** The dark below upper teeth must be under this share of their brightness to be unmistakable. */
const CLEAR_DARK = 0.5;
/**
 * Teeth end where this much of their light over the dark is left: the soft edge of a picture is theirs down to there. Cut at
 * half, its rest would go with the jaw, a white line along the lower lip.
 */
const EDGE_LEFT = 0.15;
/** A dark of this share of the opening is more than the shadow that a lip throws on its teeth. */
const TALL_DARK = 0.18;
/** Rows at the upper lip that lie in its shadow. */
const LIP_SHADOW = 1;
/** Base of the nose: it hangs on the skull as the upper teeth do. */
const SUBNASALE = 2;
/** Where the split lies when no frame shows the edge: one row of teeth rests on the lower lip. */
export const ON_LOWER_LIP = 0.96;
export const NEAREST_TO_UPPER_LIP = 0.35;
/** Of the facing lip points, the middle ones: the corners of a mouth are dark whatever the teeth do. */
const MIDDLE_COLUMNS = INNER_LIP_PAIRS.map((_pair, column) => column).slice(2, -2);
const MIDDLE_PAIRS = INNER_LIP_PAIRS.slice(2, -2);

/** Down axis of a face in the picture and pixels per centimetre along it. */
export interface FaceScale {
  readonly downX: number;
  readonly downY: number;
  readonly pxPerCm: number;
}

function along(landmarks: Float32Array, from: number, to: number, { downX, downY }: FaceScale): number {
  return (
    (landmarks[to * 3]! - landmarks[from * 3]!) * downX + (landmarks[to * 3 + 1]! - landmarks[from * 3 + 1]!) * downY
  );
}

/** What a frame's own opening shows, in heights of 0..1 from the upper lip. */
export interface SeenEdge {
  /** Whether `place` is told by upper teeth: it is by the lower ones where they alone are seen. */
  readonly upper: boolean;
  /** Where upper teeth end above something darker. */
  readonly place: number;
  /** Least light below that over the most above it: 0 is unmistakable, 1 shows nothing. */
  readonly contrast: number;
  /** The most light above that, above black. */
  readonly light: number;
  /** Where the lower lip begins: networks often put its edge too low, on the lip itself. */
  readonly lowerLip: number;
}

/** Reads a coordinate of the upper or lower lip's edge between the points that face one another. */
function lipAt(landmarks: Float32Array, column: number, side: 0 | 1, axis: 0 | 1): number {
  const k = Math.max(0, Math.min(INNER_LIP_PAIRS.length - 2, Math.floor(column)));
  const a = landmarks[INNER_LIP_PAIRS[k]![side] * 3 + axis]!;
  return a + (column - k) * (landmarks[INNER_LIP_PAIRS[k + 1]![side] * 3 + axis]! - a);
}

/** Mean colours of columns of the opening at its heights, [heights, planes], above black and neutral. */
function openingProfile(picture: Picture, landmarks: Float32Array, columns: readonly number[]): Float32Array | null {
  const { layout, colour } = picture;
  const low = colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
  const neutral = 2 ** (layout.bitDepth - 1);
  const planes = layout.family === 'gray' ? 1 : 3;
  const profile = new Float32Array(HEIGHTS.length * planes);
  for (const column of columns) {
    const [upperX, upperY] = [lipAt(landmarks, column, 0, 0), lipAt(landmarks, column, 0, 1)];
    const [lowerX, lowerY] = [lipAt(landmarks, column, 1, 0), lipAt(landmarks, column, 1, 1)];
    for (let r = 0; r < HEIGHTS.length; r++) {
      const x = Math.floor(upperX + (lowerX - upperX) * HEIGHTS[r]!);
      const y = Math.floor(upperY + (lowerY - upperY) * HEIGHTS[r]!);
      if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return null;
      for (let p = 0; p < planes; p++) {
        const chroma = layout.family === 'yuv' && p > 0;
        const width = chroma ? planeSize(layout, picture.width, picture.height, p)[0] : picture.width;
        const at = chroma ? (y >> layout.chromaShiftY) * width + (x >> layout.chromaShiftX) : y * width + x;
        profile[r * planes + p]! += (picture.planes[p]![at]! - (chroma ? neutral : low)) / columns.length;
      }
    }
  }
  return profile;
}

/** Rows just below the opening, on the lower lip whatever the networks say. */
const ON_THE_LIP = [1.04, 1.12, 1.2] as const;
const HEIGHTS = [...Array.from({ length: ROWS }, (_, r) => (r + 0.5) / ROWS), ...ON_THE_LIP];
/** Least difference of colour (8-bit steps) between lips and what is in the mouth by which one is told from the other. */
const PLAIN_COLOUR = 12;

/** Follows the lower lip's own colour up into the opening, to half way to that of teeth; 1 when it cannot be told. */
function lowerLipEdge(profile: Float32Array, rgb: boolean, step: number): number {
  const planes = profile.length / HEIGHTS.length;
  if (planes === 1) return 1;
  const colour = (r: number, p: number): number => profile[r * planes + p]! - (rgb ? profile[r * planes]! : 0);
  const lip = (p: number): number =>
    ON_THE_LIP.reduce((sum, _t, i) => sum + colour(ROWS + i, p) / ON_THE_LIP.length, 0);
  const [lip1, lip2] = [lip(1), lip(2)];
  const away = Float32Array.from({ length: ROWS }, (_, r) => Math.hypot(colour(r, 1) - lip1, colour(r, 2) - lip2));
  const most = away.reduce((max, value) => Math.max(max, value), 0);
  if (most < PLAIN_COLOUR * step) return 1;
  // Lips are redder than teeth and the dark: where it is the other way round, the network put the edge on the teeth.
  const redness = (c1: number, c2: number): number => (rgb ? -c1 : c2);
  const farthest = away.indexOf(most);
  if (redness(lip1, lip2) <= redness(colour(farthest, 1), colour(farthest, 2))) return 1;
  let r = ROWS - 1;
  while (r > 0 && away[r]! < most / 2) r--;
  if (r === ROWS - 1) return 1;
  const [here, below] = [away[r]!, away[r + 1]!];
  return (r + 0.5 + (here - most / 2) / Math.max(1e-6, here - below)) / ROWS;
}

/** Lower teeth alone, under a dark too tall for the shadow of a lip: the rows part where that dark ends. Null when there are none. */
function lowerTeeth(light: (r: number) => number, last: number, lowerLip: number): SeenEdge | null {
  let bright = 0;
  for (let r = 0; r < last; r++) if (light(r) > light(bright)) bright = r;
  let dark = bright;
  for (let r = 0; r < bright; r++) if (light(r) < light(dark)) dark = r;
  const contrast = light(dark) / Math.max(1e-6, light(bright));
  if (contrast > CLEAR_DARK) return null;
  const started = light(dark) + EDGE_LEFT * (light(bright) - light(dark));
  let top = dark;
  while (top > 0 && light(top - 1) <= started) top--;
  let r = bright;
  while (r > dark && light(r) > started) r--;
  if (r - top < TALL_DARK * ROWS) return null;
  const place = (r + 0.5 + (started - light(r)) / Math.max(1e-6, light(r + 1) - light(r))) / ROWS;
  return { upper: false, place, contrast, light: light(bright), lowerLip };
}

/**
 * Looks at this frame's opening; null when the mouth leaves the picture.
 *
 * @param columns where, as places in {@link INNER_LIP_PAIRS} and between them; the middle of the mouth by itself
 */
export function seenEdge(picture: Picture, landmarks: Float32Array, columns = MIDDLE_COLUMNS): SeenEdge | null {
  const profile = openingProfile(picture, landmarks, columns);
  if (!profile) return null;
  const planes = profile.length / HEIGHTS.length;
  const light = (r: number): number => Math.max(0, profile[r * planes]!);
  const { family, bitDepth } = picture.layout;
  const lowerLip = lowerLipEdge(profile, family === 'rgb', 2 ** (bitDepth - 8));
  const last = Math.max(2, Math.min(ROWS, Math.floor(lowerLip * ROWS)));
  let bright = LIP_SHADOW;
  for (let r = LIP_SHADOW; r < last * 0.8; r++) if (light(r) > light(bright)) bright = r;
  let dark = bright;
  for (let r = bright; r < last; r++) if (light(r) < light(dark)) dark = r;
  const contrast = light(dark) / Math.max(1e-6, light(bright));
  const lower = contrast < CLEAR_DARK ? null : lowerTeeth(light, last, lowerLip);
  if (lower) return lower;
  if (dark === bright) return { upper: true, place: lowerLip, contrast: 1, light: light(bright), lowerLip };
  const ended = light(dark) + EDGE_LEFT * (light(bright) - light(dark));
  let r = bright;
  while (r < dark && light(r) > ended) r++;
  return {
    upper: true,
    place: (r - 0.5 + (light(r - 1) - ended) / Math.max(1e-6, light(r - 1) - light(r))) / ROWS,
    contrast,
    light: light(bright),
    lowerLip,
  };
}

/**
 * Distance from the base of the nose to the cutting edge of the upper teeth in this frame, cm along the face, or null
 * when the frame does not show bright teeth above unmistakable dark.
 *
 * @param landmarks [>= 468, 3] pixels
 */
export function cuttingEdge(picture: Picture, landmarks: Float32Array, scale: FaceScale): number | null {
  const seen = seenEdge(picture, landmarks);
  if (!seen?.upper || seen.contrast > CLEAR_DARK) return null;
  let distance = 0;
  for (const [u, l] of MIDDLE_PAIRS)
    distance +=
      (along(landmarks, SUBNASALE, u, scale) + seen.place * along(landmarks, u, l, scale)) / MIDDLE_PAIRS.length;
  return distance / scale.pxPerCm;
}

/** Height of an opening (pixels) under which its rows cannot be told apart, and from which they are plain. */
const [BLURRED_PX, PLAIN_PX] = [3, 8] as const;
/** Lower teeth that are seen alone begin no farther than this (share of the opening) above the end of the upper ones. */
const LOWER_ABOVE = 0.15;
/** Contrast at which an edge that a frame itself shows is believed fully, and not at all. */
const [BELIEVED, DOUBTED] = [0.65, 0.85] as const;

/** Height of the opening at a column, pixels. */
export function gapOf(landmarks: Float32Array, column: number, scale: FaceScale): number {
  const [u, l] = INNER_LIP_PAIRS[column]!;
  return along(landmarks, u, l, scale);
}

/** How plainly an opening of a height shows its rows, 0..1. */
export const plainness = (gapPx: number): number => smoothStepBetween(BLURRED_PX, PLAIN_PX, gapPx);

/**
 * How far an edge that a frame itself shows is believed, 0..1.
 *
 * @param known where the upper teeth of this head end (see {@link knownSplit}): what is bright above that is no lower tooth
 */
export function shownShare({ upper, place, contrast }: SeenEdge, gapPx: number, known: number | null): number {
  if (!upper && known !== null && place < known - LOWER_ABOVE) return 0;
  return plainness(gapPx) * (1 - smoothStepBetween(BELIEVED, DOUBTED, contrast));
}

/** Mean over the middle of the mouth, pixels down the face: from the base of the nose to the upper lip, and the opening. */
function middleHeights(landmarks: Float32Array, scale: FaceScale): { readonly toLip: number; readonly gap: number } {
  let toLip = 0;
  let gap = 0;
  for (const [u, l] of MIDDLE_PAIRS) {
    toLip += along(landmarks, SUBNASALE, u, scale) / MIDDLE_PAIRS.length;
    gap += along(landmarks, u, l, scale) / MIDDLE_PAIRS.length;
  }
  return { toLip, gap };
}

/** Where in this frame's opening the actor's cutting edge must be, 0..1 from the upper lip; null when it is not known. */
export function knownSplit(landmarks: Float32Array, scale: FaceScale, edgeCm: number | null): number | null {
  if (edgeCm === null) return null;
  const { toLip, gap } = middleHeights(landmarks, scale);
  return Math.max(NEAREST_TO_UPPER_LIP, Math.min(ON_LOWER_LIP, (edgeCm * scale.pxPerCm - toLip) / Math.max(1, gap)));
}

/**
 * The line between what hangs on the skull and what moves with the jaw in this frame's opening, 0..1 from the upper
 * lip: where the frame itself shows bright teeth end above the dark, else where the actor's cutting edge is known to be
 * (a pitched head moves that against the nose), or just above the lower lip when no frame of the clip showed it.
 *
 * @param edgeCm see {@link cuttingEdge}; null when unknown
 * @param seen what this frame shows (see {@link seenEdge}); null when it was not looked at
 */
export function teethSplit(
  landmarks: Float32Array,
  scale: FaceScale,
  edgeCm: number | null,
  seen: SeenEdge | null = null,
): number {
  const known = knownSplit(landmarks, scale, edgeCm);
  const expected = known ?? ON_LOWER_LIP;
  if (!seen) return expected;
  const { gap } = middleHeights(landmarks, scale);
  const plain = plainness(gap);
  const shown = Math.max(NEAREST_TO_UPPER_LIP, Math.min(ON_LOWER_LIP, seen.place));
  const split = expected + shownShare(seen, gap, known) * (shown - expected);
  // Nothing of the lower lip may hang on the skull.
  const lip = 1 + plain * (Math.min(ON_LOWER_LIP, seen.lowerLip) - 1);
  return Math.max(NEAREST_TO_UPPER_LIP, Math.min(split, lip));
}
