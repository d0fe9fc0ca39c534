import { FRAME_REASONS, type FrameReason } from '../../core/performance.ts';
import { type Pose, poseAngles } from './fit/pose.ts';
import { interocularDistance } from './landmarks.ts';

/** What is known about one frame of a face before its confidence is judged. */
export interface FrameEvidence {
  /** [478, 3] px. */
  readonly landmarks: Float32Array;
  readonly pose: Pose;
  /** 0..1, the landmark network's own. */
  readonly presence: number;
  /** Root mean square misfit of the rigid points, cm. */
  readonly residual: number;
  /** 0..1: share of the face covered by something else (see occlusion.ts). */
  readonly occlusion: number;
  /** The landmark network's doubt relative to the actor's usual (see tracking/doubt.ts). */
  readonly doubt: number;
  readonly width: number;
  readonly height: number;
}

/** Confidence 0..1 of one frame on its own, and the reason that lowers it most. */
export interface FrameVerdict {
  readonly confidence: number;
  readonly reason: FrameReason;
}

/** 1 up to `good`, 0 from `bad` on, linear between; works in either direction. */
function ramp(value: number, good: number, bad: number): number {
  return Math.min(1, Math.max(0, (bad - value) / (bad - good)));
}

const DEGREE = Math.PI / 180;
/** Turn of a head that counts as frontal, and how much the doubt that is usual grows per radian beyond it. */
const FRONTAL = 10 * DEGREE;
const TURN_DOUBT = 0.6;

/** Judges one frame: the weakest of presence, turn, size, visibility in the frame, occlusion and fit. */
export function judgeFrame(evidence: FrameEvidence): FrameVerdict {
  const { landmarks, pose, width, height } = evidence;
  const { yawRad, pitchRad } = poseAngles(pose);
  let outside = 0;
  for (let v = 0; v < 468; v++) {
    const x = landmarks[v * 3]!;
    const y = landmarks[v * 3 + 1]!;
    if (x < 0 || y < 0 || x > width || y > height) outside++;
  }
  // A head that is turned is seen less surely without anything before it.
  const turned = 1 + TURN_DOUBT * Math.max(0, Math.hypot(yawRad, pitchRad) - FRONTAL);
  // Pixels between the eyes as they would be seen frontally.
  const size = Math.max(interocularDistance(landmarks), 6.2 * pose.scale);
  const terms: [FrameReason, number][] = [
    ['too-small', ramp(size, 22, 13)],
    ['out-of-frame', ramp(outside / 468, 0.06, 0.25)],
    [
      'profile',
      Math.min(ramp(Math.abs(yawRad), 42 * DEGREE, 62 * DEGREE), ramp(Math.abs(pitchRad), 38 * DEGREE, 55 * DEGREE)),
    ],
    ['occluded', Math.min(ramp(evidence.occlusion, 0.08, 0.22), ramp(evidence.doubt / turned, 1.5, 1.9))],
    ['uncertain', Math.min(ramp(evidence.presence, 0.9, 0.4), ramp(evidence.residual, 0.3, 0.7))],
  ];
  let [reason, least]: [FrameReason, number] = ['ok', 1];
  for (const [name, value] of terms) if (value < least) [reason, least] = [name, value];
  return { confidence: least, reason: least < 0.5 ? reason : 'ok' };
}

/** Frames over which confidence fades: the low value spreads this far to either side, then the edge is smoothed. */
const FADE_REACH = 4;

/** Spreads low confidence over its neighbours and smooths the edges, so that an edit fades instead of popping. In place. */
export function fadeConfidence(confidence: Float32Array): void {
  const n = confidence.length;
  const eroded = new Float32Array(n);
  for (let t = 0; t < n; t++) {
    let least = 1;
    for (let k = Math.max(0, t - FADE_REACH); k <= Math.min(n - 1, t + FADE_REACH); k++)
      least = Math.min(least, confidence[k]!);
    eroded[t] = least;
  }
  for (let t = 0; t < n; t++) {
    let sum = 0;
    let weights = 0;
    for (let d = -FADE_REACH; d <= FADE_REACH; d++) {
      const k = Math.min(n - 1, Math.max(0, t + d));
      const w = FADE_REACH + 1 - Math.abs(d);
      sum += w * eroded[k]!;
      weights += w;
    }
    confidence[t] = Math.min(confidence[t]!, sum / weights);
  }
}

/** Number by which a reason is stored in `FaceTrack.reason`. */
export function reasonIndex(reason: FrameReason): number {
  return FRAME_REASONS.indexOf(reason);
}
