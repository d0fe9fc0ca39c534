import { describe, expect, it } from 'vitest';
import type { ReportFrame } from '../../contract/results.ts';
import { worstFrames } from './worst-frames.ts';

const fine: ReportFrame = {
  frame: 0,
  depictedBefore: { happy: 1 },
  depictedAfter: { happy: 1 },
  identity: 0.98,
  lipGapBefore: 0.1,
  lipGapAfter: 0.1,
  lipWidthBefore: 0.5,
  lipWidthAfter: 0.5,
  outsideMean: 0.1,
  outsideMax: 2,
  flicker: 0.1,
};
const clip = (changes: Readonly<Record<number, Partial<ReportFrame>>>): ReportFrame[] =>
  Array.from({ length: 100 }, (_, frame) => ({ ...fine, frame, ...changes[frame] }));

describe('worst frames', () => {
  it('are none when all is well', () => {
    expect(worstFrames(clip({}))).toEqual([]);
  });

  it('join what is wrong with one frame and come in order of time', () => {
    const found = worstFrames(clip({ 70: { identity: 0.5, flicker: 5 }, 20: { depictedAfter: null } }));
    expect(found.map((entry) => entry.frame)).toEqual([20, 70]);
    expect(found[1]!.reasons).toHaveLength(2);
  });

  it('leave neighbours of a bad frame out', () => {
    const found = worstFrames(clip({ 50: { flicker: 9 }, 51: { flicker: 8 }, 80: { flicker: 2 } }));
    expect(found.map((entry) => entry.frame)).toEqual([50, 80]);
  });
});
