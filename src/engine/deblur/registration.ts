import { FACE_VERTEX_COUNT, type FaceTrack, LANDMARK_COUNT } from '../../core/performance.ts';
import type { Picture } from '../../core/picture.ts';
import { faceOutline, outlineBox } from './face-matte.ts';

/** A small movement of the plane about `cx`, `cy`: a point p moves by (tx + a x - b y, ty + b x + a y), x and y from there. */
export interface Similarity {
  readonly cx: number;
  readonly cy: number;
  readonly tx: number;
  readonly ty: number;
  readonly a: number;
  readonly b: number;
}

/** Where a movement takes a point from where it was. */
export function displacement({ cx, cy, tx, ty, a, b }: Similarity, x: number, y: number): [number, number] {
  return [tx + a * (x - cx) - b * (y - cy), ty + b * (x - cx) + a * (y - cy)];
}

/** Pixels across a face at which it is registered. */
const ACROSS = 72;
const LEVELS = 3;
/** Steps per level at most: with too few a quick movement, the one that blurs, comes out too short. */
const STEPS = 20;
/** Difference of brightness at which a pixel counts half on the finest level; twice as much on each coarser one. */
const UNLIKE = 0.03;
/** Pixels of the coarsest level, each way, in which another start is searched. */
const SEARCH = 4;
/** Share of the misfit from the landmarks' start that may be left for another one to be preferred. */
const BETTER = 0.85;
/** Room around the face, as a share of its width, into which it may move from one frame to the next. */
const ROOM = 0.3;

/** Least-squares similarity that takes mesh points at `row` to where they are at `next`. */
export function landmarkSimilarity(track: FaceTrack, row: number, next: number): Similarity {
  const { landmarks } = track;
  const from = row * LANDMARK_COUNT * 3;
  const to = next * LANDMARK_COUNT * 3;
  let [cx, cy, mx, my] = [0, 0, 0, 0];
  for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
    cx += landmarks[from + v * 3]! / FACE_VERTEX_COUNT;
    cy += landmarks[from + v * 3 + 1]! / FACE_VERTEX_COUNT;
    mx += landmarks[to + v * 3]! / FACE_VERTEX_COUNT;
    my += landmarks[to + v * 3 + 1]! / FACE_VERTEX_COUNT;
  }
  let [dot, cross, norm] = [0, 0, 0];
  for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
    const x = landmarks[from + v * 3]! - cx;
    const y = landmarks[from + v * 3 + 1]! - cy;
    const u = landmarks[to + v * 3]! - mx;
    const w = landmarks[to + v * 3 + 1]! - my;
    dot += x * u + y * w;
    cross += x * w - y * u;
    norm += x * x + y * y;
  }
  return { cx, cy, tx: mx - cx, ty: my - cy, a: norm > 0 ? dot / norm - 1 : 0, b: norm > 0 ? cross / norm : 0 };
}

/** A picture of brightness 0..1. */
interface Level {
  readonly width: number;
  readonly height: number;
  readonly values: Float32Array;
}

/** A face reduced for registration, coarsest level last. */
interface Pyramid {
  readonly row: number;
  readonly left: number;
  readonly top: number;
  /** Pixels of the picture per pixel of the finest level. */
  readonly step: number;
  readonly levels: readonly Level[];
}

function reduce(picture: Picture, outline: Float32Array, row: number): Pyramid {
  const face = outlineBox(outline, 0);
  const step = Math.max(1, Math.round(face.width / ACROSS));
  const box = outlineBox(outline, Math.ceil(ROOM * face.width));
  const width = Math.ceil(box.width / step / 4) * 4;
  const height = Math.ceil(box.height / step / 4) * 4;
  const values = new Float32Array(width * height);
  const plane = picture.planes[picture.layout.family === 'rgb' ? 1 : 0]!;
  const scale = 1 / (step * step * 2 ** picture.layout.bitDepth);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let j = 0; j < step; j++) {
        const py = Math.max(0, Math.min(picture.height - 1, box.y + y * step + j)) * picture.width;
        for (let i = 0; i < step; i++)
          sum += plane[py + Math.max(0, Math.min(picture.width - 1, box.x + x * step + i))]!;
      }
      values[y * width + x] = sum * scale;
    }
  const levels = [{ width, height, values }];
  for (let level = 1; level < LEVELS; level++) {
    const fine = levels[level - 1]!;
    const w = fine.width >> 1;
    const h = fine.height >> 1;
    const half = new Float32Array(w * h);
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const at = 2 * y * fine.width + 2 * x;
        half[y * w + x] =
          (fine.values[at]! +
            fine.values[at + 1]! +
            fine.values[at + fine.width]! +
            fine.values[at + fine.width + 1]!) /
          4;
      }
    levels.push({ width: w, height: h, values: half });
  }
  return { row, left: box.x, top: box.y, step, levels };
}

