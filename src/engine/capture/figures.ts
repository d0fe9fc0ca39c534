import {
  type FaceTrack,
  FRAME_REASONS,
  type FrameReason,
  LANDMARK_COUNT,
  type Performance,
  POSE_SIZE,
  SHAPE_COUNT,
} from '../../core/performance.ts';
import type { ShotFit } from './fit/fit-actor.ts';
import type { FrameFitter } from './fit/frame-fitter.ts';
import { CLOSE_BELOW, measureLips } from './fit/mouth.ts';
import { projectPoints } from './fit/pose.ts';
import type { ShotLandmarks } from './fit/shot-landmarks.ts';
import { poseAt } from './fit/steady-track.ts';
import { LIP_HEAD } from './landmark-heads.ts';
import { interocularDistance } from './landmarks.ts';

const VERTICES = 468;
const lips = new Set(LIP_HEAD);
/** Bone-near points away from the mouth: what should not move on a still head. */
const STILL_POINTS = [6, 197, 195, 5, 4, 168, 122, 351, 118, 347, 101, 330, 50, 280] as const;
/** A head counts as still where it moves by less than this share of the eye distance per frame. */
const STILL_SPEED = 0.008;

/** Figures of one track frame by frame; NaN (and `closed` 0) where no face was found. */
export interface TrackFrames {
  /** Mean distance of mesh and landmarks, by the eye distance. */
  readonly reprojection: Float32Array;
  readonly lipReprojection: Float32Array;
  /** Opening of the inner lips in the picture and on the mesh, cm. */
  readonly lipGap: Float32Array;
  readonly meshGap: Float32Array;
  /** 1 where the lips touch in the picture. */
  readonly closed: Uint8Array;
}

/** Sums over the frames of one track; see {@link CaptureFigures} for what they become. */
export interface TrackFigures {
  readonly frames: number;
  readonly reprojection: number;
  readonly reprojectionLips: number;
  readonly closedFrames: number;
  readonly agreeingFrames: number;
  readonly stillFrames: number;
  readonly jitterBefore: number;
  readonly jitterAfter: number;
}

/** Quality of a capture, for people and benches. */
export interface CaptureFigures {
  /** Frames looked at. */
  readonly frames: number;
  /** Share of them in which some face was followed, 0..1. */
  readonly coverage: number;
  /** Mean distance between mesh and landmarks, % of the distance between the eyes. */
  readonly reprojectionPercent: number;
  /** The same for the lips alone. */
  readonly lipReprojectionPercent: number;
  /** Share of the frames whose lips touch in the picture that touch in the mesh too, 0..1; 1 when no lips ever touch. */
  readonly closureAgreement: number;
  readonly closedFrames: number;
  /** Mean second difference of rigid landmarks while the head is still, % of the eye distance, as the network gave them. */
  readonly jitterBeforePercent: number;
  /** The same after smoothing. */
  readonly jitterAfterPercent: number;
  readonly stillFrames: number;
  /** Track frames by reason. */
  readonly reasons: Readonly<Record<FrameReason, number>>;
}

