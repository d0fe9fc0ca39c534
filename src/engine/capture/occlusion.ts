import { buildVertexAdjacency, rotationMatrix, vertexNormals } from '../../core/geometry/index.ts';
import type { FaceModel } from './face-model/index.ts';
import type { ActorFit } from './fit/fit-actor.ts';
import type { ShotLandmarks } from './fit/shot-landmarks.ts';

const VERTICES = 468;
/** Values per vertex that are compared: log luma, log red/green, log blue/green. */
const CHANNELS = 3;
/** Added to 8-bit levels before the logarithm: noise in the dark counts little. */
const FLOOR = 12;
/** Frames that the actor's clean look is taken from. */
const REFERENCE_SHARE = 0.25;
const REFERENCE_MAX = 150;
/** A vertex is covered when it differs from the clean look by more than this plus three times its usual spread. */
const TOLERANCE = [0.2, 0.12, 0.12] as const;
/** Vertices seen more obliquely than this (cosine) are not judged. */
const MIN_FACING = 0.3;

/** Vertices whose look depends on place rather than expression: no lids, brows or inner lips, and not the outline. */
function judgedVertices(model: FaceModel): Uint16Array {
  const skip = new Set<number>([
    ...model.regions.eyes,
    ...model.regions.brows,
    ...model.regions.innerLips,
    ...model.regions.oval,
  ]);
  return Uint16Array.from(Array.from({ length: VERTICES }, (_, v) => v).filter((v) => !skip.has(v)));
}

function looks(colours: Uint8Array, out: Float32Array): void {
  for (let v = 0; v < VERTICES; v++) {
    const r = colours[v * 3]!;
    const g = colours[v * 3 + 1]!;
    const b = colours[v * 3 + 2]!;
    out[v * CHANNELS] = Math.log(0.3 * r + 0.59 * g + 0.11 * b + FLOOR);
    out[v * CHANNELS + 1] = Math.log((r + FLOOR) / (g + FLOOR));
    out[v * CHANNELS + 2] = Math.log((b + FLOOR) / (g + FLOOR));
  }
}

function median(values: Float64Array | Float32Array): number {
  values.sort();
  return values.length === 0 ? 0 : values[values.length >> 1]!;
}

interface Frame {
  readonly shot: number;
  readonly row: number;
  roughness: number;
}

/**
 * Finds what covers a face. The actor's clean look (colour of each mesh vertex) is the median of the smoothest quarter of
 * all frames: fingers and microphones bring edges, skin is smooth. Every frame is compared with it after its light has
 * been matched (gain and direction, robustly); vertices that still differ, together with most of their neighbours,
 * are covered. Returns per shot and frame the share of the judged face that is covered, 0..1. A thing that
 * covers the face in every frame cannot be told from the face.
 */
export function findOcclusion(model: FaceModel, actor: ActorFit, shots: readonly ShotLandmarks[]): Float32Array[] {
  const judged = judgedVertices(model);
  const near = buildVertexAdjacency(model.skinTriangles, VERTICES);
  const look = new Float32Array(VERTICES * CHANNELS);
  const frames: Frame[] = [];
  shots.forEach((shot, s) => {
    for (let row = 0; row < shot.frameCount; row++) {
      const colours = shot.colours(row);
      if (colours === undefined || !actor.shots[s]!.found[row]) continue;
      looks(colours, look);
      frames.push({ shot: s, row, roughness: roughness(look, judged, near) });
    }
  });
  const result = shots.map((shot) => new Float32Array(shot.frameCount));
  if (frames.length < 8) return result;
  const clean = [...frames].sort((a, b) => a.roughness - b.roughness || a.shot - b.shot || a.row - b.row);
  const count = Math.max(8, Math.min(REFERENCE_MAX, Math.ceil(frames.length * REFERENCE_SHARE)));
  const step = Math.max(1, (frames.length * REFERENCE_SHARE) / count);
  const chosen = Array.from({ length: count }, (_, k) => clean[Math.min(clean.length - 1, Math.floor(k * step))]!);
  const reference = referenceLook(shots, chosen);
  const comparer = new LookComparer(model, actor, judged, near, reference);
  comparer.learnSpread(shots, chosen);
  for (const { shot, row } of frames) result[shot]![row] = comparer.coveredShare(shots[shot]!, shot, row);
  return result;
}