/** Solves a 4 x 4 system with one right-hand side by elimination, in place; false when it is singular. */
function solve4(m: Float64Array): boolean {
  for (let k = 0; k < 4; k++) {
    let pivot = k;
    for (let i = k + 1; i < 4; i++) if (Math.abs(m[i * 5 + k]!) > Math.abs(m[pivot * 5 + k]!)) pivot = i;
    if (Math.abs(m[pivot * 5 + k]!) < 1e-12) return false;
    for (let j = 0; j < 5; j++) [m[k * 5 + j], m[pivot * 5 + j]] = [m[pivot * 5 + j]!, m[k * 5 + j]!];
    for (let i = 0; i < 4; i++) {
      if (i === k) continue;
      const f = m[i * 5 + k]! / m[k * 5 + k]!;
      for (let j = k; j < 5; j++) m[i * 5 + j]! -= f * m[k * 5 + j]!;
    }
  }
  return true;
}

/** Mean absolute difference of the inner parts of two pictures, the second moved by whole pixels and as bright on average. */
function unlikeness(source: Level, target: Level, dx: number, dy: number): number {
  const [left, top] = [source.width >> 2, source.height >> 2];
  let [count, offset, sum] = [0, 0, 0];
  for (let pass = 0; pass < 2; pass++)
    for (let y = top; y < source.height - top; y++)
      for (let x = left; x < source.width - left; x++) {
        const [tx, ty] = [x + dx, y + dy];
        if (tx < 0 || ty < 0 || tx >= target.width || ty >= target.height) continue;
        const off = source.values[y * source.width + x]! - target.values[ty * target.width + tx]!;
        if (pass === 0) {
          offset += off;
          count++;
        } else sum += Math.abs(off - offset / count);
      }
  return count > 0 ? sum / count : Infinity;
}

/** Where else than at `start` the coarsest looks are most alike; null when they are nowhere more so. */
function searchStart(from: Pyramid, to: Pyramid, start: Similarity): Similarity | null {
  const [source, target] = [from.levels[LEVELS - 1]!, to.levels[LEVELS - 1]!];
  const unit = from.step * 2 ** (LEVELS - 1);
  const bx = Math.round((start.tx + from.left - to.left) / unit);
  const by = Math.round((start.ty + from.top - to.top) / unit);
  let least = unlikeness(source, target, bx, by);
  let [dx, dy] = [0, 0];
  for (let y = -SEARCH; y <= SEARCH; y++)
    for (let x = -SEARCH; x <= SEARCH; x++) {
      const value = unlikeness(source, target, bx + x, by + y);
      if (value < least) [least, dx, dy] = [value, x, y];
    }
  if (dx === 0 && dy === 0) return null;
  return { ...start, tx: (bx + dx) * unit - from.left + to.left, ty: (by + dy) * unit - from.top + to.top };
}

/** A movement and how badly it explains what was seen: mean robust misfit of brightness on the finest level. */
interface Fit {
  readonly movement: Similarity;
  readonly misfit: number;
}

/**
 * The movement that lays the face of `from` on that of `to`. The landmarks' `start` lags behind a jerk, by more than the
 * detail that is registered is wide; so another one is searched, and kept when it leads to a clearly better end.
 */
function register(from: Pyramid, to: Pyramid, start: Similarity): Similarity {
  const near = refine(from, to, start);
  const elsewhere = searchStart(from, to, start);
  if (elsewhere === null) return near.movement;
  const far = refine(from, to, elsewhere);
  return far.misfit < BETTER * near.misfit ? far.movement : near.movement;
}

