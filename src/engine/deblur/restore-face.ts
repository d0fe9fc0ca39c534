import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import { clampRect, type Picture, type Rect } from '../../core/picture.ts';
import { blendRgb, pictureToRgb } from '../../core/picture-rgb.ts';
import { BLOCK, BlurOperator } from './blur-operator.ts';
import { drawFaceMatte, faceOutline, outlineBox } from './face-matte.ts';
import { FacePlanes, recode } from './face-planes.ts';
import { type Kernel, KernelGrid, motionKernel } from './kernel.ts';
import { DetailLender, type Loan, type Neighbour } from './lend-detail.ts';
import { type LightCurve, lightCurve } from './linear-light.ts';
import { MapDeconvolution, type Observation } from './map-deconvolution.ts';
import { type FaceMotion, MotionField } from './motion-field.ts';

/** Blur of a face in one frame: what the refinement against the image made of the tracked motion. */
export interface FaceBlur {
  /** Frames for which the shutter seems open: what moves beside the whole face blurs by its velocity times this. */
  readonly open: number;
  /** Path of the whole face while the shutter was open, pixels. */
  readonly bx: number;
  readonly by: number;
  /** Spread of lens, compression and what else is not motion, pixels. */
  readonly sigma: number;
  /** Standard deviation of noise and compression in coded values, 0..1. */
  readonly noise: number;
}

/** A face to restore in a frame. */
export interface RestoreJob {
  /** [478, 3] pixels. */
  readonly landmarks: Float32Array;
  readonly motion: FaceMotion;
  readonly blur: FaceBlur;
  /** Sharper looks of the same face, best first. */
  readonly neighbours: readonly Neighbour[];
  /** How much the neighbours count, 0..1. */
  readonly detail: number;
  /** Whether the frame's own blur is undone; without, detail comes from neighbours alone. */
  readonly deconvolve: boolean;
  /** 0..1: how much of the restoration shows. */
  readonly strength: number;
}

/** Where a face was restored, and how much. */
export interface RestoredFace {
  readonly rect: Rect;
  /** 0..1, row-major over `rect`. */
  readonly matte: Float32Array;
  /** Neighbours that lent detail. */
  readonly lenders: number;
}

/** Context around the face that takes part in the estimate, as a share of the face's width. */
const CONTEXT = 0.04;
const LUMA = { edge: 0.03, exponent: 1.2, rounds: 2, steps: 9 } as const;
const CHROMA = { edge: 0.03, exponent: 1.2, rounds: 1, steps: 6 } as const;
/** Smoothness per variance of the noise. */
const SMOOTH_PER_NOISE = 1500;
/** Colour is smoother than luminance, and coded more roughly. */
const CHROMA_SMOOTHER = 4;
/** Compression loses detail without leaving noise; this much of it (coded values) is always reckoned with. */
const CODING_NOISE = 0.006;

interface Kernels {
  readonly full: Kernel[];
  readonly half: Kernel[];
  readonly reach: number;
}

/** Restores faces one after another; holds buffers, one instance per thread. */
export class FaceRestorer {
  readonly #planes = new FacePlanes();
  readonly #solver = new MapDeconvolution();
  readonly #lender = new DetailLender();
  readonly #grid = new KernelGrid();
  #estimate = new Float32Array(0);
  #red = new Float32Array(0);
  #blue = new Float32Array(0);
  #weight = new Float32Array(0);
  #halfWeight = new Float32Array(0);
  #rgb = new Float32Array(0);

