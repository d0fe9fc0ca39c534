import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import { clampRect, type Picture, type Rect } from '../../core/picture.ts';
import { blendRgb } from '../../core/picture-blend.ts';
import { SharedArena } from '../../core/wasm/index.ts';
import { BlockKernels, type FaceBlur, scaleBlur } from './block-kernels.ts';
import { type FaceEvidence, lentDetail } from './face-evidence.ts';
import { drawFaceMatte, faceOutline, outlineBox } from './face-matte.ts';
import { type FacePlanes, followLight, type LightChange, readFace, recode } from './face-planes.ts';
import { KernelGrid } from './kernel.ts';
import { BLOCK } from './kernels/index.ts';
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
const LUMA = { edge: 0.03, exponent: 1.2, rounds: 2, steps: 4, anchor: 0.85 } as const;
const CHROMA = { edge: 0.03, exponent: 1.2, rounds: 1, steps: 3, anchor: 1 } as const;
/** Smoothness per variance of the noise. */
const SMOOTH_PER_NOISE = 1000;
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
  readonly planes: FacePlanes;
  /** Trust in the observed light, at full and at half size; 0 in the padding. */
  readonly weight: Float32Array;
  readonly halfWeight: Float32Array;
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

/** Restores faces one after another; holds working memory, one instance per thread. */
export class FaceRestorer {
  readonly #arena = new SharedArena();
  readonly #solver = new MapDeconvolution(this.#arena);
  readonly #lender = new DetailLender(this.#arena);
  readonly #grid = new KernelGrid();

