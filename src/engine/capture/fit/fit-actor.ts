import { SHAPE_COUNT, SHAPE_NAMES } from '../../../core/performance.ts';
import { type FaceModel, personaliseShapes, type ShapeBasis } from '../face-model/index.ts';
import { LEFT_EYE, RIGHT_EYE } from '../face-model/landmarks.ts';
import { buildFitBasis, type FitBasis } from './fit-basis.ts';
import { FrameFitter } from './frame-fitter.ts';
import { calibrateGaze, eyeOpening, measureGaze, setLookCoefficients } from './gaze.ts';
import { CLOSE_BELOW, findClosures, measureLips } from './mouth.ts';
import { type NeutralFrame, NeutralSolver } from './neutral-fit.ts';
import { initialPose, type Pose, poseAngles, refinePose } from './pose.ts';
import { steadyScale } from './steady-scale.ts';

const VERTICES = 468;

/** Landmarks of an actor in one shot; `landmarks(row)` is undefined where the face was not found. */
export interface ActorShot {
  readonly frameCount: number;
  landmarks(row: number): Float32Array | undefined;
  presence(row: number): number;
}

/** Fit of one shot, frame-major, not smoothed; rows without landmarks are zero and `found` 0. */
export interface ShotFit {
  readonly found: Uint8Array;
  readonly poses: (Pose | undefined)[];
  /** [frames, 52]. */
  readonly coefficients: Float64Array;
  /** [frames, 4] radians. */
  readonly gaze: Float64Array;
  /** Weighted 2-D residual of the pose's points, cm. */
  readonly poseResidual: Float64Array;
  /** Opening of the inner lips in the picture, cm. */
  readonly lipGap: Float64Array;
  /** 1 where the lips touch in the picture. */
  readonly closed: Uint8Array;
}

/** Neutral face, shapes and per-frame fit of an actor. */
export interface ActorFit {
  /** [468, 3] cm. */
  readonly neutral: Float32Array;
  readonly shapes: ShapeBasis;
  readonly basis: FitBasis;
  readonly shots: readonly ShotFit[];
}

interface Look {
  readonly shot: number;
  readonly row: number;
  readonly pose: Pose;
  readonly unrest: number;
}

const NEUTRAL_FRAMES = 48;
const NEUTRAL_ROUNDS = 4;
/** Rounds of {@link foldConstants}, and the share of calm frames that may show less of a shape than is taken for build. */
const FOLD_ROUNDS = 2;
const CONSTANT_QUANTILE = 0.25;
/** Pull to rest while the neutral is sought: only plain expression is kept out of it. */
const NEUTRAL_RESTRAINT = 5;

function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
}

/** Rates every frame by how far it is from rest: lips apart, lids down, unusual mouth width or brows, turned away. */
function findLooks(model: FaceModel, weights: Float64Array, shots: readonly ActorShot[]): Look[] {
  const raw: { shot: number; row: number; pose: Pose; values: number[]; turned: number; unsure: number }[] = [];
  shots.forEach((shot, s) => {
    for (let row = 0; row < shot.frameCount; row++) {
      const landmarks = shot.landmarks(row);
      if (landmarks === undefined) continue;
      const pose = initialPose(model.canonical, landmarks, model.procrustesWeights);
      refinePose(pose, model.canonical, landmarks, weights, 0.1, 3);
      const lips = measureLips(landmarks, pose);
      const eyes = (eyeOpening(landmarks, LEFT_EYE) + eyeOpening(landmarks, RIGHT_EYE)) / 2;
      const brow = [105, 334, 107, 336]
        .map((v) => browHeight(landmarks, v, pose))
        .reduce((sum, value) => sum + value / 4, 0);
      const { yawRad, pitchRad } = poseAngles(pose);
      raw.push({
        shot: s,
        row,
        pose,
        values: [lips.gap, lips.width, eyes, brow],
        turned: Math.hypot(yawRad, pitchRad),
        unsure: 1 - shot.presence(row),
      });
    }
  });
  const column = (k: number): number[] => raw.map(({ values }) => values[k]!);
  const middle = [0, quantile(column(1), 0.5), quantile(column(2), 0.6), quantile(column(3), 0.5)];
  const spread = column(1).length
    ? [1, 2, 3].map((k) => Math.max(1e-6, quantile(column(k), 0.8) - quantile(column(k), 0.2)))
    : [1, 1, 1];
  return raw
    .map(({ shot, row, pose, values, turned, unsure }) => ({
      shot,
      row,
      pose,
      unrest:
        2 * Math.max(0, (values[0]! - CLOSE_BELOW / 2) / 0.15) +
        [1, 2, 3].reduce((sum, k) => sum + Math.abs(values[k]! - middle[k]!) / spread[k - 1]!, 0) +
        3 * turned +
        3 * unsure,
    }))
    .sort((a, b) => a.unrest - b.unrest || a.shot - b.shot || a.row - b.row);
}

