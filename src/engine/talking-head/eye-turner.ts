import type { Picture } from '../../core/picture.ts';
import { planeSize } from '../../core/picture.ts';
import { LEFT_IRIS, RIGHT_IRIS } from '../capture/landmark-heads.ts';
import { EYE_IMAGE_LEFT, EYE_IMAGE_RIGHT } from '../compositing/face-loops.ts';
import { sampleCubic, sampleLinear } from '../compositing/resample.ts';
import { clamp, smoothStep } from './noise.ts';

/** Radius of an eyeball, cm. */
const EYEBALL_CM = 1.2;
/** All of the iris moves up to this share of its radius, nothing beyond the second. */
const MOVES = 1.12;
const HOLDS = 2.1;
/** Pixels along the lids that stay: lashes and the lid's shadow belong to the lid. */
const RIM = 0.09;
/** Most that an eye turns from where the portrait looks, radians. */
const LIMIT = 0.3;

interface Eye {
  readonly contour: readonly (readonly [number, number])[];
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly box: readonly [x0: number, y0: number, x1: number, y1: number];
  /** Per plane size: how far inside the lids each sample of the box lies, pixels. */
  readonly depths: Map<number, Float32Array>;
}

/** Signed distance (pixels, positive inside) to a closed contour. */
function insideBy(contour: Eye['contour'], x: number, y: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  let inside = false;
  for (let i = 0, j = contour.length - 1; i < contour.length; j = i++) {
    const [ax, ay] = contour[i]!;
    const [bx, by] = contour[j]!;
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
    const [dx, dy] = [bx - ax, by - ay];
    const t = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
    nearest = Math.min(nearest, Math.hypot(x - ax - t * dx, y - ay - t * dy));
  }
  return inside ? nearest : -nearest;
}

function depthsOf({ box: [x0, y0, x1, y1], contour, depths }: Eye, shiftX: number, shiftY: number): Float32Array {
  const key = shiftX * 2 + shiftY;
  const known = depths.get(key);
  if (known) return known;
  const values: number[] = [];
  for (let cy = y0 >> shiftY; cy <= y1 >> shiftY; cy++)
    for (let cx = x0 >> shiftX; cx <= x1 >> shiftX; cx++)
      values.push(insideBy(contour, (cx + 0.5) * (1 << shiftX), (cy + 0.5) * (1 << shiftY)));
  const made = Float32Array.from(values);
  depths.set(key, made);
  return made;
}

/** Turns the eyes of a portrait: moves what is iris inside the lids and stretches the white beside it. */
export class EyeTurner {
  readonly #eyes: readonly Eye[];
  readonly #pxPerRadian: number;

  constructor(landmarks: Float32Array, pxPerCm: number) {
    this.#pxPerRadian = EYEBALL_CM * pxPerCm;
    this.#eyes = [
      [EYE_IMAGE_LEFT, RIGHT_IRIS],
      [EYE_IMAGE_RIGHT, LEFT_IRIS],
    ].map(([loop, iris]) => {
      const contour = (loop as readonly number[]).map((v) => [landmarks[v * 3]!, landmarks[v * 3 + 1]!] as const);
      const first = iris as number;
      const [x, y] = [landmarks[first * 3]!, landmarks[first * 3 + 1]!];
      let radius = 0;
      for (const k of [1, 3])
        radius += Math.hypot(landmarks[(first + k) * 3]! - x, landmarks[(first + k) * 3 + 1]! - y) / 2;
      const xs = contour.map(([px]) => px);
      const ys = contour.map(([, py]) => py);
      return {
        contour,
        x,
        y,
        radius,
        box: [
          Math.floor(Math.min(...xs)),
          Math.floor(Math.min(...ys)),
          Math.ceil(Math.max(...xs)),
          Math.ceil(Math.max(...ys)),
        ],
        depths: new Map(),
      };
    });
  }

  /** Writes the eyes of `source`, turned by yaw (image right) and pitch (up) radians, into `target`, a copy of it. */
  turn(source: Picture, target: Picture, yaw: number, pitch: number): void {
    const dx = Math.sin(clamp(yaw, -LIMIT, LIMIT)) * this.#pxPerRadian;
    const dy = -Math.sin(clamp(pitch, -LIMIT * 0.6, LIMIT * 0.6)) * this.#pxPerRadian;
    const { layout } = source;
    const maximum = 2 ** layout.bitDepth - 1;
    const planes = layout.family === 'gray' ? 1 : 3;
    for (const eye of this.#eyes) {
      if (eye.radius < 1.5) continue;
      const [x0, y0, x1, y1] = eye.box;
      for (let p = 0; p < planes; p++) {
        const chroma = layout.family === 'yuv' && p > 0;
        const shiftX = chroma ? layout.chromaShiftX : 0;
        const shiftY = chroma ? layout.chromaShiftY : 0;
        const [width, height] = planeSize(layout, source.width, source.height, p);
        const sample = chroma ? sampleLinear : sampleCubic;
        const [from, to] = [source.planes[p]!, target.planes[p]!];
        const depths = depthsOf(eye, shiftX, shiftY);
        let k = 0;
        for (let cy = y0 >> shiftY; cy <= y1 >> shiftY; cy++)
          for (let cx = x0 >> shiftX; cx <= x1 >> shiftX; cx++) {
            const depth = depths[k++]!;
            if (depth <= 0 || cx < 0 || cy < 0 || cx >= width || cy >= height) continue;
            const x = (cx + 0.5) * (1 << shiftX);
            const y = (cy + 0.5) * (1 << shiftY);
            // The place that the iris moves to decides, so that its far edge is carried whole.
            const away = Math.hypot(x - eye.x - dx, y - eye.y - dy) / eye.radius;
            const share = (1 - smoothStep(MOVES, HOLDS, away)) * smoothStep(0, RIM * 2 * eye.radius, depth);
            if (share <= 0) continue;
            const value = sample(
              from,
              width,
              height,
              cx - (dx * share) / (1 << shiftX),
              cy - (dy * share) / (1 << shiftY),
            );
            to[cy * width + cx] = clamp(value + 0.5, 0, maximum);
          }
      }
    }
  }
}
