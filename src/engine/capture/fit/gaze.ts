import { rotationMatrix } from '../../../core/geometry/index.ts';
import { shapeIndex } from '../../../core/performance.ts';
import { type EyeLandmarks, LEFT_EYE, RIGHT_EYE } from '../face-model/landmarks.ts';
import { LEFT_IRIS, RIGHT_IRIS } from '../landmark-heads.ts';
import { type Pose, poseAngles } from './pose.ts';

/** Radius of the circle on which the pupil turns, cm (adult eyeball radius 1.2, pupil plane a little inside). */
const EYE_RADIUS = 1.15;
/** The ball's centre lies this far behind the lid corners, cm. */
const CENTRE_DEPTH = 0.95;
/** Turn at which an `eyeLook*` coefficient is 1. */
const FULL_YAW = 0.61;
const FULL_PITCH = 0.44;

/** Gaze of both eyes in radians in face space: left yaw, left pitch, right yaw, right pitch; + = image right / up. */
export type Gaze = [number, number, number, number];

function eyeDirection(
  landmarks: Float32Array,
  pose: Pose,
  m: Float64Array,
  eye: EyeLandmarks,
  iris: number,
  neutral: Float32Array,
): [number, number] {
  // The ball sits in the skull: its place comes from the neutral's lid corners, which barely move.
  const centre = [0, 1, 2].map((d) => (neutral[eye.outerCorner * 3 + d]! + neutral[eye.innerCorner * 3 + d]!) / 2);
  const [cx, cy, cz] = [centre[0]!, centre[1]!, centre[2]! - CENTRE_DEPTH];
  const ex = pose.tx + pose.scale * (m[0]! * cx + m[1]! * cy + m[2]! * cz);
  const ey = pose.ty - pose.scale * (m[3]! * cx + m[4]! * cy + m[5]! * cz);
  let dx = (landmarks[iris * 3]! - ex) / pose.scale / EYE_RADIUS;
  let dy = (ey - landmarks[iris * 3 + 1]!) / pose.scale / EYE_RADIUS;
  const length = Math.hypot(dx, dy);
  if (length > 0.95) {
    dx *= 0.95 / length;
    dy *= 0.95 / length;
  }
  const dz = Math.sqrt(1 - dx * dx - dy * dy);
  const x = m[0]! * dx + m[3]! * dy + m[6]! * dz;
  const y = m[1]! * dx + m[4]! * dy + m[7]! * dz;
  const z = m[2]! * dx + m[5]! * dy + m[8]! * dz;
  return [Math.atan2(x, z), Math.atan2(y, Math.hypot(x, z))];
}

/** Gaze from the irises of landmarks [478, 3] px, with an eyeball behind each pair of lid corners of `neutral` [468, 3] cm. */
export function measureGaze(landmarks: Float32Array, pose: Pose, neutral: Float32Array): Gaze {
  const m = rotationMatrix(pose.rotation);
  const left = eyeDirection(landmarks, pose, m, LEFT_EYE, LEFT_IRIS, neutral);
  const right = eyeDirection(landmarks, pose, m, RIGHT_EYE, RIGHT_IRIS, neutral);
  return [left[0], left[1], right[0], right[1]];
}

/** Largest constant error (radians) that calibration believes in; beyond it the actor simply looks elsewhere. */
const MAX_BIAS = 0.3;
/** Usual squint of the two visual axes: people look at things a metre or more away. */
const USUAL_VERGENCE = 0.02;

function middle(values: number[]): number {
  values.sort((a, b) => a - b);
  return values.length === 0 ? 0 : values[values.length >> 1]!;
}

/**
 * Takes out each eye's constant error in place: where an eyeball lies behind its lids differs from person to person.
 * What can be told without looking at the scene: both eyes point at the same thing, and over a clip an actor mostly
 * faces the viewer, so the usual gaze in the picture is towards the camera unless it is plainly elsewhere.
 */
