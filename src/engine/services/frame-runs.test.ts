import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type FaceTrack, FRAME_REASONS, type Performance } from '../../core/performance.ts';
import { frameReasons, frameRuns } from './frame-runs.ts';

function track(actorId: string, firstFrame: number, reasons: readonly (typeof FRAME_REASONS)[number][]): FaceTrack {
  const empty = new Float32Array(0);
  return {
    actorId,
    shot: 0,
    firstFrame,
    frameCount: reasons.length,
    coefficients: empty,
    pose: empty,
    gaze: empty,
    landmarks: empty,
    confidence: empty,
    reason: Uint8Array.from(reasons, (reason) => FRAME_REASONS.indexOf(reason)),
    neutral: empty,
  };
}

const performance: Performance = {
  width: 10,
  height: 10,
  frameCount: 8,
  shots: [0],
  actors: [],
  tracks: [track('a', 1, ['ok', 'profile', 'profile', 'ok']), track('b', 3, ['ok', 'occluded', 'occluded'])],
};

describe('frame reasons', () => {
  it('take the best face of each frame', () => {
    expect(frameReasons(performance, { from: 0, until: 8 })).toEqual([
      'no-face',
      'ok',
      'profile',
      'ok',
      'ok',
      'occluded',
      'no-face',
      'no-face',
    ]);
    expect(frameReasons(performance, { from: 2, until: 5 }, new Set(['a']))).toEqual(['profile', 'profile', 'ok']);
  });

  it('become runs that cover exactly the frames that are not ok', () => {
    expect(frameRuns(frameReasons(performance, { from: 0, until: 8 }), 0)).toEqual([
      { from: 0, until: 1, reason: 'no-face' },
      { from: 2, until: 3, reason: 'profile' },
      { from: 5, until: 6, reason: 'occluded' },
      { from: 6, until: 8, reason: 'no-face' },
    ]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...FRAME_REASONS)), fc.nat(1000), (reasons, first) => {
        const runs = frameRuns(reasons, first);
        const back = reasons.map(
          (_, i) => runs.find((run) => run.from <= first + i && first + i < run.until)?.reason ?? 'ok',
        );
        expect(back).toEqual(reasons);
      }),
    );
  });
});
