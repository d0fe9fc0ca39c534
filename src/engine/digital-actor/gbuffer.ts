/** Nearest surface per sample: which triangle, where in it. Samples are a grid finer than the pixels. */
export interface GBuffer {
  readonly width: number;
  readonly height: number;
  /** Depth towards the viewer in sample units; -Infinity where empty. */
  readonly depth: Float32Array;
  /** Triangle number, -1 where empty. */
  readonly triangle: Int32Array;
  /** Barycentric weights of the triangle's second and third corner. */
  readonly second: Float32Array;
  readonly third: Float32Array;
}

/** An empty buffer of width x height samples. */
export function createGBuffer(width: number, height: number): GBuffer {
  const size = width * height;
  return {
    width,
    height,
    depth: new Float32Array(size).fill(Number.NEGATIVE_INFINITY),
    triangle: new Int32Array(size).fill(-1),
    second: new Float32Array(size),
    third: new Float32Array(size),
  };
}

/** Forgets everything drawn. */
export function clearGBuffer(buffer: GBuffer): void {
  buffer.depth.fill(Number.NEGATIVE_INFINITY);
  buffer.triangle.fill(-1);
}

/**
 * Draws triangles into the buffer. `view` holds sample coordinates x (right), y (down) and depth per vertex; sample
 * centres lie at .5. Both sides are drawn: a head has no loose backs that matter, and thin parts show theirs.
 */
export function drawTriangles(
  buffer: GBuffer,
  view: Float32Array,
  triangles: Uint32Array,
  from: number,
  until: number,
): void {
  const { width, height, depth, triangle, second, third } = buffer;
  for (let t = from; t < until; t += 1) {
    const a = triangles[t * 3]! * 3;
    const b = triangles[t * 3 + 1]! * 3;
    const c = triangles[t * 3 + 2]! * 3;
    const ax = view[a]!;
    const ay = view[a + 1]!;
    const bx = view[b]!;
    const by = view[b + 1]!;
    const cx = view[c]!;
    const cy = view[c + 1]!;
    const area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay);
    if (area === 0) continue;
    const x0 = Math.max(0, Math.ceil(Math.min(ax, bx, cx) - 0.5));
    const x1 = Math.min(width - 1, Math.floor(Math.max(ax, bx, cx) - 0.5));
    const y0 = Math.max(0, Math.ceil(Math.min(ay, by, cy) - 0.5));
    const y1 = Math.min(height - 1, Math.floor(Math.max(ay, by, cy) - 0.5));
    if (x0 > x1 || y0 > y1) continue;
    const inverse = 1 / area;
    const az = view[a + 2]!;
    const bz = view[b + 2]! - az;
    const cz = view[c + 2]! - az;
    // Weight of b = ((x-ax)(cy-ay) - (cx-ax)(y-ay)) / area; weight of c likewise.
    const stepB = (cy - ay) * inverse;
    const stepC = -(by - ay) * inverse;
    for (let y = y0; y <= y1; y += 1) {
      const py = y + 0.5 - ay;
      const px = x0 + 0.5 - ax;
      let wb = (px * (cy - ay) - (cx - ax) * py) * inverse;
      let wc = ((bx - ax) * py - px * (by - ay)) * inverse;
      const row = y * width;
      for (let x = x0; x <= x1; x += 1) {
        if (wb >= 0 && wc >= 0 && wb + wc <= 1) {
          const z = az + wb * bz + wc * cz;
          const at = row + x;
          if (z > depth[at]!) {
            depth[at] = z;
            triangle[at] = t;
            second[at] = wb;
            third[at] = wc;
          }
        }
        wb += stepB;
        wc += stepC;
      }
    }
  }
}

/** Depth only, for shadow and occlusion maps; `stride` floats per vertex in `view`. */
export function drawDepth(
  depth: Float32Array,
  width: number,
  height: number,
  view: Float32Array,
  triangles: Uint32Array,
  from: number,
  until: number,
): void {
  for (let t = from; t < until; t += 1) {
    const a = triangles[t * 3]! * 3;
    const b = triangles[t * 3 + 1]! * 3;
    const c = triangles[t * 3 + 2]! * 3;
    const ax = view[a]!;
    const ay = view[a + 1]!;
    const bx = view[b]! - ax;
    const by = view[b + 1]! - ay;
    const cx = view[c]! - ax;
    const cy = view[c + 1]! - ay;
    const area = bx * cy - cx * by;
    if (area === 0) continue;
    const x0 = Math.max(0, Math.ceil(ax + Math.min(0, bx, cx) - 0.5));
    const x1 = Math.min(width - 1, Math.floor(ax + Math.max(0, bx, cx) - 0.5));
    const y0 = Math.max(0, Math.ceil(ay + Math.min(0, by, cy) - 0.5));
    const y1 = Math.min(height - 1, Math.floor(ay + Math.max(0, by, cy) - 0.5));
    const inverse = 1 / area;
    const az = view[a + 2]!;
    const bz = view[b + 2]! - az;
    const cz = view[c + 2]! - az;
    for (let y = y0; y <= y1; y += 1)
      for (let x = x0; x <= x1; x += 1) {
        const px = x + 0.5 - ax;
        const py = y + 0.5 - ay;
        const wb = (px * cy - cx * py) * inverse;
        const wc = (bx * py - px * by) * inverse;
        if (wb < 0 || wc < 0 || wb + wc > 1) continue;
        const z = az + wb * bz + wc * cz;
        if (z > depth[y * width + x]!) depth[y * width + x] = z;
      }
  }
}
