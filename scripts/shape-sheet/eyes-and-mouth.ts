// Eyeballs and the inside of the mouth for the shape sheet.
import { vertexNormals } from '../../src/core/geometry/index.ts';
import { eyeLoop, INNER_LIP_LOOP, LEFT_EYE, RIGHT_EYE } from '../../src/engine/capture/face-model/index.ts';

/** A small coloured mesh. */
export interface EyeMesh {
  readonly points: Float32Array;
  readonly normals: Float32Array;
  readonly colours: Float32Array;
  readonly triangles: Uint16Array;
}

const RADIUS = 1.22;
const RINGS = 40;
const SECTORS = 32;

/** Both eyeballs, looking along `gaze` (yaw, pitch in radians). */
export function eyeMeshes(
  neutral: Float32Array,
  gaze: readonly [readonly [number, number], readonly [number, number]],
): EyeMesh[] {
  return [RIGHT_EYE, LEFT_EYE].map((eye, side) => {
    const mid = (k: number): number => (neutral[eye.upper[3]! * 3 + k]! + neutral[eye.lower[3]! * 3 + k]!) / 2;
    const x = (neutral[eye.outerCorner * 3]! + neutral[eye.innerCorner * 3]!) / 2;
    return eyeball(x, mid(1), mid(2) - RADIUS - 0.06, gaze[side]!);
  });
}

function eyeball(cx: number, cy: number, cz: number, [yaw, pitch]: readonly [number, number]): EyeMesh {
  const points: number[] = [];
  const colours: number[] = [];
  const triangles: number[] = [];
  for (let r = 0; r <= RINGS; r++) {
    const polar = (r / RINGS) * (Math.PI / 2);
    for (let s = 0; s < SECTORS; s++) {
      const angle = (s / SECTORS) * 2 * Math.PI;
      const x = RADIUS * Math.sin(polar) * Math.cos(angle);
      const y = RADIUS * Math.sin(polar) * Math.sin(angle);
      const z = RADIUS * Math.cos(polar);
      const y1 = y * Math.cos(pitch) + z * Math.sin(pitch);
      const z1 = z * Math.cos(pitch) - y * Math.sin(pitch);
      points.push(cx + x * Math.cos(yaw) + z1 * Math.sin(yaw), cy + y1, cz + z1 * Math.cos(yaw) - x * Math.sin(yaw));
      const from = RADIUS * polar;
      if (from < 0.22) colours.push(0.01, 0.01, 0.01);
      else if (from < 0.56) colours.push(0.09, 0.17, 0.2);
      else if (from < 0.62) colours.push(0.04, 0.06, 0.07);
      else colours.push(0.78, 0.76, 0.74);
      if (r === RINGS) continue;
      const next = (s + 1) % SECTORS;
      const [a, b, c, d] = [r * SECTORS + s, r * SECTORS + next, (r + 1) * SECTORS + s, (r + 1) * SECTORS + next];
      triangles.push(a, c, d, a, d, b);
    }
  }
  return finish(points, colours, triangles);
}

/** The pink that lies behind the lid rims beside the eyeball. */
export function socketMeshes(posed: Float32Array): EyeMesh[] {
  return [RIGHT_EYE, LEFT_EYE].map((eye) => {
    const loop = eyeLoop(eye);
    const points = loop.flatMap((v) => [posed[v * 3]!, posed[v * 3 + 1]!, posed[v * 3 + 2]! - 0.75]);
    const colours = loop.flatMap(() => [0.45, 0.22, 0.2]);
    const triangles: number[] = [];
    // Loops run from the outer corner along the upper rim: columns face each other across the middle.
    for (let i = 0; i < 8; i++) {
      const [a, b, c, d] = [i, i + 1, (16 - i) % 16, 15 - i];
      triangles.push(a, c, b, b, c, d);
    }
    return finish(points, colours, triangles);
  });
}

/** Where the lower teeth are, from their place at rest, cm. */
export interface JawOffset {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

/** A dark bag behind the lips and two rows of teeth; the lower one goes with the jaw. */
export function mouthMesh(posed: Float32Array, jaw: JawOffset): EyeMesh {
  const points: number[] = [];
  const colours: number[] = [];
  const triangles: number[] = [];
  const n = INNER_LIP_LOOP.length;
  for (const [scale, back, shade] of [
    [1, 0.02, 0.1],
    [1.04, 0.6, 0.05],
    [0.8, 2.2, 0.01],
  ] as const) {
    let cx = 0;
    let cy = 0;
    for (const v of INNER_LIP_LOOP) {
      cx += posed[v * 3]! / n;
      cy += posed[v * 3 + 1]! / n;
    }
    for (const v of INNER_LIP_LOOP) {
      points.push(cx + (posed[v * 3]! - cx) * scale, cy + (posed[v * 3 + 1]! - cy) * scale, posed[v * 3 + 2]! - back);
      colours.push(shade * 2, shade * 0.6, shade * 0.5);
    }
  }
  for (let r = 0; r < 2; r++)
    for (let i = 0; i < n; i++) {
      const [a, b, c, d] = [r * n + i, r * n + ((i + 1) % n), (r + 1) * n + i, (r + 1) * n + ((i + 1) % n)];
      triangles.push(a, b, c, b, d, c);
    }
  for (let i = 1; i + 1 < n; i++) triangles.push(2 * n, 2 * n + i, 2 * n + i + 1);
  for (const [top, bottom, shift] of [
    [-3.5, -4.36, { x: 0, y: 0, z: 0 }],
    [-4.3, -5.1, jaw],
  ] as const) {
    const first = points.length / 3;
    const columns = 13;
    for (let i = 0; i < columns; i++) {
      const angle = ((i / (columns - 1)) * 2 - 1) * 1.25;
      const [x, z] = [1.95 * Math.sin(angle), 2.55 + 2 * Math.cos(angle)];
      for (const y of [top, bottom]) {
        points.push(x + shift.x, y + shift.y, z + shift.z);
        colours.push(0.6, 0.57, 0.5);
      }
      if (i > 0) {
        const a = first + (i - 1) * 2;
        triangles.push(a, a + 1, a + 2, a + 1, a + 3, a + 2);
      }
    }
  }
  return finish(points, colours, triangles);
}

function finish(points: number[], colours: number[], triangles: number[]): EyeMesh {
  const mesh = {
    points: Float32Array.from(points),
    colours: Float32Array.from(colours),
    triangles: Uint16Array.from(triangles),
    normals: new Float32Array(points.length),
  };
  vertexNormals(mesh.points, mesh.triangles, mesh.normals);
  return mesh;
}
