import { LANDMARK_COUNT } from '../../core/performance.ts';
import type { Rect } from '../../core/picture.ts';
import { FACE_OVAL } from '../compositing/face-loops.ts';

/** Shares of the face's width over which the matte fades, inside and outside of the outline. */
const FADE_INSIDE = 0.05;
const FADE_OUTSIDE = 0.02;

/** Outline of the face in pixels, x and y in turn: the oval of the landmarks [478, 3]. */
export function faceOutline(landmarks: Float32Array): Float32Array {
  if (landmarks.length < LANDMARK_COUNT * 3) throw new RangeError('faceOutline needs 478 landmarks.');
  return Float32Array.from({ length: FACE_OVAL.length * 2 }, (_, i) => landmarks[FACE_OVAL[i >> 1]! * 3 + (i & 1)]!);
}

/** Bounding box of an outline, in whole pixels, `margin` wider on each side. May reach out of the picture. */
export function outlineBox(outline: Float32Array, margin: number): Rect {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < outline.length; i += 2) {
    left = Math.min(left, outline[i]!);
    right = Math.max(right, outline[i]!);
    top = Math.min(top, outline[i + 1]!);
    bottom = Math.max(bottom, outline[i + 1]!);
  }
  const x = Math.floor(left - margin);
  const y = Math.floor(top - margin);
  return { x, y, width: Math.ceil(right + margin) - x, height: Math.ceil(bottom + margin) - y };
}

/** Places where a row of pixel centres crosses the outline, in rising order. */
function crossings(outline: Float32Array, y: number): number[] {
  const found: number[] = [];
  const points = outline.length / 2;
  for (let i = 0; i < points; i++) {
    const j = (i + 1) % points;
    const [ax, ay, bx, by] = [outline[i * 2]!, outline[i * 2 + 1]!, outline[j * 2]!, outline[j * 2 + 1]!];
    if (ay > y === by > y) continue;
    found.push(ax + ((y - ay) * (bx - ax)) / (by - ay));
  }
  return found.sort((a, b) => a - b);
}

/**
 * Matte of a face over `rect`: 1 inside the outline, fading over it, 0 beyond. What is blurred together with a
 * background that stands still cannot be restored by the face's motion, so the matte ends close to the outline.
 */
export function drawFaceMatte(outline: Float32Array, rect: Rect, out: Float32Array): void {
  const box = outlineBox(outline, 0);
  const inside = Math.max(1.5, FADE_INSIDE * box.width);
  const outside = Math.max(0.5, FADE_OUTSIDE * box.width);
  // First the squared distance from the outline, as far as it matters; then what it means on either side.
  out.fill(inside * inside, 0, rect.width * rect.height);
  const points = outline.length / 2;
  for (let i = 0; i < points; i++) {
    const j = ((i + 1) % points) * 2;
    nearSegment(outline[i * 2]!, outline[i * 2 + 1]!, outline[j]!, outline[j + 1]!, inside, rect, out);
  }
  for (let y = 0; y < rect.height; y++) {
    const cross = crossings(outline, rect.y + y + 0.5);
    let passed = 0;
    for (let x = 0, at = y * rect.width; x < rect.width; x++, at++) {
      while (passed < cross.length && cross[passed]! <= rect.x + x + 0.5) passed++;
      const depth = Math.sqrt(out[at]!) * (passed % 2 === 1 ? 1 : -1);
      const t = Math.max(0, Math.min(1, (depth + outside) / (inside + outside)));
      out[at] = t * t * (3 - 2 * t);
    }
  }
}

/** Lowers squared distances over `rect` to those from a segment, where that is within `reach`. */
function nearSegment(
  ax: number,
  ay: number,
  bx: number,
  by: number,
  reach: number,
  rect: Rect,
  out: Float32Array,
): void {
  const left = Math.max(0, Math.floor(Math.min(ax, bx) - reach - rect.x));
  const right = Math.min(rect.width, Math.ceil(Math.max(ax, bx) + reach - rect.x));
  const top = Math.max(0, Math.floor(Math.min(ay, by) - reach - rect.y));
  const bottom = Math.min(rect.height, Math.ceil(Math.max(ay, by) + reach - rect.y));
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  for (let y = top; y < bottom; y++) {
    const py = rect.y + y + 0.5 - ay;
    for (let x = left, at = y * rect.width + left; x < right; x++, at++) {
      const px = rect.x + x + 0.5 - ax;
      const t = length > 0 ? Math.max(0, Math.min(1, (px * dx + py * dy) / length)) : 0;
      const distance = (px - t * dx) ** 2 + (py - t * dy) ** 2;
      if (distance < out[at]!) out[at] = distance;
    }
  }
}
