import type { TriangleIndices } from '../geometry/index.ts';

/**
 * What is seen in each pixel: which triangle, where in it, how near. Made once, reused for every frame; attributes
 * are read from it afterwards by {@link interpolateAttribute}, so any number of them costs one rasterisation.
 */
export interface VisibilityBuffer {
  readonly width: number;
  readonly height: number;
  /** [height, width]: greater is nearer; -Infinity where nothing is seen. */
  readonly nearness: Float32Array;
  /** [height, width]: triangle number (plus the base it was drawn with); -1 where nothing is seen. */
  readonly triangle: Int32Array;
  /** [height, width, 2]: weights of the triangle's second and third corner, perspective-correct. */
  readonly weights: Float32Array;
}

/** How triangles are drawn. */
export interface RasterOptions {
  /** Sides that are dropped. Front = counter-clockwise with y up, that is clockwise in pixel rows. Default `none`. */
  readonly cull?: 'none' | 'back' | 'front';
  /** Added to triangle numbers, so that several meshes can share a buffer. Default 0. */
  readonly base?: number;
  /** [vertices]: 1 / w of a perspective projection; makes the weights perspective-correct. Left out: affine. */
  readonly inverseW?: Float32Array;
}

/** An empty buffer for pictures of this size. */
export function createVisibilityBuffer(width: number, height: number): VisibilityBuffer {
  const buffer = {
    width,
    height,
    nearness: new Float32Array(width * height),
    triangle: new Int32Array(width * height),
    weights: new Float32Array(width * height * 2),
  };
  clearVisibility(buffer);
  return buffer;
}

/** Forgets everything drawn. */
export function clearVisibility(buffer: VisibilityBuffer): void {
  buffer.nearness.fill(Number.NEGATIVE_INFINITY);
  buffer.triangle.fill(-1);
}

/** Pixels a hair outside an edge count as inside (share of the triangle), so that neighbours never leave a crack. */
const EDGE_TOLERANCE = 1e-7;

/**
 * Draws triangles with a depth test; pixel centres lie at .5, the nearest triangle wins. Parts outside the picture
 * are clipped; a triangle with a corner that is not finite is skipped. Allocates nothing.
 * @param screen [vertices, 3]: x and y in pixels (y down), nearness (greater is nearer, linear on the screen).
 */
export function rasterise(
  buffer: VisibilityBuffer,
  screen: Float32Array,
  triangles: TriangleIndices,
  options: RasterOptions = {},
): void {
  const { width, height, nearness, triangle, weights } = buffer;
  const { cull = 'none', base = 0, inverseW } = options;
  for (let t = 0; t < triangles.length; t += 3) {
    const ia = triangles[t]!;
    const ib = triangles[t + 1]!;
    const ic = triangles[t + 2]!;
    const ax = screen[ia * 3]!;
    const ay = screen[ia * 3 + 1]!;
    const bx = screen[ib * 3]!;
    const by = screen[ib * 3 + 1]!;
    const cx = screen[ic * 3]!;
    const cy = screen[ic * 3 + 1]!;
    // Positive when counter-clockwise with y up: pixel rows count downwards, hence the sign.
    const area = (by - ay) * (cx - ax) - (bx - ax) * (cy - ay);
    // A NaN corner makes every comparison false and ends here.
    if (!(area > 1e-12 || area < -1e-12)) continue;
    if (cull === 'back' ? area < 0 : cull === 'front' && area > 0) continue;
    const left = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5 - 1e-6));
    const right = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5 + 1e-6));
    const top = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5 - 1e-6));
    const bottom = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5 + 1e-6));
    const za = screen[ia * 3 + 2]!;
    const zb = screen[ib * 3 + 2]! - za;
    const zc = screen[ic * 3 + 2]! - za;
    const id = t / 3 + base;
    // Weights of b and c are linear in x and y.
    const stepBx = -(cy - ay) / area;
    const stepBy = (cx - ax) / area;
    const stepCx = (by - ay) / area;
    const stepCy = -(bx - ax) / area;
    for (let y = top; y <= bottom; y++) {
      const dy = y + 0.5 - ay;
      let wb = (left + 0.5 - ax) * stepBx + dy * stepBy;
      let wc = (left + 0.5 - ax) * stepCx + dy * stepCy;
      for (let x = left; x <= right; x++, wb += stepBx, wc += stepCx) {
        if (wb < -EDGE_TOLERANCE || wc < -EDGE_TOLERANCE || wb + wc > 1 + EDGE_TOLERANCE) continue;
        const at = y * width + x;
        const depth = za + wb * zb + wc * zc;
        if (!(depth > nearness[at]!)) continue;
        nearness[at] = depth;
        triangle[at] = id;
        if (inverseW) {
          const pa = (1 - wb - wc) * inverseW[ia]!;
          const pb = wb * inverseW[ib]!;
          const pc = wc * inverseW[ic]!;
          const sum = pa + pb + pc;
          weights[at * 2] = pb / sum;
          weights[at * 2 + 1] = pc / sum;
        } else {
          weights[at * 2] = wb;
          weights[at * 2 + 1] = wc;
        }
      }
    }
  }
}

/**
 * Reads a vertex attribute in every pixel that shows one of `triangles`; other pixels of `out` stay as they are.
 * Allocates nothing.
 * @param attribute [vertices, components].
 * @param out [height, width, components].
 * @param base the base that {@link rasterise} was given for this mesh.
 */
export function interpolateAttribute(
  buffer: VisibilityBuffer,
  triangles: TriangleIndices,
  attribute: Float32Array,
  components: number,
  out: Float32Array,
  base = 0,
): void {
  const { triangle, weights } = buffer;
  const count = triangles.length / 3;
  for (let at = 0; at < triangle.length; at++) {
    const t = triangle[at]! - base;
    if (triangle[at]! < 0 || t < 0 || t >= count) continue;
    const wb = weights[at * 2]!;
    const wc = weights[at * 2 + 1]!;
    const wa = 1 - wb - wc;
    const ia = triangles[t * 3]! * components;
    const ib = triangles[t * 3 + 1]! * components;
    const ic = triangles[t * 3 + 2]! * components;
    for (let c = 0; c < components; c++)
      out[at * components + c] = wa * attribute[ia + c]! + wb * attribute[ib + c]! + wc * attribute[ic + c]!;
  }
}
