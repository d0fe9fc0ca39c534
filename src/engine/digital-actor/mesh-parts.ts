import type { Eyeball } from './control-mesh.ts';
import { fractal3, mix, smoothstep } from './noise.ts';

/** What a triangle of the scene is made of. */
export const MATERIAL = {
  skin: 0,
  lidMargin: 1,
  mouth: 2,
  eye: 3,
  tooth: 4,
  gum: 5,
  tongue: 6,
  ear: 7,
  cloth: 8,
  caruncle: 9,
} as const;

/** A rigid piece of the actor in face space. */
export interface PartMesh {
  readonly positions: Float32Array;
  readonly triangles: Uint32Array;
  readonly material: number;
  /** Texture coordinates of cloth: cm around and cm down from the collar's edge, [vertices, 2]. */
  readonly uv?: Float32Array;
}

/** Triangles of a grid of rows x columns vertices; columns wrap round when `closed`. Front side counter-clockwise. */
export function gridTriangles(rows: number, columns: number, closed: boolean, flip = false): Uint32Array {
  const out: number[] = [];
  for (let r = 0; r + 1 < rows; r += 1)
    for (let c = 0; c < (closed ? columns : columns - 1); c += 1) {
      const a = r * columns + c;
      const b = r * columns + ((c + 1) % columns);
      const quad = [a, a + columns, b, b, a + columns, b + columns];
      if (flip) for (let k = 0; k < 6; k += 3) [quad[k], quad[k + 1]] = [quad[k + 1]!, quad[k]!];
      out.push(...quad);
    }
  return Uint32Array.from(out);
}

/** Joins pieces of one material. */
export function joinParts(parts: readonly PartMesh[]): PartMesh {
  const positions: number[] = [];
  const triangles: number[] = [];
  for (const part of parts) {
    const base = positions.length / 3;
    for (const value of part.positions) positions.push(value);
    for (const index of part.triangles) triangles.push(index + base);
  }
  return {
    positions: Float32Array.from(positions),
    triangles: Uint32Array.from(triangles),
    material: parts[0]!.material,
  };
}

/** Corneal bulge: radius of an eyeball's front at polar angle `a` from the optical axis, in ball radii. */
function corneaProfile(a: number): number {
  return 1 + 0.052 * (1 - smoothstep(0.12, 0.56, a));
}

/** An eyeball around the origin that looks along +z: polar rings from the pupil backwards. */
export function buildEyeball(eye: Eyeball): PartMesh {
  const rows = 26;
  const columns = 40;
  const positions = new Float32Array(rows * columns * 3);
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < columns; c += 1) {
      const a = (r / (rows - 1)) ** 1.15 * 2.1;
      const b = (c / columns) * 2 * Math.PI;
      const reach = eye.radius * corneaProfile(a);
      const at = (r * columns + c) * 3;
      positions[at] = reach * Math.sin(a) * Math.cos(b);
      positions[at + 1] = reach * Math.sin(a) * Math.sin(b);
      positions[at + 2] = reach * Math.cos(a);
    }
  return { positions, triangles: gridTriangles(rows, columns, true), material: MATERIAL.eye };
}

/** The pink corner of an eye: a small ellipsoid. */
export function buildCaruncle(x: number, y: number, z: number, radius: number): PartMesh {
  const rows = 9;
  const columns = 14;
  const positions = new Float32Array(rows * columns * 3);
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < columns; c += 1) {
      const a = (r / (rows - 1)) * Math.PI;
      const b = (c / columns) * 2 * Math.PI;
      const at = (r * columns + c) * 3;
      positions[at] = x + radius * Math.sin(a) * Math.cos(b) * 1.1;
      positions[at + 1] = y + radius * Math.sin(a) * Math.sin(b) * 0.9;
      positions[at + 2] = z + radius * Math.cos(a) * 0.8;
    }
  return { positions, triangles: gridTriangles(rows, columns, true), material: MATERIAL.caruncle };
}

/** Dental arch: x to z by a parabola, cm behind the arch's front. */
function archDepth(x: number): number {
  return 0.21 * x * x + 0.012 * x ** 4;
}

interface Tooth {
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly pointed: number;
}

const UPPER: readonly Tooth[] = [
  { x: 0.43, width: 0.84, height: 1.02, pointed: 0.05 },
  { x: 1.19, width: 0.66, height: 0.9, pointed: 0.12 },
  { x: 1.82, width: 0.68, height: 1.0, pointed: 0.5 },
  { x: 2.36, width: 0.58, height: 0.84, pointed: 0.4 },
  { x: 2.76, width: 0.5, height: 0.78, pointed: 0.3 },
];
const LOWER: readonly Tooth[] = [
  { x: 0.27, width: 0.53, height: 0.82, pointed: 0.05 },
  { x: 0.82, width: 0.56, height: 0.84, pointed: 0.08 },
  { x: 1.4, width: 0.6, height: 0.92, pointed: 0.45 },
  { x: 1.95, width: 0.58, height: 0.8, pointed: 0.35 },
  { x: 2.4, width: 0.5, height: 0.76, pointed: 0.3 },
];

