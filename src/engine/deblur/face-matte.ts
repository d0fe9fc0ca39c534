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

/** Distance of the point from the segment, squared. */
function segmentDistance(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length > 0 ? Math.max(0, Math.min(1, ((px - ax) * dx + (py - ay) * dy) / length)) : 0;
  return (px - ax - t * dx) ** 2 + (py - ay - t * dy) ** 2;
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
  out.fill(0, 0, rect.width * rect.height);
  const box = outlineBox(outline, 0);
  const inside = Math.max(1.5, FADE_INSIDE * box.width);
  const outside = Math.max(0.5, FADE_OUTSIDE * box.width);
  const points = outline.length / 2;
  const reach = Math.ceil(outside) + 1;
  const top = Math.max(rect.y, box.y - reach);
  const bottom = Math.min(rect.y + rect.height, box.y + box.height + reach);
  const near: number[] = [];
  for (let y = top; y < bottom; y++) {
    const cy = y + 0.5;
    const cross = crossings(outline, cy);
    near.length = 0;
    // Only edges this close to the row can matter to it.
    for (let i = 0; i < points; i++) {
      const j = (i + 1) % points;
      const [ay, by] = [outline[i * 2 + 1]!, outline[j * 2 + 1]!];
      if (Math.min(ay, by) - inside <= cy && Math.max(ay, by) + inside >= cy) near.push(i);
    }
    const left = Math.max(rect.x, box.x - reach);
    const right = Math.min(rect.x + rect.width, box.x + box.width + reach);
    for (let x = left; x < right; x++) {
      const cx = x + 0.5;
      let within = false;
      for (const place of cross) if (place <= cx) within = !within;
      let distance = inside * inside;
      for (const i of near) {
        const j = ((i + 1) % points) * 2;
        distance = Math.min(
          distance,
          segmentDistance(cx, cy, outline[i * 2]!, outline[i * 2 + 1]!, outline[j]!, outline[j + 1]!),
        );
      }
      const depth = Math.sqrt(distance) * (within ? 1 : -1);
      const t = Math.max(0, Math.min(1, (depth + outside) / (inside + outside)));
      out[(y - rect.y) * rect.width + x - rect.x] = t * t * (3 - 2 * t);
    }
  }
}
