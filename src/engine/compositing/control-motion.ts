import { FACE_VERTEX_COUNT, SHAPE_COUNT } from '../../core/performance.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { BrowRoom } from './brow-room.ts';
import type { FaceEdit, FaceIdentity } from './face-edit.ts';
import { FACE_OVAL, INNER_LIP_PAIRS, INNER_LIPS } from './face-loops.ts';
import { shade } from './light.ts';
import { lipOpening } from './lip-gap.ts';

/** Rings of mesh neighbours around the inner lips that follow when lips are held together. */
const LIP_RINGS = 7;
/** Inner-lip gap over mouth width: at or under the first the lips touch, over the second they are open. */
const CLOSED_GAP = 0.02;
const OPEN_GAP = 0.13;
/** Upper and lower edge of the brows (MediaPipe's FACEMESH_RIGHT_EYEBROW and LEFT_EYEBROW), and how stiff hair is. */
const BROW_PAIRS: readonly (readonly [number, number])[] = [
  [70, 46],
  [63, 53],
  [105, 52],
  [66, 65],
  [107, 55],
  [300, 276],
  [293, 283],
  [334, 282],
  [296, 295],
  [336, 285],
];
const BROW_STIFFNESS = 0.9;
/** The brow's upper edge and the row of skin under its lower one, which brow hair still reaches into. */
const UNDER_BROW_PAIRS: readonly (readonly [number, number])[] = [
  [63, 225],
  [105, 224],
  [105, 223],
  [66, 222],
  [107, 221],
  [293, 445],
  [334, 444],
  [334, 443],
  [296, 442],
  [336, 441],
];
const UNDER_BROW_STIFFNESS = 0.8;
/** Lids open further by at most this share of what they are open. */
const LID_STRETCH = 0.55;
/** Light may change by this factor at most, each way: more is an error of the light estimate, not an expression. */
const MAX_LOG_RATIO = 0.55;
const DISPLAY_GAMMA = 2.2;

/** Rotation matrix (row-major 3x3) of a unit quaternion x y z w. */
export function rotationOf(pose: Float32Array, out: Float32Array): void {
  const [x, y, z, w] = [pose[0]!, pose[1]!, pose[2]!, pose[3]!];
  out[0] = 1 - 2 * (y * y + z * z);
  out[1] = 2 * (x * y - z * w);
  out[2] = 2 * (x * z + y * w);
  out[3] = 2 * (x * y + z * w);
  out[4] = 1 - 2 * (x * x + z * z);
  out[5] = 2 * (y * z - x * w);
  out[6] = 2 * (x * z - y * w);
  out[7] = 2 * (y * z + x * w);
  out[8] = 1 - 2 * (x * x + y * y);
}

/** Area-weighted unit vertex normals of the face mesh, pointing out of the face (+z for a frontal one). */
export function faceNormals(points: Float32Array, triangles: ArrayLike<number>, out: Float32Array): void {
  out.fill(0);
  for (let t = 0; t < triangles.length; t += 3) {
    const a = triangles[t]! * 3;
    const b = triangles[t + 1]! * 3;
    const c = triangles[t + 2]! * 3;
    const ux = points[b]! - points[a]!;
    const uy = points[b + 1]! - points[a + 1]!;
    const uz = points[b + 2]! - points[a + 2]!;
    const vx = points[c]! - points[a]!;
    const vy = points[c + 1]! - points[a + 1]!;
    const vz = points[c + 2]! - points[a + 2]!;
    const nx = uy * vz - uz * vy;
    const ny = uz * vx - ux * vz;
    const nz = ux * vy - uy * vx;
    for (const k of [a, b, c]) {
      out[k]! += nx;
      out[k + 1]! += ny;
      out[k + 2]! += nz;
    }
  }
  for (let k = 0; k < out.length; k += 3) {
    const length = Math.hypot(out[k]!, out[k + 1]!, out[k + 2]!) || 1;
    out[k]! /= length;
    out[k + 1]! /= length;
    out[k + 2]! /= length;
  }
}

/** For each face vertex, which lip it belongs to (+1 upper, -1 lower, 0 neither) and how firmly it follows it. */
interface LipFollow {
  readonly sign: Int8Array;
  readonly share: Float32Array;
}