function roughness(look: Float32Array, judged: Uint16Array, near: ReturnType<typeof buildVertexAdjacency>): number {
  const values = new Float64Array(judged.length);
  judged.forEach((v, k) => {
    let mean = 0;
    const [from, until] = [near.offsets[v]!, near.offsets[v + 1]!];
    for (let e = from; e < until; e++) mean += look[near.neighbours[e]! * CHANNELS]! / (until - from);
    values[k] = Math.abs(look[v * CHANNELS]! - mean);
  });
  // The roughest tenth: a finger covers part of the face.
  values.sort();
  return values.subarray(Math.floor(values.length * 0.8)).reduce((sum, value) => sum + value, 0);
}

function referenceLook(shots: readonly ShotLandmarks[], chosen: readonly Frame[]): Float32Array {
  const look = new Float32Array(VERTICES * CHANNELS);
  const all = chosen.map(({ shot, row }) => {
    looks(shots[shot]!.colours(row)!, look);
    return Float32Array.from(look);
  });
  const column = new Float32Array(all.length);
  return Float32Array.from({ length: VERTICES * CHANNELS }, (_, i) => {
    all.forEach((values, k) => {
      column[k] = values[i]!;
    });
    return median(column);
  });
}

class LookComparer {
  readonly #actor: ActorFit;
  readonly #judged: Uint16Array;
  readonly #near: ReturnType<typeof buildVertexAdjacency>;
  readonly #reference: Float32Array;
  readonly #normals: Float32Array;
  readonly #spread = new Float32Array(VERTICES * CHANNELS);
  readonly #look = new Float32Array(VERTICES * CHANNELS);
  readonly #covered = new Uint8Array(VERTICES);
  readonly #seen = new Uint8Array(VERTICES);
  readonly #turned = new Float32Array(VERTICES * 3);

