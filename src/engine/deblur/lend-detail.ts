import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import type { Picture, Rect } from '../../core/picture.ts';
import type { FaceBlur } from './block-kernels.ts';
import type { BlurOperator } from './blur-operator.ts';
import { FacePlanes } from './face-planes.ts';
import { FlowGrid, improveFlow, NODE } from './flow.ts';
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
  /** Part of the neighbour's frame that was read. */
  readonly from: Rect;
  readonly warped: Float32Array;
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

/** Holds the buffers of lending; one per thread. */
export class DetailLender {
  readonly #planes = new FacePlanes();
  #pool: Float32Array[] = [];
  #used = 0;

  /** All buffers may be used anew: loans made before are void. */
  reset(): void {
    this.#used = 0;
  }

  #buffer(size: number): Float32Array {
    const known = this.#pool[this.#used];
    if (known && known.length >= size) {
      this.#used++;
      return known;
    }
    const made = new Float32Array(Math.ceil(size * 1.2));
    this.#pool[this.#used++] = made;
    return made;
  }

  /**
   * Aligns a neighbour with the borrower, through the mesh and then by what both pictures show, each seen through the
   * other's blur so that like is compared with like, and trusts it pixel by pixel where they agree. `full` is the
   * neighbour's blur over the borrower's part.
   */
  align(neighbour: Neighbour, borrower: Borrower, curve: LightCurve, full: BlurOperator): Aligned {
    const { planes, operator, noise } = borrower;
    const { rect } = planes;
    const size = rect.width * rect.height;
    const flow = new FlowGrid(rect);
    this.#startFlow(flow, neighbour, borrower);
    const from = this.#read(neighbour, flow, curve);
    const warped = this.#buffer(size);
    const inside = this.#buffer(size);
    const seen = this.#buffer(size);
    const other = this.#buffer(size);
    const mask = this.#buffer(size);
    full.forward(planes.luminance, other);
    const large = rect.width >= LARGE;
    if (large) this.#alignAtHalfSize(flow, from, other, borrower);
    for (const reach of large ? FINE : [...COARSE, ...FINE]) {
      flow.warp(this.#planes.luminance, from, warped, 1, inside);
      operator.forward(warped, seen);
      for (let i = 0; i < size; i++) mask[i] = borrower.weight[i]! > 0 ? inside[i]! : 0;
      this.#matchLight(warped, seen, other, mask, rect.width, rect.height);
      improveFlow(flow, other, seen, mask, planes.scale, noise, reach, 1);
    }
    flow.warp(this.#planes.luminance, from, warped, 1, inside);
    return { flow, from, warped, inside, other, seen, mask, full };
  }

  /** The coarse part of the alignment. `other` is the borrower through the neighbour's blur, at full size. */
  #alignAtHalfSize(flow: FlowGrid, from: Rect, other: Float32Array, { planes, half, noise, weight }: Borrower): void {
    const { rect } = planes;
    const before = this.#used;
    const [width, height] = [rect.width / 2, rect.height / 2];
    const size = width * height;
    const neighbour = this.#buffer((from.width * from.height) >> 2);
    const fixed = this.#buffer(size);
    const warped = this.#buffer(size);
    const inside = this.#buffer(size);
    const seen = this.#buffer(size);
    const mask = this.#buffer(size);
    halve(this.#planes.luminance, from.width, from.height, neighbour);
    halve(other, rect.width, rect.height, fixed);
    for (const reach of COARSE) {
      flow.warp(neighbour, from, warped, 2, inside);
      half.forward(warped, seen);
      for (let y = 0, i = 0; y < height; y++)
        for (let x = 0; x < width; x++, i++) mask[i] = weight[2 * (y * rect.width + x)]! > 0 ? inside[i]! : 0;
      this.#matchLight(warped, seen, fixed, mask, width, height);
      improveFlow(flow, fixed, seen, mask, planes.halfScale, noise, reach, 2);
    }
    this.#used = before;
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
  loan({ flow, from, warped, mask, full }: Aligned, { planes, weight: own }: Borrower, half: BlurOperator): Loan {
    const { rect } = planes;
    const size = rect.width * rect.height;
    const weight = this.#buffer(size);
    for (let i = 0; i < size; i++) weight[i] = own[i]! * mask[i]!;
    const halfSize = size >> 2;
    const [red, blue, halfWeight] = [this.#buffer(halfSize), this.#buffer(halfSize), this.#buffer(halfSize)];
    flow.warp(this.#planes.red, from, red, 2, null);
    flow.warp(this.#planes.blue, from, blue, 2, null);
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
    for (let j = 0; j < flow.rows; j++)
      for (let i = 0; i < flow.columns; i++) {
        const x = flow.rect.x + i * NODE + 0.5;
        const y = flow.rect.y + j * NODE + 0.5;
        const [ax, ay] = affine(x, y);
        const [bx, by] = beside.sample(x, y);
        flow.dx[j * flow.columns + i] = ax + bx - x;
        flow.dy[j * flow.columns + i] = ay + by - y;
      }
  }

  /** Reads the neighbour around where the flow leads; returns the part in pixels of its frame. */
  #read(neighbour: Neighbour, flow: FlowGrid, curve: LightCurve): Rect {
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
    const width = 2 * Math.ceil((right - x + 8) / 2);
    const height = 2 * Math.ceil((bottom - y + 8) / 2);
    this.#planes.read(neighbour.picture, { x: x - neighbour.x, y: y - neighbour.y, width, height }, curve);
    return { x, y, width, height };
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
    const size = width * height;
    const off = this.#buffer(size);
    const share = this.#buffer(size);
    for (let i = 0; i < size; i++) {
      share[i] = mask[i]! > 0 ? 1 : 0;
      off[i] = mask[i]! > 0 ? other[i]! - seen[i]! : 0;
    }
    const radius = Math.max(4, Math.round(LIGHT_SHARE * width));
    const line = this.#buffer(size);
    for (let pass = 0; pass < 2; pass++) {
      boxMean(off, line, width, height, radius);
      boxMean(share, line, width, height, radius);
    }
    for (let i = 0; i < size; i++) {
      const change = share[i]! > 1e-3 ? off[i]! / share[i]! : 0;
      warped[i]! += change;
      seen[i]! += change;
    }
    this.#used -= 3;
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
    const off = this.#buffer(size);
    const line = this.#buffer(size);
    let count = 0;
    for (let i = 0; i < size; i++) {
      const d = (other[i]! - seen[i]!) * scale[i]!;
      off[i] = mask[i]! > 0 ? d * d : (4 * DISAGREEMENT * noise) ** 2;
      if (mask[i]! > 0) count++;
    }
    const radius = Math.max(2, Math.round(0.012 * rect.width));
    for (let pass = 0; pass < 2; pass++) boxMean(off, line, rect.width, rect.height, radius);
    let sum = 0;
    const half = 1 / (DISAGREEMENT * noise) ** 2;
    for (let i = 0; i < size; i++) {
      mask[i] = mask[i]! > 0 ? 1 / (1 + (off[i]! * half) ** 2) : 0;
      sum += mask[i]!;
    }
    this.#used -= 2;
    return count > 0 ? sum / count : 0;
  }
}

/** Means of 2 x 2 pixels of a plane whose sides are even. */
function halve(plane: Float32Array, width: number, height: number, out: Float32Array): void {
  for (let y = 0, to = 0; y < height; y += 2)
    for (let i = y * width; i < y * width + width; i += 2)
      out[to++] = (plane[i]! + plane[i + 1]! + plane[i + width]! + plane[i + width + 1]!) / 4;
}

/** Mean over squares of 2 radius + 1 pixels, in place; `line` is working memory of the same size. */
export function boxMean(plane: Float32Array, line: Float32Array, width: number, height: number, radius: number): void {
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let sum = 0;
    for (let x = -radius; x <= radius; x++) sum += plane[row + Math.max(0, Math.min(width - 1, x))]!;
    for (let x = 0; x < width; x++) {
      line[row + x] = sum / (2 * radius + 1);
      sum += plane[row + Math.min(width - 1, x + radius + 1)]! - plane[row + Math.max(0, x - radius)]!;
    }
  }
  for (let x = 0; x < width; x++) {
    let sum = 0;
    for (let y = -radius; y <= radius; y++) sum += line[Math.max(0, Math.min(height - 1, y)) * width + x]!;
    for (let y = 0; y < height; y++) {
      plane[y * width + x] = sum / (2 * radius + 1);
      sum += line[Math.min(height - 1, y + radius + 1) * width + x]! - line[Math.max(0, y - radius) * width + x]!;
    }
  }
}
