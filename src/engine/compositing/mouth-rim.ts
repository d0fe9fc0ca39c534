import type { Picture } from '../../core/picture.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { INNER_LIP_CORNERS, INNER_LIP_PAIRS } from './face-loops.ts';
import type { WarpField } from './warp-field.ts';
import { REGION_MOUTH, REGION_SKIN } from './warp-mesh.ts';

/** How far (of the mouth's width) a look across the lips' edges starts above and ends below the opening. */
const LOOK_BEYOND = 0.08;
/** Contrast in 8-bit levels under which an edge says nothing about how sharp the picture is. */
const LEAST_CONTRAST = 16;
/** Width of a blurred edge (contrast over steepest slope) per standard deviation of the blur. */
const WIDTH_PER_BLUR = 2.5;
/** Blur in pixels that moved pixels have anyway. */
const OWN_BLUR = 1.2;
const WIDEST_RADIUS = 7;
/** Even in the sharpest frame no edge is a stair: where it runs flat, at the corners, neighbours alone do not hide it. */
const LEAST_RADIUS = 1;
/** Growth of the gap between which the rim of an opening is taken for the edit's. */
const [OPENED_FROM, OPENED_UNTIL] = [1.1, 1.6] as const;

/** Planes that carry light: all of an RGB picture, else luma alone; colour's edges are soft by their sampling. */
const lightPlanes = ({ layout, planes }: Picture): Picture['planes'] =>
  layout.family === 'rgb' ? planes.slice(0, 3) : planes.slice(0, 1);

/** How much of its neighbours across the lip's edge a pixel of the mouth's inside takes, and one of the lip. */
const [RIM_INSIDE, RIM_OUTSIDE] = [0.5, 0.25] as const;

/**
 * Smooths the stair where the mouth's inside meets the lip: pixels on either side of the edge take a share of what is
 * across it.
 */
function smoothStair(target: Picture, { rect, region, matte, bounds }: WarpField): void {
  const [firstX, lastX, firstY, lastY] = bounds[REGION_MOUTH];
  const mouth = REGION_MOUTH + 1;
  const skin = REGION_SKIN + 1;
  const planes = lightPlanes(target);
  for (let y = Math.max(1, firstY! - 1); y <= Math.min(rect.height - 2, lastY! + 1); y++)
    for (let x = Math.max(1, firstX! - 1); x <= Math.min(rect.width - 2, lastX! + 1); x++) {
      const at = y * rect.width + x;
      const own = region[at]!;
      if ((own !== mouth && own !== skin) || matte[at] === 0) continue;
      const other = own === mouth ? skin : mouth;
      const left = region[at - 1] === other;
      const right = region[at + 1] === other;
      const above = region[at - rect.width] === other;
      const below = region[at + rect.width] === other;
      const n = Number(left) + Number(right) + Number(above) + Number(below);
      if (n === 0) continue;
      const share = matte[at]! * (own === mouth ? RIM_INSIDE : RIM_OUTSIDE);
      const to = (rect.y + y) * target.width + rect.x + x;
      for (const plane of planes) {
        const sum =
          (left ? plane[to - 1]! : 0) +
          (right ? plane[to + 1]! : 0) +
          (above ? plane[to - target.width]! : 0) +
          (below ? plane[to + target.width]! : 0);
        plane[to] = plane[to]! + share * (sum / n - plane[to]!) + 0.5;
      }
    }
}

/**
 * How soft the edges between lips and mouth are in a frame, in pixels of contrast over steepest slope: about 2 where it is
 * sharp; 0 where no edge is clear enough to tell.
 */
