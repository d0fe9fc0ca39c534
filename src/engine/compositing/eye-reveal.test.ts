import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { settleIris } from './eye-reveal.ts';

const FRAME = { centreX: 50, centreY: 40, downX: 0, downY: 1, halfHeight: 60 };
const RADIUS = 12;

/** A white eye with a dark iris of RADIUS about (50, y), skin below `lid`. */
function eye(y: number, lid: number): Picture {
  const layout = { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
  const colour = { range: 'full', matrix: 'bt709', transfer: '', primaries: '', chromaLocation: 'left' } as const;
  const picture = allocatePicture(100, 80, layout, colour);
  for (let j = 0; j < 80; j++)
    for (let i = 0; i < 100; i++) {
      const iris = Math.hypot(i + 0.5 - 50, j + 0.5 - y) < RADIUS;
      picture.planes[0]![j * 100 + i] = j >= lid ? 120 : iris ? 30 : 210;
    }
  return picture;
}

describe('settleIris', () => {
  it('moves a centre that lies too low up to where the lower rim says it is', () => {
    const found = settleIris(eye(36, 60), { x: 50, y: 40, radius: RADIUS }, { x: 50, y: 60 }, FRAME);
    expect(found.x).toBe(50);
    expect(Math.abs(found.y - 36)).toBeLessThan(0.8);
    expect(found.radius).toBe(RADIUS);
  });

  it('leaves a centre that is right, a rim under the lower lid, and an eye without contrast alone', () => {
    const right = { x: 50, y: 36, radius: RADIUS };
    expect(Math.abs(settleIris(eye(36, 60), right, { x: 50, y: 60 }, FRAME).y - 36)).toBeLessThan(0.8);
    const covered = { x: 50, y: 40, radius: RADIUS };
    expect(settleIris(eye(40, 48), covered, { x: 50, y: 48 }, FRAME)).toEqual(covered);
    const flat = eye(36, 60);
    flat.planes[0]!.fill(60);
    expect(settleIris(flat, covered, { x: 50, y: 60 }, FRAME)).toEqual(covered);
  });
});
