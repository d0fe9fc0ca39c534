import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import type { Picture, Rect } from '../../core/picture.ts';
import type { SharedArena } from '../../core/wasm/index.ts';
import type { FaceBlur } from './block-kernels.ts';
import type { BlurOperator } from './blur-operator.ts';
import { type FacePlanes, followLight, type LightPlanes, readLight } from './face-planes.ts';
import { FlowGrid, NODE } from './flow.ts';
import { CELL, type DeblurKernels, deblurKernels } from './kernels/index.ts';
import type { LightCurve } from './linear-light.ts';
import type { Observation } from './map-deconvolution.ts';
import { type FaceMotion, MotionField } from './motion-field.ts';
import { fitAffine } from './plane-affine.ts';

/** A face that may lend detail: a part of another frame of the same shot. */
export interface Neighbour {
  /** The part, as a picture of its own; (x, y) is where it was in the frame. */
  readonly picture: Picture;
  readonly x: number;
  readonly y: number;
  /** [478, 3] pixels of its frame. */
  readonly landmarks: Float32Array;
  readonly motion: FaceMotion;
  readonly blur: FaceBlur;
}

/** The same face in the frame that is restored. */
export interface Borrower {
  readonly landmarks: Float32Array;
  readonly planes: FacePlanes;
  readonly operator: BlurOperator;
  /** Its blur at half size. */
  readonly half: BlurOperator;
  /** Where its pixels can be compared: 0 in the padding and where clipped. */
  readonly weight: Float32Array;
  readonly noise: number;
}

/** What a neighbour contributes, at full and half size. */
export interface Loan {
  readonly luminance: Observation;
  readonly red: Observation;
  readonly blue: Observation;
}

/** A neighbour warped onto the borrower. */
export interface Aligned {
  readonly flow: FlowGrid;
  /** The part of the neighbour's frame that was read. */
  readonly own: LightPlanes;
  readonly warped: Float32Array;
  /** What was warped, before slow differences of light were taken off. */
  readonly unlit: Float32Array;
  readonly inside: Float32Array;
  /** The neighbour through the borrower's blur, and the borrower through the neighbour's. */
  readonly seen: Float32Array;
  readonly other: Float32Array;
  /** Trust per pixel. */
  readonly mask: Float32Array;
  /** The neighbour's blur. */
  readonly full: BlurOperator;
}

/** Widths, in nodes, of the windows in which the alignment is improved, one after another; 0 is the whole part. */
const COARSE = [0, 0, 4, 4, 2, 2] as const;
const FINE = [1, 1] as const;
/** Width of the part, pixels, from which the coarse alignment is done at half size: a large face has detail to spare. */
const LARGE = 256;
/** Radius in pixels over which differences of light are taken for lighting, as a share of the face's width. */
const LIGHT_SHARE = 0.06;
/** Disagreement, in multiples of the noise, at which a neighbour's pixel is half trusted. */
const DISAGREEMENT = 1.3;

/** Smallest trust of a whole neighbour; under it nothing is taken. */
export const LEAST_TRUST = 0.1;

/** Lays neighbours over a face, in an arena; what it gives lives until that is released. */
export class DetailLender {
  readonly #arena: SharedArena;
  readonly #run: DeblurKernels;

  constructor(arena: SharedArena) {
    this.#arena = arena;
    this.#run = deblurKernels(arena.memory);
  }

  /**
   * Aligns a neighbour with the borrower, through the mesh and then by what both pictures show, each seen through the
   * other's blur so that like is compared with like, and trusts it pixel by pixel where they agree. `full` is the
   * neighbour's blur over the borrower's part.
   */
  align(neighbour: Neighbour, borrower: Borrower, curve: LightCurve, full: BlurOperator): Aligned {
    const { planes, operator, noise } = borrower;
    const { rect, scale } = planes;
    const size = rect.width * rect.height;
    const arena = this.#arena;
    const flow = new FlowGrid(arena, rect);
    this.#startFlow(flow, neighbour, borrower);
    const own = this.#read(neighbour, flow, curve);
    const [warped, inside, seen] = [arena.floats(size), arena.floats(size), arena.floats(size)];
    const [other, mask] = [arena.floats(size), arena.floats(size)];
    full.forward(planes.luminance, other);
    const large = rect.width >= LARGE;
    if (large) this.#alignAtHalfSize(flow, own, other, borrower);
    for (const reach of large ? FINE : [...COARSE, ...FINE]) {
      flow.warp(own.luminance, own.rect, warped, 1, inside);
      operator.forward(warped, seen);
      for (let i = 0; i < size; i++) mask[i] = borrower.weight[i]! > 0 ? inside[i]! : 0;
      this.#matchLight(warped, seen, other, mask, rect.width, rect.height);
      flow.improve({ fixed: other, moving: seen, mask, scale, noise }, reach, 1);
    }
    flow.warp(own.luminance, own.rect, warped, 1, inside);
    const unlit = arena.floats(size);
    unlit.set(warped);
    return { flow, own, warped, unlit, inside, other, seen, mask, full };
  }

