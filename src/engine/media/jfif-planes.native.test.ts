import { describe, expect, it } from 'vitest';
import { allocatePicture, type PictureColour, type PictureLayout } from '../../core/picture.ts';
import { fillJfifPlanes } from './jfif-planes.ts';
import { PictureScaler } from './picture-scaler.ts';

const LAYOUT: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };
const colour = (range: PictureColour['range'], matrix: PictureColour['matrix']): PictureColour => ({
  range,
  matrix,
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'center',
});
const JFIF = colour('full', 'bt601');

describe('samples of JPEG files', () => {
  it.each([
    ['limited', 'bt709'],
    ['full', 'bt709'],
    ['limited', 'bt601'],
    ['limited', 'bt2020'],
    ['full', 'bt601'],
  ] as const)('of %s %s are those that swscale gives through RGB', (range, matrix) => {
    // Blocks of one colour, so that the siting of chroma does not matter.
    const [width, height] = [128, 64];
    const picture = allocatePicture(width, height, LAYOUT, colour(range, matrix));
    const [y, u, v] = picture.planes;
    for (let row = 0; row < height; row++)
      for (let x = 0; x < width; x++) {
        const block = (row >> 4) * 8 + (x >> 4);
        y![row * width + x] = 60 + ((block * 37) % 130);
        const c = (row >> 1) * (width >> 1) + (x >> 1);
        u![c] = 108 + ((block * 11) % 40);
        v![c] = 148 - ((block * 7) % 40);
      }
    const ours = allocatePicture(width, height, LAYOUT, JFIF);
    fillJfifPlanes(picture, ours);
    using scaler = new PictureScaler(picture, { width, height, layout: LAYOUT, colour: JFIF });
    const theirs = scaler.convert(picture);
    for (let block = 0; block < 32; block++) {
      const [bx, by] = [(block % 8) * 16 + 8, (block >> 3) * 16 + 8];
      const at = [by * width + bx, (by >> 1) * (width >> 1) + (bx >> 1)];
      for (const plane of [0, 1, 2]) {
        const i = at[plane === 0 ? 0 : 1]!;
        expect(Math.abs(ours.planes[plane]![i]! - theirs.planes[plane]![i]!)).toBeLessThanOrEqual(2);
      }
    }
  });

  it('exist for odd sizes, and clip rather than wrap', () => {
    const picture = allocatePicture(5, 3, LAYOUT, colour('limited', 'bt709'));
    picture.planes[0]!.fill(255);
    picture.planes[1]!.fill(128);
    picture.planes[2]!.fill(128);
    const out = allocatePicture(5, 3, LAYOUT, JFIF);
    fillJfifPlanes(picture, out);
    expect([...out.planes[0]!]).toEqual(new Array(15).fill(255));
    expect([...out.planes[1]!, ...out.planes[2]!]).toEqual(new Array(12).fill(128));
  });
});
