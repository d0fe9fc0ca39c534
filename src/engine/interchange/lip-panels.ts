import { rotationMatrix, vertexNormals } from '../../core/geometry/index.ts';
import type { Picture } from '../../core/picture.ts';
import { type Canvas, createCanvas, drawImage, fillRect, type Rgb } from '../../core/render/canvas.ts';
import { diffuse, type Lighting, srgbByte } from '../../core/render/light.ts';
import {
  clearVisibility,
  createVisibilityBuffer,
  interpolateAttribute,
  rasterise,
} from '../../core/render/rasteriser.ts';
import { type FaceModel, OUTER_LIP_LOOP } from '../capture/face-model/index.ts';
import { type CropRegion, warpCrop } from '../capture/index.ts';
import { drawLine } from './lines.ts';

/** Side of what the close-ups show, cm: the mouth and the skin around it. */
const CLOSE_UP_CM = 8.4;
/** Side of the square that a close-up is computed at, pixels. */
const SIDE = 320;
const SKIN: Rgb = [0.62, 0.45, 0.37];
const LIP: Rgb = [0.5, 0.16, 0.15];
/** The vermilion's edge is this many times sharper than the mesh's rows of vertices. */
const LIP_EDGE = 3;
const HOLE: Rgb = [38, 16, 18];
const BACKGROUND: Rgb = [18, 20, 24];
const LIGHTING: Lighting = {
  ambient: [0.22, 0.22, 0.25],
  lights: [
    { towards: [-0.45, 0.6, 0.66], colour: [0.75, 0.72, 0.68] },
    { towards: [0.7, 0.1, 0.7], colour: [0.22, 0.24, 0.3] },
  ],
  wrap: 0.25,
};

/** Head as the overlay draws it: mesh in face space and on the picture. */
export interface PosedMesh {
  /** [468, 3] cm. */
  readonly points: Float32Array;
  /** [468, 3] pixels (y down) and depth. */
  readonly projected: Float32Array;
  readonly rotation: readonly [number, number, number, number];
  /** Pixels per cm. */
  readonly scale: number;
}

/** Picture square around the mouth, level with the head. */
export function mouthRegion(mesh: PosedMesh): CropRegion {
  const p = mesh.projected;
  const m = rotationMatrix(mesh.rotation);
  let [x, y] = [0, 0];
  for (const v of [61, 291, 0, 17]) {
    x += p[v * 3]! / 4;
    y += p[v * 3 + 1]! / 4;
  }
  return { centreX: x, centreY: y, size: CLOSE_UP_CM * mesh.scale, angleRad: Math.atan2(m[1]!, m[4]!) };
}

/** Draws the mouth of the plate and, for comparison, the lips of the mesh, both through the same window. */
export class LipPanels {
  readonly #model: FaceModel;
  readonly #buffer = createVisibilityBuffer(SIDE, SIDE);
  readonly #screen: Float32Array;
  readonly #normals: Float32Array;
  readonly #tint: Float32Array;
  readonly #pixelNormals = new Float32Array(SIDE * SIDE * 3);
  readonly #pixelTint = new Float32Array(SIDE * SIDE);
  readonly #crop = new Float32Array(SIDE * SIDE * 3);
  readonly #image = createCanvas(SIDE, SIDE, BACKGROUND);

  constructor(model: FaceModel) {
    this.#model = model;
    this.#screen = new Float32Array(model.neutral.length);
    this.#normals = new Float32Array(model.neutral.length);
    this.#tint = new Float32Array(model.neutral.length / 3);
    for (const vertex of model.regions.lips) this.#tint[vertex] = 1;
    for (const vertex of OUTER_LIP_LOOP) this.#tint[vertex] = 0;
  }

