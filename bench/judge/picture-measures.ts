import type { Box } from './face-api.ts';
import type { RgbFrame } from './system-ffmpeg.ts';

/** Luma at half size (2x2 means): below the grain and coding noise of single pixels. */
export interface HalfLuma {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** Luma (0..255, BT.601 weights) of a picture at half size; an odd last row or column is left out. */
export function halfLuma(frame: RgbFrame): HalfLuma {
  const width = frame.width >> 1;
  const height = frame.height >> 1;
  const values = new Float32Array(width * height);
  const stride = frame.width * 3;
  for (let y = 0, o = 0; y < height; y++) {
    for (let x = 0, i = 2 * y * stride; x < width; x++, i += 6, o++) {
      const j = i + stride;
      const { rgb } = frame;
      const r = rgb[i]! + rgb[i + 3]! + rgb[j]! + rgb[j + 3]!;
      const g = rgb[i + 1]! + rgb[i + 4]! + rgb[j + 1]! + rgb[j + 4]!;
      const b = rgb[i + 2]! + rgb[i + 5]! + rgb[j + 2]! + rgb[j + 5]!;
      values[o] = (0.299 * r + 0.587 * g + 0.114 * b) / 4;
    }
  }
  return { width, height, values };
}

/** A box grown by shares of its own size and cut to the picture; whole pixels. */
export function grow(box: Box, sides: number, top: number, bottom: number, width: number, height: number): Box {
  const x0 = Math.max(0, Math.floor(box.x - box.width * sides));
  const y0 = Math.max(0, Math.floor(box.y - box.height * top));
  const x1 = Math.min(width, Math.ceil(box.x + box.width * (1 + sides)));
  const y1 = Math.min(height, Math.ceil(box.y + box.height * (1 + bottom)));
  return { x: x0, y: y0, width: Math.max(0, x1 - x0), height: Math.max(0, y1 - y0) };
}

/**
 * Mean absolute second difference in time, in levels, inside a box (full-size pixels): small for steady and for
 * evenly moving pictures, large where brightness or position jumps to and fro.
 */
export function shake(a: HalfLuma, b: HalfLuma, c: HalfLuma, box: Box): number {
  let sum = 0;
  let count = 0;
  const { width, height } = b;
  const x1 = Math.min(width, (box.x + box.width) >> 1);
  const y1 = Math.min(height, (box.y + box.height) >> 1);
  for (let y = box.y >> 1; y < y1; y++) {
    for (let x = box.x >> 1; x < x1; x++) {
      const i = y * width + x;
      sum += Math.abs(a.values[i]! - 2 * b.values[i]! + c.values[i]!);
      count++;
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Difference of two pictures outside all boxes. */
export interface Outside {
  /** Mean absolute difference in 8-bit levels over the three channels. */
  readonly mean: number;
  /** Share of pixels whose largest channel difference is over 8 levels. */
  readonly changed: number;
  readonly pixels: number;
}

/** Compares two pictures of one size outside the boxes. */
export function outside(a: RgbFrame, b: RgbFrame, boxes: readonly Box[]): Outside {
  let sum = 0;
  let changed = 0;
  let pixels = 0;
  for (let y = 0; y < a.height; y++) {
    const rows = boxes.filter((box) => y >= box.y && y < box.y + box.height);
    for (let x = 0; x < a.width; x++) {
      const hit = rows.find((box) => x >= box.x && x < box.x + box.width);
      if (hit) {
        x = hit.x + hit.width - 1;
        continue;
      }
      const i = 3 * (y * a.width + x);
      const r = Math.abs(a.rgb[i]! - b.rgb[i]!);
      const g = Math.abs(a.rgb[i + 1]! - b.rgb[i + 1]!);
      const bl = Math.abs(a.rgb[i + 2]! - b.rgb[i + 2]!);
      sum += r + g + bl;
      if (Math.max(r, g, bl) > 8) changed++;
      pixels++;
    }
  }
  return { mean: pixels ? sum / (3 * pixels) : 0, changed: pixels ? changed / pixels : 0, pixels };
}

/** Detail inside a box: root mean square of the luma's Laplacian at full size, in levels. */
export function detail(frame: RgbFrame, box: Box): number {
  const { width, height, rgb } = frame;
  const luma = (x: number, y: number): number => {
    const i = 3 * (y * width + x);
    return 0.299 * rgb[i]! + 0.587 * rgb[i + 1]! + 0.114 * rgb[i + 2]!;
  };
  let sum = 0;
  let count = 0;
  const x1 = Math.min(width - 1, box.x + box.width);
  const y1 = Math.min(height - 1, box.y + box.height);
  for (let y = Math.max(1, box.y); y < y1; y++) {
    for (let x = Math.max(1, box.x); x < x1; x++) {
      const l = 4 * luma(x, y) - luma(x - 1, y) - luma(x + 1, y) - luma(x, y - 1) - luma(x, y + 1);
      sum += l * l;
      count++;
    }
  }
  return count === 0 ? Number.NaN : Math.sqrt(sum / count);
}
