import { GLYPH_HEIGHT, glyphOf, LETTER_SPACING, SPACE_WIDTH } from './stroke-font.ts';

/** An opaque 8-bit picture to draw on: [height, width, 3] RGB. */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  readonly rgb: Uint8Array;
}

/** Red, green, blue, 0..255. */
export type Rgb = readonly [number, number, number];

/** A canvas filled with one colour. */
export function createCanvas(width: number, height: number, colour: Rgb): Canvas {
  const canvas = { width, height, rgb: new Uint8Array(width * height * 3) };
  fillRect(canvas, 0, 0, width, height, colour);
  return canvas;
}

/** Fills the part of a rectangle of whole pixels that lies on the canvas. */
export function fillRect(canvas: Canvas, x: number, y: number, width: number, height: number, colour: Rgb): void {
  const right = Math.min(canvas.width, x + width);
  const bottom = Math.min(canvas.height, y + height);
  for (let row = Math.max(0, y); row < bottom; row++)
    for (let column = Math.max(0, x); column < right; column++)
      canvas.rgb.set(colour, (row * canvas.width + column) * 3);
}

/**
 * Draws `image` so that it fills a rectangle of whole pixels, each canvas pixel the mean of the image pixels under it
 * (nearest one when enlarging).
 */
export function drawImage(canvas: Canvas, image: Canvas, x: number, y: number, width: number, height: number): void {
  for (let row = 0; row < height; row++) {
    const top = Math.floor((row * image.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((row + 1) * image.height) / height));
    for (let column = 0; column < width; column++) {
      const left = Math.floor((column * image.width) / width);
      const right = Math.max(left + 1, Math.floor(((column + 1) * image.width) / width));
      const [cx, cy] = [x + column, y + row];
      if (cx < 0 || cy < 0 || cx >= canvas.width || cy >= canvas.height) continue;
      let [r, g, b] = [0, 0, 0];
      for (let sy = top; sy < bottom; sy++)
        for (let sx = left; sx < right; sx++) {
          const at = (sy * image.width + sx) * 3;
          r += image.rgb[at]!;
          g += image.rgb[at + 1]!;
          b += image.rgb[at + 2]!;
        }
      const count = (bottom - top) * (right - left);
      canvas.rgb.set(
        [Math.round(r / count), Math.round(g / count), Math.round(b / count)],
        (cy * canvas.width + cx) * 3,
      );
    }
  }
}

/** Width in pixels of a line of text whose capitals are `0.75 * size` high. */
export function measureText(text: string, size: number): number {
  let units = 0;
  for (const character of text) units += (character === ' ' ? SPACE_WIDTH : glyphOf(character).width) + LETTER_SPACING;
  return Math.max(0, ((units - LETTER_SPACING) * size) / GLYPH_HEIGHT);
}

function segmentDistance(px: number, py: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
  return Math.hypot(px - ax - t * dx, py - ay - t * dy);
}

/** Coverage of one segment with round ends, the larger of it and what the mask holds. */
function strokeSegment(mask: Float32Array, width: number, height: number, s: readonly number[], radius: number): void {
  const [ax, ay, bx, by] = s as [number, number, number, number];
  const reach = radius + 1;
  const x0 = Math.max(0, Math.floor(Math.min(ax, bx) - reach));
  const x1 = Math.min(width - 1, Math.ceil(Math.max(ax, bx) + reach));
  const y0 = Math.max(0, Math.floor(Math.min(ay, by) - reach));
  const y1 = Math.min(height - 1, Math.ceil(Math.max(ay, by) + reach));
  for (let y = y0; y <= y1; y++)
    for (let x = x0; x <= x1; x++) {
      const coverage = radius + 0.5 - segmentDistance(x + 0.5, y + 0.5, ax, ay, bx, by);
      const at = y * width + x;
      if (coverage > mask[at]!) mask[at] = Math.min(1, coverage);
    }
}

/**
 * Draws a line of text, anti-aliased. `x`, `y` is the top left corner, `size` the line height in pixels (>= 8 to be
 * readable), `weight` the stroke's share of it.
 */
export function drawText(
  canvas: Canvas,
  text: string,
  x: number,
  y: number,
  size: number,
  colour: Rgb,
  weight = 0.1,
): void {
  const radius = (size * weight) / 2;
  const pad = Math.ceil(radius + 1);
  const width = Math.ceil(measureText(text, size)) + 2 * pad;
  const height = Math.ceil(size) + 2 * pad;
  const mask = new Float32Array(width * height);
  const scale = size / GLYPH_HEIGHT;
  let pen = 0;
  for (const character of text) {
    if (character === ' ') {
      pen += SPACE_WIDTH + LETTER_SPACING;
      continue;
    }
    const glyph = glyphOf(character);
    for (const stroke of glyph.strokes)
      for (let i = 0; i + 3 < stroke.length; i += 2) {
        const toX = (value: number): number => pad + (pen + value) * scale;
        const toY = (value: number): number => pad + (GLYPH_HEIGHT - value) * scale;
        const segment = [toX(stroke[i]!), toY(stroke[i + 1]!), toX(stroke[i + 2]!), toY(stroke[i + 3]!)];
        strokeSegment(mask, width, height, segment, radius);
      }
    pen += glyph.width + LETTER_SPACING;
  }
  blendMask(canvas, mask, width, height, Math.round(x) - pad, Math.round(y) - pad, colour);
}

function blendMask(
  canvas: Canvas,
  mask: Float32Array,
  width: number,
  height: number,
  left: number,
  top: number,
  colour: Rgb,
): void {
  for (let row = 0; row < height; row++)
    for (let column = 0; column < width; column++) {
      const [cx, cy] = [left + column, top + row];
      const coverage = mask[row * width + column]!;
      if (coverage === 0 || cx < 0 || cy < 0 || cx >= canvas.width || cy >= canvas.height) continue;
      const at = (cy * canvas.width + cx) * 3;
      for (let c = 0; c < 3; c++) {
        const under = canvas.rgb[at + c]!;
        canvas.rgb[at + c] = Math.round(under + (colour[c]! - under) * coverage);
      }
    }
}