  /** Draws the plate's mouth into a square of the canvas. */
  drawPlate(canvas: Canvas, x: number, y: number, size: number, picture: Picture, region: CropRegion): void {
    warpCrop(picture, region, SIDE, this.#crop, { border: 'black' });
    for (let i = 0; i < this.#crop.length; i++) this.#image.rgb[i] = Math.round(this.#crop[i]! * 255);
    drawImage(canvas, this.#image, x, y, size, size);
  }

  /** Draws the shaded mesh into a square of the canvas. */
  drawMesh(canvas: Canvas, x: number, y: number, size: number, mesh: PosedMesh, region: CropRegion): void {
    const { skinTriangles } = this.#model;
    const k = SIDE / region.size;
    const cos = Math.cos(region.angleRad) * k;
    const sin = Math.sin(region.angleRad) * k;
    const m = rotationMatrix(mesh.rotation);
    vertexNormals(mesh.points, skinTriangles, this.#normals);
    for (let i = 0; i < this.#screen.length; i += 3) {
      const dx = mesh.projected[i]! - region.centreX;
      const dy = mesh.projected[i + 1]! - region.centreY;
      this.#screen[i] = SIDE / 2 + dx * cos + dy * sin;
      this.#screen[i + 1] = SIDE / 2 - dx * sin + dy * cos;
      this.#screen[i + 2] = mesh.projected[i + 2]!;
      const [nx, ny, nz] = [this.#normals[i]!, this.#normals[i + 1]!, this.#normals[i + 2]!];
      for (let r = 0; r < 3; r++) this.#normals[i + r] = m[r * 3]! * nx + m[r * 3 + 1]! * ny + m[r * 3 + 2]! * nz;
    }
    clearVisibility(this.#buffer);
    rasterise(this.#buffer, this.#screen, skinTriangles);
    interpolateAttribute(this.#buffer, skinTriangles, this.#normals, 3, this.#pixelNormals);
    interpolateAttribute(this.#buffer, skinTriangles, this.#tint, 1, this.#pixelTint);
    // Nothing but the mouth is open within the lips' own bounds; around the chin it is the background that shows.
    const mouth: [number, number, number, number] = [SIDE, 0, SIDE, 0];
    for (const v of OUTER_LIP_LOOP) {
      mouth[0] = Math.min(mouth[0], this.#screen[v * 3]!);
      mouth[1] = Math.max(mouth[1], this.#screen[v * 3]!);
      mouth[2] = Math.min(mouth[2], this.#screen[v * 3 + 1]!);
      mouth[3] = Math.max(mouth[3], this.#screen[v * 3 + 1]!);
    }
    const light = [0, 0, 0];
    const { rgb } = this.#image;
    for (let at = 0; at < SIDE * SIDE; at++) {
      if (this.#buffer.triangle[at]! < 0) {
        const [px, py] = [at % SIDE, Math.floor(at / SIDE)];
        rgb.set(px > mouth[0] && px < mouth[1] && py > mouth[2] && py < mouth[3] ? HOLE : BACKGROUND, at * 3);
        continue;
      }
      const [nx, ny, nz] = [
        this.#pixelNormals[at * 3]!,
        this.#pixelNormals[at * 3 + 1]!,
        this.#pixelNormals[at * 3 + 2]!,
      ];
      const norm = Math.hypot(nx, ny, nz) || 1;
      diffuse(LIGHTING, nx / norm, ny / norm, nz / norm, light);
      const tint = Math.min(1, LIP_EDGE * this.#pixelTint[at]!);
      for (let c = 0; c < 3; c++) rgb[at * 3 + c] = srgbByte(light[c]! * (SKIN[c]! + tint * (LIP[c]! - SKIN[c]!)));
    }
    drawImage(canvas, this.#image, x, y, size, size);
  }
}

const GRID: Rgb = [60, 64, 72];
const PLATE_COLOUR: Rgb = [96, 214, 120];
const MESH_COLOUR: Rgb = [255, 150, 70];
const CLOSED_COLOUR: Rgb = [58, 74, 118];

/** Curves of the lip opening in the picture and on the mesh around row `row`; bands mark lips that touch in the picture. */
export function drawGapCurve(
  canvas: Canvas,
  box: { x: number; y: number; width: number; height: number },
  curves: { plate: Float32Array; mesh: Float32Array; closed: Uint8Array },
  row: number,
  reach: number,
): void {
  fillRect(canvas, box.x, box.y, box.width, box.height, BACKGROUND);
  const step = box.width / (2 * reach);
  const at = (r: number): number => box.x + (r - row + reach) * step;
  let top = 0.5;
  for (let r = row - reach; r <= row + reach; r++) {
    const value = Math.max(curves.plate[r] ?? 0, curves.mesh[r] ?? 0);
    if (value > top) top = value;
    if (curves.closed[r]) {
      const left = Math.max(box.x, Math.floor(at(r) - step / 2));
      const right = Math.min(box.x + box.width, Math.ceil(at(r) + step / 2));
      fillRect(canvas, left, box.y, right - left, box.height, CLOSED_COLOUR);
    }
  }
  const level = (value: number): number => box.y + box.height - 2 - (value / top) * (box.height - 5);
  drawLine(canvas, at(row), box.y, at(row), box.y + box.height, 1, GRID);
  for (const [curve, colour] of [
    [curves.plate, PLATE_COLOUR],
    [curves.mesh, MESH_COLOUR],
  ] as const)
    for (let r = row - reach; r < row + reach; r++) {
      const [a, b] = [curve[r], curve[r + 1]];
      if (a === undefined || b === undefined || !Number.isFinite(a) || !Number.isFinite(b)) continue;
      drawLine(canvas, at(r), level(a), at(r + 1), level(b), 2, colour);
    }
}