function lipFollow(triangles: ArrayLike<number>, neutral: Float32Array): LipFollow {
  const inner = new Set(INNER_LIPS);
  const distance = new Float32Array(FACE_VERTEX_COUNT).fill(Number.POSITIVE_INFINITY);
  for (const v of INNER_LIPS) distance[v] = 0;
  const sign = new Int8Array(FACE_VERTEX_COUNT);
  const middle = (INNER_LIPS.length >> 1) + 1;
  INNER_LIPS.forEach((v, i) => {
    sign[v] = i === 0 || i === middle - 1 ? 0 : i < middle ? 1 : -1;
  });
  for (let ring = 1; ring <= LIP_RINGS; ring++) {
    const reached: [number, number][] = [];
    for (let t = 0; t < triangles.length; t += 3) {
      const triangle = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
      if (triangle.every((v) => inner.has(v))) continue; // the interior joins the lips, it is not their skin
      for (const v of triangle)
        if (distance[v] === Number.POSITIVE_INFINITY && triangle.some((w) => distance[w] === ring - 1))
          reached.push([v, triangle.reduce((s, w) => (distance[w] === ring - 1 ? s + sign[w]! : s), 0)]);
    }
    for (const [v, s] of reached) {
      distance[v] = ring;
      sign[v] = Math.sign(s);
    }
  }
  const share = new Float32Array(FACE_VERTEX_COUNT);
  const mouthHalf = Math.abs(neutral[308 * 3]!);
  for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
    if (distance[v]! > LIP_RINGS || Math.abs(neutral[v * 3]!) > mouthHalf) continue;
    const t = distance[v]! / (LIP_RINGS + 1);
    share[v] = (1 - t) * (1 - t) * (1 + 2 * t);
  }
  return { sign, share };
}

/** One eye's lids: facing contour vertices, and for every vertex that follows them, which pair and how firmly. */
interface EyeLids {
  readonly pairs: readonly (readonly [number, number])[];
  readonly share: Float32Array;
  readonly pair: Uint8Array;
  readonly upper: Uint8Array;
}

/**
 * Lid contour and the two rows of skin beside it, from the rings that MediaPipe's eye head refines: contour, first row
 * and second row, outer to inner corner.
 */
function eyeLids(upperRows: number[][], lowerRows: number[][]): EyeLids {
  const share = new Float32Array(FACE_VERTEX_COUNT);
  const pair = new Uint8Array(FACE_VERTEX_COUNT);
  const upper = new Uint8Array(FACE_VERTEX_COUNT);
  [upperRows, lowerRows].forEach((rows, side) => {
    rows.forEach((row, r) => {
      row.forEach((v, i) => {
        share[v] = [1, 0.75, 0.4][r]!;
        pair[v] = i;
        upper[v] = side === 0 ? 1 : 0;
      });
    });
  });
  return { pairs: upperRows[0]!.map((u, i) => [u, lowerRows[0]![i]!] as const), share, pair, upper };
}

const EYES: readonly EyeLids[] = [
  eyeLids(
    [
      [246, 161, 160, 159, 158, 157, 173],
      [247, 30, 29, 27, 28, 56, 190],
      [113, 225, 224, 223, 222, 221, 189],
    ],
    [
      [7, 163, 144, 145, 153, 154, 155],
      [25, 110, 24, 23, 22, 26, 112],
      [31, 228, 229, 230, 231, 232, 233],
    ],
  ),
  eyeLids(
    [
      [466, 388, 387, 386, 385, 384, 398],
      [467, 260, 259, 257, 258, 286, 414],
      [342, 445, 444, 443, 442, 441, 413],
    ],
    [
      [249, 390, 373, 374, 380, 381, 382],
      [255, 339, 254, 253, 252, 256, 341],
      [261, 448, 449, 450, 451, 452, 453],
    ],
  ),
];

/** Facing lid vertices (upper, lower) of the eye at image left, then of the one at image right. */
export const LID_PAIRS: readonly (readonly (readonly [number, number])[])[] = EYES.map((eye) => eye.pairs);

/** Reusable buffers and the arithmetic from coefficients to movement and light at the face's control vertices. */
export class ControlMotion {
  /** [468, 2] movement in pixels. */
  readonly motion = new Float32Array(FACE_VERTEX_COUNT * 2);
  /** [468] natural log of the display light ratio after/before. */
  readonly logGain = new Float32Array(FACE_VERTEX_COUNT);
  /** Inner-lip gap over mouth width in the source. */
  sourceGap = 0;
  /** The same after the change, over the source's mouth width. */
  targetGap = 0;
  /** Width of the source's opening, pixels. */
  lipWidthPx = 1;

  /** Unit vector down the face in the image. */
  downX = 0;
  downY = 1;
  /** Pixels per centimetre along it. */
  pxPerCm = 1;

