import { rotationMatrix } from '../../../core/geometry/index.ts';
import { LANDMARK_COUNT, POSE_SIZE, SHAPE_COUNT, SHAPE_NAMES } from '../../../core/performance.ts';
import type { FaceRegions } from '../face-model/index.ts';
import { LEFT_EYE, RIGHT_EYE } from '../face-model/landmarks.ts';
import { LEFT_IRIS, RIGHT_IRIS } from '../landmark-heads.ts';
import { noiseLevel, smoothSignals } from '../smoothing.ts';
import type { ShotFit } from './fit-actor.ts';
import type { Pose } from './pose.ts';

/** Strength of smoothing by kind of signal (see SmoothOptions): the mouth is spared, speech lives in single frames. */
const STRENGTH = { pose: 2.2, face: 2, mouth: 1.1, eyes: 1.2, gaze: 1.5 } as const;
const LEVELS = { pose: 4, face: 4, mouth: 2, eyes: 2, gaze: 3 } as const;

/** Runs of rows with `found` = 1, as [from, until). */
export function foundRuns(found: Uint8Array): [number, number][] {
  const runs: [number, number][] = [];
  for (let row = 0; row < found.length; row++) {
    if (!found[row]) continue;
    let end = row;
    while (end < found.length && found[end]) end++;
    runs.push([row, end]);
    row = end;
  }
  return runs;
}

function column(
  data: Float64Array | Float32Array,
  width: number,
  k: number,
  from: number,
  until: number,
): Float64Array {
  const values = new Float64Array(until - from);
  for (let t = 0; t < values.length; t++) values[t] = data[(from + t) * width + k]!;
  return values;
}

/** Smooths poses [frames, 7] in place within each run; quaternions stay unit length. */
export function smoothPoses(pose: Float32Array, runs: readonly (readonly [number, number])[]): void {
  for (const [from, until] of runs) {
    for (let row = from + 1; row < until; row++) {
      // Neighbouring quaternions on the same half sphere, so that components can be averaged.
      let dot = 0;
      for (let k = 0; k < 4; k++) dot += pose[row * POSE_SIZE + k]! * pose[(row - 1) * POSE_SIZE + k]!;
      if (dot < 0) for (let k = 0; k < 4; k++) pose[row * POSE_SIZE + k]! *= -1;
    }
    const signals = Array.from({ length: POSE_SIZE }, (_, k) => column(pose, POSE_SIZE, k, from, until));
    signals[6] = signals[6]!.map(Math.log);
    const options = { levels: LEVELS.pose, strength: STRENGTH.pose };
    smoothSignals(signals.slice(0, 4), options);
    smoothSignals(signals.slice(4, 6), options);
    smoothSignals(signals.slice(6), options);
    for (let row = from; row < until; row++) {
      const t = row - from;
      let norm = 0;
      for (let k = 0; k < 4; k++) norm += signals[k]![t]! ** 2;
      norm = Math.sqrt(norm) * (signals[3]![t]! < 0 ? -1 : 1);
      for (let k = 0; k < 4; k++) pose[row * POSE_SIZE + k] = signals[k]![t]! / norm;
      pose[row * POSE_SIZE + 4] = signals[4]![t]!;
      pose[row * POSE_SIZE + 5] = signals[5]![t]!;
      pose[row * POSE_SIZE + 6] = Math.exp(signals[6]![t]!);
    }
  }
}

/** Pose of one row of a track's pose array. */
export function poseAt(pose: Float32Array, row: number): Pose {
  const i = row * POSE_SIZE;
  return {
    rotation: [pose[i]!, pose[i + 1]!, pose[i + 2]!, pose[i + 3]!],
    tx: pose[i + 4]!,
    ty: pose[i + 5]!,
    scale: pose[i + 6]!,
  };
}

