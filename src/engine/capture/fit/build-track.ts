import { type FaceTrack, LANDMARK_COUNT, POSE_SIZE, SHAPE_COUNT } from '../../../core/performance.ts';
import { fadeConfidence, judgeFrame, reasonIndex } from '../confidence.ts';
import type { FaceModel } from '../face-model/index.ts';
import { measureTrack, type TrackFigures, type TrackFrames } from '../figures.ts';
import type { ActorFit, ShotFit } from './fit-actor.ts';
import { FrameFitter } from './frame-fitter.ts';
import type { Pose } from './pose.ts';
import { denseLandmarks, type ShotLandmarks } from './shot-landmarks.ts';
import { foundRuns, poseAt, smoothCoefficients, smoothPoses, steadyLandmarks } from './steady-track.ts';

/** How strongly the last fit holds on to the smoothed coefficients. */
const MEMORY = 4;

/** Poses as [frames, 7]; rows without a face repeat the nearest earlier one (or the first). */
function packPoses(poses: readonly (Pose | undefined)[]): Float32Array {
  const out = new Float32Array(poses.length * POSE_SIZE);
  let last = poses.find((pose) => pose !== undefined);
  poses.forEach((pose, row) => {
    last = pose ?? last;
    if (last !== undefined) out.set([...last.rotation, last.tx, last.ty, last.scale], row * POSE_SIZE);
  });
  return out;
}

/**
 * Smooths one actor's shot as a whole and writes its track: poses and landmarks are steadied, then the coefficients are
 * fitted once more to the steady landmarks under the steady pose, held near their own smoothed course, with the
 * picture's lip closures as constraints. Nothing is smoothed across frames without a face.
 */
export function buildTrack(
  model: FaceModel,
  actorId: string,
  shot: ShotLandmarks,
  actor: ActorFit,
  fit: ShotFit,
  size: { width: number; height: number },
  occlusion: Float32Array,
  doubt: Float32Array,
): { track: FaceTrack; figures: TrackFigures; frames: TrackFrames } {
  const n = shot.frameCount;
  const runs = foundRuns(fit.found);
  const rough = packPoses(fit.poses);
  const pose = Float32Array.from(rough);
  smoothPoses(pose, runs);
  const landmarks = denseLandmarks(shot);
  steadyLandmarks(landmarks, rough, pose, actor.neutral, model.regions, runs);
  smoothCoefficients(fit, runs);
  const fitter = new FrameFitter(actor.basis, actor.neutral);
  const coefficients = new Float32Array(n * SHAPE_COUNT);
  const confidence = new Float32Array(n);
  const reason = new Uint8Array(n).fill(reasonIndex('no-face'));
  const c = new Float64Array(SHAPE_COUNT);
  for (let row = 0; row < n; row++) {
    if (!fit.found[row]) continue;
    const mean = fit.coefficients.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT);
    const steady = landmarks.subarray(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3);
    c.set(mean);
    fitter.fit(steady, poseAt(pose, row), c, {
      rounds: 1,
      fixedPose: true,
      lipsClosed: fit.closed[row] === 1,
      prior: { mean, strength: MEMORY },
    });
    coefficients.set(c, row * SHAPE_COUNT);
    const verdict = judgeFrame({
      landmarks: steady,
      pose: poseAt(pose, row),
      presence: shot.presence(row),
      residual: fit.poseResidual[row]!,
      occlusion: occlusion[row]!,
      doubt: doubt[row]!,
      ...size,
    });
    confidence[row] = verdict.confidence;
    reason[row] = reasonIndex(verdict.reason);
  }
  fadeConfidence(confidence);
  const track: FaceTrack = {
    actorId,
    shot: shot.shot,
    firstFrame: shot.firstFrame,
    frameCount: n,
    coefficients,
    pose,
    gaze: Float32Array.from(fit.gaze),
    landmarks,
    confidence,
    reason,
    neutral: actor.neutral,
  };
  return { track, ...measureTrack(track, fitter, shot, fit) };
}
