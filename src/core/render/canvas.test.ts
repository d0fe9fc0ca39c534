import { describe, expect, it } from 'vitest';
import { createCanvas, drawImage, drawText, fillRect, measureText, type Rgb } from './canvas.ts';
import { glyphOf } from './stroke-font.ts';

const black: Rgb = [0, 0, 0];
const white: Rgb = [255, 255, 255];

function pixel(canvas: { width: number; rgb: Uint8Array }, x: number, y: number): number[] {
  return [...canvas.rgb.subarray((y * canvas.width + x) * 3, (y * canvas.width + x) * 3 + 3)];
}

describe('canvas', () => {
  it('fills only what lies on it', () => {
    const canvas = createCanvas(4, 3, black);
    fillRect(canvas, -2, 1, 4, 10, [1, 2, 3]);
    expect(pixel(canvas, 1, 1)).toEqual([1, 2, 3]);
    expect(pixel(canvas, 2, 1)).toEqual([0, 0, 0]);
    expect(pixel(canvas, 0, 0)).toEqual([0, 0, 0]);
  });

  it('averages when it draws an image smaller', () => {
    const image = createCanvas(4, 4, black);
    fillRect(image, 0, 0, 2, 4, [200, 100, 0]);
    const canvas = createCanvas(3, 3, black);
    drawImage(canvas, image, 1, 1, 1, 1);
    expect(pixel(canvas, 1, 1)).toEqual([100, 50, 0]);
    drawImage(canvas, image, 0, 0, 2, 2);
    expect(pixel(canvas, 0, 0)).toEqual([200, 100, 0]);
    expect(pixel(canvas, 1, 0)).toEqual([0, 0, 0]);
  });

  it('draws a capital I as a vertical bar, soft at its edges', () => {
    const canvas = createCanvas(20, 24, black);
    drawText(canvas, 'I', 10, 2, 16, white, 0.15);
    const row = Array.from({ length: 20 }, (_, x) => pixel(canvas, x, 8)[0]!);
    expect(Math.max(...row)).toBeGreaterThan(200);
    expect(row.filter((value) => value > 0 && value < 255).length).toBeGreaterThan(0);
    expect(row[0]).toBe(0);
    expect(pixel(canvas, 10, 20)[0]).toBe(0);
  });

  it('clips text at the border', () => {
    expect(() => drawText(createCanvas(5, 5, black), 'Wide text', -3, -3, 20, white)).not.toThrow();
  });

  it('measures more text as wider, in proportion to the size', () => {
    expect(measureText('ab', 20)).toBeGreaterThan(measureText('a', 20));
    expect(measureText('label', 40)).toBeCloseTo(2 * measureText('label', 20));
    expect(measureText('', 20)).toBe(0);
  });

  it('has a glyph of its own for every printable letter and digit', () => {
    const box = glyphOf('\u0001').strokes;
    for (let code = 32 + 16; code < 123; code++) {
      const character = String.fromCharCode(code);
      if (/[A-Za-z0-9]/.test(character)) expect(glyphOf(character).strokes).not.toEqual(box);
    }
  });
});
