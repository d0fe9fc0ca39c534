import { factoriseCholesky, fitSimilarity, rotationMatrix, solveCholesky } from '../../../core/geometry/index.ts';

/** Head pose and scaled-orthographic camera of one frame, as in `FaceTrack.pose`. */
export interface Pose {
  /** Unit quaternion x y z w. */
  rotation: [number, number, number, number];
  /** Pixels. */
  tx: number;
  ty: number;
  /** Pixels per centimetre. */
  scale: number;
}

/** Residuals above this many centimetres count less and less (Huber). */
const HUBER_CM = 0.25;

/** Pose from scratch: closed-form similarity between face points [n, 3] cm and landmarks (x, y, z px; net's own z). */
export function initialPose(points: Float32Array, landmarks: Float32Array, weights: ArrayLike<number>): Pose {
  const count = points.length / 3;
  const target = new Float32Array(count * 3);
  for (let v = 0; v < count; v++) {
    target[v * 3] = landmarks[v * 3]!;
    target[v * 3 + 1] = -landmarks[v * 3 + 1]!;
    target[v * 3 + 2] = landmarks[v * 3 + 2]!;
  }
  const fit = fitSimilarity(points, target, weights);
  return {
    rotation: [...fit.rotation],
    tx: fit.translation[0],
    ty: -fit.translation[1],
    scale: fit.scale,
  };
}

/** Projects face points [n, 3] cm to [n, 3]: pixel x, y (down) and depth in pixels towards the viewer. */
export function projectPoints(pose: Pose, points: Float32Array, out: Float32Array): void {
  const m = rotationMatrix(pose.rotation);
  const s = pose.scale;
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    const z = points[i + 2]!;
    out[i] = pose.tx + s * (m[0]! * x + m[1]! * y + m[2]! * z);
    out[i + 1] = pose.ty - s * (m[3]! * x + m[4]! * y + m[5]! * z);
    out[i + 2] = s * (m[6]! * x + m[7]! * y + m[8]! * z);
  }
}

function turn(q: readonly [number, number, number, number], wx: number, wy: number, wz: number): Pose['rotation'] {
  const angle = Math.hypot(wx, wy, wz);
  const f = angle > 1e-9 ? Math.sin(angle / 2) / angle : 0.5;
  const [ax, ay, az, aw] = [wx * f, wy * f, wz * f, Math.cos(angle / 2)];
  const [bx, by, bz, bw] = q;
  const out: Pose['rotation'] = [
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ];
  const norm = Math.hypot(...out) * (out[3] < 0 ? -1 : 1);
  return [out[0] / norm, out[1] / norm, out[2] / norm, out[3] / norm];
}

const ZEROS = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0] as const;
const normal = new Float64Array(36);
const slope = new Float64Array(6);

/**
 * Gauss-Newton refinement of a pose in place: face points [n, 3] cm against landmarks [n.., 3] px with per-point
 * weights and a separate, small weight on depth (`depthWeight`: the networks' z is only roughly right; its mean is
 * free). Huber-robust. Returns the weighted root mean square of the 2-D residual in centimetres.
 *
 * @param keepScale the scale is known: only turn and place are sought
 */