/** Face-space places that landmarks are held against: the neutral, and the eyes' middles for the irises. */
function anchorPoints(neutral: Float32Array): Float32Array {
  const anchors = new Float32Array(LANDMARK_COUNT * 3);
  anchors.set(neutral);
  for (const [first, eye] of [
    [RIGHT_IRIS, RIGHT_EYE],
    [LEFT_IRIS, LEFT_EYE],
  ] as const)
    for (let k = 0; k < 5; k++)
      for (let d = 0; d < 3; d++)
        anchors[(first + k) * 3 + d] = (neutral[eye.outerCorner * 3 + d]! + neutral[eye.innerCorner * 3 + d]!) / 2;
  return anchors;
}

/** Image plane of a pose without its out-of-plane part: unit axes along and across the head's roll. */
function rollAxes(pose: Pose): [number, number] {
  const m = rotationMatrix(pose.rotation);
  const norm = Math.hypot(m[1]!, m[4]!) || 1;
  return [m[4]! / norm, m[1]! / norm];
}

/** Moves landmarks between pixels and head units (cm off the posed anchor, turned with the head's roll), in place. */
function toHeadUnits(row: Float32Array, anchors: Float32Array, pose: Pose, inverse: boolean): void {
  const m = rotationMatrix(pose.rotation);
  const s = pose.scale;
  const [cos, sin] = rollAxes(pose);
  for (let v = 0; v < LANDMARK_COUNT; v++) {
    const i = v * 3;
    const [x, y, z] = [anchors[i]!, anchors[i + 1]!, anchors[i + 2]!];
    const px = pose.tx + s * (m[0]! * x + m[1]! * y + m[2]! * z);
    const py = pose.ty - s * (m[3]! * x + m[4]! * y + m[5]! * z);
    const pz = s * (m[6]! * x + m[7]! * y + m[8]! * z);
    if (inverse) {
      const [u, w] = [row[i]! * s, row[i + 1]! * s];
      row[i] = px + u * cos - w * sin;
      row[i + 1] = py + u * sin + w * cos;
      row[i + 2] = pz + row[i + 2]! * s;
    } else {
      const [dx, dy] = [(row[i]! - px) / s, (row[i + 1]! - py) / s];
      row[i] = dx * cos + dy * sin;
      row[i + 1] = -dx * sin + dy * cos;
      row[i + 2] = (row[i + 2]! - pz) / s;
    }
  }
}

interface Group {
  readonly kind: keyof typeof STRENGTH;
  readonly points: readonly number[];
}

/** Landmarks by what moves together; each landmark is in exactly one group. `neutral` tells right from left. */
export function landmarkGroups(regions: FaceRegions, neutral: Float32Array): Group[] {
  const taken = new Set<number>();
  const take = (points: Iterable<number>): number[] => {
    const fresh = [...points].filter((v) => !taken.has(v));
    for (const v of fresh) taken.add(v);
    return fresh;
  };
  const iris = (first: number): number[] => Array.from({ length: 5 }, (_, k) => first + k);
  const eyes = [...regions.eyes];
  const groups: Group[] = [
    { kind: 'mouth', points: take(regions.mouth) },
    { kind: 'eyes', points: take([...eyes.filter((v) => neutral[v * 3]! < 0), ...iris(RIGHT_IRIS)]) },
    { kind: 'eyes', points: take([...eyes, ...iris(LEFT_IRIS)]) },
    { kind: 'face', points: take(regions.brows) },
    { kind: 'mouth', points: take(regions.jaw) },
    { kind: 'face', points: take(regions.nose) },
    { kind: 'face', points: take(regions.cheeks) },
    { kind: 'face', points: take(Array.from({ length: LANDMARK_COUNT }, (_, v) => v)) },
  ];
  return groups.filter(({ points }) => points.length > 0);
}

/**
 * Steadies landmarks [frames, 478, 3] px in place. `rough` are the poses before smoothing, `smooth` after: the landmarks
 * are taken off the rough pose, smoothed relative to the head by regions (a region that moves keeps its motion, one
 * that rests is averaged), and put back on the smooth pose. So they neither lag behind a moving head nor tremble on
 * a still one.
 */
