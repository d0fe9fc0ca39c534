import { describe, expect, test } from 'vitest';
import { allocatePicture, type Picture } from '../../src/core/picture.ts';
import { colourPsnr } from './measures.ts';

const COLOUR = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
} as const;
const RECT = { x: 2, y: 2, width: 4, height: 4 };

/** 8 by 8 pixels of grey; colour is `off` levels of 8 bits away from it, but only inside of RECT. */
function tinted(off: number, bitDepth: 8 | 10 = 8): Picture {
  const layout = { family: 'yuv', bitDepth, chromaShiftX: 1, chromaShiftY: 1, alpha: false } as const;
  const picture = allocatePicture(8, 8, layout, COLOUR, true);
  const unit = 2 ** (bitDepth - 8);
  picture.planes.forEach((plane) => {
    plane.fill(128 * unit);
  });
  for (const plane of picture.planes.slice(1, 3))
    for (const y of [1, 2]) for (const x of [1, 2]) plane[y * 4 + x]! += off * unit;
  return picture;
}

describe('PSNR of colour', () => {
  const all = new Float32Array(16).fill(1);
  const expected = 20 * Math.log10(255 / 10);

  test('is that of both colour planes where the matte is', () => {
    expect(colourPsnr(tinted(0), tinted(10), RECT, all)).toBeCloseTo(expected, 6);
    expect(
      colourPsnr(tinted(0), tinted(10), { ...RECT, x: 0, y: 0, width: 8, height: 8 }, new Float32Array(64).fill(1)),
    ).toBeCloseTo(expected + 10 * Math.log10(4), 6);
    const one = new Float32Array(16);
    one[0] = 1;
    const changed = tinted(10);
    changed.planes[1]![5]! += 50;
    const [cb, cr] = [60, 10];
    expect(colourPsnr(tinted(0), changed, RECT, one)).toBeCloseTo(
      10 * Math.log10((2 * 255 ** 2) / (cb ** 2 + cr ** 2)),
      6,
    );
  });

  test('counts levels of 8 bits whatever the depth', () => {
    expect(colourPsnr(tinted(0, 10), tinted(10, 10), RECT, all)).toBeCloseTo(expected, 6);
  });
});
