import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import { clampRect, type Picture, type Rect } from '../../core/picture.ts';
import { blendRgb } from '../../core/picture-blend.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import { BlockKernels, type FaceBlur, scaleBlur } from './block-kernels.ts';
import { BLOCK, type BlurOperator } from './blur-operator.ts';
import { type FaceEvidence, lentDetail } from './face-evidence.ts';
import { drawFaceMatte, faceOutline, outlineBox } from './face-matte.ts';
import { FacePlanes, recode } from './face-planes.ts';
import { KernelGrid } from './kernel.ts';
import { type Borrower, DetailLender, LEAST_TRUST, type Loan, type Neighbour } from './lend-detail.ts';
import { type LightCurve, lightCurve } from './linear-light.ts';
import { MapDeconvolution, type Observation } from './map-deconvolution.ts';
import type { FaceMotion } from './motion-field.ts';
import { pairUnlikeness } from './pair-likeness.ts';

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
  /** Whether what the estimate knew is wanted beside the picture. */
  readonly evidence: boolean;
}

/** Where a face was restored, and how much. */
export interface RestoredFace {
  readonly rect: Rect;
  /** 0..1, row-major over `rect`. */
  readonly matte: Float32Array;
  /** Neighbours that lent detail. */
  readonly lenders: number;
  /** Null unless it was asked for. */
  readonly evidence: FaceEvidence | null;
}

/** Context around the face that takes part in the estimate, as a share of the face's width. */
const CONTEXT = 0.04;
const LUMA = { edge: 0.03, exponent: 1.2, rounds: 2, steps: 9, anchor: 0.85 } as const;
const CHROMA = { edge: 0.03, exponent: 1.2, rounds: 1, steps: 6, anchor: 0.85 } as const;
/** Smoothness per variance of the noise. */
const SMOOTH_PER_NOISE = 1500;
/** Colour is smoother than luminance, and coded more roughly. */
const CHROMA_SMOOTHER = 4;
/** Compression loses detail without leaving noise; this much of it (coded values) is always reckoned with. */
const CODING_NOISE = 0.009;

/** Everything that is set up before a face's blur is undone. */
interface Prepared {
  readonly part: Rect;
  readonly rect: Rect;
  readonly pad: number;
  readonly outline: Float32Array;
  readonly curve: LightCurve;
  readonly noise: number;
  readonly kernels: BlockKernels;
  readonly others: readonly BlockKernels[];
}

/** How unlike a face and its neighbour are, 0..1, under shutters that were tried. */
export interface ShutterProbe {
  /** With the neighbour blurred along the face's motion. */
  readonly blurred: Float32Array;
  /**
   * With the face itself blurred so, and the neighbour not: what blur wins though the face was sharp, because it takes
   * grain away and hides how the two lie wrong along the motion.
   */
  readonly swapped: Float32Array;
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
    const prepared = this.#prepare(source, job, 1);
    if (!prepared) return null;
    const borrower = this.#borrower(job, prepared);
    const loans = this.#borrow(job, borrower, prepared);
    this.#solve(borrower.operator, borrower.half, loans, job, prepared.noise);
    const evidence = job.evidence ? this.#evidence(job, prepared, loans) : null;
    return { ...this.#write(source, target, prepared, job.strength), lenders: loans.length, evidence };
  }

