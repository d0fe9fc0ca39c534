import type { Picture } from '../../core/picture.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';

/** Heights in the opening at which its brightness is looked at. */
const ROWS = 16;
/** The dark below upper teeth must be under this share of their brightness to be unmistakable. */
const CLEAR_DARK = 0.5;
/** Rows at the upper lip that lie in its shadow. */
const LIP_SHADOW = 1;
/** Base of the nose: it hangs on the skull as the upper teeth do. */
const SUBNASALE = 2;
/** Where the split lies when no frame shows the edge: one row of teeth rests on the lower lip. */
const ON_LOWER_LIP = 0.96;
const NEAREST_TO_UPPER_LIP = 0.35;
/** Of the facing lip points, the middle ones: the corners of a mouth are dark whatever the teeth do. */
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

/**
 * Distance from the base of the nose to the cutting edge of the upper teeth in this frame, cm along the face, or null
 * when the frame does not show bright teeth above unmistakable dark.
 *
 * @param landmarks [>= 468, 3] pixels
 */
export function cuttingEdge(picture: Picture, landmarks: Float32Array, scale: FaceScale): number | null {
  const plane = picture.planes[0]!;
  const low =
    picture.colour.range === 'limited' && picture.layout.family !== 'rgb' ? 16 << (picture.layout.bitDepth - 8) : 0;
  const profile = new Float32Array(ROWS);
  for (const [u, l] of MIDDLE_PAIRS)
    for (let r = 0; r < ROWS; r++) {
      const t = (r + 0.5) / ROWS;
      const x = Math.floor(landmarks[u * 3]! + (landmarks[l * 3]! - landmarks[u * 3]!) * t);
      const y = Math.floor(landmarks[u * 3 + 1]! + (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * t);
      if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return null;
      profile[r]! += Math.max(0, plane[y * picture.width + x]! - low) / MIDDLE_PAIRS.length;
    }
  let bright = LIP_SHADOW;
  for (let r = LIP_SHADOW; r < ROWS * 0.75; r++) if (profile[r]! > profile[bright]!) bright = r;
  let dark = bright;
  for (let r = bright; r < ROWS; r++) if (profile[r]! < profile[dark]!) dark = r;
  if (dark === bright || profile[dark]! > CLEAR_DARK * profile[bright]!) return null;
  const half = (profile[bright]! + profile[dark]!) / 2;
  let r = bright;
  while (r < dark && profile[r]! > half) r++;
  const [above, below] = [profile[r - 1]!, profile[r]!];
  const t = (r - 0.5 + (above - half) / Math.max(1e-6, above - below)) / ROWS;
  let distance = 0;
  for (const [u, l] of MIDDLE_PAIRS)
    distance += (along(landmarks, SUBNASALE, u, scale) + t * along(landmarks, u, l, scale)) / MIDDLE_PAIRS.length;
  return distance / scale.pxPerCm;
}

/**
 * The line between what hangs on the skull and what moves with the jaw in this frame's opening, 0..1 from the upper
 * lip: where the actor's cutting edge is, or just above the lower lip when no frame of the clip showed it.
 *
 * @param edgeCm see {@link cuttingEdge}; null when unknown
 */
export function teethSplit(landmarks: Float32Array, scale: FaceScale, edgeCm: number | null): number {
  if (edgeCm === null) return ON_LOWER_LIP;
  let toLip = 0;
  let gap = 0;
  for (const [u, l] of MIDDLE_PAIRS) {
    toLip += along(landmarks, SUBNASALE, u, scale) / MIDDLE_PAIRS.length;
    gap += along(landmarks, u, l, scale) / MIDDLE_PAIRS.length;
  }
  const split = (edgeCm * scale.pxPerCm - toLip) / Math.max(1, gap);
  return Math.max(NEAREST_TO_UPPER_LIP, Math.min(ON_LOWER_LIP, split));
}