export function steadyLandmarks(
  landmarks: Float32Array,
  rough: Float32Array,
  smooth: Float32Array,
  neutral: Float32Array,
  regions: FaceRegions,
  runs: readonly (readonly [number, number])[],
): void {
  const anchors = anchorPoints(neutral);
  const width = LANDMARK_COUNT * 3;
  const groups = landmarkGroups(regions, neutral);
  for (const [from, until] of runs) {
    for (let row = from; row < until; row++)
      toHeadUnits(landmarks.subarray(row * width, (row + 1) * width), anchors, poseAt(rough, row), false);
    const stillNoise = groupNoise(landmarks, from, until, regions.nose);
    for (const { kind, points } of groups) {
      const signals = points.flatMap((v) => [0, 1, 2].map((d) => column(landmarks, width, v * 3 + d, from, until)));
      // Speech fills the lips' finest band too: their noise is bounded by what the nose shows.
      const sigma = signals.map((signal, k) => Math.min(noiseLevel(signal), 1.5 * stillNoise[k % 3]!));
      smoothSignals(signals, { levels: LEVELS[kind], strength: STRENGTH[kind], sigma });
      signals.forEach((signal, k) => {
        const at = points[(k / 3) | 0]! * 3 + (k % 3);
        for (let t = 0; t < signal.length; t++) landmarks[(from + t) * width + at] = signal[t]!;
      });
    }
    for (let row = from; row < until; row++)
      toHeadUnits(landmarks.subarray(row * width, (row + 1) * width), anchors, poseAt(smooth, row), true);
  }
}

function groupNoise(
  data: Float32Array,
  from: number,
  until: number,
  points: ArrayLike<number>,
): [number, number, number] {
  const noise: [number, number, number] = [0, 0, 0];
  for (let k = 0; k < points.length; k++)
    for (let d = 0; d < 3; d++)
      noise[d as 0 | 1 | 2] +=
        noiseLevel(column(data, LANDMARK_COUNT * 3, points[k]! * 3 + d, from, until)) / points.length;
  return noise;
}

const SHAPE_KIND = SHAPE_NAMES.map((name): keyof typeof STRENGTH => {
  if (name.startsWith('eyeLook')) return 'gaze';
  if (name.startsWith('eyeBlink') || name.startsWith('eyeWide') || name.startsWith('eyeSquint')) return 'eyes';
  return /^(mouth|jaw)/.test(name) ? 'mouth' : 'face';
});

/** Smooths coefficients [frames, 52] and gaze [frames, 4] in place, the mouth least. Values stay in 0..1. */
export function smoothCoefficients(
  fit: Pick<ShotFit, 'coefficients' | 'gaze'>,
  runs: readonly (readonly [number, number])[],
): void {
  for (const [from, until] of runs) {
    for (const kind of ['mouth', 'eyes', 'face', 'gaze'] as const) {
      const shapes = SHAPE_KIND.flatMap((k, i) => (k === kind ? [i] : []));
      const signals = shapes.map((k) => column(fit.coefficients, SHAPE_COUNT, k, from, until));
      const options = { levels: LEVELS[kind], strength: STRENGTH[kind] };
      // The mouth moves as one: a shared gain keeps its shapes in step. Others act on their own.
      if (kind === 'mouth') smoothSignals(signals, options);
      else for (const signal of signals) smoothSignals([signal], options);
      signals.forEach((signal, i) => {
        for (let t = 0; t < signal.length; t++)
          fit.coefficients[(from + t) * SHAPE_COUNT + shapes[i]!] = Math.min(1, Math.max(0, signal[t]!));
      });
    }
    const gaze = [0, 1, 2, 3].map((k) => column(fit.gaze, 4, k, from, until));
    smoothSignals(gaze, { levels: LEVELS.gaze, strength: STRENGTH.gaze });
    gaze.forEach((signal, k) => {
      for (let t = 0; t < signal.length; t++) fit.gaze[(from + t) * 4 + k] = signal[t]!;
    });
  }
}
