import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';
import { cuttingEdge, teethSplit } from './teeth-edge.ts';

const SCALE = { downX: 0, downY: 1, pxPerCm: 10 };

/** Lips 20 px below the base of the nose, `gap` px apart. */
function lips(gap: number): Float32Array {
  const landmarks = new Float32Array(478 * 3);
  landmarks.set([40, 10, 0], 2 * 3);
  INNER_LIP_PAIRS.forEach(([u, l], i) => {
    landmarks.set([20 + i * 5, 30, 0], u * 3);
    landmarks.set([20 + i * 5, 30 + gap, 0], l * 3);
  });
  return landmarks;
}

function mouth(tone: (y: number) => number): Picture {
  const layout = { family: 'gray', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
  const colour = { range: 'full', matrix: 'bt709', transfer: '', primaries: '', chromaLocation: 'left' } as const;
  const picture = allocatePicture(100, 80, layout, colour);
  for (let y = 0; y < 80; y++) picture.planes[0]!.fill(tone(y + 0.5), y * 100, (y + 1) * 100);
  return picture;
}

describe('cuttingEdge', () => {
  it('finds where bright teeth end above the dark, in centimetres from the nose', () => {
    const picture = mouth((y) => (y < 40 ? 210 : 30));
    expect(cuttingEdge(picture, lips(24), SCALE)).toBeCloseTo(3, 0);
    expect(Math.abs(cuttingEdge(picture, lips(24), SCALE)! - 3)).toBeLessThan(0.15);
  });

  it('does not guess: teeth that fill the opening, or dark alone, say nothing', () => {
    expect(
      cuttingEdge(
        mouth(() => 200),
        lips(24),
        SCALE,
      ),
    ).toBeNull();
    expect(
      cuttingEdge(
        mouth(() => 30),
        lips(24),
        SCALE,
      ),
    ).toBeNull();
  });
});

describe('teethSplit', () => {
  it('puts the known edge into any opening of the same head', () => {
    expect(teethSplit(lips(20), SCALE, 3)).toBeCloseTo(0.5, 5);
    expect(teethSplit(lips(40), SCALE, 3.6)).toBeCloseTo(0.4, 5);
  });

  it('rests teeth on the lower lip when the edge is unknown, and never splits under the upper lip', () => {
    expect(teethSplit(lips(20), SCALE, null)).toBeGreaterThan(0.9);
    expect(teethSplit(lips(20), SCALE, 1)).toBeGreaterThanOrEqual(0.35);
    expect(teethSplit(lips(20), SCALE, 9)).toBeLessThan(1);
  });
});