  readonly #triangles: ArrayLike<number>;
  readonly #follow: LipFollow;
  readonly #pairX: Float32Array;
  readonly #delta = new Float32Array(FACE_VERTEX_COUNT * 3);
  readonly #pointsBefore = new Float32Array(FACE_VERTEX_COUNT * 3);
  readonly #pointsAfter = new Float32Array(FACE_VERTEX_COUNT * 3);
  readonly #normalsBefore = new Float32Array(FACE_VERTEX_COUNT * 3);
  readonly #normalsAfter = new Float32Array(FACE_VERTEX_COUNT * 3);
  readonly #rotation = new Float32Array(9);
  readonly #neutralX: Float32Array;
  readonly #upperShift = new Float32Array(INNER_LIP_PAIRS.length);
  readonly #change = new Float32Array(SHAPE_COUNT);
  readonly #browRoom = new BrowRoom();

  constructor(triangles: ArrayLike<number>, canonical: Float32Array) {
    this.#triangles = triangles;
    this.#follow = lipFollow(triangles, canonical);
    this.#pairX = Float32Array.from(INNER_LIP_PAIRS, ([upper]) => canonical[upper * 3]!);
    this.#neutralX = Float32Array.from({ length: FACE_VERTEX_COUNT }, (_, v) => canonical[v * 3]!);
  }