function browHeight(landmarks: Float32Array, vertex: number, pose: Pose): number {
  const corner = vertex === 105 || vertex === 107 ? 33 : 263;
  return (
    Math.hypot(
      landmarks[vertex * 3]! - landmarks[corner * 3]!,
      landmarks[vertex * 3 + 1]! - landmarks[corner * 3 + 1]!,
    ) / pose.scale
  );
}

/** The frames that the neutral is taken from: the calmest third, at most 48, spread over time. */
function chooseNeutralFrames(looks: readonly Look[]): Look[] {
  const calm = looks.slice(0, Math.max(Math.min(8, looks.length), Math.ceil(looks.length / 3)));
  if (calm.length <= NEUTRAL_FRAMES) return calm;
  const best = calm.slice(0, Math.max(NEUTRAL_FRAMES, calm.length >> 1));
  const step = best.length / NEUTRAL_FRAMES;
  return Array.from({ length: NEUTRAL_FRAMES }, (_, k) => best[Math.floor(k * step)]!);
}

/** The actor's neutral [468, 3] cm and the basis built on it. */
function findNeutral(
  model: FaceModel,
  shots: readonly ActorShot[],
): { neutral: Float32Array; shapes: ShapeBasis; basis: FitBasis } {
  let shapes: ShapeBasis = model;
  let basis = buildFitBasis(model, shapes);
  let neutral: Float32Array = model.neutral;
  const chosen = chooseNeutralFrames(findLooks(model, basis.poseWeights, shots));
  const solver = new NeutralSolver(model.neutral, model.skinTriangles, model.procrustesWeights, basis.lipPairs);
  const scratch = new Float32Array(VERTICES * 3);
  const coefficients = chosen.map(() => new Float64Array(SHAPE_COUNT));
  for (let round = 0; round < NEUTRAL_ROUNDS; round++) {
    const fitter = new FrameFitter(basis, neutral);
    const frames: NeutralFrame[] = chosen.map(({ shot, row, pose }, k) => {
      const landmarks = shots[shot]!.landmarks(row)!;
      const residual = fitter.fit(landmarks, pose, coefficients[k]!, {
        rounds: 2,
        lipsClosed: false,
        restraint: NEUTRAL_RESTRAINT,
      });
      fitter.deform(coefficients[k]!, scratch);
      const expression = scratch.map((value, i) => value - neutral[i]!);
      return { landmarks, pose, expression, weight: 1 / (0.02 + residual * residual * 20) };
    });
    neutral = solver.solve(frames, basis.weights);
    shapes = personaliseShapes(model, neutral);
    basis = buildFitBasis(model, shapes);
  }
  for (let round = 0; round < FOLD_ROUNDS; round++) {
    const fitter = new FrameFitter(basis, neutral);
    chosen.forEach(({ shot, row, pose }, k) => {
      fitter.fit(shots[shot]!.landmarks(row)!, pose, coefficients[k]!, { rounds: 2, lipsClosed: false });
    });
    neutral = foldConstants(neutral, shapes, coefficients);
    shapes = personaliseShapes(model, neutral);
    basis = buildFitBasis(model, shapes);
  }
  return { neutral, shapes, basis };
}

