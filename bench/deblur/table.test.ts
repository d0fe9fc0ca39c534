import { expect, test } from 'vitest';
import type { ComparedFrame, Comparison, FrameFigures } from './compare.ts';
import { METHODS, type Method } from './methods.ts';
import { landmarkChange, pairedLandmarkChange } from './table.ts';

/** A frame with the landmark errors of the blurred and of the restored face; undefined where the judge lost it. */
function judged(blurred: number | undefined, full: number | undefined): ComparedFrame {
  const own = { blurred, full } as Partial<Record<Method, number | undefined>>;
  const figures = METHODS.map((method): [Method, FrameFigures] => {
    const landmarks = own[method];
    return [method, { psnr: 30, ssim: 0.9, colour: 30, ...(landmarks === undefined ? {} : { landmarks }) }];
  });
  return { frame: 0, path: 5, figures: Object.fromEntries(figures) as ComparedFrame['figures'] };
}

const clip = (...frames: ComparedFrame[]): Comparison => ({ frames }) as unknown as Comparison;

test('paired change of landmarks leaves out frames in which one face was lost', () => {
  const of = [clip(judged(0.1, 0.05), judged(undefined, 0.5)), clip(judged(0.3, 0.15), judged(0.9, undefined))];
  expect(pairedLandmarkChange(of, 'full')).toBeCloseTo(-50, 9);
  expect(landmarkChange(of, 'full')).not.toBeCloseTo(-50, 0);
});

test('every frame counts alike in it, however long its clip', () => {
  const of = [clip(judged(0.1, 0.2), judged(0.1, 0.2), judged(0.1, 0.2)), clip(judged(0.3, 0.3))];
  expect(pairedLandmarkChange(of, 'full')).toBeCloseTo(100 * (0.9 / 0.6 - 1), 9);
  expect(landmarkChange(of, 'full')).toBeCloseTo(100 * (0.25 / 0.2 - 1), 9);
});