export function calibrateGaze(
  shots: readonly {
    readonly gaze: Float64Array;
    readonly found: Uint8Array;
    readonly poses: readonly (Pose | undefined)[];
  }[],
): void {
  const errors: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const { gaze, found, poses } of shots)
    for (let row = 0; row < found.length; row++) {
      const pose = poses[row];
      if (!found[row] || pose === undefined) continue;
      const { yawRad, pitchRad } = poseAngles(pose);
      // Towards the camera, seen from the head, is the opposite of the head's own turn.
      for (const k of [0, 1, 2, 3] as const) errors[k].push(gaze[row * 4 + k]! + (k % 2 === 0 ? yawRad : pitchRad));
    }
  const bias = errors.map(middle) as [number, number, number, number];
  const yaw = (bias[0] + bias[2]) / 2;
  const pitch = (bias[1] + bias[3]) / 2;
  const away = Math.abs(yaw) > MAX_BIAS || Math.abs(pitch) > MAX_BIAS;
  const common = away ? [0, 0] : [yaw, pitch];
  const split = Math.max(-MAX_BIAS, Math.min(MAX_BIAS, (bias[0] - bias[2] + USUAL_VERGENCE) / 2));
  const tilt = Math.max(-MAX_BIAS, Math.min(MAX_BIAS, (bias[1] - bias[3]) / 2));
  const shift = [common[0]! + split, common[1]! + tilt, common[0]! - split, common[1]! - tilt];
  for (const { gaze, found } of shots)
    for (let row = 0; row < found.length; row++)
      if (found[row]) for (let k = 0; k < 4; k++) gaze[row * 4 + k]! -= shift[k]!;
}

/** Opening of an eye: mean lid distance over the middle columns by the eye's width, both in the picture. */
export function eyeOpening(landmarks: Float32Array, eye: EyeLandmarks): number {
  const distance = (a: number, b: number): number =>
    Math.hypot(landmarks[a * 3]! - landmarks[b * 3]!, landmarks[a * 3 + 1]! - landmarks[b * 3 + 1]!);
  let sum = 0;
  for (let k = 2; k <= 4; k++) sum += distance(eye.upper[k]!, eye.lower[k]!) / 3;
  return sum / Math.max(1e-6, distance(eye.outerCorner, eye.innerCorner));
}

const LOOK = {
  left: { out: shapeIndex('eyeLookOutLeft'), in: shapeIndex('eyeLookInLeft') },
  right: { out: shapeIndex('eyeLookOutRight'), in: shapeIndex('eyeLookInRight') },
  up: [shapeIndex('eyeLookUpLeft'), shapeIndex('eyeLookUpRight')],
  down: [shapeIndex('eyeLookDownLeft'), shapeIndex('eyeLookDownRight')],
} as const;

/** Writes the eight `eyeLook*` coefficients that stand for a gaze (four numbers from `gaze[offset]`) into `coefficients` [52]. */
export function setLookCoefficients(gaze: ArrayLike<number>, offset: number, coefficients: Float64Array): void {
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const [leftYaw, leftPitch, rightYaw, rightPitch] = [
    gaze[offset]!,
    gaze[offset + 1]!,
    gaze[offset + 2]!,
    gaze[offset + 3]!,
  ];
  coefficients[LOOK.left.out] = clamp(leftYaw / FULL_YAW);
  coefficients[LOOK.left.in] = clamp(-leftYaw / FULL_YAW);
  coefficients[LOOK.right.out] = clamp(-rightYaw / FULL_YAW);
  coefficients[LOOK.right.in] = clamp(rightYaw / FULL_YAW);
  for (const [k, pitch] of [leftPitch, rightPitch].entries()) {
    coefficients[LOOK.up[k as 0 | 1]] = clamp(pitch / FULL_PITCH);
    coefficients[LOOK.down[k as 0 | 1]] = clamp(-pitch / FULL_PITCH);
  }
}
