import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture, type PictureColour, type PictureLayout } from '../../core/picture.ts';
import { cropToPicture, rgbFromSamples, warpCrop } from './crop.ts';

const colour: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};
const yuv420: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };

/** Luma rises by 2 per pixel to the right and 1 per row; chroma by 1 per chroma sample: linear, so bilinear is exact. */
function ramp(width: number, height: number, layout: PictureLayout = yuv420): Picture {
  const picture = allocatePicture(width, height, layout, colour);
  const unit = 2 ** (layout.bitDepth - 8);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) picture.planes[0]![y * width + x] = (40 + 2 * x + y) * unit;
  const cw = (width + layout.chromaShiftX) >> layout.chromaShiftX;
  const ch = (height + layout.chromaShiftY) >> layout.chromaShiftY;
  for (let y = 0; y < ch; y++)
    for (let x = 0; x < cw; x++) {
      picture.planes[1]![y * cw + x] = (118 + x) * unit;
      picture.planes[2]![y * cw + x] = (136 - y) * unit;
    }
  return picture;
}

/** RGB of the ramp at a continuous position, from the formula of BT.709 itself. */
function expected(px: number, py: number): [number, number, number] {
  const luma = (40 + 2 * (px - 0.5) + (py - 0.5) - 16) / 219;
  const cb = (118 + (px - 0.5) / 2 - 128) / 224;
  const cr = (136 - (py / 2 - 0.5) - 128) / 224;
  return [luma + 1.5748 * cr, luma - 0.1873 * cb - 0.4681 * cr, luma + 1.8556 * cb];
}

describe('warpCrop', () => {
  const region = { centreX: 24.3, centreY: 20.8, size: 18, angleRad: 0.4 };
  const side = 12;

  it('samples luma and sited chroma exactly where the crop looks', () => {
    const out = new Float32Array(side * side * 3);
    warpCrop(ramp(48, 40), region, side, out);
    for (const [u, v] of [
      [0, 0],
      [11, 0],
      [5, 7],
      [11, 11],
    ] as const) {
      const point = Float32Array.of(u + 0.5, v + 0.5);
      cropToPicture(point, 2, 1, region, side);
      const rgb = expected(point[0]!, point[1]!);
      for (let c = 0; c < 3; c++) expect(out[(v * side + u) * 3 + c]).toBeCloseTo(rgb[c]!, 3);
    }
  });

  it('gives the same for 10 bits, and the same with edge checks as without', () => {
    const out = new Float32Array(side * side * 3);
    const deep = new Float32Array(side * side * 3);
    const checked = new Float32Array(4 * side * side * 3);
    warpCrop(ramp(48, 40), region, side, out);
    warpCrop(ramp(48, 40, { ...yuv420, bitDepth: 10 }), region, side, deep);
    // A window whose far corner touches the edge takes the careful path; the shared part must agree.
    const wide = { ...region, size: 36, centreX: 24.3, centreY: 20.8 };
    warpCrop(ramp(48, 40), wide, 2 * side, checked);
    for (let i = 0; i < out.length; i++) expect(deep[i]).toBeCloseTo(out[i]!, 5);
    for (let v = 0; v < side; v++)
      for (let u = 0; u < side; u++)
        for (let c = 0; c < 3; c++)
          expect(checked[((v + side / 2) * 2 * side + u + side / 2) * 3 + c]).toBeCloseTo(
            out[(v * side + u) * 3 + c]!,
            4,
          );
  });

  it('repeats the edge, or shows black, outside the picture', () => {
    const out = new Float32Array(4 * 4 * 3);
    const outside = { centreX: -20, centreY: 10, size: 8, angleRad: 0 };
    warpCrop(ramp(48, 40), outside, 4, out, { border: 'black', gain: 2, bias: -1 });
    expect(new Set(out)).toEqual(new Set([-1]));
    warpCrop(ramp(48, 40), outside, 4, out);
    expect(out[0]).toBeCloseTo(expected(0.5, 7)[0], 2);
  });

  it('averages four samples per pixel with two taps', () => {
    const plain = new Float32Array(side * side * 3);
    const soft = new Float32Array(side * side * 3);
    warpCrop(ramp(48, 40), region, side, plain);
    warpCrop(ramp(48, 40), region, side, soft, { taps: 2 });
    // On a linear ramp the mean of four symmetric samples is the middle one.
    for (let i = 0; i < plain.length; i++) expect(soft[i]).toBeCloseTo(plain[i]!, 4);
  });

  it('reads RGB and gray pictures', () => {
    const full: PictureColour = { ...colour, range: 'full', matrix: 'rgb' };
    const rgb = allocatePicture(8, 8, { ...yuv420, family: 'rgb', chromaShiftX: 0, chromaShiftY: 0 }, full);
    rgb.planes[0]!.fill(255);
    rgb.planes[1]!.fill(51);
    const out = new Float32Array(3);
    warpCrop(rgb, { centreX: 4, centreY: 4, size: 2, angleRad: 0 }, 1, out);
    expect([...out].map((value) => Math.round(value * 100))).toEqual([100, 20, 0]);
    const gray = allocatePicture(8, 8, { ...yuv420, family: 'gray', chromaShiftX: 0, chromaShiftY: 0 }, full);
    gray.planes[0]!.fill(51);
    warpCrop(gray, { centreX: 4, centreY: 4, size: 2, angleRad: 0 }, 1, out);
    expect([...out].map((value) => Math.round(value * 100))).toEqual([20, 20, 20]);
  });

  it('turns 100 % white and black of every matrix into 1 and 0', () => {
    for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
      const m = rgbFromSamples({ ...colour, matrix }, 'yuv', 10);
      for (let row = 0; row < 3; row++) {
        const at = (y: number): number => m[row * 4]! * y + (m[row * 4 + 1]! + m[row * 4 + 2]!) * 512 + m[row * 4 + 3]!;
        expect(at(940)).toBeCloseTo(1, 9);
        expect(at(64)).toBeCloseTo(0, 9);
      }
    }
  });
});
