import { describe, expect, it } from 'vitest';
import type { ReportFrame } from '../../contract/results.ts';
import { summarise, topClass } from './summary.ts';

function frame(index: number, changes: Partial<ReportFrame> = {}): ReportFrame {
  const gap = 0.1 + 0.05 * Math.sin(index);
  return {
    frame: index,
    depictedBefore: { happy: 0.1, neutral: 0.9 },
    depictedAfter: index % 4 === 0 ? { happy: 0.4, neutral: 0.6 } : { happy: 0.8, neutral: 0.2 },
    identity: 0.9,
    lipGapBefore: gap,
    lipGapAfter: gap * 0.8 + 0.02 + index / 200,
    lipWidthBefore: 0.5,
    lipWidthAfter: 0.6,
    outsideMean: 0,
    outsideMax: 0,
    flicker: 0.5,
    ...changes,
  };
}

describe('summary', () => {
  const frames = Array.from({ length: 100 }, (_, index) => frame(index));

  it('says what is depicted on average and most of the time', () => {
    const { depicted } = summarise(frames, 25);
    expect(depicted.after['happy']).toBeCloseTo(0.7);
    expect(depicted.topAfter['happy']).toBeCloseTo(0.75);
    expect(depicted.before['neutral']).toBeCloseTo(0.9);
    expect(topClass({ sad: 0.2, angry: 0.5, neutral: 0.3 })).toBe('angry');
  });

  it('tells kept speech from a mouth that slowly opens', () => {
    const { lipMotion } = summarise(frames, 25);
    expect(lipMotion.gapFast!).toBeGreaterThan(0.9);
    expect(lipMotion.gap!).toBeLessThan(lipMotion.gapFast!);
    expect(lipMotion.width).toBeNull();
  });

  it('counts frames without a face, and survives a clip without any', () => {
    const lost = { depictedAfter: null, identity: null, lipGapAfter: null, lipWidthAfter: null };
    expect(summarise([...frames, ...frames.map((f) => ({ ...f, ...lost }))], 25).facesAfter).toBe(0.5);
    const none = frames.map((f) => ({ ...f, ...lost, depictedBefore: null, flicker: null }));
    expect(summarise(none, 25)).toMatchObject({ facesBefore: 0, facesAfter: 0, identity: null, flicker: null });
  });
});
