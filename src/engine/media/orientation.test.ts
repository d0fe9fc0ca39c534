import { describe, expect, it } from 'vitest';
import { allocatePicture } from '../../core/picture.ts';
import { orientationFromMatrix, orientedChromaLocation, orientedLayout, orientPicture } from './orientation.ts';

function matrix(a: number, b: number, c: number, d: number): Uint8Array {
  const bytes = new Uint8Array(36);
  const view = new DataView(bytes.buffer);
  for (const [offset, value] of [
    [0, a],
    [4, b],
    [12, c],
    [16, d],
  ] as const)
    view.setInt32(offset, value * 65_536, true);
  return bytes;
}

const gray = { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
const colour = {
  range: 'full',
  matrix: 'bt601',
  transfer: 'unknown',
  primaries: 'unknown',
  chromaLocation: 'left',
} as const;

/** Where a display matrix puts the pixels of a 3x2 picture, straight from x' = a x + c y, y' = b x + d y. */
function placed(a: number, b: number, c: number, d: number): number[] {
  const points = [0, 1, 2, 3, 4, 5].map((value) => ({
    value,
    x: a * (value % 3) + c * Math.floor(value / 3),
    y: b * (value % 3) + d * Math.floor(value / 3),
  }));
  return points.sort((p, q) => p.y - q.y || p.x - q.x).map(({ value }) => value);
}

describe('orientation', () => {
  for (const [name, a, b, c, d] of [
    ['upright', 1, 0, 0, 1],
    ['90 clockwise', 0, 1, -1, 0],
    ['180', -1, 0, 0, -1],
    ['270 clockwise', 0, -1, 1, 0],
    ['mirrored', -1, 0, 0, 1],
    ['upside down mirrored', 1, 0, 0, -1],
    ['transposed', 0, 1, 1, 0],
    ['anti-transposed', 0, -1, -1, 0],
  ] as const)
    it(`puts pixels where the matrix says: ${name}`, () => {
      const from = allocatePicture(3, 2, gray, colour);
      from.planes[0]!.set([0, 1, 2, 3, 4, 5]);
      const orientation = orientationFromMatrix(matrix(a, b, c, d));
      const turned = orientation.rotation % 180 !== 0;
      const to = allocatePicture(turned ? 2 : 3, turned ? 3 : 2, gray, colour);
      orientPicture(from, to, orientation);
      expect([...to.planes[0]!]).toEqual(placed(a, b, c, d));
    });

  it('takes no matrix, an empty one, and a short one as upright', () => {
    for (const bytes of [null, new Uint8Array(36), new Uint8Array(8)])
      expect(orientationFromMatrix(bytes)).toEqual({ rotation: 0, mirrored: false });
  });

  it('turns subsampling and chroma sites along', () => {
    const yuv422 = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 0, alpha: false } as const;
    expect(orientedLayout(yuv422, { rotation: 90, mirrored: false })).toMatchObject({
      chromaShiftX: 0,
      chromaShiftY: 1,
    });
    expect(orientedChromaLocation('left', { rotation: 90, mirrored: false })).toBe('top');
    expect(orientedChromaLocation('left', { rotation: 270, mirrored: false })).toBe('bottom');
    expect(orientedChromaLocation('left', { rotation: 180, mirrored: false })).toBe('unknown');
    expect(orientedChromaLocation('center', { rotation: 90, mirrored: true })).toBe('center');
  });
});