  /** Restores a face of `source` in `target`, which holds a copy of it. Null when the face lies outside the picture. */
  restore(source: Picture, target: Picture, job: RestoreJob): RestoredFace | null {
    const outline = faceOutline(job.landmarks);
    const face = outlineBox(outline, 0);
    const part = clampRect(
      outlineBox(outline, Math.max(4, Math.round(CONTEXT * face.width))),
      source.width,
      source.height,
    );
    if (part.width < 8 || part.height < 8) return null;
    const columns = Math.ceil(part.width / (2 * BLOCK)) * 2;
    const rows = Math.ceil(part.height / (2 * BLOCK)) * 2;
    const own = this.#kernels(job.motion, job.deconvolve ? job.blur : unblurred(job.blur), part, columns, rows, 0, 0);
    const others = job.neighbours.map((one) => {
      const [dx, dy] = meanShift(job.landmarks, one.landmarks);
      return this.#kernels(one.motion, one.blur, part, columns, rows, dx, dy);
    });
    // Even, and wide enough for the same kernels at half size.
    const pad = 2 * Math.ceil((Math.max(own.reach, ...others.map(({ reach }) => reach)) + 4) / 2);
    const full = new BlurOperator(columns, rows, pad, own.full);
    const half = new BlurOperator(columns / 2, rows / 2, pad / 2, own.half);
    const rect = { x: part.x - pad, y: part.y - pad, width: full.width, height: full.height };
    const curve = lightCurve(source.colour.transfer);
    const planes = this.#planes;
    planes.read(source, rect, curve);
    this.#grow(rect.width * rect.height);
    this.#setWeights(full);
    const noise = Math.hypot(job.blur.noise * 2, CODING_NOISE);
    const loans = this.#borrow(job, noise, curve, full, pad, others);
    this.#solve(full, half, loans, job, noise);
    return this.#write(source, target, part, rect, outline, job.strength, loans.length);
  }

