import { SHAPE_COUNT } from '../../core/performance.ts';
import { placeSkirt } from './control-mesh.ts';
import {
  LID_FOLD_LEFT,
  LID_FOLD_RIGHT,
  LID_LEFT,
  LID_RIGHT,
  LIP_PAIRS,
  LIPS_INNER,
  LIPS_NEAR,
} from './face-regions.ts';
import { type ActorScene, NECK_PIVOT } from './scene.ts';
import { applyStencil, controlForLimit } from './subdivision-stencil.ts';

/** State of the actor in one frame: what the ground truth records, plus what the body does. */
export interface ActorState {
  /** 52 coefficients in the order of SHAPE_NAMES. */
  readonly coefficients: Float32Array;
  /** Unit quaternion x y z w, tx, ty, s: see FaceTrack.pose. */
  readonly pose: Float32Array;
  /** Left yaw, left pitch, right yaw, right pitch in radians: see FaceTrack.gaze. */
  readonly gaze: Float32Array;
  /** Breath, -1..1. */
  readonly breath: number;
}

/** Moved vertices of one frame. */
export interface FrameGeometry {
  /** [vertexCount, 3]: pixels x (right), y (down), depth in pixels. */
  readonly view: Float32Array;
  /** [vertexCount, 3]: unit normals, x right, y up, z towards the viewer. */
  readonly normal: Float32Array;
  /** [vertexCount, 3]: direction of growing atlas u, same space, not normalised; head only. */
  readonly tangent: Float32Array;
  /** The 468 face vertices in face space as the coefficients say (ground truth). */
  readonly face: Float32Array;
  /** Height of the gap between the lips' middles, cm. */
  lipGap: number;
  readonly scratch: { readonly points: Float32Array; readonly head: Float32Array; readonly delta: Float32Array };
}

/** Buffers for {@link deform}. */
export function createFrameGeometry(scene: ActorScene): FrameGeometry {
  const size = scene.vertexCount * 3;
  const head = scene.pieces[0]!.endVertex * 3;
  return {
    view: new Float32Array(size),
    normal: new Float32Array(size),
    tangent: new Float32Array(head),
    face: new Float32Array(468 * 3),
    lipGap: 0,
    scratch: {
      points: new Float32Array(scene.control.vertexCount * 3),
      head: new Float32Array(head),
      delta: new Float32Array(scene.control.vertexCount * 3),
    },
  };
}

/** Row-major rotation matrix of a unit quaternion x y z w. */
export function rotationOf(q: ArrayLike<number>): number[] {
  const [x, y, z, w] = [q[0]!, q[1]!, q[2]!, q[3]!];
  return [
    1 - 2 * (y * y + z * z),
    2 * (x * y - z * w),
    2 * (x * z + y * w),
    2 * (x * y + z * w),
    1 - 2 * (x * x + z * z),
    2 * (y * z - x * w),
    2 * (x * z - y * w),
    2 * (y * z + x * w),
    1 - 2 * (x * x + y * y),
  ];
}

/** The 468 face vertices in face space for some coefficients: neutral plus shapes. */
export function faceOf(scene: ActorScene, coefficients: ArrayLike<number>, out: Float32Array): void {
  out.set(scene.neutral);
  for (let k = 0; k < SHAPE_COUNT; k += 1) {
    const w = coefficients[k]!;
    if (w === 0) continue;
    const shape = scene.shapes[k]!;
    for (let i = 0; i < 468 * 3; i += 1) out[i]! += w * shape[i]!;
  }
}

