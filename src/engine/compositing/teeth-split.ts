import type { Picture } from '../../core/picture.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';

/** Heights in the opening at which its brightness is looked at. */
const ROWS = 12;
/** Rows darker than this share of the opening's mean count as the dark between teeth. */
const DARK_SHARE = 0.9;
/** Where the split lies when nothing is dark: one row of teeth rests on the lower lip. */
const ON_LOWER_LIP = 0.96;
/** Weight of that belief against darkness, as a share of the mean brightness. */
const PRIOR = 0.05;

/**
 * The line between what hangs on the skull and what moves with the jaw inside an open mouth, as a share 0..1 of the
 * opening from the upper lip: the centre of what is dark, or just above the lower lip when a single row of teeth fills
 * the opening. Continuous in the pixels, so that it does not jump from frame to frame.
 *
 * @param landmarks [>= 468, 3] pixels
 */
export function teethSplit(picture: Picture, landmarks: Float32Array): number {
  const plane = picture.planes[0]!;
  const low =
    picture.colour.range === 'limited' && picture.layout.family !== 'rgb' ? 16 << (picture.layout.bitDepth - 8) : 0;
  let mean = 0;
  let weights = 0;
  let centre = 0;
  const profile = PROFILE.fill(0);
  // The middle pairs only: the corners of a mouth are dark whatever the teeth do.
  const pairs = INNER_LIP_PAIRS.slice(2, -2);
  for (const [u, l] of pairs)
    for (let r = 0; r < ROWS; r++) {
      const t = (r + 0.5) / ROWS;
      const x = landmarks[u * 3]! + (landmarks[l * 3]! - landmarks[u * 3]!) * t;
      const y = landmarks[u * 3 + 1]! + (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * t;
      const column = Math.max(0, Math.min(picture.width - 1, Math.floor(x)));
      const row = Math.max(0, Math.min(picture.height - 1, Math.floor(y)));
      const value = Math.max(0, plane[row * picture.width + column]! - low);
      profile[r]! += value / pairs.length;
      mean += value / pairs.length / ROWS;
    }
  for (let r = 0; r < ROWS; r++) {
    const dark = Math.max(0, DARK_SHARE * mean - profile[r]!);
    weights += dark;
    centre += dark * ((r + 0.5) / ROWS);
  }
  const prior = PRIOR * Math.max(1, mean);
  return (centre + prior * ON_LOWER_LIP) / (weights + prior);
}

const PROFILE = new Float32Array(ROWS);