export function lipEdgeWidth(picture: Picture, landmarks: Float32Array): number {
  const { width, height, layout } = picture;
  const plane = picture.planes[0]!;
  const [right, left] = INNER_LIP_CORNERS as [number, number];
  const mouth = Math.hypot(
    landmarks[left * 3]! - landmarks[right * 3]!,
    landmarks[left * 3 + 1]! - landmarks[right * 3 + 1]!,
  );
  const downX = (landmarks[right * 3 + 1]! - landmarks[left * 3 + 1]!) / Math.max(1e-3, mouth);
  const downY = (landmarks[left * 3]! - landmarks[right * 3]!) / Math.max(1e-3, mouth);
  const beyond = LOOK_BEYOND * mouth;
  const widths: number[] = [];
  for (const [u, l] of INNER_LIP_PAIRS.slice(2, -2)) {
    const gap = Math.hypot(landmarks[l * 3]! - landmarks[u * 3]!, landmarks[l * 3 + 1]! - landmarks[u * 3 + 1]!);
    const [x0, y0] = [landmarks[u * 3]! - beyond * downX, landmarks[u * 3 + 1]! - beyond * downY];
    let [least, most, steepest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    let [before, last] = [Number.NaN, Number.NaN];
    for (let t = 0; t <= gap + 2 * beyond; t++) {
      const x = Math.max(0, Math.min(width - 1, Math.floor(x0 + t * downX)));
      const y = Math.max(0, Math.min(height - 1, Math.floor(y0 + t * downY)));
      const value = plane[y * width + x]!;
      least = Math.min(least, value);
      most = Math.max(most, value);
      if (!Number.isNaN(before)) steepest = Math.max(steepest, Math.abs(value - before) / 2);
      before = last;
      last = value;
    }
    if (most - least >= LEAST_CONTRAST << (layout.bitDepth - 8)) widths.push((most - least) / Math.max(1, steepest));
  }
  widths.sort((a, b) => a - b);
  return widths[widths.length >> 1] ?? 0;
}

/** Radius of the box that, run twice, brings an edge to the width of the frame's own. */
function radiusOf(edgeWidth: number): number {
  const variance = (edgeWidth / WIDTH_PER_BLUR) ** 2 - OWN_BLUR ** 2;
  return variance <= 0 ? 0 : Math.min(WIDEST_RADIUS, Math.round((Math.sqrt(6 * variance + 1) - 1) / 2));
}

/** Gap over width of the mouth before and after an edit, and the frame's landmarks. */
interface Opened {
  readonly sourceGap: number;
  readonly targetGap: number;
  readonly landmarks: Float32Array;
}

/** Makes the edge where an opened mouth meets the lips as soft as the frame's own edges; holds its buffers. */
export class MouthRim {
  #values = new Float32Array(0);
  #mask = new Float32Array(0);
  #line = new Float32Array(0);

  /** Softens the rim of the mouth in the planes of `target` that carry light. */
  soften(source: Picture, target: Picture, field: WarpField, { sourceGap, targetGap, landmarks }: Opened): void {
    smoothStair(target, field);
    const opened = smoothStep((targetGap / Math.max(0.012, sourceGap) - OPENED_FROM) / (OPENED_UNTIL - OPENED_FROM));
    if (opened === 0) return;
    this.#blur(target, field, Math.max(LEAST_RADIUS, radiusOf(lipEdgeWidth(source, landmarks))), opened);
  }

  #blur(target: Picture, { rect, region, matte, bounds }: WarpField, radius: number, share: number): void {
    const [firstX, lastX, firstY, lastY] = bounds[REGION_MOUTH];
    const reach = 3 * radius;
    const [x0, x1] = [Math.max(0, firstX! - reach), Math.min(rect.width - 1, lastX! + reach)];
    const [y0, y1] = [Math.max(0, firstY! - reach), Math.min(rect.height - 1, lastY! + reach)];
    const [w, h] = [x1 - x0 + 1, y1 - y0 + 1];
    if (w <= 2 * radius || h <= 2 * radius) return;
    if (this.#values.length < w * h) {
      this.#values = new Float32Array(2 * w * h);
      this.#mask = new Float32Array(2 * w * h);
    }
    if (this.#line.length < Math.max(w, h)) this.#line = new Float32Array(2 * Math.max(w, h));
    const mask = this.#mask;
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) mask[y * w + x] = region[(y0 + y) * rect.width + x0 + x] === REGION_MOUTH + 1 ? 1 : 0;
    this.#blurTwice(mask, w, h, radius);
    for (const plane of lightPlanes(target)) {
      const values = this.#values;
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) values[y * w + x] = plane[(rect.y + y0 + y) * target.width + rect.x + x0 + x]!;
      this.#blurTwice(values, w, h, radius);
      for (let y = 0; y < h; y++)
        for (let x = 0; x < w; x++) {
          const inside = mask[y * w + x]!;
          // 1 on the edge, 0 where the blur sees one side only.
          const weight = share * matte[(y0 + y) * rect.width + x0 + x]! * 4 * inside * (1 - inside);
          if (weight < 0.004) continue;
          const at = (rect.y + y0 + y) * target.width + rect.x + x0 + x;
          plane[at] = plane[at]! + weight * (values[y * w + x]! - plane[at]!) + 0.5;
        }
    }
  }

  #blurTwice(data: Float32Array, w: number, h: number, radius: number): void {
    for (let round = 0; round < 2; round++) {
      for (let y = 0; y < h; y++) this.#box(data, y * w, 1, w, radius);
      for (let x = 0; x < w; x++) this.#box(data, x, w, h, radius);
    }
  }

  /** Running mean of 2 radius + 1 values along a line in place; ends repeat. */
  #box(data: Float32Array, from: number, step: number, count: number, radius: number): void {
    const line = this.#line;
    for (let i = 0; i < count; i++) line[i] = data[from + i * step]!;
    let sum = line[0]! * radius;
    for (let i = 0; i <= radius; i++) sum += line[Math.min(count - 1, i)]!;
    for (let i = 0; i < count; i++) {
      data[from + i * step] = sum / (2 * radius + 1);
      sum += line[Math.min(count - 1, i + radius + 1)]! - line[Math.max(0, i - radius)]!;
    }
  }
}