/** Keeps lids outside the eyeballs and lips from passing through each other (limit positions, in place). */
function resolveContacts(scene: ActorScene, points: Float32Array): void {
  const { control } = scene;
  for (const [side, lid] of [LID_RIGHT, LID_LEFT].entries()) {
    const eye = control.eyes[side]!;
    const [cx, cy, cz] = eye.centre;
    for (const [ring, clearance] of [
      [lid, 0.125],
      [side === 0 ? LID_FOLD_RIGHT : LID_FOLD_LEFT, 0.2],
    ] as const)
      for (const v of ring) {
        const dx = points[v * 3]! - cx;
        const dy = points[v * 3 + 1]! - cy;
        const dz = points[v * 3 + 2]! - cz;
        const reach = eye.radius + clearance;
        const flat = dx * dx + dy * dy;
        // Push along z only: the outline of the lids in the picture stays the ground truth.
        if (flat < reach * reach * 0.92 && flat + dz * dz < reach * reach)
          points[v * 3 + 2] = cz + Math.sqrt(reach * reach - flat);
      }
    // A closed lid ends where the other begins.
    for (let i = 1; i < 8; i += 1) {
      const lower = lid[i]! * 3;
      const upper = lid[16 - i]! * 3;
      const cross = points[lower + 1]! + 0.004 - points[upper + 1]!;
      if (cross > 0) {
        points[upper + 1]! += cross * 0.65;
        points[lower + 1]! -= cross * 0.35;
      }
    }
    placeSkirt(points, lid, eye, control.skirts[side]!);
  }
  for (const [upper, lower] of LIP_PAIRS) {
    const cross = points[lower * 3 + 1]! - points[upper * 3 + 1]!;
    if (cross <= 0) continue;
    const nearUpper = LIPS_NEAR[LIPS_INNER.indexOf(upper)]!;
    const nearLower = LIPS_NEAR[LIPS_INNER.indexOf(lower)]!;
    points[upper * 3 + 1]! += cross / 2;
    points[lower * 3 + 1]! -= cross / 2;
    points[nearUpper * 3 + 1]! += cross * 0.3;
    points[nearLower * 3 + 1]! -= cross * 0.3;
    const bag = control.bag * 3;
    for (const v of [upper, lower]) {
      const i = LIPS_INNER.indexOf(v);
      for (const ring of [0, 1]) points[bag + (ring * 20 + i) * 3 + 1]! += v === upper ? cross / 2 : -cross / 2;
    }
  }
}

/** Moves every vertex of the scene to where it is in the picture. */
export function deform(scene: ActorScene, state: ActorState, out: FrameGeometry): void {
  const { control } = scene;
  const { points, head, delta } = out.scratch;
  faceOf(scene, state.coefficients, out.face);
  points.set(control.points);
  for (let k = 0; k < SHAPE_COUNT; k += 1) {
    const w = state.coefficients[k]!;
    if (w === 0) continue;
    const shape = scene.shapes[k]!;
    for (let i = 0; i < points.length; i += 1) points[i]! += w * shape[i]!;
  }
  out.lipGap = Math.max(0, points[13 * 3 + 1]! - points[14 * 3 + 1]!);
  resolveContacts(scene, points);
  for (let i = 0; i < points.length; i += 1) delta[i] = points[i]! - control.points[i]!;
  const moved = controlForLimit(scene.limit, delta, 16);
  for (let i = 0; i < moved.length; i += 1) moved[i]! += scene.controlNeutral[i]!;
  applyStencil(scene.refinement, moved, 3, head);
  for (let i = 0; i < head.length; i += 1) head[i]! += scene.detail[i]!;

  const pose = state.pose;
  const rotation = rotationOf(pose);
  const scale = pose[6]!;
  // Pixel of the neck's pivot; the torso hangs on it, unturned.
  const pivot = [0, 1, 2].map(
    (r) =>
      rotation[r * 3]! * NECK_PIVOT[0] + rotation[r * 3 + 1]! * NECK_PIVOT[1] + rotation[r * 3 + 2]! * NECK_PIVOT[2],
  );
  const [r0, r1, r2, r3, r4, r5, r6, r7, r8] = rotation as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const put = (at: number, x: number, y: number, z: number, weight: number): void => {
    const hx = r0 * x + r1 * y + r2 * z;
    const hy = r3 * x + r4 * y + r5 * z;
    const hz = r6 * x + r7 * y + r8 * z;
    const bx = pivot[0]! + x - NECK_PIVOT[0];
    const by = pivot[1]! + y - NECK_PIVOT[1];
    const bz = pivot[2]! + z - NECK_PIVOT[2];
    out.view[at] = pose[4]! + scale * (bx + weight * (hx - bx));
    out.view[at + 1] = pose[5]! - scale * (by + weight * (hy - by));
    out.view[at + 2] = scale * (bz + weight * (hz - bz));
  };
  const chin = [0, 1, 2].map((c) => {
    let sum = 0;
    for (const v of [199, 175, 200, 428, 208]) sum += (out.face[v * 3 + c]! - scene.neutral[v * 3 + c]!) / 5;
    return sum;
  });
  const jawTurn = -chin[1]! / 7.6;
  const [jc, js] = [Math.cos(jawTurn), Math.sin(jawTurn)];
  const rest = scene.rest;
  for (const piece of scene.pieces) {
    const from = piece.firstVertex;
    const until = piece.endVertex;
    switch (piece.motion) {
      case 'head':
        for (let v = from; v < until; v += 1)
          put(v * 3, head[v * 3]!, head[v * 3 + 1]!, head[v * 3 + 2]!, scene.headWeight[v]!);
        break;
      case 'skull':
        for (let v = from; v < until; v += 1) put(v * 3, rest[v * 3]!, rest[v * 3 + 1]!, rest[v * 3 + 2]!, 1);
        break;
      case 'jaw':
        for (let v = from; v < until; v += 1) {
          const y = rest[v * 3 + 1]! - 0.5;
          const z = rest[v * 3 + 2]! + 2.6;
          put(
            v * 3,
            rest[v * 3]! + chin[0]!,
            0.5 + y * jc - z * js,
            -2.6 + y * js + z * jc + 0.5 * Math.max(0, chin[2]!),
            1,
          );
        }
        break;
      case 'torso': {
        const lift = 0.09 * state.breath;
        for (let v = from; v < until; v += 1) {
          const x = rest[v * 3]!;
          const y = rest[v * 3 + 1]!;
          put(v * 3, x * (1 + 0.004 * state.breath), y + lift, rest[v * 3 + 2]! + 2 * lift, 0.12);
        }
        break;
      }
      case 'eyeRight':
      case 'eyeLeft': {
        const side = piece.motion === 'eyeRight' ? 0 : 1;
        const centre = control.eyes[side]!.centre;
        // The image-left eye is the actor's right one.
        const yaw = state.gaze[side === 0 ? 2 : 0]!;
        const pitch = state.gaze[side === 0 ? 3 : 1]!;
        const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
        for (let v = from; v < until; v += 1) {
          const x = rest[v * 3]!;
          const y = rest[v * 3 + 1]!;
          const z = rest[v * 3 + 2]!;
          const y1 = y * cp + z * sp;
          const z1 = z * cp - y * sp;
          put(v * 3, centre[0] + x * cy + z1 * sy, centre[1] + y1, centre[2] + z1 * cy - x * sy, 1);
        }
        break;
      }
    }
  }
  computeNormals(scene, out);
}

