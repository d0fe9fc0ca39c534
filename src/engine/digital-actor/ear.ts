import { gridTriangles, MATERIAL, type PartMesh } from './mesh-parts.ts';
import { mix, smoothstep } from './noise.ts';

/** Outline of an ear in its own plane: u forward, v up, cm from the canal. Closed, from the top front backwards. */
const OUTLINE: readonly (readonly [number, number])[] = [
  [1.0, 1.1],
  [1.05, 2.1],
  [0.75, 2.95],
  [0.0, 3.45],
  [-0.9, 3.35],
  [-1.65, 2.75],
  [-2.0, 1.8],
  [-1.95, 0.7],
  [-1.6, -0.4],
  [-1.1, -1.3],
  [-0.5, -2.1],
  [0.15, -2.55],
  [0.7, -2.35],
  [0.85, -1.6],
  [0.9, -0.8],
  [0.95, 0.2],
];

function outlineAt(t: number): [number, number] {
  const n = OUTLINE.length;
  const x = t * n;
  const i = Math.floor(x);
  const f = x - i;
  const p = (k: number): readonly [number, number] => OUTLINE[(((i + k) % n) + n) % n]!;
  const spline = (c: 0 | 1): number => {
    const [a, b, d, e] = [p(-1)[c], p(0)[c], p(1)[c], p(2)[c]];
    return b + 0.5 * f * (d - a + f * (2 * a - 5 * b + 4 * d - e + f * (3 * (b - d) + e - a)));
  };
  return [spline(0), spline(1)];
}

/**
 * An outer ear by polar rows from the canal to the rim and round the back: helix, antihelix, concha, tragus and
 * lobe as heights over the ear's plane. `side` is +1 for the actor's left ear (x > 0).
 */
export function buildEar(side: 1 | -1, at: readonly [number, number, number], size: number): PartMesh {
  const front = 30;
  const rows = front + 9;
  const columns = 72;
  const positions = new Float32Array(rows * columns * 3);
  const flare = 0.42;
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < columns; c += 1) {
      const around = c / columns;
      const [ou, ov] = outlineAt(around);
      const s = r < front ? (r / (front - 1)) ** 0.9 : 1 - ((r - front + 1) / 9) * 0.42;
      const u = ou * s;
      const v = ov * s - 0.15 * (1 - s);
      const back = r >= front;
      // Where around the ear: rear and upper rim carry the helix, the lower front is the lobe.
      const lobe = smoothstep(-1.2, -2.0, v);
      const rear = smoothstep(0.75, 0.2, u);
      const helix = (1 - lobe) * Math.exp(-(((s - 0.95) / 0.075) ** 2)) * 0.36 * mix(0.35, 1, rear);
      const groove = (1 - lobe) * rear * Math.exp(-(((s - 0.8) / 0.07) ** 2)) * -0.2;
      const anti = (1 - lobe) * smoothstep(0.5, -0.3, u) * Math.exp(-(((s - 0.62) / 0.11) ** 2)) * 0.34;
      const concha = -0.75 * Math.exp(-(((u + 0.25) / 0.75) ** 2 + ((v - 0.1) / 0.85) ** 2));
      const tragus = 0.5 * Math.exp(-(((u - 0.72) / 0.22) ** 2 + ((v + 0.25) / 0.42) ** 2));
      const antitragus = 0.3 * Math.exp(-(((u + 0.35) / 0.35) ** 2 + ((v + 1.05) / 0.25) ** 2));
      const crus = 0.22 * Math.exp(-(((u - 0.35) / 0.5) ** 2 + ((v - 0.95) / 0.2) ** 2));
      const soft = 0.1 * lobe;
      let height = helix + groove + anti + concha + tragus + antitragus + crus + soft;
      if (back) height = -0.16 - 0.5 * ((r - front + 1) / 9) - (helix > 0 ? 0.1 * helix : 0);
      // The ear stands off the head by an angle: further back, further out.
      const out = height + (0.9 - u) * flare * (1 - 0.12 * Math.max(0, -u)) - 0.42;
      const k = (r * columns + c) * 3;
      positions[k] = at[0] + side * out * size;
      positions[k + 1] = at[1] + (v + 0.13 * u) * size;
      positions[k + 2] = at[2] + (u * 0.93 - 0.16 * v) * size;
    }
  return { positions, triangles: gridTriangles(rows, columns, true, side > 0), material: MATERIAL.ear };
}
