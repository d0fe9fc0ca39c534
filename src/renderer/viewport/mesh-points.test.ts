import { describe, expect, it } from 'vitest';
import { SHAPE_COUNT } from '../../core/performance.ts';
import { FACE_FLOATS, faceFrame, fitInto, meshPoints, platePoints, shownCoefficients } from './mesh-points.ts';

const turned = [0, 0, Math.SQRT1_2, Math.SQRT1_2] as const; // a quarter turn to the left in the picture

describe('a face in the plate', () => {
  it('lies where its pose puts it, y down', () => {
    const points = new Float32Array([1, 2, 3, 0, 0, 0]);
    expect([...platePoints(points, new Float32Array([0, 0, 0, 1, 100, 50, 10]))]).toEqual([110, 30, 100, 50]);
    const [x, y] = platePoints(points, new Float32Array([...turned, 100, 50, 10]));
    expect(x).toBeCloseTo(80, 4);
    expect(y).toBeCloseTo(40, 4);
  });

  it('is its neutral plus shapes', () => {
    const neutral = new Float32Array([1, 1, 1]);
    const shapes = new Float32Array(SHAPE_COUNT * 3);
    shapes.set([0, 2, 0], 3);
    const coefficients = new Float32Array(SHAPE_COUNT);
    coefficients[1] = 0.5;
    expect([...meshPoints({ neutral, shapes }, coefficients)]).toEqual([1, 2, 1]);
  });

  it('shows as much of the edit as its weight lets through', () => {
    const floats = new Float32Array(FACE_FLOATS);
    floats[0] = 0.2;
    floats[SHAPE_COUNT] = 1;
    floats[FACE_FLOATS - 1] = 0.5;
    const face = faceFrame(floats);
    expect(shownCoefficients(face, true)[0]).toBeCloseTo(0.6, 6);
    expect(shownCoefficients(face, false)[0]).toBeCloseTo(0.2, 6);
  });

  it('is scaled whole into the sequence', () => {
    expect(fitInto(1080, 1920, 1920, 1080)).toEqual({ scale: 0.5625, x: 656.25, y: 0 });
  });
});
