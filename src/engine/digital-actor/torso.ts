import { gridTriangles, MATERIAL, type PartMesh } from './mesh-parts.ts';
import { mix, smoothstep } from './noise.ts';

/**
 * Shoulders in a crew-neck sweater: rings from the collar's inside over its roll, down the slope of the shoulders
 * to below the frame. Face space, `shoulder` = height of the collar's foot, `neck` = radius of the neck.
 */
export function buildTorso(shoulder: number, neck: number): PartMesh {
  const columns = 120;
  const profile: { y: number; radius: number }[] = [
    { y: -0.5, radius: 1.02 },
    { y: 0.75, radius: 1.03 },
    { y: 1.12, radius: 1.06 },
    { y: 1.25, radius: 1.11 },
    { y: 1.15, radius: 1.17 },
    { y: 0.75, radius: 1.215 },
    { y: 0.2, radius: 1.235 },
    { y: -0.12, radius: 1.24 },
  ];
  const body = 46;
  const rows = profile.length + body;
  const positions = new Float32Array(rows * columns * 3);
  const centreZ = -6.7;
  const neckWide = neck * 1.3;
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < columns; c += 1) {
      const a = (c / columns) * 2 * Math.PI;
      const sx = Math.sin(a);
      const sz = Math.cos(a);
      // The collar dips in front and rises at the nape.
      const tilt = (f: number): number => -1.35 * f * smoothstep(-0.6, 1, sz) + 0.9 * f * smoothstep(0.2, -1, sz);
      let x: number;
      let y: number;
      let z: number;
      if (r < profile.length) {
        const p = profile[r]!;
        x = sx * neckWide * p.radius;
        z = centreZ + sz * neckWide * p.radius * 1.02 + 0.5;
        y = shoulder + p.y + tilt(1);
      } else {
        const t = (r - profile.length + 1) / body;
        // Half width and depth of the body at this level; the shoulders are a slope, then an edge.
        const wide = mix(neckWide * 1.24, 21.5, Math.sin(Math.min(1, t * 1.35) * (Math.PI / 2)) ** 1.05);
        const deepFront = mix(neckWide * 1.26, 9.2, smoothstep(0, 0.6, t));
        const deepBack = mix(neckWide * 1.26, 9.5, smoothstep(0, 0.5, t));
        x = sx * wide;
        z = centreZ + 0.5 * (1 - t) + sz * (sz > 0 ? deepFront : deepBack);
        // Sideways the trapezius falls gently, in front and behind the chest falls faster.
        const side = sx * sx;
        const fall = mix(24 * t ** 0.95 + 2 * t, 7.2 * t ** 0.85 + 22 * Math.max(0, t - 0.62) ** 1.3 * 2, side);
        y = shoulder - 0.12 - fall + tilt(1 - smoothstep(0, 0.35, t));
        const fold = 0.16 * Math.sin(a * 9 + t * 14) * smoothstep(0.05, 0.4, t) * (0.4 + 0.6 * side);
        z += fold;
        y += 0.5 * fold;
      }
      const k = (r * columns + c) * 3;
      positions[k] = x;
      positions[k + 1] = y;
      positions[k + 2] = z;
    }
  const uv = new Float32Array(rows * columns * 2);
  for (let c = 0; c < columns; c += 1)
    for (let r = 0; r < rows; r += 1) {
      const at = r * columns + c;
      const before = at - columns;
      const step =
        r === 0 ? 0 : Math.hypot(...[0, 1, 2].map((k) => positions[at * 3 + k]! - positions[before * 3 + k]!));
      // Mirrored about the front, so that the seam lies at the nape.
      uv[at * 2] = Math.min(c, columns - c) * ((2 * Math.PI * neckWide * 1.2) / columns);
      uv[at * 2 + 1] = r === 0 ? 0 : uv[before * 2 + 1]! + step;
    }
  return { positions, uv, triangles: gridTriangles(rows, columns, true, false), material: MATERIAL.cloth };
}