/** Shapes that are never taken for a person's build: they open the mouth, or they are how somebody feels. */
const NEVER_BUILD =
  /^(eyeLook|jawOpen|mouthClose|mouthFunnel|mouthPucker|mouthLowerDown|mouthUpperUp|mouthSmile|mouthFrown)/;

/** Moves into the neutral what every calm frame shows of a shape: small eyes are no squint, high brows no surprise. */
function foldConstants(neutral: Float32Array, shapes: ShapeBasis, coefficients: readonly Float64Array[]): Float32Array {
  const out = Float32Array.from(neutral);
  SHAPE_NAMES.forEach((name, k) => {
    if (NEVER_BUILD.test(name)) return;
    const constant = quantile(
      coefficients.map((c) => c[k]!),
      CONSTANT_QUANTILE,
    );
    if (constant < 0.01) return;
    for (let i = 0; i < out.length; i++) out[i]! += constant * shapes.shapes[k]![i]!;
  });
  return out;
}

/**
 * Second pass for one actor: neutral face from the calmest frames of all shots, then pose, coefficients and gaze of
 * every frame. Deterministic; about 1 ms a frame.
 */
export function fitActor(model: FaceModel, shots: readonly ActorShot[]): ActorFit {
  const { neutral, shapes, basis } = findNeutral(model, shots);
  const fitter = new FrameFitter(basis, neutral);
  const fits = shots.map((shot) => locateFace(model, fitter, shot));
  calibrateGaze(fits);
  fits.forEach((fit, k) => {
    fitExpression(fitter, shots[k]!, fit);
  });
  return { neutral, shapes, basis, shots: fits };
}

/** Pose, lip opening, closures and raw gaze of every frame of a shot; coefficients stay 0. */
function locateFace(model: FaceModel, fitter: FrameFitter, shot: ActorShot): ShotFit {
  const n = shot.frameCount;
  const fit: ShotFit = {
    found: new Uint8Array(n),
    poses: new Array<Pose | undefined>(n).fill(undefined),
    coefficients: new Float64Array(n * SHAPE_COUNT),
    gaze: new Float64Array(n * 4),
    poseResidual: new Float64Array(n),
    lipGap: new Float64Array(n),
    closed: new Uint8Array(n),
  };
  for (let row = 0; row < n; row++) {
    const landmarks = shot.landmarks(row);
    if (landmarks === undefined) continue;
    const pose = initialPose(fitter.neutral, landmarks, model.procrustesWeights);
    refinePose(pose, fitter.neutral, landmarks, fitter.basis.poseWeights, 0.05, 4);
    fit.poses[row] = pose;
  }
  steadyScale(fit.poses);
  for (let row = 0; row < n; row++) {
    const landmarks = shot.landmarks(row);
    const pose = fit.poses[row];
    if (landmarks === undefined || pose === undefined) continue;
    refinePose(pose, fitter.neutral, landmarks, fitter.basis.poseWeights, 0.05, 2, true);
    fit.found[row] = 1;
    fit.lipGap[row] = measureLips(landmarks, pose).gap;
    fit.gaze.set(measureGaze(landmarks, pose, fitter.neutral), row * 4);
  }
  fit.closed.set(findClosures(fit.lipGap, fit.found));
  return fit;
}

/** Coefficients and final pose of every frame of a located shot, in place. */
function fitExpression(fitter: FrameFitter, shot: ActorShot, fit: ShotFit): void {
  let previous: Float64Array | undefined;
  for (let row = 0; row < shot.frameCount; row++) {
    const pose = fit.poses[row];
    const landmarks = shot.landmarks(row);
    if (pose === undefined || landmarks === undefined) {
      previous = undefined;
      continue;
    }
    const c = fit.coefficients.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT);
    if (previous !== undefined) c.set(previous);
    setLookCoefficients(fit.gaze, row * 4, c);
    fit.poseResidual[row] = fitter.fit(landmarks, pose, c, {
      rounds: previous === undefined ? 4 : 2,
      lipsClosed: fit.closed[row] === 1,
      keepScale: true,
    });
    previous = c;
  }
}