/** Measures one finished track against what the networks saw. */
export function measureTrack(
  track: FaceTrack,
  fitter: FrameFitter,
  shot: ShotLandmarks,
  fit: ShotFit,
): { figures: TrackFigures; frames: TrackFrames } {
  const blank = (): Float32Array => new Float32Array(track.frameCount).fill(Number.NaN);
  const frames: TrackFrames = {
    reprojection: blank(),
    lipReprojection: blank(),
    lipGap: blank(),
    meshGap: blank(),
    closed: Uint8Array.from(fit.closed),
  };
  const points = new Float32Array(VERTICES * 3);
  const projected = new Float32Array(VERTICES * 3);
  const width = LANDMARK_COUNT * 3;
  const sums = {
    frames: 0,
    reprojection: 0,
    reprojectionLips: 0,
    closedFrames: 0,
    agreeingFrames: 0,
    stillFrames: 0,
    jitterBefore: 0,
    jitterAfter: 0,
  };
  for (let row = 0; row < track.frameCount; row++) {
    const raw = shot.landmarks(row);
    if (raw === undefined || !fit.found[row]) continue;
    const pose = poseAt(track.pose, row);
    fitter.deform(track.coefficients.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT), points);
    projectPoints(pose, points, projected);
    // Turned heads show a short eye distance: the model's own, at this scale, is the fair unit.
    const unit = Math.max(interocularDistance(raw), 6.2 * pose.scale);
    let all = 0;
    let mouth = 0;
    for (let v = 0; v < VERTICES; v++) {
      const distance = Math.hypot(projected[v * 3]! - raw[v * 3]!, projected[v * 3 + 1]! - raw[v * 3 + 1]!) / unit;
      all += distance / VERTICES;
      if (lips.has(v)) mouth += distance / lips.size;
    }
    sums.frames++;
    sums.reprojection += all;
    sums.reprojectionLips += mouth;
    const meshGap = measureLips(projected, pose).gap;
    frames.reprojection[row] = all;
    frames.lipReprojection[row] = mouth;
    frames.lipGap[row] = fit.lipGap[row]!;
    frames.meshGap[row] = meshGap;
    if (fit.closed[row]) {
      sums.closedFrames++;
      if (meshGap < CLOSE_BELOW) sums.agreeingFrames++;
    }
    const [before, after] = [shot.landmarks(row - 1), shot.landmarks(row + 1)];
    if (before === undefined || after === undefined || !isStill(track.pose, row, unit)) continue;
    sums.stillFrames++;
    const smooth = (t: number): Float32Array => track.landmarks.subarray(t * width, (t + 1) * width);
    sums.jitterBefore += bend(before, raw, after) / unit;
    sums.jitterAfter += bend(smooth(row - 1), smooth(row), smooth(row + 1)) / unit;
  }
  return { figures: sums, frames };
}

function bend(a: Float32Array, b: Float32Array, c: Float32Array): number {
  let sum = 0;
  for (const v of STILL_POINTS)
    sum += Math.hypot(a[v * 3]! - 2 * b[v * 3]! + c[v * 3]!, a[v * 3 + 1]! - 2 * b[v * 3 + 1]! + c[v * 3 + 1]!);
  return sum / STILL_POINTS.length;
}

function isStill(pose: Float32Array, row: number, unit: number): boolean {
  const moved = (from: number, to: number): number =>
    Math.hypot(
      pose[to * POSE_SIZE + 4]! - pose[from * POSE_SIZE + 4]!,
      pose[to * POSE_SIZE + 5]! - pose[from * POSE_SIZE + 5]!,
    );
  return moved(row - 1, row) < STILL_SPEED * unit && moved(row, row + 1) < STILL_SPEED * unit;
}

/** Joins the figures of all tracks; frames `from` to `until` - 1 of the clip were looked at. */
export function summariseFigures(
  performance: Performance,
  tracks: readonly TrackFigures[],
  from: number,
  until: number,
): CaptureFigures {
  const total = (key: keyof TrackFigures): number => tracks.reduce((sum, figures) => sum + figures[key], 0);
  const share = (key: keyof TrackFigures, by: keyof TrackFigures, none: number): number =>
    total(by) === 0 ? none : total(key) / total(by);
  const seen = new Uint8Array(until - from);
  const reasons = Object.fromEntries(FRAME_REASONS.map((reason) => [reason, 0])) as Record<FrameReason, number>;
  for (const track of performance.tracks)
    for (let row = 0; row < track.frameCount; row++) {
      const reason = FRAME_REASONS[track.reason[row]!]!;
      reasons[reason]++;
      if (reason !== 'no-face') seen[track.firstFrame + row - from] = 1;
    }
  return {
    frames: until - from,
    coverage: until > from ? seen.reduce((sum, value) => sum + value, 0) / (until - from) : 0,
    reprojectionPercent: 100 * share('reprojection', 'frames', 0),
    lipReprojectionPercent: 100 * share('reprojectionLips', 'frames', 0),
    closureAgreement: share('agreeingFrames', 'closedFrames', 1),
    closedFrames: total('closedFrames'),
    jitterBeforePercent: 100 * share('jitterBefore', 'stillFrames', 0),
    jitterAfterPercent: 100 * share('jitterAfter', 'stillFrames', 0),
    stillFrames: total('stillFrames'),
    reasons,
  };
}
