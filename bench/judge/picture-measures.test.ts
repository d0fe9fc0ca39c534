import { describe, expect, test } from 'vitest';
import { detail, grow, halfLuma, outside, shake } from './picture-measures.ts';
import type { RgbFrame } from './system-ffmpeg.ts';

const picture = (width: number, height: number, level: (x: number, y: number) => number): RgbFrame => {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgb.fill(level(x, y), 3 * (y * width + x), 3 * (y * width + x) + 3);
  }
  return { index: 0, width, height, rgb };
};

describe('picture measures', () => {
  test('half-size luma averages two by two', () => {
    const half = halfLuma(picture(5, 4, (x) => (x % 2) * 100));
    expect([half.width, half.height]).toEqual([2, 2]);
    for (const value of half.values) expect(value).toBeCloseTo(50, 3);
  });

  test('shake is zero for an even fade and counts a blink', () => {
    const flat = (level: number) => halfLuma(picture(8, 8, () => level));
    const all = { x: 0, y: 0, width: 8, height: 8 };
    expect(shake(flat(10), flat(20), flat(30), all)).toBeCloseTo(0, 3);
    expect(shake(flat(10), flat(20), flat(10), all)).toBeCloseTo(20, 3);
  });

  test('outside sees only what lies outside every box', () => {
    const before = picture(10, 10, () => 50);
    const after = picture(10, 10, (x, y) => (x < 5 && y < 5 ? 200 : x === 9 && y === 9 ? 150 : 50));
    const clean = outside(before, after, [{ x: 0, y: 0, width: 5, height: 5 }]);
    expect(clean.pixels).toBe(75);
    expect(clean.changed).toBeCloseTo(1 / 75);
    expect(clean.mean).toBeCloseTo(100 / 75);
    expect(outside(before, after, []).changed).toBeCloseTo(26 / 100);
  });

  test('grown boxes stay inside the picture', () => {
    expect(grow({ x: 10, y: 10, width: 20, height: 20 }, 1, 1, 1, 40, 35)).toEqual({
      x: 0,
      y: 0,
      width: 40,
      height: 35,
    });
  });

  test('detail falls when a picture is blurred', () => {
    const box = { x: 0, y: 0, width: 16, height: 16 };
    const sharp = picture(16, 16, (x) => (x % 4 < 2 ? 0 : 200));
    const soft = picture(16, 16, (x) => (x % 4 < 2 ? 80 : 120));
    expect(detail(soft, box)).toBeLessThan(detail(sharp, box) * 0.5);
  });
});
