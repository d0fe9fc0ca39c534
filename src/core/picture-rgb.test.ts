import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RetakeError } from './errors.ts';
import { allocatePicture, type Picture, type PictureColour, type PictureLayout } from './picture.ts';
import { blendRgb } from './picture-blend.ts';
import { pictureToRgb } from './picture-rgb.ts';

const COLOUR: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};
const YUV420: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };

function noise(width: number, height: number, layout: PictureLayout, colour: PictureColour, seed = 1): Picture {
  const picture = allocatePicture(width, height, layout, colour);
  let state = seed >>> 0;
  for (const plane of picture.planes)
    for (let i = 0; i < plane.length; i++) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      plane[i] = state >>> (32 - layout.bitDepth);
    }
  return picture;
}

function copyOf(picture: Picture): Picture {
  return { ...picture, planes: picture.planes.map((plane) => plane.slice()) };
}

const layouts = fc.record({
  family: fc.constantFrom('yuv' as const, 'rgb' as const, 'gray' as const),
  bitDepth: fc.constantFrom(8 as const, 10 as const, 12 as const, 16 as const),
  chromaShiftX: fc.constantFrom(0 as const, 1 as const),
  chromaShiftY: fc.constantFrom(0 as const, 1 as const),
  alpha: fc.boolean(),
});
const colours = fc.record({
  range: fc.constantFrom('limited' as const, 'full' as const),
  matrix: fc.constantFrom('bt601' as const, 'bt709' as const, 'bt2020' as const),
  transfer: fc.constant('bt709'),
  primaries: fc.constant('bt709'),
  chromaLocation: fc.constantFrom('left', 'center', 'topleft', 'top', 'bottomleft', 'bottom', 'unknown'),
});
const regions = fc
  .tuple(fc.integer({ min: 1, max: 23 }), fc.integer({ min: 1, max: 19 }))
  .chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      x: fc.integer({ min: 0, max: width - 1 }),
      y: fc.integer({ min: 0, max: height - 1 }),
      w: fc.integer({ min: 1, max: width }),
      h: fc.integer({ min: 1, max: height }),
      seed: fc.integer({ min: 1, max: 1e9 }),
    }),
  )
  .map(({ width, height, x, y, w, h, seed }) => ({
    width,
    height,
    seed,
    rect: { x, y, width: Math.min(w, width - x), height: Math.min(h, height - y) },
  }));

describe('blendRgb', () => {
  it('gives back identical samples for unedited colours under a full matte, whatever the layout', () => {
    fc.assert(
      fc.property(layouts, colours, regions, (layout, colour, { width, height, rect, seed }) => {
        const picture = noise(width, height, layout, colour, seed);
        const before = copyOf(picture);
        const rgb = new Float32Array(rect.width * rect.height * 3);
        pictureToRgb(picture, rect, rgb);
        blendRgb(picture, rect, rgb, new Float32Array(rect.width * rect.height).fill(1));
        expect(picture.planes).toEqual(before.planes);
      }),
    );
  });

  it('touches only pixels with a matte, and chroma only where one of its pixels has one', () => {
    fc.assert(
      fc.property(layouts, colours, regions, (layout, colour, { width, height, rect, seed }) => {
        const picture = noise(width, height, layout, colour, seed);
        const before = copyOf(picture);
        const matte = new Uint8Array(rect.width * rect.height).map((_, i) => ((i * 7 + seed) % 5 === 0 ? 200 : 0));
        const rgb = new Float32Array(rect.width * rect.height * 3).fill(0.5);
        blendRgb(picture, rect, rgb, matte);
        const covered = (x: number, y: number): boolean =>
          x >= rect.x &&
          y >= rect.y &&
          x < rect.x + rect.width &&
          y < rect.y + rect.height &&
          matte[(y - rect.y) * rect.width + x - rect.x]! > 0;
        picture.planes.forEach((plane, index) => {
          const chroma = layout.family === 'yuv' && (index === 1 || index === 2);
          const alpha = layout.alpha && index === picture.planes.length - 1;
          const [sx, sy] = chroma ? [layout.chromaShiftX, layout.chromaShiftY] : [0, 0];
          const columns = (width + sx) >> sx;
          plane.forEach((value, at) => {
            const [cx, cy] = [(at % columns) << sx, Math.floor(at / columns) << sy];
            let touched = false;
            for (let y = cy; y < cy + (1 << sy); y++)
              for (let x = cx; x < cx + (1 << sx); x++) touched ||= x < width && y < height && covered(x, y);
            if (!touched || alpha) expect(value).toBe(before.planes[index]![at]);
          });
        });
      }),
    );
  });

  it('moves a whole region to a flat colour to within rounding', () => {
    const target = [0.8, 0.3, 0.45];
    for (const range of ['limited', 'full'] as const)
      for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
        const colour = { ...COLOUR, range, matrix };
        const picture = allocatePicture(32, 32, YUV420, colour);
        picture.planes[0]!.fill(90);
        picture.planes[1]!.fill(120);
        picture.planes[2]!.fill(140);
        const rect = { x: 0, y: 0, width: 32, height: 32 };
        const rgb = Float32Array.from({ length: 32 * 32 * 3 }, (_, i) => target[i % 3]!);
        blendRgb(picture, rect, rgb, new Float32Array(32 * 32).fill(1));
        pictureToRgb(picture, rect, rgb);
        for (let i = 0; i < rgb.length; i++) expect(Math.abs(rgb[i]! - target[i % 3]!)).toBeLessThan(0.006);
      }
  });
});

