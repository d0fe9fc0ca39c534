import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture, type PictureLayout, planeSize } from '../../core/picture.ts';
import { lightFactor, sampleCubic, sampleLinear, settleMatte, warpPicture } from './resample.ts';
import { WarpField } from './warp-field.ts';

const COLOUR = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
} as const;
const LAYOUTS: PictureLayout[] = [
  { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false },
  { family: 'yuv', bitDepth: 10, chromaShiftX: 1, chromaShiftY: 0, alpha: true },
  { family: 'yuv', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
  { family: 'rgb', bitDepth: 12, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
  { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
];

function noise(layout: PictureLayout, width = 37, height = 29): Picture {
  const picture = allocatePicture(width, height, layout, COLOUR);
  let seed = 7;
  for (const plane of picture.planes)
    for (let i = 0; i < plane.length; i++) {
      seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff;
      plane[i] = (seed >> 8) & (2 ** layout.bitDepth - 1);
    }
  return picture;
}

function copyOf(picture: Picture): Picture {
  return { ...picture, planes: picture.planes.map((plane) => plane.slice()) };
}

function wholeField(picture: Picture): WarpField {
  const field = new WarpField();
  field.reset({ x: 0, y: 0, width: picture.width, height: picture.height });
  field.matte.fill(1);
  return field;
}

/** What {@link warpPicture} does to a plane, one sample after another in doubles. */
function warpAlone(source: Picture, out: Picture['planes'][number], p: number, field: WarpField): void {
  const { layout } = source;
  const chroma = layout.family === 'yuv' && p > 0;
  const [shiftX, shiftY] = chroma ? [layout.chromaShiftX, layout.chromaShiftY] : [0, 0];
  const subsampled = chroma && layout.chromaShiftX + layout.chromaShiftY > 0;
  const [width, height] = planeSize(layout, source.width, source.height, p);
  const pivot = chroma ? 2 ** (layout.bitDepth - 1) : layout.family === 'rgb' ? 0 : 16 << (layout.bitDepth - 8);
  const { rect, dx, dy, logGain, matte } = field;
  for (let sy = 0; sy < height; sy++)
    for (let sx = 0; sx < width; sx++) {
      const sums = { matte: 0, dx: 0, dy: 0, gain: 0 };
      for (let y = sy << shiftY; y < (sy + 1) << shiftY; y++)
        for (let x = sx << shiftX; x < (sx + 1) << shiftX; x++) {
          const [fx, fy] = [x - rect.x, y - rect.y];
          if (fx < 0 || fy < 0 || fx >= rect.width || fy >= rect.height) continue;
          const at = fy * rect.width + fx;
          sums.matte += matte[at]!;
          sums.dx += matte[at]! * dx[at]!;
          sums.dy += matte[at]! * dy[at]!;
          sums.gain += matte[at]! * logGain[at]!;
        }
      if (sums.matte === 0) continue;
      const fromX = sx - sums.dx / sums.matte / (1 << shiftX);
      const fromY = sy - sums.dy / sums.matte / (1 << shiftY);
      const sample = subsampled ? sampleLinear : sampleCubic;
      const moved = sample(source.planes[p]!, width, height, fromX, fromY);
      const value = pivot + (moved - pivot) * Math.exp(sums.gain / sums.matte);
      const share = sums.matte / (1 << (shiftX + shiftY));
      const at = sy * width + sx;
      out[at] = Math.floor(
        Math.min(2 ** layout.bitDepth - 1, Math.max(0, out[at]! + share * (value - out[at]!) + 0.5)),
      );
    }
}

describe('warpPicture', () => {
  it.each(LAYOUTS)('leaves samples alone where nothing moves: $family $bitDepth bit', (layout) => {
    const source = noise(layout);
    const target = copyOf(source);
    const field = wholeField(source);
    settleMatte(field);
    warpPicture(source, target, field);
    expect(target.planes).toEqual(source.planes);
  });

  it.each(LAYOUTS)('moves by whole samples exactly: $family $bitDepth bit', (layout) => {
    const source = noise(layout);
    const target = copyOf(source);
    const field = wholeField(source);
    field.dx.fill(4);
    field.dy.fill(-2);
    settleMatte(field);
    warpPicture(source, target, field);
    const w = source.width;
    for (const [x, y] of [
      [10, 10],
      [20, 6],
      [30, 20],
    ] as const)
      expect(target.planes[0]![y * w + x]).toBe(source.planes[0]![(y + 2) * w + x - 4]);
    if (layout.family === 'yuv') {
      const cw = (w + (1 << layout.chromaShiftX) - 1) >> layout.chromaShiftX;
      const [cx, cy] = [8, 6];
      const from = (cy + (2 >> layout.chromaShiftY)) * cw + cx - (4 >> layout.chromaShiftX);
      expect(target.planes[1]![cy * cw + cx]).toBe(source.planes[1]![from]);
    }
  });

  it('does not write where the matte is 0 (property)', () => {
    const source = noise(LAYOUTS[0]!);
    fc.assert(
      fc.property(fc.nat(20), fc.nat(15), fc.float({ min: -3, max: 3, noNaN: true }), (x0, y0, shift) => {
        const target = copyOf(source);
        const field = wholeField(source);
        field.matte.fill(0);
        field.dx.fill(shift);
        const inside = (x: number, y: number): boolean => x >= x0 && x < x0 + 9 && y >= y0 && y < y0 + 7;
        for (let y = y0; y < y0 + 7; y++) for (let x = x0; x < x0 + 9; x++) field.matte[y * source.width + x] = 1;
        warpPicture(source, target, field);
        for (let y = 0; y < source.height; y++)
          for (let x = 0; x < source.width; x++)
            if (!inside(x, y))
              expect(target.planes[0]![y * source.width + x]).toBe(source.planes[0]![y * source.width + x]);
      }),
      { numRuns: 25 },
    );
  });

  it.each([...LAYOUTS, { family: 'yuv', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 1, alpha: false } as const])(
    'is what each sample alone comes to: $family $bitDepth bit, chroma $chromaShiftX $chromaShiftY',
    (layout) => {
      const source = noise(layout);
      const target = copyOf(source);
      const field = new WarpField();
      const rect = { x: 3, y: 5, width: 29, height: 21 };
      field.reset(rect);
      const wave = (at: number, amount: number): number => Math.sin(at * 1.7) * amount;
      for (let at = 0; at < rect.width * rect.height; at++) {
        field.dx[at] = wave(at, 2.5);
        field.dy[at] = wave(at + 9, 2);
        field.logGain[at] = at % 3 === 0 ? 0 : wave(at + 4, 1.4);
        field.matte[at] = at % 11 < 4 ? 0 : Math.abs(wave(at, 1));
      }
      warpPicture(source, target, field);
      const expected = copyOf(source);
      expected.planes.slice(0, layout.family === 'gray' ? 1 : 3).forEach((plane, p) => {
        warpAlone(source, plane, p, field);
      });
      // A 512th of a pixel and a thousandth of the light may be lost.
      const tolerance = Math.max(1, 2 ** layout.bitDepth / 512);
      for (const [p, plane] of target.planes.entries())
        for (const [at, value] of plane.entries())
          expect(Math.abs(value - expected.planes[p]![at]!), `plane ${p}, sample ${at}`).toBeLessThanOrEqual(tolerance);
    },
  );

  it('scales light about black and colour about neutral', () => {
    const layout = LAYOUTS[2]!;
    const source = allocatePicture(8, 8, layout, COLOUR);
    source.planes[0]!.fill(116);
    source.planes[1]!.fill(148);
    source.planes[2]!.fill(108);
    const target = copyOf(source);
    const field = wholeField(source);
    field.logGain.fill(Math.log(0.5));
    settleMatte(field);
    warpPicture(source, target, field);
    expect([target.planes[0]![27], target.planes[1]![27], target.planes[2]![27]]).toEqual([66, 138, 118]);
  });
});

describe('lightFactor', () => {
  it('is the exponential to a thousandth', () => {
    for (let x = -2; x <= 2; x += 0.01) expect(Math.abs(lightFactor(x) / Math.exp(x) - 1)).toBeLessThan(1e-3);
  });
});
