import { clampRect, type Picture, planeSize, type Rect } from '../../core/picture.ts';
import { INNER_LIP_PAIRS, OUTER_LIPS } from './face-loops.ts';

/** An open mouth of the actor from another frame of the clip: its pixels stand in where the edit opens the lips. */
export interface MouthDonor {
  /** Inner-lip gap over mouth width in that frame. */
  readonly gap: number;
  /** [478, 3] landmarks in pixels of the crop. */
  readonly landmarks: Float32Array;
  /** The mouth and a margin, in the clip's own pixel format. */
  readonly crop: Picture;
  /** Mean sample of the skin around the lips in the first plane: what it is matched to the frame's light by. */
  readonly brightness: number;
  /** Where upper and lower teeth part in the opening, per column: see teethLine. */
  readonly splits: Float32Array;
  /** How dark its depth is: a low percentile of the inside over the skin's brightness, both above black. */
  readonly depth: number;
}

/** Margin of a donor's crop, as a share of the mouth's size. */
const MARGIN = 0.35;
const DEPTH_PERCENTILE = 0.08;

/** Mean of the first plane at the outer lip points pushed outwards by half a lip: skin, not lipstick. */
export function mouthBrightness(picture: Picture, landmarks: Float32Array): number {
  let cx = 0;
  let cy = 0;
  for (const v of OUTER_LIPS) {
    cx += landmarks[v * 3]! / OUTER_LIPS.length;
    cy += landmarks[v * 3 + 1]! / OUTER_LIPS.length;
  }
  const plane = picture.planes[0]!;
  let sum = 0;
  for (const v of OUTER_LIPS)
    for (const push of [1.15, 1.3, 1.45]) {
      const x = Math.round(cx + (landmarks[v * 3]! - cx) * push - 0.5);
      const y = Math.round(cy + (landmarks[v * 3 + 1]! - cy) * push - 0.5);
      const column = Math.max(0, Math.min(picture.width - 1, x));
      const row = Math.max(0, Math.min(picture.height - 1, y));
      sum += plane[row * picture.width + column]!;
    }
  return sum / (OUTER_LIPS.length * 3);
}

/** Mean sample of plane `p` on the lips themselves: the colour that flesh has in this footage. */
export function lipColour(picture: Picture, landmarks: Float32Array, p: number): number {
  const { layout } = picture;
  const chroma = layout.family === 'yuv' && p > 0;
  const [width, height] = planeSize(layout, picture.width, picture.height, p);
  const plane = picture.planes[p]!;
  let sum = 0;
  for (const v of OUTER_LIPS) {
    const x = Math.floor(landmarks[v * 3]!) >> (chroma ? layout.chromaShiftX : 0);
    const y = Math.floor(landmarks[v * 3 + 1]!) >> (chroma ? layout.chromaShiftY : 0);
    sum += plane[Math.max(0, Math.min(height - 1, y)) * width + Math.max(0, Math.min(width - 1, x))]!;
  }
  return sum / OUTER_LIPS.length;
}

/** A low percentile of the mouth's inside over the skin's brightness, both above black. */
function insideDepth(picture: Picture, landmarks: Float32Array, skin: number): number {
  const low =
    picture.colour.range === 'limited' && picture.layout.family !== 'rgb' ? 16 << (picture.layout.bitDepth - 8) : 0;
  const values: number[] = [];
  for (const [u, l] of INNER_LIP_PAIRS)
    for (let t = 0.1; t < 0.95; t += 0.1) {
      const x = Math.floor(landmarks[u * 3]! + (landmarks[l * 3]! - landmarks[u * 3]!) * t);
      const y = Math.floor(landmarks[u * 3 + 1]! + (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * t);
      if (x >= 0 && y >= 0 && x < picture.width && y < picture.height)
        values.push(picture.planes[0]![y * picture.width + x]!);
    }
  values.sort((a, b) => a - b);
  const dark = values[Math.floor(values.length * DEPTH_PERCENTILE)] ?? low;
  return Math.max(0, dark - low) / Math.max(1, skin - low);
}

function cropPicture(picture: Picture, rect: Rect): Picture {
  const { layout } = picture;
  const planes = picture.planes.map((plane, p) => {
    const [width] = planeSize(layout, picture.width, picture.height, p);
    const [w, h] = planeSize(layout, rect.width, rect.height, p);
    const chroma = layout.family === 'yuv' && (p === 1 || p === 2);
    const x = chroma ? rect.x >> layout.chromaShiftX : rect.x;
    const y = chroma ? rect.y >> layout.chromaShiftY : rect.y;
    const out = plane instanceof Uint8Array ? new Uint8Array(w * h) : new Uint16Array(w * h);
    for (let j = 0; j < h; j++) out.set(plane.subarray((y + j) * width + x, (y + j) * width + x + w), j * w);
    return out;
  });
  return { width: rect.width, height: rect.height, layout, colour: picture.colour, planes };
}

/** Cuts a donor out of a frame. Returns null when the mouth is not wholly inside the picture. */
export function cutMouthDonor(
  picture: Picture,
  landmarks: Float32Array,
  gap: number,
): Omit<MouthDonor, 'splits'> | null {
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (const v of OUTER_LIPS) {
    x0 = Math.min(x0, landmarks[v * 3]!);
    y0 = Math.min(y0, landmarks[v * 3 + 1]!);
    x1 = Math.max(x1, landmarks[v * 3]!);
    y1 = Math.max(y1, landmarks[v * 3 + 1]!);
  }
  if (x0 < 2 || y0 < 2 || x1 > picture.width - 3 || y1 > picture.height - 3) return null;
  const margin = Math.ceil(MARGIN * (x1 - x0));
  // Even corner, so that subsampled chroma is cut on whole samples.
  const left = Math.max(0, Math.floor(x0) - margin) & ~1;
  const top = Math.max(0, Math.floor(y0) - margin) & ~1;
  const rect = clampRect(
    { x: left, y: top, width: (Math.ceil(x1) + margin - left) & ~1, height: (Math.ceil(y1) + margin - top) & ~1 },
    picture.width,
    picture.height,
  );
  const moved = Float32Array.from(landmarks);
  for (let v = 0; v < moved.length / 3; v++) {
    moved[v * 3]! -= rect.x;
    moved[v * 3 + 1]! -= rect.y;
  }
  const brightness = mouthBrightness(picture, landmarks);
  return {
    gap,
    landmarks: moved,
    crop: cropPicture(picture, rect),
    brightness,
    depth: insideDepth(picture, landmarks, brightness),
  };
}
