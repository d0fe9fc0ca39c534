import { expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { holdBack } from './hold-back.ts';

const SIDE = 16;

/** An even 4:2:0 picture. */
function even(value: number): Picture {
  const picture = allocatePicture(
    SIDE,
    SIDE,
    { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false },
    { range: 'limited', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
  );
  for (const plane of picture.planes) plane.fill(value);
  return picture;
}

it('a face that is held back leaves what lies beside its matte, in light and colour: another face may be there', () => {
  const [source, target] = [even(100), even(180)];
  const rect = { x: 3, y: 2, width: 10, height: 12 };
  // It shows in the left part of its rectangle: columns 3 to 6 of the picture.
  const matte = Float32Array.from({ length: rect.width * rect.height }, (_, i) => (i % rect.width < 4 ? 1 : 0));
  holdBack(source, target, { rect, matte }, 0.25);
  const at = (plane: number, x: number, y: number): number =>
    target.planes[plane]![y * (plane === 0 ? SIDE : SIDE / 2) + x]!;
  expect([2, 3, 6, 7, 12].map((x) => at(0, x, 5))).toEqual([180, 120, 120, 180, 180]);
  expect([1, 2, 14].map((y) => at(0, 4, y))).toEqual([180, 120, 180]);
  // A sample of colour stands for two pixels each way: it follows where any of them shows.
  expect([0, 1, 3, 4, 6].map((x) => at(1, x, 3))).toEqual([180, 120, 120, 180, 180]);
  expect(at(2, 1, 3)).toBe(120);
});