export function refinePose(
  pose: Pose,
  points: Float32Array,
  landmarks: Float32Array,
  weights: ArrayLike<number>,
  depthWeight: number,
  iterations: number,
  keepScale = false,
): number {
  const count = points.length / 3;
  let rms = 0;
  for (let step = 0; step < iterations; step++) {
    const m = rotationMatrix(pose.rotation);
    const s = pose.scale;
    let [n00, n01, n02, n04, n05, n11, n12, n13, n15, n22, n23, n24, n33, n35, n45, n55] = ZEROS;
    let [g0, g1, g2, g3, g4, g5] = ZEROS;
    let meanDepth = 0;
    let total = 0;
    for (let v = 0; v < count; v++) {
      const w = weights[v]!;
      if (w === 0) continue;
      const z = m[6]! * points[v * 3]! + m[7]! * points[v * 3 + 1]! + m[8]! * points[v * 3 + 2]!;
      meanDepth += w * (landmarks[v * 3 + 2]! / s - z);
      total += w;
    }
    meanDepth /= total;
    let error = 0;
    for (let v = 0; v < count; v++) {
      const w = weights[v]!;
      if (w === 0) continue;
      const [px, py, pz] = [points[v * 3]!, points[v * 3 + 1]!, points[v * 3 + 2]!];
      const x = m[0]! * px + m[1]! * py + m[2]! * pz;
      const y = m[3]! * px + m[4]! * py + m[5]! * pz;
      const z = m[6]! * px + m[7]! * py + m[8]! * pz;
      // Residuals in centimetres, y up.
      const rx = (landmarks[v * 3]! - pose.tx) / s - x;
      const ry = (pose.ty - landmarks[v * 3 + 1]!) / s - y;
      const rz = landmarks[v * 3 + 2]! / s - z - meanDepth;
      const off = Math.hypot(rx, ry);
      error += w * off * off;
      const w2 = off > HUBER_CM ? (w * HUBER_CM) / off : w;
      const w3 = w2 * depthWeight;
      // Unknowns: rotation vector (camera axes), tx / s, -ty / s, log scale. Rows of the Jacobian:
      // x: 0 z -y 1 0 x    y: -z 0 x 0 1 y    depth: y -x 0 0 0 z
      n00 += w2 * z * z + w3 * y * y;
      n01 -= w3 * x * y;
      n02 -= w2 * z * x;
      n04 -= w2 * z;
      n05 += (w3 - w2) * y * z;
      n11 += w2 * z * z + w3 * x * x;
      n12 -= w2 * z * y;
      n13 += w2 * z;
      n15 += (w2 - w3) * x * z;
      n22 += w2 * (x * x + y * y);
      n23 -= w2 * y;
      n24 += w2 * x;
      n33 += w2;
      n35 += w2 * x;
      n45 += w2 * y;
      n55 += w2 * (x * x + y * y) + w3 * z * z;
      g0 += w3 * y * rz - w2 * z * ry;
      g1 += w2 * z * rx - w3 * x * rz;
      g2 += w2 * (x * ry - y * rx);
      g3 += w2 * rx;
      g4 += w2 * ry;
      g5 += w2 * (x * rx + y * ry) + w3 * z * rz;
    }
    const free = keepScale ? 0 : 1;
    const rows = [
      ...[n00, n01, n02, 0, n04, free * n05],
      ...[n01, n11, n12, n13, 0, free * n15],
      ...[n02, n12, n22, n23, n24, 0],
      ...[0, n13, n23, n33, 0, free * n35],
      ...[n04, 0, n24, 0, n33, free * n45],
      ...[free * n05, free * n15, 0, free * n35, free * n45, n55],
    ];
    normal.set(rows);
    slope.set([g0, g1, g2, g3, g4, free * g5]);
    rms = Math.sqrt(error / total);
    for (let k = 0; k < 6; k++) normal[k * 7]! += 1e-9 * total;
    factoriseCholesky(normal, 6);
    solveCholesky(normal, 6, slope, 1);
    pose.rotation = turn(pose.rotation, slope[0]!, slope[1]!, slope[2]!);
    pose.tx += slope[3]! * s;
    pose.ty -= slope[4]! * s;
    pose.scale = s * Math.exp(Math.max(-0.5, Math.min(0.5, slope[5]!)));
    if (Math.hypot(slope[0]!, slope[1]!, slope[2]!, slope[3]!, slope[4]!, slope[5]!) < 1e-6) break;
  }
  return rms;
}

/** Signed yaw (towards image right positive), pitch (up positive) and roll (clockwise on screen positive) in radians. */
export function poseAngles(pose: Pose): { yawRad: number; pitchRad: number; rollRad: number } {
  const m = rotationMatrix(pose.rotation);
  return {
    yawRad: Math.atan2(m[2]!, m[8]!),
    pitchRad: Math.asin(Math.max(-1, Math.min(1, m[5]!))),
    rollRad: Math.atan2(m[1]!, m[4]!),
  };
}
