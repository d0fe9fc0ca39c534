// Draws the parametric face with eyes and a mouth, so that a person can judge its shapes by eye.
import { applySubdivision, subdivide, vertexNormals } from '../../src/core/geometry/index.ts';
import { shapeIndex } from '../../src/core/performance.ts';
import type { Canvas } from '../../src/core/render/canvas.ts';
import { diffuse, type Lighting, srgbByte } from '../../src/core/render/light.ts';
import { projectPoints, turn, type View } from '../../src/core/render/projection.ts';
import {
  clearVisibility,
  createVisibilityBuffer,
  interpolateAttribute,
  rasterise,
} from '../../src/core/render/rasteriser.ts';
import {
  type FaceModel,
  resolveContacts,
  type ShapeBasis,
  synthesise,
} from '../../src/engine/capture/face-model/index.ts';
import { type EyeMesh, eyeMeshes, mouthMesh, socketMeshes } from './eyes-and-mouth.ts';

const LIGHTING: Lighting = {
  ambient: [0.1, 0.11, 0.14],
  lights: [
    { towards: unit(-0.55, 0.85, 0.5), colour: [0.85, 0.8, 0.75] },
    { towards: unit(0.9, 0.1, 0.35), colour: [0.13, 0.15, 0.2] },
  ],
  wrap: 0.1,
};
const BACKGROUND = [38, 40, 44] as const;
const SKIN = [0.62, 0.4, 0.3] as const;
const LIP = [0.48, 0.17, 0.16] as const;
const BROW = [0.09, 0.06, 0.05] as const;
/** Lower edge and upper edge of the right brow on the face at rest, from the nose outwards. */
const BROW_BAND = [55, 65, 52, 53, 46, 70, 63, 105, 66, 107];

/** One picture to draw. */
export interface PortraitRequest {
  readonly coefficients: Float32Array;
  /** Turn of the head, radians. */
  readonly yaw: number;
  /** Resolve lids and lips that meet, as compositing does. */
  readonly contacts?: boolean;
}

/** Everything that stays the same from picture to picture. */
export interface Portraitist {
  draw(request: PortraitRequest): Canvas;
}

/** Prepares drawing pictures of `width` x `height` pixels; each pixel is the mean of `oversample`^2 samples. */
export function createPortraitist(
  model: FaceModel,
  basis: ShapeBasis,
  neutral: Float32Array,
  width: number,
  height: number,
  oversample: number,
): Portraitist {
  const fine = subdivide(model.skinTriangles, model.neutral.length / 3, 'loop', 2);
  const rest = new Float32Array(fine.vertexCount * 3);
  applySubdivision(fine, neutral, 3, rest);
  const lipAmount = new Float32Array(model.neutral.length / 3);
  for (const vertex of model.regions.lips) lipAmount[vertex] = 1;
  const fineLips = new Float32Array(fine.vertexCount);
  applySubdivision(fine, lipAmount, 1, fineLips);
  const buffer = createVisibilityBuffer(width * oversample, height * oversample);
  const pixels = buffer.width * buffer.height;
  const coarse = new Float32Array(neutral.length);
  const posed = new Float32Array(neutral.length);
  const points = new Float32Array(rest.length);
  const normals = new Float32Array(rest.length);
  const screen = new Float32Array(rest.length);
  const pixelNormal = new Float32Array(pixels * 3);
  const pixelRest = new Float32Array(pixels * 3);
  const pixelLips = new Float32Array(pixels);
  const partColour = new Float32Array(pixels * 3);
  const rims = [...model.regions.lidRims, ...model.regions.innerLips];
  const smoothed = new Float32Array(rest.length);
  // Loop borders cut corners, which would narrow eyes and mouth: rims are pushed out until the limit passes them.
  function sharpenRims(): void {
    const wanted = Float32Array.from(coarse);
    for (let pass = 0; pass < 3; pass++) {
      applySubdivision(fine, coarse, 3, smoothed);
      for (const vertex of rims)
        for (let k = vertex * 3; k < vertex * 3 + 3; k++) coarse[k]! += 0.8 * (wanted[k]! - smoothed[k]!);
    }
  }
  const brows = [browPolygon(neutral, model, false), browPolygon(neutral, model, true)];

  function draw({ coefficients, yaw, contacts }: PortraitRequest): Canvas {
    synthesise(basis, neutral, coefficients, coarse);
    if (contacts) resolveContacts(coarse);
    posed.set(coarse);
    sharpenRims();
    applySubdivision(fine, coarse, 3, points);
    vertexNormals(points, fine.triangles, normals);
    const view: View = {
      rotation: turn(yaw, 0.03),
      translation: [2.6 * Math.sin(yaw), 0, 0],
      pixelsPerUnit: buffer.height / 20.2,
      centre: [buffer.width / 2, buffer.height * 0.385],
      eyeDistance: 70,
    };
    clearVisibility(buffer);
    projectPoints(view, points, screen);
    rasterise(buffer, screen, fine.triangles);
    const skinCount = fine.triangles.length / 3;
    const turned = turnedNormals(normals, view);
    interpolateAttribute(buffer, fine.triangles, turned, 3, pixelNormal);
    interpolateAttribute(buffer, fine.triangles, rest, 3, pixelRest);
    interpolateAttribute(buffer, fine.triangles, fineLips, 1, pixelLips);
    let base = skinCount;
    const extras: EyeMesh[] = [
      ...socketMeshes(posed),
      ...eyeMeshes(neutral, gazeOf(coefficients)),
      mouthMesh(posed, jawOffset(coefficients)),
    ];
    for (const part of extras) {
      const partScreen = new Float32Array(part.points.length);
      projectPoints(view, part.points, partScreen);
      rasterise(buffer, partScreen, part.triangles, { base });
      interpolateAttribute(buffer, part.triangles, turnedNormals(part.normals, view), 3, pixelNormal, base);
      interpolateAttribute(buffer, part.triangles, part.colours, 3, partColour, base);
      base += part.triangles.length / 3;
    }
    const samples = new Float32Array(pixels * 3);
    const light = [0, 0, 0];
    for (let at = 0; at < pixels; at++) {
      const id = buffer.triangle[at]!;
      if (id < 0) continue;
      const n = pixelNormal.subarray(at * 3, at * 3 + 3);
      const length = Math.hypot(n[0]!, n[1]!, n[2]!) || 1;
      diffuse(LIGHTING, n[0]! / length, n[1]! / length, n[2]! / length, light);
      const isSkin = id < skinCount;
      const colour = isSkin
        ? skinColour(pixelRest, pixelLips[at]!, at, brows)
        : partColour.subarray(at * 3, at * 3 + 3);
      const shine = isSkin ? 0.05 * Math.max(0, n[2]! / length) ** 12 : 0;
      for (let c = 0; c < 3; c++) samples[at * 3 + c] = light[c]! * colour[c]! + shine;
    }
    return downsample(samples, buffer.triangle, width, height, oversample);
  }
  return { draw };
}