/** Area-weighted vertex normals, and tangents along atlas u for the head. */
function computeNormals(scene: ActorScene, out: FrameGeometry): void {
  const { view, normal, tangent } = out;
  const { triangles, atlas } = scene;
  normal.fill(0);
  tangent.fill(0);
  const headEnd = scene.pieces[0]!.endTriangle;
  const count = scene.material.length;
  for (let t = 0; t < count; t += 1) {
    const a = triangles[t * 3]!;
    const b = triangles[t * 3 + 1]!;
    const c = triangles[t * 3 + 2]!;
    const ux = view[b * 3]! - view[a * 3]!;
    const uy = view[a * 3 + 1]! - view[b * 3 + 1]!;
    const uz = view[b * 3 + 2]! - view[a * 3 + 2]!;
    const vx = view[c * 3]! - view[a * 3]!;
    const vy = view[a * 3 + 1]! - view[c * 3 + 1]!;
    const vz = view[c * 3 + 2]! - view[a * 3 + 2]!;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    for (let k = 0; k < 3; k += 1) {
      const v = triangles[t * 3 + k]! * 3;
      normal[v]! += nx;
      normal[v + 1]! += ny;
      normal[v + 2]! += nz;
    }
    if (t >= headEnd) continue;
    const du1 = atlas[b * 2]! - atlas[a * 2]!;
    const dv1 = atlas[b * 2 + 1]! - atlas[a * 2 + 1]!;
    const du2 = atlas[c * 2]! - atlas[a * 2]!;
    const dv2 = atlas[c * 2 + 1]! - atlas[a * 2 + 1]!;
    const det = du1 * dv2 - du2 * dv1;
    if (Math.abs(det) < 1e-12) continue;
    const f = 1 / det;
    const tx = (ux * dv2 - vx * dv1) * f;
    const ty = (uy * dv2 - vy * dv1) * f;
    const tz = (uz * dv2 - vz * dv1) * f;
    for (let k = 0; k < 3; k += 1) {
      const v = triangles[t * 3 + k]! * 3;
      tangent[v]! += tx;
      tangent[v + 1]! += ty;
      tangent[v + 2]! += tz;
    }
  }
  for (let v = 0; v < normal.length; v += 3) {
    const length = Math.sqrt(normal[v]! ** 2 + normal[v + 1]! ** 2 + normal[v + 2]! ** 2) || 1;
    normal[v]! /= length;
    normal[v + 1]! /= length;
    normal[v + 2]! /= length;
  }
}