/** Refines `start` (pixels of the picture) so that the face of `from` lies on that of `to`: Gauss-Newton on brightness. */
function refine(from: Pyramid, to: Pyramid, start: Similarity): Fit {
  const failed: Fit = { movement: start, misfit: Infinity };
  let misfit = Infinity;
  let { tx, ty, a, b } = start;
  const { cx, cy } = start;
  const m = new Float64Array(20);
  for (let level = LEVELS - 1; level >= 0; level--) {
    const source = from.levels[level]!;
    const target = to.levels[level]!;
    const unit = from.step * 2 ** level;
    const reach = 1 / (0.5 * source.width * unit);
    const unlike = UNLIKE * 2 ** level;
    for (let step = 0; step < STEPS; step++) {
      m.fill(0);
      // A change of light moves the mean; it is taken off before anything is compared.
      let [offset, count, sum] = [0, 0, 0];
      for (let pass = 0; pass < 2; pass++)
        for (let y = 2; y < source.height - 2; y++)
          for (let x = 2; x < source.width - 2; x++) {
            const px = from.left + (x + 0.5) * unit - cx;
            const py = from.top + (y + 0.5) * unit - cy;
            // The face is an ellipse in its box; what is around it moves otherwise.
            if ((px * reach * 1.65) ** 2 + ((py / (0.5 * source.height * unit)) * 1.6) ** 2 > 1) continue;
            const qx = (px + cx + tx + a * px - b * py - to.left) / unit - 0.5;
            const qy = (py + cy + ty + b * px + a * py - to.top) / unit - 0.5;
            const ix = Math.floor(qx);
            const iy = Math.floor(qy);
            if (ix < 0 || iy < 0 || ix >= target.width - 1 || iy >= target.height - 1) continue;
            const [fx, fy] = [qx - ix, qy - iy];
            const at = iy * target.width + ix;
            const v = target.values;
            const [v00, v10, v01, v11] = [v[at]!, v[at + 1]!, v[at + target.width]!, v[at + target.width + 1]!];
            const value = v00 + fx * (v10 - v00) + fy * (v01 - v00 + fx * (v00 - v10 - v01 + v11));
            const here = y * source.width + x;
            const off = source.values[here]! - value;
            if (pass === 0) {
              offset += off;
              count++;
              continue;
            }
            const gx = (v10 - v00 + fy * (v00 - v10 - v01 + v11)) / unit;
            const gy = (v01 - v00 + fx * (v00 - v10 - v01 + v11)) / unit;
            const r = off - offset / count;
            const w = 1 / (1 + (r / unlike) ** 2);
            const j2 = (gx * px + gy * py) * reach;
            const j3 = (gy * px - gx * py) * reach;
            sum += w * r * r;
            addNormal(m, w, gx, gy, j2, j3, r);
          }
      if (count < 40) return failed;
      misfit = sum / count;
      for (let k = 0; k < 4; k++) m[k * 5 + k]! *= 1.0001;
      if (!solve4(m)) return failed;
      tx += m[4]!;
      ty += m[9]!;
      a += m[14]! * reach;
      b += m[19]! * reach;
      if (Math.hypot(m[4]!, m[9]!) < 0.01) break;
    }
  }
  const far = Math.hypot(tx - start.tx, ty - start.ty) > ROOM * from.levels[0]!.width * from.step * 0.6;
  return far || Math.abs(a) > 0.2 || Math.abs(b) > 0.3 ? failed : { movement: { cx, cy, tx, ty, a, b }, misfit };
}

function addNormal(m: Float64Array, w: number, j0: number, j1: number, j2: number, j3: number, r: number): void {
  m[0]! += w * j0 * j0;
  m[1]! += w * j0 * j1;
  m[2]! += w * j0 * j2;
  m[3]! += w * j0 * j3;
  m[4]! += w * j0 * r;
  m[6]! += w * j1 * j1;
  m[7]! += w * j1 * j2;
  m[8]! += w * j1 * j3;
  m[9]! += w * j1 * r;
  m[12]! += w * j2 * j2;
  m[13]! += w * j2 * j3;
  m[14]! += w * j2 * r;
  m[18]! += w * j3 * j3;
  m[19]! += w * j3 * r;
  m[5] = m[1]!;
  m[10] = m[2]!;
  m[15] = m[3]!;
  m[11] = m[7]!;
  m[16] = m[8]!;
  m[17] = m[13]!;
}

/** Single precision: what is kept of a survey must restore the same bytes as the survey itself. */
function rounded({ cx, cy, tx, ty, a, b }: Similarity): Similarity {
  const f = Math.fround;
  return { cx: f(cx), cy: f(cy), tx: f(tx), ty: f(ty), a: f(a), b: f(b) };
}

/**
 * How a track's face moved from each row to the next, measured on the pictures: the tracked landmarks are smoothed over
 * time, which takes the quick part of a movement away, and that is the part that blurs.
 */
export class MotionMeter {
  readonly #track: FaceTrack;
  readonly #steps: (Similarity | null)[];
  #last: Pyramid | null = null;

  constructor(track: FaceTrack) {
    this.#track = track;
    this.#steps = new Array<Similarity | null>(track.frameCount).fill(null);
  }

  /** Takes the picture of row `row`; rows come in order. */
  add(picture: Picture, row: number): void {
    const { landmarks } = this.#track;
    const outline = faceOutline(landmarks.subarray(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3));
    const now = reduce(picture, outline, row);
    const last = this.#last;
    if (last && last.row === row - 1) {
      const start = landmarkSimilarity(this.#track, row - 1, row);
      const scaled = now.step === last.step ? now : null;
      this.#steps[row - 1] = rounded(scaled ? register(last, scaled, start) : start);
    }
    this.#last = now;
  }

  /** Movement from row r to r + 1; null where it was not seen. */
  get steps(): readonly (Similarity | null)[] {
    return this.#steps;
  }
}