/** One row of teeth; `up` is +1 for the upper jaw (edges point down). `edge` is the height of the incisors' edge. */
export function buildTeeth(upper: boolean, edge: number, front: number): PartMesh {
  const rows = 13;
  const columns = 20;
  const sign = upper ? 1 : -1;
  const teeth = (upper ? UPPER : LOWER).flatMap((t) => [t, { ...t, x: -t.x }]);
  return joinParts(
    teeth.map((tooth) => {
      const positions = new Float32Array(rows * columns * 3);
      const slope = 0.42 * tooth.x + 0.048 * tooth.x ** 3;
      const turn = Math.atan(slope);
      for (let r = 0; r < rows; r += 1)
        for (let c = 0; c < columns; c += 1) {
          const t = r / (rows - 1);
          const b = (c / columns) * 2 * Math.PI;
          // A rounded box: superellipse across, tapering to the neck, closed at the biting edge.
          const cap = t < 0.16 ? Math.sqrt(1 - (1 - t / 0.16) ** 2) : 1;
          const taper = mix(1, 0.78, smoothstep(0.35, 1, t));
          const squared = (v: number): number => Math.sign(v) * Math.abs(v) ** 0.55;
          const lx = squared(Math.cos(b)) * tooth.width * 0.495 * taper * mix(0.86, 1, cap);
          const thick = mix(0.13, 0.34, smoothstep(0, 0.7, t)) * cap;
          const lz = squared(Math.sin(b)) * thick - 0.3 * t * t * 0.25;
          const cusp = tooth.pointed * 0.16 * (Math.abs(lx) / (tooth.width * 0.5)) ** 1.5;
          const y = edge + sign * (t * tooth.height + (t < 0.3 ? cusp * (1 - t / 0.3) : 0));
          const at = (r * columns + c) * 3;
          positions[at] = tooth.x + lx * Math.cos(turn) - lz * -Math.sin(turn);
          positions[at + 1] = y;
          positions[at + 2] = front - archDepth(tooth.x) + lz * Math.cos(turn) - lx * Math.sin(turn);
        }
      return { positions, triangles: gridTriangles(rows, columns, true, !upper), material: MATERIAL.tooth };
    }),
  );
}

/** Gums around the roots of a row of teeth. */
export function buildGums(upper: boolean, edge: number, front: number): PartMesh {
  const rows = 60;
  const columns = 14;
  const sign = upper ? 1 : -1;
  const positions = new Float32Array(rows * columns * 3);
  for (let r = 0; r < rows; r += 1) {
    const x = mix(-3.0, 3.0, r / (rows - 1));
    // Scalloped between the teeth.
    const scallop = 0.07 * Math.cos(x * (upper ? 7.4 : 11.2));
    for (let c = 0; c < columns; c += 1) {
      const b = (c / columns) * 2 * Math.PI;
      const at = (r * columns + c) * 3;
      positions[at] = x;
      positions[at + 1] = edge + sign * (1.28 + scallop * Math.max(0, -Math.cos(b)) - 0.52 * Math.cos(b));
      positions[at + 2] = front - 0.1 - archDepth(x) + 0.34 * Math.sin(b);
    }
  }
  return { positions, triangles: gridTriangles(rows, columns, true, upper), material: MATERIAL.gum };
}

/** The tongue: a flattened drop that lies in the lower arch. */
export function buildTongue(level: number, front: number): PartMesh {
  const rows = 24;
  const columns = 22;
  const positions = new Float32Array(rows * columns * 3);
  for (let r = 0; r < rows; r += 1)
    for (let c = 0; c < columns; c += 1) {
      const t = r / (rows - 1);
      const b = (c / columns) * 2 * Math.PI;
      const width = 2.0 * Math.sin(Math.min(1, t * 1.5 + 0.02) * (Math.PI / 2)) ** 0.6;
      const height = 0.55 * Math.sin(Math.min(1, t * 2 + 0.02) * (Math.PI / 2)) ** 0.7;
      const groove = -0.12 * Math.exp(-((Math.cos(b) * 3) ** 2)) * (Math.sin(b) > 0 ? 1 : 0);
      const at = (r * columns + c) * 3;
      positions[at] = width * Math.cos(b);
      positions[at + 1] =
        level + height * Math.sin(b) + groove + 0.25 * t + 0.03 * fractal3(width * Math.cos(b) * 4, t * 12, b, 2);
      positions[at + 2] = front - 4.6 * t;
    }
  return { positions, triangles: gridTriangles(rows, columns, true), material: MATERIAL.tongue };
}