describe('pictureToRgb', () => {
  it('follows the published code values: BT.709 limited white, black, red', () => {
    const picture = allocatePicture(6, 2, { ...YUV420, chromaShiftX: 0, chromaShiftY: 0 }, COLOUR);
    // Rec. 709 8-bit: red (1, 0, 0) is Y 63, Cb 102, Cr 240.
    const codes = [
      [235, 128, 128],
      [16, 128, 128],
      [63, 102, 240],
    ] as const;
    for (const [x, code] of codes.entries())
      for (const [plane, value] of code.entries()) picture.planes[plane]![x] = value;
    const rgb = new Float32Array(9);
    pictureToRgb(picture, { x: 0, y: 0, width: 3, height: 1 }, rgb);
    for (const [i, value] of [1, 1, 1, 0, 0, 0, 1, 0, 0].entries()) expect(rgb[i]).toBeCloseTo(value, 1.9);
  });

  it('puts chroma where its site says: a ramp in chroma is a ramp in colour', () => {
    // Cr = 16 + 4 x at luma column x; sampled at the site of each chroma sample it interpolates to the same ramp.
    for (const [location, site] of [
      ['left', 0],
      ['center', 0.5],
      ['topleft', 0],
    ] as const) {
      const picture = allocatePicture(16, 4, { ...YUV420, chromaShiftY: 0 }, { ...COLOUR, chromaLocation: location });
      picture.planes[0]!.fill(126);
      picture.planes[1]!.fill(128);
      for (let i = 0; i < 32; i++) picture.planes[2]![i] = Math.round(100 + 4 * (2 * (i % 8) + site));
      const rgb = new Float32Array(16 * 3);
      pictureToRgb(picture, { x: 0, y: 1, width: 16, height: 1 }, rgb);
      const red = Array.from({ length: 16 }, (_, x) => rgb[x * 3]!);
      for (let x = 1; x < 14; x++)
        expect(red[x]! - (126 - 16) / 219).toBeCloseTo((1.5748 * (100 + 4 * x - 128)) / 224, 5);
    }
  });

  it('keeps codes beyond black and white', () => {
    const picture = allocatePicture(2, 2, YUV420, COLOUR);
    picture.planes[0]!.fill(250);
    picture.planes[1]!.fill(128);
    picture.planes[2]!.fill(128);
    const rgb = new Float32Array(12);
    pictureToRgb(picture, { x: 0, y: 0, width: 2, height: 2 }, rgb);
    expect(rgb[0]).toBeGreaterThan(1.05);
  });

  it('refuses a region outside the picture and arrays that are too short', () => {
    const picture = allocatePicture(8, 8, YUV420, COLOUR);
    expect(() => pictureToRgb(picture, { x: 4, y: 0, width: 5, height: 1 }, new Float32Array(99))).toThrow(RetakeError);
    expect(() => pictureToRgb(picture, { x: 0, y: 0, width: 2, height: 2 }, new Float32Array(11))).toThrow(RetakeError);
  });
});
