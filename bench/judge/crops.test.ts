import { describe, expect, test } from 'vitest';
import { amplifiedDifference, enlarge, sameSize } from './crops.ts';
import type { RgbFrame } from './system-ffmpeg.ts';
import { drawText } from './tiny-font.ts';

const ramp = (width: number, height: number): RgbFrame => {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < rgb.length; i++) rgb[i] = Math.floor(i / 3) % width;
  return { index: 0, width, height, rgb };
};

describe('contact sheet crops', () => {
  test('a zoom of 1 copies pixels exactly', () => {
    const crop = enlarge(ramp(50, 10), { x: 7, y: 2, width: 5, height: 3 }, 1);
    expect([crop.width, crop.height]).toEqual([5, 3]);
    expect([...crop.rgb].filter((_, i) => i % 3 === 0)).toEqual([7, 8, 9, 10, 11, 7, 8, 9, 10, 11, 7, 8, 9, 10, 11]);
  });

  test('enlarging keeps a ramp a ramp', () => {
    const crop = enlarge(ramp(50, 10), { x: 10, y: 2, width: 20, height: 4 }, 2);
    for (let x = 0; x < 40; x++)
      expect(Math.abs(crop.rgb[3 * x]! - (10 + (x + 0.5) / 2 - 0.5))).toBeLessThanOrEqual(0.51);
  });

  test('rows beyond the picture are black, and nothing throws', () => {
    const crop = enlarge(ramp(20, 10), { x: -4, y: -6, width: 30, height: 30 }, 1);
    expect(crop.rgb.subarray(0, 30).every((value) => value === 0)).toBe(true);
    expect(crop.rgb[3 * (8 * 30 + 14)]).toBe(10);
  });

  test('crops of a sheet share the middle size and keep their centres', () => {
    const boxes = sameSize([
      { x: 0, y: 0, width: 10, height: 10 },
      { x: 100, y: 0, width: 20, height: 10 },
      { x: 0, y: 0, width: 40, height: 10 },
    ]);
    expect(boxes.map((box) => box.width)).toEqual([20, 20, 20]);
    expect(boxes.map((box) => box.x)).toEqual([-5, 100, 10]);
  });

  test('no difference is mid grey, and a difference is amplified', () => {
    const a = { width: 1, height: 1, rgb: Uint8Array.of(10, 20, 30) };
    const b = { width: 1, height: 1, rgb: Uint8Array.of(10, 18, 90) };
    expect([...amplifiedDifference(a, b, 4).rgb]).toEqual([128, 136, 0]);
  });

  test('text lands on a black bar and does not leave the canvas', () => {
    const canvas = { width: 20, height: 12, rgb: new Uint8Array(20 * 12 * 3).fill(90) };
    drawText(canvas, '1 happy', 0, 0, 1);
    expect(canvas.rgb.subarray(0, 60).every((value) => value === 0)).toBe(true);
    expect(canvas.rgb.includes(255)).toBe(true);
    expect(canvas.rgb.subarray(20 * 7 * 3).every((value) => value === 90)).toBe(true);
  });
});