  constructor(
    model: FaceModel,
    actor: ActorFit,
    judged: Uint16Array,
    near: ReturnType<typeof buildVertexAdjacency>,
    reference: Float32Array,
  ) {
    this.#actor = actor;
    this.#judged = judged;
    this.#near = near;
    this.#reference = reference;
    this.#normals = new Float32Array(VERTICES * 3);
    vertexNormals(actor.neutral, model.skinTriangles, this.#normals);
  }

  /** How much each vertex usually differs over the clean frames themselves. */
  learnSpread(shots: readonly ShotLandmarks[], chosen: readonly Frame[]): void {
    const all = chosen.map(({ shot, row }) => {
      this.#difference(shots[shot]!, shot, row);
      return Float32Array.from(this.#look);
    });
    const column = new Float32Array(all.length);
    for (let i = 0; i < VERTICES * CHANNELS; i++) {
      all.forEach((values, k) => {
        column[k] = Math.abs(values[i]!);
      });
      this.#spread[i] = 1.4826 * median(column);
    }
  }

  coveredShare(shot: ShotLandmarks, number: number, row: number): number {
    this.#difference(shot, number, row);
    this.#covered.fill(0);
    for (const v of this.#judged) {
      if (!this.#seen[v]) continue;
      for (let c = 0; c < CHANNELS; c++) {
        const i = v * CHANNELS + c;
        if (Math.abs(this.#look[i]!) > TOLERANCE[c]! + 3 * this.#spread[i]!) this.#covered[v] = 1;
      }
    }
    let judged = 0;
    let covered = 0;
    for (const v of this.#judged) {
      if (!this.#seen[v]) continue;
      judged++;
      if (!this.#covered[v]) continue;
      let votes = 0;
      let voters = 0;
      for (let e = this.#near.offsets[v]!; e < this.#near.offsets[v + 1]!; e++) {
        const neighbour = this.#near.neighbours[e]!;
        if (!this.#seen[neighbour]) continue;
        voters++;
        votes += this.#covered[neighbour]!;
      }
      if (votes * 2 >= voters) covered++;
    }
    return judged === 0 ? 0 : covered / judged;
  }

  /** Leaves in `#look` what remains of a frame after the reference and the best light have been taken off. */
  #difference(shot: ShotLandmarks, number: number, row: number): void {
    const look = this.#look;
    looks(shot.colours(row)!, look);
    const pose = this.#actor.shots[number]!.poses[row]!;
    const m = rotationMatrix(pose.rotation);
    this.#seen.fill(0);
    for (const v of this.#judged) {
      const [x, y, z] = [this.#normals[v * 3]!, this.#normals[v * 3 + 1]!, this.#normals[v * 3 + 2]!];
      for (let r = 0; r < 3; r++) this.#turned[v * 3 + r] = m[r * 3]! * x + m[r * 3 + 1]! * y + m[r * 3 + 2]! * z;
      if (this.#turned[v * 3 + 2]! >= MIN_FACING) this.#seen[v] = 1;
    }
    for (let i = 0; i < look.length; i++) look[i]! -= this.#reference[i]!;
    const column = new Float64Array(this.#judged.length);
    for (let c = 1; c < CHANNELS; c++) {
      this.#judged.forEach((v, k) => {
        column[k] = look[v * CHANNELS + c]!;
      });
      const shift = median(column);
      for (const v of this.#judged) look[v * CHANNELS + c]! -= shift;
    }
    this.#matchLight();
  }

  /** Takes off the luma difference a + b nx + c ny, fitted with bisquare weights: light from elsewhere, not covered skin. */
  #matchLight(): void {
    const look = this.#look;
    const vertices = this.#judged.filter((v) => this.#seen[v] === 1);
    if (vertices.length < 12) return;
    const values = new Float64Array(vertices.length);
    for (let k = 0; k < vertices.length; k++) values[k] = look[vertices[k]! * CHANNELS]!;
    let scale = 0.5;
    let [a, b, c] = [median(values.slice()), 0, 0];
    for (let round = 0; round < 6; round++) {
      let [s1, sx, sy, sxx, sxy, syy, r1, rx, ry] = [1e-6, 0, 0, 1, 0, 1, 0, 0, 0];
      for (let k = 0; k < vertices.length; k++) {
        const value = values[k]!;
        const x = this.#turned[vertices[k]! * 3]!;
        const y = this.#turned[vertices[k]! * 3 + 1]!;
        const rest = value - a - b * x - c * y;
        const w = Math.abs(rest) < scale ? (1 - (rest / scale) ** 2) ** 2 : 0;
        s1 += w;
        sx += w * x;
        sy += w * y;
        sxx += w * x * x;
        sxy += w * x * y;
        syy += w * y * y;
        r1 += w * value;
        rx += w * x * value;
        ry += w * y * value;
      }
      const det = s1 * (sxx * syy - sxy * sxy) - sx * (sx * syy - sxy * sy) + sy * (sx * sxy - sxx * sy);
      if (Math.abs(det) < 1e-9) break;
      a = (r1 * (sxx * syy - sxy * sxy) - sx * (rx * syy - sxy * ry) + sy * (rx * sxy - sxx * ry)) / det;
      b = (s1 * (rx * syy - ry * sxy) - r1 * (sx * syy - sxy * sy) + sy * (sx * ry - rx * sy)) / det;
      c = (s1 * (sxx * ry - sxy * rx) - sx * (sx * ry - rx * sy) + r1 * (sx * sxy - sxx * sy)) / det;
      scale = Math.max(0.25, scale * 0.8);
    }
    for (const v of vertices) look[v * CHANNELS]! -= a + b * this.#turned[v * 3]! + c * this.#turned[v * 3 + 1]!;
  }
}
