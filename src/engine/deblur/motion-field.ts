import { FACE_VERTEX_COUNT, type FaceTrack, LANDMARK_COUNT } from '../../core/performance.ts';
import type { SharedArena } from '../../core/wasm/index.ts';
import { deblurKernels } from './kernels/index.ts';
import { displacement, landmarkSimilarity, type Similarity } from './registration.ts';

/** Motion of a face's mesh points at one frame, in pixels per frame (and per frame squared). */
export interface FaceMotion {
  /** [468, 2] pixels. */
  readonly position: Float32Array;
  /** [468, 2]. */
  readonly velocity: Float32Array;
  /** Change of velocity, the same for the whole face. */
  readonly ax: number;
  readonly ay: number;
  /** Mean velocity. */
  readonly vx: number;
  readonly vy: number;
}

const at = (row: number, vertex: number): number => (row * LANDMARK_COUNT + vertex) * 3;

/**
 * Motion at row `row` of a track: that of the head as `steps` measured it from frame to frame, plus what the landmarks say
 * of the expression on top. Fourth-order differences where two frames on both sides are known, one-sided ones at the ends
 * of a shot. Null where no neighbour tells a motion.
 */
export function faceMotion(track: FaceTrack, row: number, steps: readonly (Similarity | null)[]): FaceMotion | null {
  const { landmarks, frameCount } = track;
  if (frameCount < 2) return null;
  const [d2, d1, d0, dn] = [-2, -1, 0, 1].map((k) => steps[row + k] ?? null);
  if (!d1 && !d0) return null;
  const position = new Float32Array(FACE_VERTEX_COUNT * 2);
  const velocity = new Float32Array(FACE_VERTEX_COUNT * 2);
  const before = Math.max(0, row - 1);
  const after = Math.min(frameCount - 1, row + 1);
  // Expression: landmark motion without the part that a similarity explains.
  const head = landmarkSimilarity(track, before, after);
  let [vx, vy, ax, ay] = [0, 0, 0, 0];
  for (let vertex = 0; vertex < FACE_VERTEX_COUNT; vertex++) {
    const x = landmarks[at(row, vertex)]!;
    const y = landmarks[at(row, vertex) + 1]!;
    position[vertex * 2] = x;
    position[vertex * 2 + 1] = y;
    const x0 = landmarks[at(before, vertex)]!;
    const y0 = landmarks[at(before, vertex) + 1]!;
    const rigid = displacement(head, x0, y0);
    const move = (axis: 0 | 1): [number, number] => {
      const s = (step: Similarity | null | undefined): number => (step ? displacement(step, x, y)[axis] : 0);
      if (d1 && d0) {
        const near = s(d1) + s(d0);
        const bend = s(d0) - s(d1);
        return [d2 && dn ? (8 * near - (s(d2) + near + s(dn))) / 12 : near / 2, bend];
      }
      const [beside, beyond, sense] = d0 ? [d0, dn, 1] : [d1, d2, -1];
      const near = s(beside);
      const bend = beyond ? sense * (s(beyond) - near) : 0;
      return [near - (sense * bend) / 2, bend];
    };
    const [mx, bx] = move(0);
    const [my, by] = move(1);
    velocity[vertex * 2] = mx + (landmarks[at(after, vertex)]! - x0 - rigid[0]) / (after - before);
    velocity[vertex * 2 + 1] = my + (landmarks[at(after, vertex) + 1]! - y0 - rigid[1]) / (after - before);
    vx += mx / FACE_VERTEX_COUNT;
    vy += my / FACE_VERTEX_COUNT;
    ax += bx / FACE_VERTEX_COUNT;
    ay += by / FACE_VERTEX_COUNT;
  }
  return { position, velocity, ax, ay, vx, vy };
}

/** Distance, as a share of the face's width, within which a mesh point decides alone. */
const NEAR_SHARE = 0.05;

/** Velocity at any place of the picture: that of the mesh points near it; beyond the mesh, that of the outline. */
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

  /** Velocity at (x, y). */
  sample(x: number, y: number): [vx: number, vy: number] {
    const { position, velocity } = this.#motion;
    let [sum, vx, vy] = [0, 0, 0];
    for (let i = 0; i < position.length; i += 2) {
      const dx = position[i]! - x;
      const dy = position[i + 1]! - y;
      const d = dx * dx + dy * dy + this.#near;
      const w = 1 / (d * d);
      sum += w;
      vx += w * velocity[i]!;
      vy += w * velocity[i + 1]!;
    }
    return [vx / sum, vy / sum];
  }

  /** Velocities at many places of the arena, x and y in turn, into an array of it. */
  sampleAll(arena: SharedArena, places: Float32Array, out: Float32Array): void {
    const { position, velocity } = this.#motion;
    const mark = arena.mark;
    const points = arena.floats(2 * position.length);
    const count = position.length / 2;
    for (let i = 0; i < count; i++)
      for (let axis = 0; axis < 2; axis++) {
        points[axis * count + i] = position[2 * i + axis]!;
        points[(2 + axis) * count + i] = velocity[2 * i + axis]!;
      }
    deblurKernels(arena.memory).field(
      ...[points.byteOffset, count * 4, places.byteOffset, out.byteOffset, places.byteLength, this.#near],
    );
    arena.release(mark);
  }
}
