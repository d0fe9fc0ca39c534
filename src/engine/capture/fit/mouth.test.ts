import { describe, expect, it } from 'vitest';
import { INNER_LIP_LOWER, INNER_LIP_UPPER } from '../face-model/landmarks.ts';
import { findClosures, measureLips } from './mouth.ts';
import type { Pose } from './pose.ts';

/** Points whose inner lips are open by `gap` cm along the face's own down direction, for a head rolled by `roll`. */
function mouth(gap: number, roll: number, scale: number): { points: Float32Array; pose: Pose } {
  const points = new Float32Array(478 * 3);
  const place = (vertex: number, x: number, y: number): void => {
    points[vertex * 3] = 100 + scale * (x * Math.cos(roll) - y * Math.sin(roll));
    points[vertex * 3 + 1] = 100 + scale * (x * Math.sin(roll) + y * Math.cos(roll));
  };
  INNER_LIP_UPPER.forEach((vertex, k) => {
    place(vertex, k - 5, -gap / 2);
  });
  INNER_LIP_LOWER.forEach((vertex, k) => {
    if (k > 0 && k < 10) place(vertex, k - 5, gap / 2);
  });
  // Clockwise on screen is a negative turn about the axis towards the viewer.
  return { points, pose: { rotation: [0, 0, -Math.sin(roll / 2), Math.cos(roll / 2)], tx: 0, ty: 0, scale } };
}

describe('measureLips', () => {
  it('measures opening and width in centimetres, whatever the roll and size', () => {
    for (const [roll, scale] of [
      [0, 10],
      [0.5, 10],
      [-0.8, 31],
    ] as const) {
      const { points, pose } = mouth(0.6, roll, scale);
      const lips = measureLips(points, pose);
      expect(lips.gap).toBeCloseTo(0.6, 4);
      expect(lips.width).toBeCloseTo(10, 1);
    }
  });

  it('takes overlapping lips as closed', () => {
    const { points, pose } = mouth(-0.2, 0.1, 10);
    expect(measureLips(points, pose).gap).toBe(0);
  });
});

describe('findClosures', () => {
  const all = (gaps: number[]): number[] => [...findClosures(gaps, new Uint8Array(gaps.length).fill(1))];

  it('starts below one threshold and reaches, both ways, to the other', () => {
    expect(all([0.4, 0.12, 0.11, 0.05, 0.1, 0.12, 0.3])).toEqual([0, 1, 1, 1, 1, 1, 0]);
  });

  it('does not close on a small opening alone', () => {
    expect(all([0.4, 0.1, 0.1, 0.4])).toEqual([0, 0, 0, 0]);
  });

  it('ends at frames without a face', () => {
    expect([...findClosures([0.1, 0.01, 0.1], [0, 1, 1])]).toEqual([0, 1, 1]);
  });
});
