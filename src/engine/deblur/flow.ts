import type { Rect } from '../../core/picture.ts';

/** Pixels between the nodes of a {@link FlowGrid}. */
export const NODE = 12;

/** A displacement for every pixel of a part of a picture, by nodes NODE pixels apart and linear between them. */
export class FlowGrid {
  readonly rect: Rect;
  readonly columns: number;
  readonly rows: number;
  /** Per node, pixels. */
  readonly dx: Float32Array;
  readonly dy: Float32Array;

  /** A flow of zero over `rect`. */
  constructor(rect: Rect) {
    this.rect = rect;
    this.columns = Math.ceil(rect.width / NODE) + 1;
    this.rows = Math.ceil(rect.height / NODE) + 1;
    this.dx = new Float32Array(this.columns * this.rows);
    this.dy = new Float32Array(this.columns * this.rows);
  }

  /**
   * Samples `plane`, which covers `from`, where the flow of each pixel leads, by Catmull-Rom splines; `scale` is 1 for
   * planes of full size and 2 for half. `inside` gets 0 where the flow leads out of the plane.
   */
  warp(plane: Float32Array, from: Rect, out: Float32Array, scale: 1 | 2, inside: Float32Array | null): void {
    const { rect, columns } = this;
    const width = rect.width / scale;
    const height = rect.height / scale;
    const fw = from.width / scale;
    const fh = from.height / scale;
    for (let y = 0; y < height; y++) {
      const gy = (y * scale + (scale - 1) / 2) / NODE;
      const jy = Math.min(this.rows - 2, gy | 0);
      const v = gy - jy;
      for (let x = 0; x < width; x++) {
        const gx = (x * scale + (scale - 1) / 2) / NODE;
        const jx = Math.min(columns - 2, gx | 0);
        const u = gx - jx;
        const n = jy * columns + jx;
        const [a, b, c, d] = [(1 - u) * (1 - v), u * (1 - v), (1 - u) * v, u * v];
        const fx = a * this.dx[n]! + b * this.dx[n + 1]! + c * this.dx[n + columns]! + d * this.dx[n + columns + 1]!;
        const fy = a * this.dy[n]! + b * this.dy[n + 1]! + c * this.dy[n + columns]! + d * this.dy[n + columns + 1]!;
        const sx = x + (fx + rect.x - from.x) / scale;
        const sy = y + (fy + rect.y - from.y) / scale;
        const ix = Math.floor(sx);
        const iy = Math.floor(sy);
        const at = y * width + x;
        if (ix < 1 || iy < 1 || ix >= fw - 2 || iy >= fh - 2) {
          if (inside) inside[at] = 0;
          out[at] = plane[Math.max(0, Math.min(fh - 1, iy)) * fw + Math.max(0, Math.min(fw - 1, ix))]!;
          continue;
        }
        if (inside) inside[at] = 1;
        const s = sx - ix;
        const t = sy - iy;
        const [x0, x1, x2, x3] = spline(s);
        const [y0, y1, y2, y3] = spline(t);
        const p = (iy - 1) * fw + ix - 1;
        const q = p + fw;
        const r = q + fw;
        const w = r + fw;
        out[at] =
          y0 * (x0 * plane[p]! + x1 * plane[p + 1]! + x2 * plane[p + 2]! + x3 * plane[p + 3]!) +
          y1 * (x0 * plane[q]! + x1 * plane[q + 1]! + x2 * plane[q + 2]! + x3 * plane[q + 3]!) +
          y2 * (x0 * plane[r]! + x1 * plane[r + 1]! + x2 * plane[r + 2]! + x3 * plane[r + 3]!) +
          y3 * (x0 * plane[w]! + x1 * plane[w + 1]! + x2 * plane[w + 2]! + x3 * plane[w + 3]!);
      }
    }
  }
}