function unit(x: number, y: number, z: number): [number, number, number] {
  const length = Math.hypot(x, y, z);
  return [x / length, y / length, z / length];
}

function turnedNormals(normals: Float32Array, view: View): Float32Array {
  const out = new Float32Array(normals.length);
  projectPoints({ rotation: view.rotation, translation: [0, 0, 0], pixelsPerUnit: 1, centre: [0, 0] }, normals, out);
  for (let i = 1; i < out.length; i += 3) out[i] = -out[i]!;
  return out;
}

function browPolygon(neutral: Float32Array, model: FaceModel, left: boolean): number[] {
  const centre = BROW_BAND.map((vertex) => (left ? model.mirror[vertex]! : vertex));
  // The landmark band is wider than a brow: its upper edge is drawn nearer to the lower one.
  const xy = centre.map((vertex) => [neutral[vertex * 3]!, neutral[vertex * 3 + 1]!] as const);
  return xy.flatMap(([x, y], i) => {
    const [ox, oy] = xy[9 - i]!;
    return i < 5 ? [x + 0.1 * (ox - x), y + 0.2 * (oy - y)] : [x + 0.1 * (ox - x), y + 0.12 * (oy - y)];
  });
}

function inside(polygon: readonly number[], x: number, y: number): boolean {
  let odd = false;
  for (let i = 0, j = polygon.length - 2; i < polygon.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [polygon[i]!, polygon[i + 1]!, polygon[j]!, polygon[j + 1]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
  }
  return odd;
}

function skinColour(rest: Float32Array, lip: number, at: number, brows: readonly number[][]): readonly number[] {
  const x = rest[at * 3]!;
  const y = rest[at * 3 + 1]!;
  if (brows.some((polygon) => inside(polygon, x, y))) return BROW;
  const t = Math.min(1, Math.max(0, (lip - 0.55) / 0.35));
  return SKIN.map((value, c) => value + t * (LIP[c]! - value));
}

function jawOffset(coefficients: Float32Array): { x: number; y: number; z: number } {
  const at = (name: Parameters<typeof shapeIndex>[0]): number => coefficients[shapeIndex(name)]!;
  return {
    x: 0.9 * (at('jawLeft') - at('jawRight')),
    y: -2.75 * at('jawOpen'),
    z: 0.7 * at('jawForward') - 1.25 * at('jawOpen'),
  };
}

/** Yaw and pitch of both eyes (radians, + = right of the picture, up) that the eyeLook shapes stand for. */
function gazeOf(
  coefficients: Float32Array,
): readonly [right: readonly [number, number], left: readonly [number, number]] {
  const at = (name: Parameters<typeof shapeIndex>[0]): number => coefficients[shapeIndex(name)]!;
  return [
    [0.5 * (at('eyeLookInRight') - at('eyeLookOutRight')), 0.4 * (at('eyeLookUpRight') - at('eyeLookDownRight'))],
    [0.5 * (at('eyeLookOutLeft') - at('eyeLookInLeft')), 0.4 * (at('eyeLookUpLeft') - at('eyeLookDownLeft'))],
  ];
}

function downsample(samples: Float32Array, ids: Int32Array, width: number, height: number, k: number): Canvas {
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0];
      let covered = 0;
      for (let sy = 0; sy < k; sy++)
        for (let sx = 0; sx < k; sx++) {
          const at = (y * k + sy) * width * k + x * k + sx;
          if (ids[at]! < 0) continue;
          covered++;
          for (let c = 0; c < 3; c++) sum[c]! += samples[at * 3 + c]!;
        }
      const share = covered / (k * k);
      for (let c = 0; c < 3; c++) {
        const face = covered > 0 ? srgbByte(sum[c]! / covered) : 0;
        rgb[(y * width + x) * 3 + c] = Math.round(share * face + (1 - share) * BACKGROUND[c]!);
      }
    }
  return { width, height, rgb };
}
