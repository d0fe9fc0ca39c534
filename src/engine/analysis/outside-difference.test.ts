import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allocatePicture, type PictureColour, type PictureLayout, type Rect } from '../../core/picture.ts';
import { comparable, outsideDifference } from './outside-difference.ts';

const colour: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};
const yuv420: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };
const yuv422p10: PictureLayout = { family: 'yuv', bitDepth: 10, chromaShiftX: 1, chromaShiftY: 0, alpha: false };

describe('difference outside the face', () => {
  it('is that of a pixel-by-pixel count, for any faces', () => {
    const rect = fc.record({
      x: fc.integer({ min: 0, max: 12 }),
      y: fc.integer({ min: 0, max: 10 }),
      width: fc.integer({ min: 0, max: 9 }),
      height: fc.integer({ min: 0, max: 9 }),
    });
    fc.assert(
      fc.property(
        fc.array(rect, { maxLength: 4 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
        (faces, noise) => {
          const [a, b] = [allocatePicture(13, 11, yuv420, colour), allocatePicture(13, 11, yuv420, colour)];
          for (const plane of b.planes) for (let i = 0; i < plane.length; i++) plane[i] = noise.next().value as number;
          const seen: number[] = [];
          const inside = (px: number, py: number): boolean =>
            faces.some((f: Rect) => px >= f.x && py >= f.y && px < f.x + f.width && py < f.y + f.height);
          for (let y = 0; y < 11; y++)
            for (let x = 0; x < 13; x++) if (!inside(x, y)) seen.push(b.planes[0]![y * 13 + x]!);
          for (const plane of [b.planes[1]!, b.planes[2]!])
            for (let y = 0; y < 6; y++)
              for (let x = 0; x < 7; x++) {
                const pixels = [0, 1].flatMap((dy) => [0, 1].map((dx) => [2 * x + dx, 2 * y + dy] as const));
                if (!pixels.some(([px, py]) => inside(px, py))) seen.push(plane[y * 7 + x]!);
              }
          const found = outsideDifference(a, b, faces);
          expect(found.max).toBe(Math.max(0, ...seen));
          expect(found.mean).toBeCloseTo(seen.length === 0 ? 0 : seen.reduce((s, v) => s + v, 0) / seen.length, 9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('scales another bit depth and then leaves chroma of another subsampling out', () => {
    const [a, b] = [allocatePicture(4, 4, yuv420, colour), allocatePicture(4, 4, yuv422p10, colour)];
    a.planes[0]!.fill(100);
    b.planes[0]!.fill(404);
    b.planes[1]!.fill(1000);
    expect(outsideDifference(a, b, [])).toEqual({ mean: 1, max: 1 });
  });

  it('knows what cannot be compared', () => {
    const a = allocatePicture(4, 4, yuv420, colour);
    expect(comparable(a, allocatePicture(4, 4, yuv422p10, colour))).toBe(true);
    expect(comparable(a, allocatePicture(4, 6, yuv420, colour))).toBe(false);
    expect(comparable(a, allocatePicture(4, 4, yuv420, { ...colour, range: 'full' }))).toBe(false);
  });
});
