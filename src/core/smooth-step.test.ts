import { expect, it } from 'vitest';
import { smoothStep, smoothStepBetween } from './smooth-step.ts';

it('steps without a corner from 0 to 1, held outside, in either order of the limits', () => {
  expect([-2, 0, 0.5, 1, 7].map(smoothStep)).toEqual([0, 0, 0.5, 1, 1]);
  const slope = (t: number): number => (smoothStep(t + 1e-6) - smoothStep(t - 1e-6)) / 2e-6;
  expect([slope(0), slope(1)].every((value) => Math.abs(value) < 1e-5)).toBe(true);
  expect(slope(0.5)).toBeCloseTo(1.5, 5);
  expect([2, 3, 4].map((value) => smoothStepBetween(2, 4, value))).toEqual([0, 0.5, 1]);
  expect([2, 3, 4].map((value) => smoothStepBetween(4, 2, value))).toEqual([1, 0.5, 0]);
});
