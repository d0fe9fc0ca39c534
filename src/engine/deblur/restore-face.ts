import { clampRect, type Picture, type Rect } from '../../core/picture.ts';
import { blendRgb, pictureToRgb } from '../../core/picture-rgb.ts';
import { BLOCK, BlurOperator } from './blur-operator.ts';
import { drawFaceMatte, faceOutline, outlineBox } from './face-matte.ts';
import { FacePlanes, recode } from './face-planes.ts';
import { type Kernel, KernelGrid, motionKernel } from './kernel.ts';
import { lightCurve } from './linear-light.ts';
import { MapDeconvolution } from './map-deconvolution.ts';
import { type FaceMotion, MotionField } from './motion-field.ts';

/** Blur of a face in one frame: what the refinement against the image made of the tracked motion. */
export interface FaceBlur {
  /** Frames for which the shutter seems open: tracked path times this is the blur. */
  readonly open: number;
  /** By how much the blur's direction differs from the tracked one, radians. */
  readonly turn: number;
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
  /** 0..1: how much of the restoration shows. */
  readonly strength: number;
}

/** Where a face was restored, and how much. */
export interface RestoredFace {
  readonly rect: Rect;
  /** 0..1, row-major over `rect`. */
  readonly matte: Float32Array;
}

/** Context around the face that takes part in the estimate, as a share of the face's width. */
const CONTEXT = 0.04;
const LUMA = { edge: 0.012, exponent: 0.8, rounds: 3, steps: 8 } as const;
const CHROMA = { edge: 0.012, exponent: 1.2, rounds: 1, steps: 6 } as const;
/** Smoothness per variance of the noise. */
const SMOOTH_PER_NOISE = 700;
/** Colour is smoother than luminance, and coded more roughly. */
const CHROMA_SMOOTHER = 4;

/** Restores faces one after another; holds buffers, one instance per thread. */
export class FaceRestorer {
  readonly #planes = new FacePlanes();
  readonly #solver = new MapDeconvolution();
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
    const field = new MotionField(job.motion);
    const columns = Math.ceil(part.width / (2 * BLOCK)) * 2;
    const rows = Math.ceil(part.height / (2 * BLOCK)) * 2;
    const full = this.#operator(field, job.blur, part, columns, rows, 1);
    const half = this.#operator(field, job.blur, part, columns / 2, rows / 2, 2, full.pad / 2);
    const { pad } = full;
    const rect = { x: part.x - pad, y: part.y - pad, width: full.width, height: full.height };
    const curve = lightCurve(source.colour.transfer);
    const planes = this.#planes;
    planes.read(source, rect, curve);
    this.#grow(rect.width * rect.height);
    this.#setWeights(full);
    const smoothness = SMOOTH_PER_NOISE * job.blur.noise ** 2;
    const size = rect.width * rect.height;
    this.#estimate.set(planes.luminance.subarray(0, size));
    this.#solver.solve(
      this.#estimate,
      [{ operator: full, plane: planes.luminance, weight: this.#weight }],
      planes.scale,
      { ...LUMA, smoothness },
    );
    this.#red.set(planes.red.subarray(0, size >> 2));
    this.#blue.set(planes.blue.subarray(0, size >> 2));
    for (const [estimate, plane] of [
      [this.#red, planes.red],
      [this.#blue, planes.blue],
    ] as const)
      this.#solver.solve(estimate, [{ operator: half, plane, weight: this.#halfWeight }], planes.halfScale, {
        ...CHROMA,
        smoothness: smoothness * CHROMA_SMOOTHER,
      });
    for (let i = 0; i < size; i++) this.#estimate[i]! -= planes.luminance[i]!;
    for (let i = 0; i < size >> 2; i++) {
      this.#red[i]! -= planes.red[i]!;
      this.#blue[i]! -= planes.blue[i]!;
    }
    return this.#write(source, target, part, rect, outline, job.strength);
  }

  /** Blur over the part at 1 / `step` of its size; `pad` when it is given, else as much as the kernels reach and a little. */
  #operator(
    field: MotionField,
    blur: FaceBlur,
    part: Rect,
    columns: number,
    rows: number,
    step: 1 | 2,
    pad?: number,
  ): BlurOperator {
    const kernels: Kernel[] = [];
    let reach = 0;
    const [cos, sin] = [Math.cos(blur.turn), Math.sin(blur.turn)];
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        const x = part.x + (column + 0.5) * BLOCK * step;
        const y = part.y + (row + 0.5) * BLOCK * step;
        const { vx, vy, ax, ay } = field.sample(x, y);
        const turned = {
          vx: (cos * vx - sin * vy) / step,
          vy: (sin * vx + cos * vy) / step,
          ax: (cos * ax - sin * ay) / step,
          ay: (sin * ax + cos * ay) / step,
        };
        const kernel = motionKernel(turned, blur.open, blur.sigma / step, this.#grid);
        for (let i = 0; i < kernel.dx.length; i++)
          reach = Math.max(reach, Math.abs(kernel.dx[i]!), Math.abs(kernel.dy[i]!));
        kernels.push(kernel);
      }
    // Even, and wide enough for the same kernels at half size.
    return new BlurOperator(columns, rows, pad ?? 2 * Math.ceil((reach + 4) / 2), kernels);
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
    return { rect: part, matte };
  }
}