  /**
   * How badly each of `factors` of the shutter explains a face's blur, given its first neighbour. Null when the neighbour
   * cannot be laid over the face.
   */
  probeShutter(source: Picture, job: RestoreJob, factors: readonly number[]): ShutterProbe | null {
    const prepared = job.neighbours.length === 0 ? null : this.#prepare(source, job, Math.max(...factors));
    if (!prepared) return null;
    const { kernels, others, pad, curve } = prepared;
    this.#lender.reset();
    const borrower = this.#borrower(job, prepared);
    const neighbour = job.neighbours[0]!;
    const aligned = this.#lender.align(neighbour, borrower, curve, others[0]!.operator(neighbour.blur, 1, pad));
    if (this.#lender.compare(aligned, borrower) < LEAST_TRUST) return null;
    // All pixels count here: trust was given under the very shutter that is in question.
    const { rect } = prepared;
    const own = this.#weight.subarray(0, rect.width * rect.height);
    const mask = own.map((weight, i) => (weight > 0 ? aligned.inside[i]! : 0));
    const { warped, other, seen } = aligned;
    const { luminance, scale } = this.#planes;
    const lent = warped.slice();
    others[0]!.operator(neighbour.blur, 1, pad).forward(warped, lent);
    const unlikeness = (moved: Float32Array, still: Float32Array): Float32Array =>
      Float32Array.from(factors, (factor) => {
        const operator = kernels.operator(scaleBlur(job.blur, factor), 1, pad);
        operator.forward(moved, seen);
        return pairUnlikeness(seen, still, mask, scale, operator.width);
      });
    return { blurred: unlikeness(warped, other), swapped: unlikeness(luminance, lent) };
  }

  #prepare(source: Picture, job: RestoreJob, longest: number): Prepared | null {
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
    const kernels = new BlockKernels(job.motion, part, columns, rows, 0, 0, this.#grid);
    const others = job.neighbours.map(({ motion, landmarks }) => {
      const [dx, dy] = meanShift(job.landmarks, landmarks);
      return new BlockKernels(motion, part, columns, rows, dx, dy, this.#grid);
    });
    const { blur } = job;
    const reach = Math.max(
      kernels.reach(scaleBlur(blur, longest)),
      ...others.map((other, index) => other.reach(job.neighbours[index]!.blur)),
    );
    // Even, and wide enough for the same kernels at half size.
    const pad = 2 * Math.ceil((reach + 2) / 2);
    const rect = {
      x: part.x - pad,
      y: part.y - pad,
      width: columns * BLOCK + 2 * pad,
      height: rows * BLOCK + 2 * pad,
    };
    const curve = lightCurve(source.colour.transfer);
    this.#planes.read(source, rect, curve);
    this.#grow(rect.width * rect.height);
    this.#setWeights(rect.width, rect.height, pad);
    const noise = Math.hypot(blur.noise * 2, CODING_NOISE);
    return { part, rect, pad, outline, curve, noise, kernels, others };
  }

  #borrower({ landmarks, blur }: RestoreJob, { kernels, pad, noise }: Prepared): Borrower {
    const operator = kernels.operator(blur, 1, pad);
    const half = kernels.operator(blur, 2, pad / 2);
    return { landmarks, planes: this.#planes, operator, half, weight: this.#weight, noise };
  }

  /** Lays the neighbours over the face and takes what agrees. */
  #borrow(job: RestoreJob, borrower: Borrower, prepared: Prepared): Loan[] {
    const { others, pad, curve } = prepared;
    const lender = this.#lender;
    lender.reset();
    const loans: Loan[] = [];
    job.neighbours.forEach((neighbour, index) => {
      const aligned = lender.align(neighbour, borrower, curve, others[index]!.operator(neighbour.blur, 1, pad));
      if (lender.compare(aligned, borrower) >= LEAST_TRUST)
        loans.push(lender.loan(aligned, borrower, others[index]!.operator(neighbour.blur, 2, pad / 2)));
    });
    return loans;
  }

  #solve(full: BlurOperator, half: BlurOperator, loans: readonly Loan[], job: RestoreJob, noise: number): void {
    const planes = this.#planes;
    const size = full.width * full.height;
    if (!job.deconvolve) {
      this.#fuse(loans, size);
      return;
    }
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

  /** What neighbours show where they are trusted, without undoing the frame's own blur. */
  #fuse(loans: readonly Loan[], size: number): void {
    const planes = this.#planes;
    for (const [change, plane, own, lent] of [
      [this.#estimate, planes.luminance, this.#weight, loans.map(({ luminance }) => luminance)],
      [this.#red, planes.red, this.#halfWeight, loans.map(({ red }) => red)],
      [this.#blue, planes.blue, this.#halfWeight, loans.map(({ blue }) => blue)],
    ] as const) {
      const count = change === this.#estimate ? size : size >> 2;
      for (let i = 0; i < count; i++) {
        const whole = own[i]! > 0 ? own[i]! : 1;
        let [sum, trust, most] = [0, 0, 0];
        for (const loan of lent) {
          const w = loan.weight[i]! / whole;
          sum += w * (loan.plane[i]! - plane[i]!);
          trust += w;
          most = Math.max(most, w);
        }
        change[i] = trust > 0 ? (most * sum) / trust : 0;
      }
    }
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
  #setWeights(width: number, height: number, pad: number): void {
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
    { part, rect, outline, curve }: Prepared,
    strength: number,
  ): Pick<RestoredFace, 'rect' | 'matte'> {
    const pixels = part.width * part.height;
    if (this.#rgb.length < pixels * 3) this.#rgb = new Float32Array(pixels * 3);
    pictureToRgb(source, part, this.#rgb);
    recode(this.#rgb, part, rect, curve, this.#estimate, this.#red, this.#blue);
    const matte = new Float32Array(pixels);
    drawFaceMatte(outline, part, matte);
    for (let i = 0; i < pixels; i++) matte[i]! *= strength;
    blendRgb(target, part, this.#rgb, matte);
    return { rect: part, matte };
  }

  #evidence(job: RestoreJob, { part, pad, curve, kernels }: Prepared, loans: readonly Loan[]): FaceEvidence {
    return {
      ...lentDetail(this.#planes, this.#weight, loans, curve, part, pad),
      ...{ columns: kernels.columns, rows: kernels.rows, paths: kernels.paths(job.blur) },
    };
  }
}

function meanShift(from: Float32Array, to: Float32Array): [number, number] {
  let [dx, dy] = [0, 0];
  for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
    dx += (to[v * 3]! - from[v * 3]!) / FACE_VERTEX_COUNT;
    dy += (to[v * 3 + 1]! - from[v * 3 + 1]!) / FACE_VERTEX_COUNT;
  }
  return [dx, dy];
}
