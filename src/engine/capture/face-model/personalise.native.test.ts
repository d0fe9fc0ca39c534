import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { shapeIndex } from '../../../core/performance.ts';
import { type FaceModel, LEFT_EYE, loadFaceModel, personaliseShapes, RIGHT_EYE, type ShapeBasis } from './index.ts';
import { both, distance, lipGap, pose } from './pose.test-support.ts';

let model: FaceModel;
beforeAll(async () => {
  model = await loadFaceModel();
});

describe('personalised shapes', () => {
  /** A plausible other face: features scaled and shifted smoothly, eyes narrower or wider, slightly lopsided. */
  function otherFace(seed: readonly number[]): Float32Array {
    const [wide, tall, deep, mouth, eyes, skew, nose] = seed as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    const out = new Float32Array(468 * 3);
    for (let v = 0; v < 468; v++) {
      const x = model.neutral[v * 3]!;
      const y = model.neutral[v * 3 + 1]!;
      const z = model.neutral[v * 3 + 2]!;
      const nearMouth = Math.exp(-((x / 3.5) ** 2 + ((y + 4.3) / 2) ** 2));
      const nearNose = Math.exp(-((x / 2) ** 2 + ((y + 1) / 2) ** 2));
      out[v * 3] = x * wide * (1 + mouth * nearMouth) + skew * 0.02 * y;
      out[v * 3 + 1] = y * tall + skew * 0.01 * x;
      out[v * 3 + 2] = z * deep + nose * nearNose;
    }
    for (const eye of [RIGHT_EYE, LEFT_EYE])
      eye.upper.forEach((top, c) => {
        const bottom = eye.lower[c]!;
        const middle = (out[top * 3 + 1]! + out[bottom * 3 + 1]!) / 2;
        out[top * 3 + 1] = middle + (out[top * 3 + 1]! - middle) * eyes;
        out[bottom * 3 + 1] = middle + (out[bottom * 3 + 1]! - middle) * eyes;
      });
    return out;
  }
  const between = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  const faces = fc
    .tuple(
      between(0.88, 1.12),
      between(0.9, 1.1),
      between(0.85, 1.15),
      between(-0.15, 0.2),
      between(0.6, 1.6),
      between(-1, 1),
      between(-0.5, 0.6),
    )
    .map(otherFace);

  it('close this face: lids within 5 % of their opening, lips over an open jaw', () => {
    fc.assert(
      fc.property(faces, (neutral) => {
        const basis = personaliseShapes(model, neutral);
        const closed = pose(basis, neutral, both('eyeBlink'));
        for (const eye of [RIGHT_EYE, LEFT_EYE])
          eye.upper.forEach((top, c) => {
            const bottom = eye.lower[c]!;
            expect(distance(closed, top, bottom)).toBeLessThan(0.05 * distance(neutral, top, bottom));
          });
        expect(lipGap(pose(basis, neutral, { jawOpen: 1, mouthClose: 1 }))).toBeLessThan(1e-3);
        expect(lipGap(pose(basis, neutral, both('mouthSmile')))).toBeLessThan(lipGap(neutral) + 1e-3);
      }),
      { numRuns: 12 },
    );
  });

  it('scale with the mouth and stay finite', () => {
    const small = personaliseShapes(model, otherFace([0.9, 0.95, 1, -0.15, 1, 0, 0]));
    const large = personaliseShapes(model, otherFace([1.1, 1.05, 1, 0.2, 1, 0, 0]));
    const corner = (basis: ShapeBasis): number => Math.abs(basis.shapes[shapeIndex('mouthSmileLeft')]![291 * 3]!);
    expect(corner(large) / corner(small)).toBeGreaterThan(1.3);
    for (const shape of small.shapes) expect(shape.every(Number.isFinite)).toBe(true);
  });

  it('of the neutral itself are the authored ones', () => {
    const basis = personaliseShapes(model, model.neutral);
    basis.shapes.forEach((shape, s) => {
      expect(shape).toEqual(model.shapes[s]);
    });
  });

  it('refuse a mesh that cannot be a face', () => {
    expect(() => personaliseShapes(model, new Float32Array(12))).toThrow(/neutral mesh/);
    expect(() => personaliseShapes(model, new Float32Array(468 * 3).fill(Number.NaN))).toThrow(/finite/);
  });
});