  /** Fills `motion` and `logGain` for one face; `light` null means that the light is not known and is left alone. */
  solve(edit: FaceEdit, identity: FaceIdentity, light: Float32Array | null): void {
    const delta = this.#delta;
    const before = this.#pointsBefore;
    delta.fill(0);
    before.set(identity.neutral);
    const changes = this.#change;
    for (let k = 0; k < SHAPE_COUNT; k++) changes[k] = (edit.after[k]! - edit.before[k]!) * edit.weight;
    this.#browRoom.keep(changes, identity);
    for (let k = 0; k < SHAPE_COUNT; k++) {
      const shape = identity.shapes[k]!;
      const was = edit.before[k]!;
      const change = changes[k]!;
      if (was === 0 && change === 0) continue;
      for (let i = 0; i < delta.length; i++) {
        delta[i]! += change * shape[i]!;
        before[i]! += was * shape[i]!;
      }
    }
    const r = this.#rotation;
    rotationOf(edit.pose, r);
    const scale = edit.pose[6]!;
    const { motion } = this;
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      const x = delta[v * 3]!;
      const y = delta[v * 3 + 1]!;
      const z = delta[v * 3 + 2]!;
      motion[v * 2] = scale * (r[0]! * x + r[1]! * y + r[2]! * z);
      motion[v * 2 + 1] = -scale * (r[3]! * x + r[4]! * y + r[5]! * z);
    }
    this.#carryBrows();
    this.#holdClosure(edit);
    for (const eye of EYES) this.#holdLids(edit.landmarks, eye);
    this.#relight(before, delta, light);
  }

  /** Brow hair moves as one: its lower edge follows the upper one, and the skin of the lid below stretches instead. */
  #carryBrows(): void {
    const { motion } = this;
    const follow = (pairs: typeof BROW_PAIRS, stiffness: number): void => {
      for (const [upper, lower] of pairs)
        for (const k of [0, 1]) motion[lower * 2 + k]! += stiffness * (motion[upper * 2 + k]! - motion[lower * 2 + k]!);
    };
    follow(BROW_PAIRS, BROW_STIFFNESS);
    follow(UNDER_BROW_PAIRS, UNDER_BROW_STIFFNESS);
  }

  /**
   * Lips that touch in the source keep touching, and lips that are sealed come to: whatever gap the change would open is
   * closed from both sides.
   */
  #holdClosure(edit: FaceEdit): void {
    const { landmarks } = edit;
    const { motion } = this;
    const r = this.#rotation;
    // Down the face in the image, so that a tilted head closes along its own axis.
    let downX = -r[1]!;
    let downY = r[4]!;
    const norm = Math.hypot(downX, downY) || 1;
    downX /= norm;
    downY /= norm;
    this.downX = downX;
    this.downY = downY;
    this.pxPerCm = edit.pose[6]! * norm;
    const { gapPx, widthPx } = lipOpening(landmarks, 0, downX, downY);
    this.sourceGap = gapPx / widthPx;
    this.lipWidthPx = widthPx;
    const closed = 1 - smoothStep((this.sourceGap - CLOSED_GAP) / (OPEN_GAP - CLOSED_GAP));
    const seal = (edit.seal ?? 0) * edit.weight;
    let openedPx = 0;
    INNER_LIP_PAIRS.forEach(([u, l], i) => {
      const opening = (motion[l * 2]! - motion[u * 2]!) * downX + (motion[l * 2 + 1]! - motion[u * 2 + 1]!) * downY;
      const gap =
        (landmarks[l * 3]! - landmarks[u * 3]!) * downX + (landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!) * downY;
      // Never through one another (gap + opening >= 0), and not apart where the source is closed.
      const shutting = -Math.max(0, gap);
      const kept = Math.max(shutting, opening > 0 ? opening * (1 - closed * edit.lipPreservation) : opening);
      // The coefficients shut the model's lips, which need not be those in the picture: these are brought together too.
      const wanted = kept + seal * (shutting - kept);
      this.#upperShift[i] = (opening - wanted) / 2;
      openedPx += Math.max(0, gap + wanted) / INNER_LIP_PAIRS.length;
    });
    this.targetGap = openedPx / widthPx;
    const { sign, share } = this.#follow;
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      const s = sign[v]! * share[v]!;
      if (s === 0) continue;
      const shift = s * this.#shiftAt(this.#neutralX[v]!);
      motion[v * 2]! += shift * downX;
      motion[v * 2 + 1]! += shift * downY;
    }
  }

  /**
   * Lids part by at most a share of what they are open: under a lid lies an eye that was never filmed, and shut lids
   * stay shut. What is too much is taken back, most at the lashes.
   */
  #holdLids(landmarks: Float32Array, eye: EyeLids): void {
    const { motion, downX, downY } = this;
    const along = (points: Float32Array, stride: number, [a, b]: readonly [number, number]): number =>
      (points[b * stride]! - points[a * stride]!) * downX + (points[b * stride + 1]! - points[a * stride + 1]!) * downY;
    const { share, pair, upper, pairs } = eye;
    const excess = pairs.map((ends) =>
      Math.max(0, along(motion, 2, ends) - LID_STRETCH * Math.max(0, along(landmarks, 3, ends))),
    );
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      if (share[v] === 0) continue;
      const shift = (upper[v] === 1 ? 0.5 : -0.5) * excess[pair[v]!]! * share[v]!;
      motion[v * 2]! += shift * downX;
      motion[v * 2 + 1]! += shift * downY;
    }
  }

  /** Upper-lip shift at canonical x, linear between the lip pairs and falling to 0 at the corners. */
  #shiftAt(x: number): number {
    const xs = this.#pairX;
    const last = xs.length - 1;
    const corner = xs[last]! + (xs[last]! - xs[last - 1]!);
    if (x <= -corner || x >= corner) return 0;
    if (x <= xs[0]!) return (this.#upperShift[0]! * (x + corner)) / (xs[0]! + corner);
    if (x >= xs[last]!) return (this.#upperShift[last]! * (corner - x)) / (corner - xs[last]!);
    let i = 0;
    while (xs[i + 1]! < x) i++;
    const t = (x - xs[i]!) / (xs[i + 1]! - xs[i]!);
    return this.#upperShift[i]! * (1 - t) + this.#upperShift[i + 1]! * t;
  }

  #relight(before: Float32Array, delta: Float32Array, light: Float32Array | null): void {
    const { logGain } = this;
    if (!light) {
      logGain.fill(0);
      return;
    }
    const after = this.#pointsAfter;
    for (let i = 0; i < after.length; i++) after[i] = before[i]! + delta[i]!;
    const n0 = this.#normalsBefore;
    const n1 = this.#normalsAfter;
    faceNormals(before, this.#triangles, n0);
    faceNormals(after, this.#triangles, n1);
    const r = this.#rotation;
    const lit = (n: Float32Array, at: number): number => {
      const x = n[at]!;
      const y = n[at + 1]!;
      const z = n[at + 2]!;
      return shade(
        light,
        r[0]! * x + r[1]! * y + r[2]! * z,
        r[3]! * x + r[4]! * y + r[5]! * z,
        r[6]! * x + r[7]! * y + r[8]! * z,
      );
    };
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      const ratio = Math.max(0.12, lit(n1, v * 3)) / Math.max(0.12, lit(n0, v * 3));
      logGain[v] = Math.max(-MAX_LOG_RATIO, Math.min(MAX_LOG_RATIO, Math.log(ratio))) / DISPLAY_GAMMA;
    }
    for (const v of FACE_OVAL) logGain[v] = 0; // the ring beyond keeps its light: no seam may show at the oval
  }
}
