import { describe, expect, it } from 'vitest';
import { type FrameEvidence, fadeConfidence, judgeFrame } from './confidence.ts';

function evidence(change: Partial<FrameEvidence> = {}, yaw = 0): FrameEvidence {
  const landmarks = new Float32Array(478 * 3);
  for (let v = 0; v < 478; v++) landmarks.set([200 + (v % 20) * 8, 150 + Math.floor(v / 20) * 8, 0], v * 3);
  landmarks.set([210, 200, 0], 33 * 3);
  landmarks.set([250, 200, 0], 133 * 3);
  landmarks.set([290, 200, 0], 362 * 3);
  landmarks.set([330, 200, 0], 263 * 3);
  return {
    landmarks,
    pose: { rotation: [0, Math.sin(yaw / 2), 0, Math.cos(yaw / 2)], tx: 270, ty: 230, scale: 13 },
    presence: 1,
    residual: 0.1,
    occlusion: 0,
    doubt: 1,
    width: 640,
    height: 480,
    ...change,
  };
}

describe('judgeFrame', () => {
  it('trusts a plain frontal face', () => {
    expect(judgeFrame(evidence())).toEqual({ confidence: 1, reason: 'ok' });
  });

  it('says why it does not', () => {
    expect(judgeFrame(evidence({}, 1.2)).reason).toBe('profile');
    expect(judgeFrame(evidence({ occlusion: 0.3 })).reason).toBe('occluded');
    expect(judgeFrame(evidence({ doubt: 2.5 }))).toEqual({ confidence: 0, reason: 'occluded' });
    expect(judgeFrame(evidence({ width: 260 })).reason).toBe('out-of-frame');
    expect(judgeFrame(evidence({ presence: 0.2 })).reason).toBe('uncertain');
    expect(judgeFrame(evidence({ residual: 1 })).reason).toBe('uncertain');
    const tiny = evidence();
    expect(
      judgeFrame({ ...tiny, landmarks: tiny.landmarks.map((v) => v / 12), pose: { ...tiny.pose, scale: 1 } }).reason,
    ).toBe('too-small');
  });

  it('weakens before it gives up', () => {
    const { confidence, reason } = judgeFrame(evidence({}, 0.85));
    expect(confidence).toBeGreaterThan(0.5);
    expect(confidence).toBeLessThan(1);
    expect(reason).toBe('ok');
  });
});

describe('fadeConfidence', () => {
  it('fades around a bad stretch and never rises above the frame itself', () => {
    const confidence = new Float32Array(60).fill(1);
    for (let t = 30; t < 36; t++) confidence[t] = 0;
    const before = Float32Array.from(confidence);
    fadeConfidence(confidence);
    expect(confidence[32]).toBe(0);
    expect(confidence[10]).toBe(1);
    expect(confidence[59]).toBe(1);
    let largest = 0;
    for (let t = 1; t < 60; t++) {
      largest = Math.max(largest, Math.abs(confidence[t]! - confidence[t - 1]!));
      expect(confidence[t]!).toBeLessThanOrEqual(before[t]!);
    }
    expect(largest).toBeLessThan(0.25);
  });
});
