import { FACE_VERTEX_COUNT, type FaceTrack, LANDMARK_COUNT } from '../../core/performance.ts';
import type { PointMotion } from './kernel.ts';

/** Motion of a face's mesh points at one frame, in pixels per frame (and per frame squared). */
export interface FaceMotion {
  /** [468, 2] pixels. */
  readonly position: Float32Array;
  /** [468, 2]. */
  readonly velocity: Float32Array;
  /** [468, 2]. */
  readonly acceleration: Float32Array;
}

const at = (row: number, vertex: number): number => (row * LANDMARK_COUNT + vertex) * 3;

/**
 * Motion at row `row` of a track, from its neighbours in time: central differences, one-sided at the ends of a shot.
 * Null for a track of a single frame, whose motion nothing tells.
 */
export function faceMotion(track: FaceTrack, row: number): FaceMotion | null {
  const { landmarks, frameCount } = track;
  if (frameCount < 2) return null;
  const before = Math.max(0, row - 1);
  const after = Math.min(frameCount - 1, row + 1);
  const position = new Float32Array(FACE_VERTEX_COUNT * 2);
  const velocity = new Float32Array(FACE_VERTEX_COUNT * 2);
  const acceleration = new Float32Array(FACE_VERTEX_COUNT * 2);
  const both = before < row && after > row;
  for (let vertex = 0; vertex < FACE_VERTEX_COUNT; vertex++)
    for (let axis = 0; axis < 2; axis++) {
      const here = landmarks[at(row, vertex) + axis]!;
      const was = landmarks[at(before, vertex) + axis]!;
      const will = landmarks[at(after, vertex) + axis]!;
      const out = vertex * 2 + axis;
      position[out] = here;
      velocity[out] = (will - was) / (after - before);
      acceleration[out] = both ? will - 2 * here + was : 0;
    }
  return { position, velocity, acceleration };
}

/** Distance, as a share of the face's width, within which a mesh point decides alone. */
const NEAR_SHARE = 0.05;

/** Motion at any place of the picture: that of the mesh points near it; beyond the mesh, that of the outline. */
export class MotionField {
  readonly #motion: FaceMotion;
  readonly #near: number;

  constructor(motion: FaceMotion) {
    this.#motion = motion;
    let [left, right] = [Infinity, -Infinity];
    for (let i = 0; i < motion.position.length; i += 2) {
      left = Math.min(left, motion.position[i]!);
      right = Math.max(right, motion.position[i]!);
    }
    this.#near = (NEAR_SHARE * (right - left)) ** 2;
  }

  /** Motion at (x, y). */
  sample(x: number, y: number): PointMotion {
    const { position, velocity, acceleration } = this.#motion;
    let [sum, vx, vy, ax, ay] = [0, 0, 0, 0, 0];
    for (let i = 0; i < position.length; i += 2) {
      const dx = position[i]! - x;
      const dy = position[i + 1]! - y;
      const d = dx * dx + dy * dy + this.#near;
      const w = 1 / (d * d);
      sum += w;
      vx += w * velocity[i]!;
      vy += w * velocity[i + 1]!;
      ax += w * acceleration[i]!;
      ay += w * acceleration[i + 1]!;
    }
    return { vx: vx / sum, vy: vy / sum, ax: ax / sum, ay: ay / sum };
  }
}