function spline(t: number): [number, number, number, number] {
  const t2 = t * t;
  const t3 = t2 * t;
  return [(-t3 + 2 * t2 - t) / 2, (3 * t3 - 5 * t2 + 2) / 2, (-3 * t3 + 4 * t2 + t) / 2, (t3 - t2) / 2];
}

/** Steps that a node may move at once, pixels. */
const LONGEST_STEP = 1.5;

/**
 * Moves the nodes of `flow` so that `moving` (the warped plane) lies better on `fixed`: one Gauss-Newton step in windows of
 * `reach` nodes on each side, held back where there is nothing to see. `scale` turns light into code; `noise` is that of
 * the code. With `reach` 0 the whole part moves as one. `size` is 1 for planes of full size and 2 for half.
 */
export function improveFlow(
  flow: FlowGrid,
  fixed: Float32Array,
  moving: Float32Array,
  mask: Float32Array,
  scale: Float32Array,
  noise: number,
  reach: number,
  size: 1 | 2,
): void {
  const { columns, rows } = flow;
  const width = flow.rect.width / size;
  const height = flow.rect.height / size;
  const cell = NODE / size;
  const cells = columns * rows;
  // Sums per cell: gxx, gxy, gyy, gx r, gy r.
  const sums = new Float64Array(cells * 5);
  for (let y = 1; y < height - 1; y++) {
    const row = Math.min(rows - 1, Math.round(y / cell)) * columns;
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x;
      if (mask[i]! <= 0) continue;
      const s = scale[i]! / noise;
      const gx = ((moving[i + 1]! - moving[i - 1]!) / 2) * s;
      const gy = ((moving[i + width]! - moving[i - width]!) / 2) * s;
      const r = (fixed[i]! - moving[i]!) * s;
      // What differs by much is not the same thing moved.
      const w = mask[i]! / (1 + (r / 6) ** 2);
      const at = (row + Math.min(columns - 1, Math.round(x / cell))) * 5;
      sums[at]! += w * gx * gx;
      sums[at + 1]! += w * gx * gy;
      sums[at + 2]! += w * gy * gy;
      sums[at + 3]! += w * gx * r;
      sums[at + 4]! += w * gy * r;
    }
  }
  const moveX = new Float32Array(cells);
  const moveY = new Float32Array(cells);
  const total = new Float64Array(5);
  for (let j = 0; j < rows; j++)
    for (let i = 0; i < columns; i++) {
      total.fill(0);
      const [j0, j1, i0, i1] =
        reach === 0
          ? [0, rows - 1, 0, columns - 1]
          : [
              Math.max(0, j - reach),
              Math.min(rows - 1, j + reach),
              Math.max(0, i - reach),
              Math.min(columns - 1, i + reach),
            ];
      for (let b = j0; b <= j1; b++)
        for (let a = i0; a <= i1; a++) {
          const near = reach === 0 ? 1 : (1 - Math.abs(b - j) / (reach + 1)) * (1 - Math.abs(a - i) / (reach + 1));
          for (let k = 0; k < 5; k++) total[k]! += near * sums[(b * columns + a) * 5 + k]!;
        }
      // A prior that a step is well under a pixel, in units of the noise.
      const xx = total[0]! + 60;
      const yy = total[2]! + 60;
      const det = xx * yy - total[1]! * total[1]!;
      const mx = (total[3]! * yy - total[4]! * total[1]!) / det;
      const my = (total[4]! * xx - total[3]! * total[1]!) / det;
      const long = Math.hypot(mx, my);
      const held = size * (long > LONGEST_STEP ? LONGEST_STEP / long : 1);
      moveX[j * columns + i] = mx * held;
      moveY[j * columns + i] = my * held;
      if (reach === 0) {
        flow.dx.forEach((value, n) => {
          flow.dx[n] = value + mx * held;
          flow.dy[n]! += my * held;
        });
        return;
      }
    }
  for (let n = 0; n < cells; n++) {
    flow.dx[n]! += moveX[n]!;
    flow.dy[n]! += moveY[n]!;
  }
}
