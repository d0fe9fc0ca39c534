import { describe, expect, it } from 'vitest';
import { createCanvas } from '../../core/render/canvas.ts';
import { contactSheet } from './contact-sheet.ts';

describe('contact sheet', () => {
  it('holds every picture where its column and row meet, with letters around', () => {
    const cell = (value: number) => createCanvas(40, 30, [value, 0, 255]);
    const sheet = contactSheet(
      [
        { title: 'Source', note: '', cells: [cell(11), cell(12)] },
        { title: 'Happy', note: 'intensity 1', cells: [cell(21), cell(22)] },
      ],
      ['0.0 s', '1.0 s'],
      'Edited',
    );
    const found = new Map<number, number>();
    for (let i = 0; i < sheet.rgb.length; i += 3)
      if (sheet.rgb[i + 1] === 0 && sheet.rgb[i + 2] === 255)
        found.set(sheet.rgb[i]!, (found.get(sheet.rgb[i]!) ?? 0) + 1);
    expect([...found].sort()).toEqual([11, 12, 21, 22].map((value) => [value, 1200]));
    expect(sheet.rgb.some((value) => value > 228)).toBe(true);
  });
});