  #borrow(
    job: RestoreJob,
    noise: number,
    curve: LightCurve,
    operator: BlurOperator,
    pad: number,
    kernels: readonly Kernels[],
  ): Loan[] {
    this.#lender.reset();
    const { columns, rows } = operator;
    const borrower = { landmarks: job.landmarks, planes: this.#planes, operator, weight: this.#weight, noise };
    const loans: Loan[] = [];
    job.neighbours.forEach((neighbour, index) => {
      const { full, half } = kernels[index]!;
      const loan = this.#lender.lend(
        neighbour,
        borrower,
        curve,
        new BlurOperator(columns, rows, pad, full),
        new BlurOperator(columns / 2, rows / 2, pad / 2, half),
      );
      if (loan) loans.push(loan);
    });
    return loans;
  }

  #solve(full: BlurOperator, half: BlurOperator, loans: readonly Loan[], job: RestoreJob, noise: number): void {
    const planes = this.#planes;
    const size = full.width * full.height;
    const smoothness = SMOOTH_PER_NOISE * noise ** 2;
    const share = job.detail;
    if (share < 1)
      for (const { luminance, red } of loans) {
        for (let i = 0; i < size; i++) luminance.weight[i]! *= share;
        for (let i = 0; i < size >> 2; i++) red.weight[i]! *= share;
      }
    const observe = (operator: BlurOperator, plane: Float32Array, weight: Float32Array): Observation => ({
      operator,
      plane,
      weight,
    });
    this.#estimate.set(planes.luminance.subarray(0, size));
    this.#solver.solve(
      this.#estimate,
      [observe(full, planes.luminance, this.#weight), ...loans.map(({ luminance }) => luminance)],
      planes.scale,
      { ...LUMA, smoothness },
    );
    for (const [estimate, plane, lent] of [
      [this.#red, planes.red, loans.map(({ red }) => red)],
      [this.#blue, planes.blue, loans.map(({ blue }) => blue)],
    ] as const) {
      estimate.set(plane.subarray(0, size >> 2));
      this.#solver.solve(estimate, [observe(half, plane, this.#halfWeight), ...lent], planes.halfScale, {
        ...CHROMA,
        smoothness: smoothness * CHROMA_SMOOTHER,
      });
    }
    for (let i = 0; i < size; i++) this.#estimate[i]! -= planes.luminance[i]!;
    for (let i = 0; i < size >> 2; i++) {
      this.#red[i]! -= planes.red[i]!;
      this.#blue[i]! -= planes.blue[i]!;
    }
  }

  /** Kernels of the part's blocks; (dx, dy) leads from the part to where `motion` saw it. */
  #kernels(
    motion: FaceMotion,
    blur: FaceBlur,
    part: Rect,
    columns: number,
    rows: number,
    dx: number,
    dy: number,
  ): Kernels {
    const field = new MotionField(motion);
    const full: Kernel[] = [];
    const half: Kernel[] = [];
    let reach = 0;
    for (const [step, kernels] of [
      [1, full],
      [2, half],
    ] as const)
      for (let row = 0; row < rows / step; row++)
        for (let column = 0; column < columns / step; column++) {
          const x = part.x + (column + 0.5) * BLOCK * step;
          const y = part.y + (row + 0.5) * BLOCK * step;
          const [ux, uy] = field.sample(x + dx, y + dy);
          const path = {
            bx: (blur.bx + blur.open * (ux - motion.vx)) / step,
            by: (blur.by + blur.open * (uy - motion.vy)) / step,
            cx: (blur.open ** 2 * motion.ax) / 8 / step,
            cy: (blur.open ** 2 * motion.ay) / 8 / step,
          };
          const kernel = motionKernel(path, blur.sigma / step, this.#grid);
          for (let i = 0; i < kernel.dx.length; i++)
            reach = Math.max(reach, step * Math.abs(kernel.dx[i]!), step * Math.abs(kernel.dy[i]!));
          kernels.push(kernel);
        }
    return { full, half, reach };
  }

  #grow(size: number): void {
    if (this.#estimate.length >= size) return;
    this.#estimate = new Float32Array(size);
    this.#weight = new Float32Array(size);
    this.#red = new Float32Array(size >> 2);
    this.#blue = new Float32Array(size >> 2);
    this.#halfWeight = new Float32Array(size >> 2);
  }

  /** Trust in the observed light: noise is even in code, so it is uneven in light; clipped pixels tell nothing. */
  #setWeights({ width, height, pad }: BlurOperator): void {
    const { scale, known, halfScale } = this.#planes;
    this.#weight.fill(0, 0, width * height);
    for (let y = pad; y < height - pad; y++)
      for (let i = y * width + pad; i < (y + 1) * width - pad; i++) this.#weight[i] = known[i]! * scale[i]! ** 2;
    const half = width >> 1;
    this.#halfWeight.fill(0, 0, half * (height >> 1));
    for (let y = pad >> 1; y < (height - pad) >> 1; y++)
      for (let x = pad >> 1; x < (width - pad) >> 1; x++)
        this.#halfWeight[y * half + x] = known[2 * (y * width + x)]! * halfScale[y * half + x]! ** 2;
  }

  #write(
    source: Picture,
    target: Picture,
    part: Rect,
    rect: Rect,
    outline: Float32Array,
    strength: number,
    lenders: number,
  ): RestoredFace {
    const pixels = part.width * part.height;
    if (this.#rgb.length < pixels * 3) this.#rgb = new Float32Array(pixels * 3);
    pictureToRgb(source, part, this.#rgb);
    const curve = lightCurve(source.colour.transfer);
    recode(this.#rgb, part, rect, curve, this.#estimate, this.#red, this.#blue);
    const matte = new Float32Array(pixels);
    drawFaceMatte(outline, part, matte);
    for (let i = 0; i < pixels; i++) matte[i]! *= strength;
    blendRgb(target, part, this.#rgb, matte);
    return { rect: part, matte, lenders };
  }
}

/** The frame's own blur left as it is: what neighbours know shows where they are trusted. */
function unblurred(blur: FaceBlur): FaceBlur {
  return { ...blur, open: 0, bx: 0, by: 0, sigma: 0 };
}

function meanShift(from: Float32Array, to: Float32Array): [number, number] {
  let [dx, dy] = [0, 0];
  for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
    dx += (to[v * 3]! - from[v * 3]!) / FACE_VERTEX_COUNT;
    dy += (to[v * 3 + 1]! - from[v * 3 + 1]!) / FACE_VERTEX_COUNT;
  }
  return [dx, dy];
}
