import { describe, expect, it } from 'vitest';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';
import { cuttingEdge, seenEdge, teethSplit } from './teeth-edge.ts';

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

describe('seenEdge', () => {
  it('finds the end of the teeth in this very frame, whatever the head does', () => {
    const seen = seenEdge(
      mouth((y) => (y < 46 ? 210 : 30)),
      lips(24),
    )!;
    expect(Math.abs(seen.place - 16 / 24)).toBeLessThan(0.05);
    expect(seen.contrast).toBeLessThan(0.2);
    // The nose says 0.42; the picture is believed.
    expect(teethSplit(lips(24), SCALE, 3, seen)).toBeCloseTo(seen.place, 5);
  });

  it('knows lower teeth that stand alone under the dark, and takes no edge of upper teeth from them', () => {
    const picture = mouth((y) => (y < 44 ? 25 : 190));
    const seen = seenEdge(picture, lips(24))!;
    expect(seen.upper).toBe(false);
    expect(Math.abs(seen.place - 14 / 24)).toBeLessThan(0.06);
    expect(teethSplit(lips(24), SCALE, null, seen)).toBeLessThan(0.65);
    expect(cuttingEdge(picture, lips(24), SCALE)).toBeNull();
    // Where the head's own upper teeth are known to reach farther down, it is they that are seen, in the shade.
    expect(teethSplit(lips(24), SCALE, 4.2, seen)).toBeCloseTo(teethSplit(lips(24), SCALE, 4.2), 5);
    // Upper teeth in the shadow of their lip are upper teeth.
    expect(
      seenEdge(
        mouth((y) => (y < 34 ? 60 : 190)),
        lips(24),
      )!.upper,
    ).toBe(true);
  });

  it('leaves the split to the known edge where the frame shows no step', () => {
    const seen = seenEdge(
      mouth(() => 90),
      lips(24),
    );
    expect(teethSplit(lips(24), SCALE, 3, seen)).toBeCloseTo(teethSplit(lips(24), SCALE, 3), 5);
  });

  it('knows the lower lip by its colour and never hangs it on the skull', () => {
    const layout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false } as const;
    const colour = { range: 'full', matrix: 'bt709', transfer: '', primaries: '', chromaLocation: 'left' } as const;
    const picture = allocatePicture(100, 80, layout, colour);
    picture.planes[0]!.fill(150);
    picture.planes[1]!.fill(126);
    picture.planes[2]!.fill(130);
    // Red from 12 px below the upper lip on, although the landmarks put the lower lip at 24.
    picture.planes[2]!.fill(172, (42 / 2) * 50);
    const seen = seenEdge(picture, lips(24))!;
    expect(Math.abs(seen.lowerLip - 0.5)).toBeLessThan(0.08);
    expect(teethSplit(lips(24), SCALE, null, seen)).toBeLessThan(0.6);
  });
});

describe('lower lip by its colour', () => {
  /** Limited-range 4:4:4 rows of [luma, red difference]. */
  const coloured = (tone: (y: number) => readonly [number, number]): Picture => {
    const layout = { family: 'yuv', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
    const colour = { range: 'limited', matrix: 'bt709', transfer: '', primaries: '', chromaLocation: 'left' } as const;
    const picture = allocatePicture(100, 80, layout, colour);
    picture.planes[1]!.fill(128);
    for (let y = 0; y < 80; y++) {
      const [luma, red] = tone(y + 0.5);
      picture.planes[0]!.fill(luma, y * 100, (y + 1) * 100);
      picture.planes[2]!.fill(red, y * 100, (y + 1) * 100);
    }
    return picture;
  };
  const [teeth, dark, lip] = [
    [200, 130],
    [40, 135],
    [120, 170],
  ] as const;

  it('follows the lip up into the opening', () => {
    const seen = seenEdge(
      coloured((y) => (y < 40 ? teeth : y < 46 ? dark : lip)),
      lips(24),
    )!;
    expect(Math.abs(seen.lowerLip - 16 / 24)).toBeLessThan(0.06);
  });

  it('does not take clenched teeth for a lip where the network put its edge on them', () => {
    // The upper lip reaches into the opening, teeth go on below it.
    const seen = seenEdge(
      coloured((y) => (y < 35 ? lip : y < 44 ? teeth : y < 46 ? dark : teeth)),
      lips(24),
    )!;
    expect(seen.lowerLip).toBe(1);
    expect(Math.abs(seen.place - 14 / 24)).toBeLessThan(0.06);
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