  /** Restores a face of `source` in `target`, which holds a copy of it. Null when the face lies outside the picture. */
  restore(source: Picture, target: Picture, job: RestoreJob): RestoredFace | null {
    const mark = this.#arena.mark;
    try {
      const prepared = this.#prepare(source, job, 1);
      if (!prepared) return null;
      const borrower = this.#borrower(job, prepared);
      const loans = this.#borrow(job, borrower, prepared);
      const change = job.deconvolve ? this.#solve(borrower, loans, job, prepared) : this.#fuse(loans, prepared);
      const evidence = job.evidence ? this.#evidence(job, prepared, loans) : null;
      return { ...this.#write(target, prepared, change, job.strength), lenders: loans.length, evidence };
    } finally {
      this.#arena.release(mark);
    }
  }

  /**
   * How badly each of `factors` of the shutter explains a face's blur, given its first neighbour. Null when the neighbour
   * cannot be laid over the face.
   */
  probeShutter(source: Picture, job: RestoreJob, factors: readonly number[]): ShutterProbe | null {
    const mark = this.#arena.mark;
    try {
      return this.#probe(source, job, factors);
    } finally {
      this.#arena.release(mark);
    }
  }

  #probe(source: Picture, job: RestoreJob, factors: readonly number[]): ShutterProbe | null {
    const prepared = job.neighbours.length === 0 ? null : this.#prepare(source, job, Math.max(...factors));
    if (!prepared) return null;
    const arena = this.#arena;
    const { kernels, others, pad, curve, rect, planes } = prepared;
    const borrower = this.#borrower(job, prepared);
    const neighbour = job.neighbours[0]!;
    const blur = others[0]!.operator(arena, neighbour.blur, 1, pad);
    const aligned = this.#lender.align(neighbour, borrower, curve, blur);
    if (this.#lender.compare(aligned, borrower) < LEAST_TRUST) return null;
    // All pixels count here: trust was given under the very shutter that is in question.
    const mask = prepared.weight.map((weight, i) => (weight > 0 ? aligned.inside[i]! : 0));
    const { warped, other, seen } = aligned;
    const { luminance, scale } = planes;
    const lent = arena.floats(rect.width * rect.height);
    blur.forward(warped, lent);
    const unlikeness = (moved: Float32Array, still: Float32Array): Float32Array =>
      Float32Array.from(factors, (factor) => {
        const before = arena.mark;
        kernels.operator(arena, scaleBlur(job.blur, factor), 1, pad).forward(moved, seen);
        arena.release(before);
        return pairUnlikeness(seen, still, mask, scale, rect.width);
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
    const kernels = new BlockKernels(this.#arena, job.motion, part, columns, rows, 0, 0, this.#grid);
    const others = job.neighbours.map(({ motion, landmarks }) => {
      const [dx, dy] = meanShift(job.landmarks, landmarks);
      return new BlockKernels(this.#arena, motion, part, columns, rows, dx, dy, this.#grid);
    });
    const { blur } = job;
    const reach = Math.max(
      kernels.reach(scaleBlur(blur, longest)),
      ...others.map((other, index) => other.reach(job.neighbours[index]!.blur)),
    );
    // Wide enough for the same kernels at half size, and such that planes of both sizes are whole vectors wide.
    const pad = 4 * Math.ceil((reach + 2) / 4);
    const rect = {
      x: part.x - pad,
      y: part.y - pad,
      width: columns * BLOCK + 2 * pad,
      height: rows * BLOCK + 2 * pad,
    };
    const curve = lightCurve(source.colour.transfer);
    const planes = readFace(this.#arena, source, rect, curve);
    const noise = Math.hypot(blur.noise * 2, CODING_NOISE);
    return { part, rect, pad, outline, curve, noise, kernels, others, planes, ...this.#weights(planes, pad) };
  }

  #borrower({ landmarks, blur }: RestoreJob, { kernels, pad, noise, planes, weight }: Prepared): Borrower {
    const operator = kernels.operator(this.#arena, blur, 1, pad);
    const half = kernels.operator(this.#arena, blur, 2, pad / 2);
    return { landmarks, planes, operator, half, weight, noise };
  }

  /** Lays the neighbours over the face and takes what agrees. */
  #borrow(job: RestoreJob, borrower: Borrower, { others, pad, curve }: Prepared): Loan[] {
    const lender = this.#lender;
    const loans: Loan[] = [];
    job.neighbours.forEach((neighbour, index) => {
      const kernels = others[index]!;
      const full = kernels.operator(this.#arena, neighbour.blur, 1, pad);
      const aligned = lender.align(neighbour, borrower, curve, full);
      if (lender.compare(aligned, borrower) >= LEAST_TRUST)
        loans.push(lender.loan(aligned, borrower, kernels.operator(this.#arena, neighbour.blur, 2, pad / 2)));
    });
    return loans;
  }

  #solve({ operator, half }: Borrower, loans: readonly Loan[], job: RestoreJob, prepared: Prepared): LightChange {
    const { planes, noise, weight, halfWeight } = prepared;
    const smoothness = SMOOTH_PER_NOISE * noise ** 2;
    const share = job.detail;
    if (share < 1)
      for (const { luminance, red } of loans) {
        for (let i = 0; i < luminance.weight.length; i++) luminance.weight[i]! *= share;
        for (let i = 0; i < red.weight.length; i++) red.weight[i]! *= share;
      }
    const luminance = this.#arena.floats(planes.luminance.length);
    luminance.set(planes.luminance);
    const seen = loans.map((loan) => loan.luminance);
    this.#solver.solve(luminance, [{ operator, weight, plane: planes.luminance }, ...seen], planes.scale, {
      ...LUMA,
      smoothness,
    });
    for (let i = 0; i < luminance.length; i++) luminance[i]! -= planes.luminance[i]!;
    const colour = (channel: 'red' | 'blue'): Float32Array => {
      const plane = planes[channel];
      const change = this.#arena.floats(plane.length);
      followLight(planes, channel, luminance, change);
      const lent = loans.map((loan) => loan[channel]);
      this.#solver.solve(change, [{ operator: half, weight: halfWeight, plane }, ...lent], planes.halfScale, {
        ...CHROMA,
        smoothness: smoothness * CHROMA_SMOOTHER,
      });
      for (let i = 0; i < change.length; i++) change[i]! -= plane[i]!;
      return change;
    };
    return { luminance, red: colour('red'), blue: colour('blue') };
  }

  /** What neighbours show where they are trusted, without undoing the frame's own blur. */
  #fuse(loans: readonly Loan[], { planes, weight, halfWeight }: Prepared): LightChange {
    const fused = (plane: Float32Array, own: Float32Array, lent: readonly Observation[]): Float32Array => {
      const change = this.#arena.floats(plane.length);
      for (let i = 0; i < change.length; i++) {
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
      return change;
    };
    return {
      luminance: fused(
        planes.luminance,
        weight,
        loans.map(({ luminance }) => luminance),
      ),
      red: fused(
        planes.red,
        halfWeight,
        loans.map(({ red }) => red),
      ),
      blue: fused(
        planes.blue,
        halfWeight,
        loans.map(({ blue }) => blue),
      ),
    };
  }

  /** Trust in the observed light: noise is even in code, so it is uneven in light; clipped pixels tell nothing. */
  #weights({ rect, scale, known, halfScale }: FacePlanes, pad: number): Pick<Prepared, 'weight' | 'halfWeight'> {
    const { width, height } = rect;
    const weight = this.#arena.floats(width * height).fill(0);
    for (let y = pad; y < height - pad; y++)
      for (let i = y * width + pad; i < (y + 1) * width - pad; i++) weight[i] = known[i]! * scale[i]! ** 2;
    const half = width >> 1;
    const halfWeight = this.#arena.floats(half * (height >> 1)).fill(0);
    for (let y = pad >> 1; y < (height - pad) >> 1; y++)
      for (let x = pad >> 1; x < (width - pad) >> 1; x++)
        halfWeight[y * half + x] = known[2 * (y * width + x)]! * halfScale[y * half + x]! ** 2;
    return { weight, halfWeight };
  }

  #write(
    target: Picture,
    { part, planes, outline, curve }: Prepared,
    change: LightChange,
    strength: number,
  ): Pick<RestoredFace, 'rect' | 'matte'> {
    const pixels = part.width * part.height;
    const rgb = recode(this.#arena, planes, part, curve, change);
    const matte = new Float32Array(pixels);
    drawFaceMatte(outline, part, matte);
    for (let i = 0; i < pixels; i++) matte[i]! *= strength;
    blendRgb(target, part, rgb, matte);
    return { rect: part, matte };
  }

  #evidence(job: RestoreJob, prepared: Prepared, loans: readonly Loan[]): FaceEvidence {
    const { planes, weight, part, pad, curve, kernels } = prepared;
    return {
      ...lentDetail(planes, weight, loans, curve, part, pad),
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
