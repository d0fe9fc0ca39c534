import { rotationMatrix } from '../../../core/geometry/index.ts';
import { shapeIndex } from '../../../core/performance.ts';
import { type EyeLandmarks, LEFT_EYE, RIGHT_EYE } from '../face-model/landmarks.ts';
import { LEFT_IRIS, RIGHT_IRIS } from '../landmark-heads.ts';
import type { Pose } from './pose.ts';

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