  /** The coarse part of the alignment. `other` is the borrower through the neighbour's blur, at full size. */
  #alignAtHalfSize(flow: FlowGrid, own: LightPlanes, other: Float32Array, borrower: Borrower): void {
    const { planes, half, noise, weight } = borrower;
    const { rect } = planes;
    const arena = this.#arena;
    const mark = arena.mark;
    const [width, height] = [rect.width / 2, rect.height / 2];
    const size = width * height;
    const neighbour = arena.floats((own.rect.width * own.rect.height) >> 2);
    const fixed = arena.floats(size);
    const warped = arena.floats(size);
    const [inside, moving, mask] = [arena.floats(size), arena.floats(size), arena.floats(size)];
    halve(own.luminance, own.rect.width, own.rect.height, neighbour);
    halve(other, rect.width, rect.height, fixed);
    for (const reach of COARSE) {
      flow.warp(neighbour, own.rect, warped, 2, inside);
      half.forward(warped, moving);
      for (let y = 0, i = 0; y < height; y++)
        for (let x = 0; x < width; x++, i++) mask[i] = weight[2 * (y * rect.width + x)]! > 0 ? inside[i]! : 0;
      this.#matchLight(warped, moving, fixed, mask, width, height);
      flow.improve({ fixed, moving, mask, scale: planes.halfScale, noise }, reach, 2);
    }
    arena.release(mark);
  }

  /** Compares an aligned neighbour with the borrower under the borrower's blur; fills its mask. Returns its mean trust. */
  compare(aligned: Aligned, { planes, operator, noise, weight }: Borrower): number {
    const { warped, seen, other, mask, inside } = aligned;
    const { rect, scale } = planes;
    operator.forward(warped, seen);
    for (let i = 0; i < rect.width * rect.height; i++) mask[i] = weight[i]! > 0 ? inside[i]! : 0;
    this.#matchLight(warped, seen, other, mask, rect.width, rect.height);
    return this.#trust(seen, other, mask, scale, noise, rect);
  }

  /** What an aligned and compared neighbour contributes; `half` is its blur at half size. */
  loan(
    { flow, own, warped, unlit, mask, full }: Aligned,
    { planes, weight: whole }: Borrower,
    half: BlurOperator,
  ): Loan {
    const { rect } = planes;
    const size = rect.width * rect.height;
    const arena = this.#arena;
    const weight = arena.floats(size);
    for (let i = 0; i < size; i++) weight[i] = whole[i]! * mask[i]!;
    const halfSize = size >> 2;
    const [red, blue, halfWeight] = [arena.floats(halfSize), arena.floats(halfSize), arena.floats(halfSize)];
    flow.warp(own.red, own.rect, red, 2, null);
    flow.warp(own.blue, own.rect, blue, 2, null);
    // Its luminance was brought to the borrower's light, so its colour is, too.
    const relit = arena.floats(size);
    for (let i = 0; i < size; i++) relit[i] = warped[i]! - unlit[i]!;
    const lit = { rect, luminance: unlit, red, blue };
    followLight(lit, 'red', relit, red);
    followLight(lit, 'blue', relit, blue);
    const w = rect.width;
    for (let y = 0, to = 0; y < rect.height; y += 2)
      for (let x = 0; x < w; x += 2, to++) halfWeight[to] = weight[y * w + x]!;
    return {
      luminance: { operator: full, plane: warped, weight },
      red: { operator: half, plane: red, weight: halfWeight },
      blue: { operator: half, plane: blue, weight: halfWeight },
    };
  }

  /** The flow that the meshes of both frames tell: an affine map of the whole face, and what single points do beside it. */
  #startFlow(flow: FlowGrid, neighbour: Neighbour, { landmarks }: Borrower): void {
    const affine = fitAffine(landmarks, neighbour.landmarks, FACE_VERTEX_COUNT);
    const position = new Float32Array(FACE_VERTEX_COUNT * 2);
    const velocity = new Float32Array(FACE_VERTEX_COUNT * 2);
    for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
      const x = landmarks[v * 3]!;
      const y = landmarks[v * 3 + 1]!;
      const [ax, ay] = affine(x, y);
      position[v * 2] = x;
      position[v * 2 + 1] = y;
      velocity[v * 2] = neighbour.landmarks[v * 3]! - ax;
      velocity[v * 2 + 1] = neighbour.landmarks[v * 3 + 1]! - ay;
    }
    const beside = new MotionField({ position, velocity, ax: 0, ay: 0, vx: 0, vy: 0 });
    const arena = this.#arena;
    const mark = arena.mark;
    const nodes = flow.dx.length;
    const [places, moves] = [arena.floats(2 * nodes), arena.floats(2 * nodes)];
    for (let n = 0; n < nodes; n++) {
      places[2 * n] = flow.rect.x + (n % flow.columns) * NODE + 0.5;
      places[2 * n + 1] = flow.rect.y + Math.floor(n / flow.columns) * NODE + 0.5;
    }
    beside.sampleAll(arena, places, moves);
    for (let n = 0; n < nodes; n++) {
      const [x, y] = [places[2 * n]!, places[2 * n + 1]!];
      const [ax, ay] = affine(x, y);
      flow.dx[n] = ax + moves[2 * n]! - x;
      flow.dy[n] = ay + moves[2 * n + 1]! - y;
    }
    arena.release(mark);
  }

  /** Reads the neighbour around where the flow leads, in pixels of its frame. */
  #read(neighbour: Neighbour, flow: FlowGrid, curve: LightCurve): LightPlanes {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let j = 0; j < flow.rows; j++)
      for (let i = 0; i < flow.columns; i++) {
        const n = j * flow.columns + i;
        left = Math.min(left, flow.rect.x + i * NODE + flow.dx[n]!);
        right = Math.max(right, flow.rect.x + i * NODE + flow.dx[n]!);
        top = Math.min(top, flow.rect.y + j * NODE + flow.dy[n]!);
        bottom = Math.max(bottom, flow.rect.y + j * NODE + flow.dy[n]!);
      }
    const x = Math.floor(left) - 8;
    const y = Math.floor(top) - 8;
    const width = 4 * Math.ceil((right - x + 8) / 4);
    const height = 2 * Math.ceil((bottom - y + 8) / 2);
    const part = { x: x - neighbour.x, y: y - neighbour.y, width, height };
    return { ...readLight(this.#arena, neighbour.picture, part, curve), rect: { x, y, width, height } };
  }

  /** Takes slow differences of light off the warped plane and its blurred view. */
  #matchLight(
    warped: Float32Array,
    seen: Float32Array,
    other: Float32Array,
    mask: Float32Array,
    width: number,
    height: number,
  ): void {
    const arena = this.#arena;
    const mark = arena.mark;
    // What is slow over many pixels is told by cells of them.
    const [columns, rows] = [width / CELL, height / CELL];
    const size = columns * rows;
    const [off, share, work, line] = [arena.floats(size), arena.floats(size), arena.floats(size), arena.floats(width)];
    const planes = [other, seen, mask, off, share].map((plane) => plane.byteOffset);
    this.#run.difference(...planes, width * 4, rows);
    const radius = Math.max(4, Math.round(LIGHT_SHARE * width));
    const reach = Math.max(1, Math.round((2 * radius + 1) / CELL / 2 - 0.5));
    for (let pass = 0; pass < 2; pass++)
      for (const plane of [off, share])
        this.#run.box(plane.byteOffset, work.byteOffset, line.byteOffset, columns, rows, reach);
    const change = arena.floats((columns + 2) * (rows + 2));
    const least = 1e-3 * CELL * CELL;
    for (let y = 0, to = 0; y < rows + 2; y++)
      for (let x = 0; x < columns + 2; x++, to++) {
        const at = Math.max(0, Math.min(rows - 1, y - 1)) * columns + Math.max(0, Math.min(columns - 1, x - 1));
        change[to] = share[at]! > least ? off[at]! / share[at]! : 0;
      }
    const relit = [change, warped, seen].map((plane) => plane.byteOffset);
    this.#run.relight(...relit, width * 4, height, line.byteOffset);
    arena.release(mark);
  }

  /** Turns `mask` into trust, 0..1, by how well both pictures agree around each pixel. Returns its mean. */
  #trust(
    seen: Float32Array,
    other: Float32Array,
    mask: Float32Array,
    scale: Float32Array,
    noise: number,
    rect: Rect,
  ): number {
    const size = rect.width * rect.height;
    const arena = this.#arena;
    const mark = arena.mark;
    const [off, work, line] = [arena.floats(size), arena.floats(size), arena.floats(rect.width)];
    let count = 0;
    for (let i = 0; i < size; i++) {
      const d = (other[i]! - seen[i]!) * scale[i]!;
      off[i] = mask[i]! > 0 ? d * d : (4 * DISAGREEMENT * noise) ** 2;
      if (mask[i]! > 0) count++;
    }
    const radius = Math.max(2, Math.round(0.012 * rect.width));
    for (let pass = 0; pass < 2; pass++)
      this.#run.box(off.byteOffset, work.byteOffset, line.byteOffset, rect.width, rect.height, radius);
    let sum = 0;
    const half = 1 / (DISAGREEMENT * noise) ** 2;
    for (let i = 0; i < size; i++) {
      mask[i] = mask[i]! > 0 ? 1 / (1 + (off[i]! * half) ** 2) : 0;
      sum += mask[i]!;
    }
    arena.release(mark);
    return count > 0 ? sum / count : 0;
  }
}

/** Means of 2 x 2 pixels of a plane whose sides are even. */
function halve(plane: Float32Array, width: number, height: number, out: Float32Array): void {
  for (let y = 0, to = 0; y < height; y += 2)
    for (let i = y * width; i < y * width + width; i += 2)
      out[to++] = (plane[i]! + plane[i + 1]! + plane[i + width]! + plane[i + width + 1]!) / 4;
}
