import type { FrameGeometry } from './frame-geometry.ts';
import { drawDepth } from './gbuffer.ts';
import { MATERIAL } from './mesh-parts.ts';
import type { ActorScene } from './scene.ts';

/**
 * Ambient occlusion per vertex in 0..1: cosine-weighted share of the sphere that sees the sky, found by drawing the
 * actor's depth from `count` directions spread evenly (Fibonacci sphere). `pixels` is the scale of the geometry.
 */
export function ambientOcclusion(
  scene: ActorScene,
  geometry: FrameGeometry,
  pixels: number,
  count: number,
): Float32Array {
  const { view, normal } = geometry;
  const { triangles, material, vertexCount } = scene;
  const size = 200;
  const depth = new Float32Array(size * size);
  const projected = new Float32Array(view.length);
  const seen = new Float32Array(vertexCount);
  const total = new Float32Array(vertexCount);
  let minX = 1e9;
  let maxX = -1e9;
  let minY = 1e9;
  let maxY = -1e9;
  for (let v = 0; v < view.length; v += 3) {
    minX = Math.min(minX, view[v]!);
    maxX = Math.max(maxX, view[v]!);
    minY = Math.min(minY, view[v + 1]!);
    maxY = Math.max(maxY, view[v + 1]!);
  }
  const middle = [(minX + maxX) / 2, -(minY + maxY) / 2, 0];
  const reach = Math.hypot(maxX - minX, maxY - minY) / 2;
  const unit = (size / 2 - 2) / reach;
  for (let k = 0; k < count; k += 1) {
    const up = 1 - (2 * (k + 0.5)) / count;
    const around = k * 2.399963;
    const flat = Math.sqrt(1 - up * up);
    const d = [flat * Math.cos(around), up, flat * Math.sin(around)];
    const helper = Math.abs(d[1]!) < 0.9 ? [0, 1, 0] : [1, 0, 0];
    let ex = [
      helper[1]! * d[2]! - helper[2]! * d[1]!,
      helper[2]! * d[0]! - helper[0]! * d[2]!,
      helper[0]! * d[1]! - helper[1]! * d[0]!,
    ];
    const length = Math.hypot(ex[0]!, ex[1]!, ex[2]!);
    ex = ex.map((value) => value / length);
    const ey = [d[1]! * ex[2]! - d[2]! * ex[1]!, d[2]! * ex[0]! - d[0]! * ex[2]!, d[0]! * ex[1]! - d[1]! * ex[0]!];
    for (let v = 0; v < view.length; v += 3) {
      const x = view[v]! - middle[0]!;
      const y = -view[v + 1]! - middle[1]!;
      const z = view[v + 2]!;
      projected[v] = size / 2 + unit * (x * ex[0]! + y * ex[1]! + z * ex[2]!);
      projected[v + 1] = size / 2 + unit * (x * ey[0]! + y * ey[1]! + z * ey[2]!);
      projected[v + 2] = unit * (x * d[0]! + y * d[1]! + z * d[2]!);
    }
    depth.fill(Number.NEGATIVE_INFINITY);
    let run = 0;
    // Teeth and tongue lie inside: they do not darken the lips that cover them.
    const casts = (m: number): boolean =>
      m === MATERIAL.skin || m === MATERIAL.mouth || m === MATERIAL.ear || m === MATERIAL.cloth || m === MATERIAL.eye;
    for (let t = 0; t <= material.length; t += 1) {
      if (t < material.length && casts(material[t]!)) continue;
      drawDepth(depth, size, size, projected, triangles, run, t);
      run = t + 1;
    }
    const bias = unit * 0.16 * pixels + 0.6;
    for (let v = 0; v < vertexCount; v += 1) {
      const cosine = normal[v * 3]! * d[0]! + normal[v * 3 + 1]! * d[1]! + normal[v * 3 + 2]! * d[2]!;
      if (cosine <= 0) continue;
      total[v]! += cosine;
      const px = Math.floor(projected[v * 3]!);
      const py = Math.floor(projected[v * 3 + 1]!);
      if (depth[py * size + px]! <= projected[v * 3 + 2]! + bias) seen[v]! += cosine;
    }
  }
  for (let v = 0; v < vertexCount; v += 1) seen[v] = total[v]! > 0 ? seen[v]! / total[v]! : 1;
  return seen;
}
