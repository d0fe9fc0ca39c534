import { describe, expect, it } from 'vitest';
import { SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import { builtInStyle } from './built-in-styles.ts';
import { mixPerformances } from './mix-performances.ts';
import { performSpeech } from './perform.ts';
import { spokenLine } from './spoken-line.test-support.ts';

const FRAMES = 125;
const said = (style: 'calm' | 'lively') =>
  performSpeech(spokenLine(5), { style: builtInStyle(style), rate: { num: 25, den: 1 }, frames: FRAMES, seed: 1 });

describe('mixPerformances', () => {
  const [calm, lively] = [said('calm'), said('lively')];
  const rising = mixPerformances(calm, lively, (frame) => frame / (FRAMES - 1));
  const row = (of: typeof calm, frame: number): Float32Array =>
    of.coefficients.subarray(frame * SHAPE_COUNT, (frame + 1) * SHAPE_COUNT);

  it('is the first where the share is 0 and the second where it is 1', () => {
    expect(row(rising, 0)).toEqual(row(calm, 0));
    expect(row(rising, FRAMES - 1)).toEqual(row(lively, FRAMES - 1));
    expect(mixPerformances(calm, lively, () => 0)).toEqual(calm);
  });

  it('lies between the two in the middle: mouth and head halfway, lids with one of them', () => {
    const middle = mixPerformances(calm, lively, () => 0.5);
    const [jaw, lid] = [shapeIndex('jawOpen'), shapeIndex('eyeBlinkLeft')];
    for (let frame = 0; frame < FRAMES; frame += 1) {
      const [a, b, m] = [row(calm, frame), row(lively, frame), row(middle, frame)];
      expect(m[jaw]).toBeCloseTo((a[jaw]! + b[jaw]!) / 2, 5);
      expect([a[lid], b[lid]]).toContain(m[lid]);
      expect(middle.head[frame * 4]).toBeCloseTo((calm.head[frame * 4]! + lively.head[frame * 4]!) / 2, 5);
    }
  });

  it('shuts the lips wherever one of the two does', () => {
    const middle = mixPerformances(calm, lively, () => 0.5);
    for (const frames of [...calm.closures, ...lively.closures])
      for (const frame of frames) expect(middle.shut[frame]).toBe(1);
  });
});
