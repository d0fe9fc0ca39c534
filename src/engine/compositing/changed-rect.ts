import { clampRect, type Rect } from '../../core/picture.ts';
import { FACE_OVAL } from './face-loops.ts';
import type { FineMesh } from './fine-mesh.ts';
import { type FaceFrame, surroundReach } from './surround-field.ts';
import { VERTEX_STRIDE } from './warp-field.ts';

const RECT_MARGIN = 3;
/** Vertices that move less than this (pixels) and are relit less (log) do not widen the working rectangle. */
const IDLE_MOTION = 0.01;
const IDLE_LIGHT = 0.0008;
/** An outline point that moves less than this (pixels) leaves the background alone. */
const OUTLINE_MOTION = 0.08;

/**
 * Bounds of what moves or is relit, with the reach that a moving outline has beyond the face; within a picture of
 * `width` x `height` pixels. Empty when nothing changes.
 *
 * @param controls [468, 4]: x y depth matte of the face's vertices
 * @param changes [468, 3]: dx dy logGain
 */
export function changedRect(
  { vertices }: FineMesh,
  controls: Float32Array,
  changes: Float32Array,
  frame: FaceFrame,
  width: number,
  height: number,
): Rect {
  let [x0, y0, x1, y1] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
  for (let at = 0; at < vertices.length; at += VERTEX_STRIDE) {
    const moved = Math.abs(vertices[at + 3]!) + Math.abs(vertices[at + 4]!);
    if (moved <= IDLE_MOTION && Math.abs(vertices[at + 5]!) <= IDLE_LIGHT) continue;
    x0 = Math.min(x0, vertices[at]!);
    y0 = Math.min(y0, vertices[at + 1]!);
    x1 = Math.max(x1, vertices[at]!);
    y1 = Math.max(y1, vertices[at + 1]!);
  }
  if (x1 < 0) return { x: 0, y: 0, width: 0, height: 0 };
  for (const v of FACE_OVAL) {
    const moved = Math.abs(changes[v * 3]!) + Math.abs(changes[v * 3 + 1]!);
    if (moved <= OUTLINE_MOTION) continue;
    const x = controls[v * 4]!;
    const y = controls[v * 4 + 1]!;
    const up = -((x - frame.centreX) * frame.downX + (y - frame.centreY) * frame.downY) / frame.halfHeight;
    const reach = surroundReach(up, frame.halfHeight);
    x0 = Math.min(x0, x - reach);
    y0 = Math.min(y0, y - reach);
    x1 = Math.max(x1, x + reach);
    y1 = Math.max(y1, y + reach);
  }
  const x = Math.floor(x0) - RECT_MARGIN;
  const y = Math.floor(y0) - RECT_MARGIN;
  return clampRect(
    { x, y, width: Math.ceil(x1) + RECT_MARGIN - x, height: Math.ceil(y1) + RECT_MARGIN - y },
    width,
    height,
  );
}
