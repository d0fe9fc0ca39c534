import type { Rect } from '../../core/picture.ts';

/**
 * A dense backward warp over a rectangle of the picture, one entry per pixel, row-major:
 * the edited pixel (x, y) shows the source at (x - dx, y - dy), its light multiplied by exp(logGain).
 * Buffers grow when needed and are reused from frame to frame.
 */
export class WarpField {
  rect: Rect = { x: 0, y: 0, width: 0, height: 0 };
  /** Displacement in pixels. */
  dx = new Float32Array(0);
  dy = new Float32Array(0);
  /** Natural logarithm of the light ratio after/before. */
  logGain = new Float32Array(0);
  /** 0 outside of the edit (picture stays bit-identical) to 1. */
  matte = new Float32Array(0);
  /** Face-texture coordinates, 0..1; valid where region is skin. */
  u = new Float32Array(0);
  v = new Float32Array(0);
  depth = new Float32Array(0);
  /** REGION_* + 1, or 0 where no triangle lies. */
  region = new Uint8Array(0);
  /** Per region: first and last column, first and last row (within the rectangle) that its triangles can cover. */
  readonly bounds = [new Int32Array(4), new Int32Array(4), new Int32Array(4)] as const;

  /** Starts a frame: sets the rectangle and clears what the raster reads. */
  reset(rect: Rect): void {
    const size = rect.width * rect.height;
    this.rect = rect;
    if (this.dx.length < size) {
      const capacity = Math.ceil(size * 1.25);
      this.dx = new Float32Array(capacity);
      this.dy = new Float32Array(capacity);
      this.logGain = new Float32Array(capacity);
      this.matte = new Float32Array(capacity);
      this.u = new Float32Array(capacity);
      this.v = new Float32Array(capacity);
      this.depth = new Float32Array(capacity);
      this.region = new Uint8Array(capacity);
    }
    this.dx.fill(0, 0, size);
    this.dy.fill(0, 0, size);
    this.logGain.fill(0, 0, size);
    this.matte.fill(0, 0, size);
    this.depth.fill(-1e30, 0, size);
    this.region.fill(0, 0, size);
    for (const bound of this.bounds) bound.set([rect.width, -1, rect.height, -1]);
  }
}

/** Vertex attributes of one mesh to draw; `stride` floats per vertex: x y depth dx dy logGain matte u v. */
export const VERTEX_STRIDE = 9;

/**
 * Draws triangles into the field: nearest depth wins, attributes are interpolated linearly in the image (the camera is
 * orthographic). Triangles may come in either winding; pixels are covered when their centre lies inside, edges
 * included, so that no seam opens between neighbours.
 */
export function drawTriangles(field: WarpField, vertices: Float32Array, triangles: Uint32Array, region: number): void {
  for (let t = 0; t < triangles.length; t += 3) drawTriangle(field, vertices, triangles, t, region);
}

/** One triangle of {@link drawTriangles}: small enough to be compiled as a whole. */
function drawTriangle(
  field: WarpField,
  vertices: Float32Array,
  triangles: Uint32Array,
  t: number,
  region: number,
): void {
  const { rect, dx, dy, logGain, matte, u, v, depth, region: marks } = field;
  const mark = region + 1;
  const bound = field.bounds[region]!;
  const right = rect.width - 1;
  const bottom = rect.height - 1;
  const a = triangles[t]! * VERTEX_STRIDE;
  const b = triangles[t + 1]! * VERTEX_STRIDE;
  const c = triangles[t + 2]! * VERTEX_STRIDE;
  const ax = vertices[a]! - rect.x - 0.5;
  const ay = vertices[a + 1]! - rect.y - 0.5;
  const bx = vertices[b]! - rect.x - 0.5;
  const by = vertices[b + 1]! - rect.y - 0.5;
  const cx = vertices[c]! - rect.x - 0.5;
  const cy = vertices[c + 1]! - rect.y - 0.5;
  const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
  if (Math.abs(area) < 1e-9) return;
  const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 1e-4));
  const x1 = Math.min(right, Math.floor(Math.max(ax, bx, cx) + 1e-4));
  const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 1e-4));
  const y1 = Math.min(bottom, Math.floor(Math.max(ay, by, cy) + 1e-4));
  if (x0 > x1 || y0 > y1) return;
  if (x0 < bound[0]!) bound[0] = x0;
  if (x1 > bound[1]!) bound[1] = x1;
  if (y0 < bound[2]!) bound[2] = y0;
  if (y1 > bound[3]!) bound[3] = y1;
  const inverse = 1 / area;
  // Barycentric weights of b and c are planes over the image; so is every attribute.
  const wbx = (cy - ay) * inverse;
  const wby = -(cx - ax) * inverse;
  const wcx = -(by - ay) * inverse;
  const wcy = (bx - ax) * inverse;
  const slack = -1e-4;
  const za = vertices[a + 2]!;
  const zb = vertices[b + 2]! - za;
  const zc = vertices[c + 2]! - za;
  const da = vertices[a + 3]!;
  const db = vertices[b + 3]! - da;
  const dc = vertices[c + 3]! - da;
  const ea = vertices[a + 4]!;
  const eb = vertices[b + 4]! - ea;
  const ec = vertices[c + 4]! - ea;
  const ga = vertices[a + 5]!;
  const gb = vertices[b + 5]! - ga;
  const gc = vertices[c + 5]! - ga;
  const ma = vertices[a + 6]!;
  const mb = vertices[b + 6]! - ma;
  const mc = vertices[c + 6]! - ma;
  const ua = vertices[a + 7]!;
  const ub = vertices[b + 7]! - ua;
  const uc = vertices[c + 7]! - ua;
  const va = vertices[a + 8]!;
  const vb = vertices[b + 8]! - va;
  const vc = vertices[c + 8]! - va;
  for (let y = y0; y <= y1; y++) {
    let wb = (x0 - ax) * wbx + (y - ay) * wby;
    let wc = (x0 - ax) * wcx + (y - ay) * wcy;
    let at = y * rect.width + x0;
    for (let x = x0; x <= x1; x++, at++, wb += wbx, wc += wcx) {
      if (wb < slack || wc < slack || wb + wc > 1 - slack) continue;
      const z = za + wb * zb + wc * zc;
      if (z < depth[at]!) continue;
      depth[at] = z;
      dx[at] = da + wb * db + wc * dc;
      dy[at] = ea + wb * eb + wc * ec;
      logGain[at] = ga + wb * gb + wc * gc;
      matte[at] = ma + wb * mb + wc * mc;
      u[at] = ua + wb * ub + wc * uc;
      v[at] = va + wb * vb + wc * vc;
      marks[at] = mark;
    }
  }
}
