import { describe, expect, it } from 'vitest';
import { LANDMARK_COUNT } from '../../core/performance.ts';
import { allocatePicture } from '../../core/picture.ts';
import { INNER_LIPS, OUTER_LIPS } from './face-loops.ts';
import { paintLipLine } from './lip-line.ts';
import { WarpField } from './warp-field.ts';
import { REGION_SKIN } from './warp-mesh.ts';

const SIZE = 64;
const LIPS = 120;
const TEETH = 230;

/** Red lips around an opening full of teeth, ten pixels tall, and a field that leaves every pixel where it is. */
function scene() {
  const picture = allocatePicture(
    SIZE,
    SIZE,
    { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
    { range: 'full', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
  );
  const landmarks = new Float32Array(LANDMARK_COUNT * 3);
  const ring = (loop: readonly number[], rx: number, ry: number): void =>
    loop.forEach((v, i) => {
      const angle = (i / loop.length) * 2 * Math.PI;
      landmarks.set([32 + rx * Math.cos(angle), 32 + ry * Math.sin(angle), 0], v * 3);
    });
  ring(OUTER_LIPS, 24, 14);
  ring(INNER_LIPS, 16, 5);
  picture.planes[0]!.fill(LIPS);
  for (let y = 28; y < 37; y++) for (let x = 18; x < 46; x++) picture.planes[0]![y * SIZE + x] = TEETH;
  const field = new WarpField();
  field.reset({ x: 0, y: 0, width: SIZE, height: SIZE });
  field.region.fill(REGION_SKIN + 1, 0, SIZE * SIZE);
  field.matte.fill(1, 0, SIZE * SIZE);
  return { picture, landmarks, field };
}

describe('paintLipLine', () => {
  it('darkens what comes from an opening that was shut, and nothing else', () => {
    const { picture, landmarks, field } = scene();
    const target = { ...picture, planes: picture.planes.map((plane) => plane.slice()) as typeof picture.planes };
    paintLipLine(picture, target, field, { sourceGap: 0.15, targetGap: 0, landmarks });
    expect(target.planes[0]![32 * SIZE + 32]).toBeLessThan(LIPS);
    expect(target.planes[0]![20 * SIZE + 32]).toBe(LIPS);
    expect(target.planes[0]![32 * SIZE + 8]).toBe(LIPS);
  });

  it('leaves mouths alone that stay open or were shut before', () => {
    for (const gaps of [
      { sourceGap: 0.15, targetGap: 0.1 },
      { sourceGap: 0.01, targetGap: 0 },
    ]) {
      const { picture, landmarks, field } = scene();
      const before = picture.planes[0]!.slice();
      paintLipLine(picture, picture, field, { ...gaps, landmarks });
      expect(picture.planes[0]).toEqual(before);
    }
  });
});
