import { expect, it } from 'vitest';
import { CrashSeries } from './crash-series.ts';

it('lets a window crash now and then, but not over and over', () => {
  const series = new CrashSeries();
  expect([0, 1000, 2000].map((time) => series.note(time))).toEqual([false, false, false]);
  expect(series.note(3000)).toBe(true);
  series.forget();
  expect(series.note(4000)).toBe(false);
  expect([100_000, 200_000, 300_000, 400_000].map((time) => series.note(time))).toEqual([false, false, false, false]);
});
