import type { Canvas, Rgb } from '../../core/render/canvas.ts';

/** Draws an anti-aliased line `width` pixels wide, blended by `opacity`; parts off the canvas are dropped. Pixel centres at .5. */
export function drawLine(
  canvas: Canvas,
  ax: number,
  ay: number,
  bx: number,
  by: number,
  width: number,
  colour: Rgb,
  opacity = 1,
): void {
  const reach = width / 2 + 0.5;
  const [dx, dy] = [bx - ax, by - ay];
  const steep = Math.abs(dy) > Math.abs(dx);
  const [from, until, size] = steep
    ? [Math.min(ay, by), Math.max(ay, by), canvas.height]
    : [Math.min(ax, bx), Math.max(ax, bx), canvas.width];
  const length = Math.hypot(dx, dy);
  if (!Number.isFinite(length)) return;
  const span = reach * (length > 0 ? length / Math.max(Math.abs(dx), Math.abs(dy)) : 1);
  // Walk the long axis; across it only the few pixels that the stroke can touch are looked at.
  for (let p = Math.max(0, Math.floor(from - reach)); p <= Math.min(size - 1, Math.ceil(until + reach)); p++) {
    const along = steep ? dy : dx;
    const t = along === 0 ? 0 : (p + 0.5 - (steep ? ay : ax)) / along;
    const clamped = Math.min(1, Math.max(0, t));
    const middle = steep ? ax + clamped * dx : ay + clamped * dy;
    for (let q = Math.floor(middle - span); q <= Math.ceil(middle + span); q++) {
      const [x, y] = steep ? [q, p] : [p, q];
      if (x < 0 || y < 0 || x >= canvas.width || y >= canvas.height) continue;
      const nearest =
        length === 0 ? 0 : Math.min(1, Math.max(0, ((x + 0.5 - ax) * dx + (y + 0.5 - ay) * dy) / (length * length)));
      const distance = Math.hypot(x + 0.5 - ax - nearest * dx, y + 0.5 - ay - nearest * dy);
      const cover = Math.min(1, Math.max(0, reach - distance)) * opacity;
      if (cover <= 0) continue;
      const at = (y * canvas.width + x) * 3;
      for (let c = 0; c < 3; c++) canvas.rgb[at + c]! += cover * (colour[c]! - canvas.rgb[at + c]!);
    }
  }
}

/** Draws a closed or open line through points of `points` [n, stride] (x, y first), by number. */
export function drawPath(
  canvas: Canvas,
  points: Float32Array,
  path: readonly number[],
  closed: boolean,
  width: number,
  colour: Rgb,
  opacity = 1,
): void {
  for (let k = closed ? 0 : 1; k < path.length; k++) {
    const a = path[(k + path.length - 1) % path.length]! * 3;
    const b = path[k]! * 3;
    drawLine(canvas, points[a]!, points[a + 1]!, points[b]!, points[b + 1]!, width, colour, opacity);
  }
}
