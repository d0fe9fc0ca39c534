import { clampRect, type Picture, type Rect } from '../../core/picture.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import type { LightCurve } from './linear-light.ts';

/** Coded value from which a channel is taken for clipped: what it would have been is not known. */
const CLIPPED = 0.985;

/**
 * A part of a picture in linear light, as luminance at full size and two colour differences at half of it. Beyond the
 * picture its rim goes on.
 */
export class FacePlanes {
  /** The part in pixels of the picture; may reach out of it. Width and height are even. */
  rect: Rect = { x: 0, y: 0, width: 0, height: 0 };
  luminance = new Float32Array(0);
  /** R - Y and B - Y, each sample the mean of 2 x 2 pixels. */
  red = new Float32Array(0);
  blue = new Float32Array(0);
  /** Change of code per change of light, per pixel; at half size in `halfScale`. */
  scale = new Float32Array(0);
  halfScale = new Float32Array(0);
  /** 1 where the picture knows the light, 0 where it is clipped. */
  known = new Float32Array(0);
  #rgb = new Float32Array(0);

  /** Reads `rect` of a picture. */
  read(picture: Picture, rect: Rect, curve: LightCurve): void {
    this.rect = rect;
    const { width, height } = rect;
    const size = width * height;
    if (this.luminance.length < size) {
      this.luminance = new Float32Array(size);
      this.scale = new Float32Array(size);
      this.known = new Float32Array(size);
      this.red = new Float32Array(size >> 2);
      this.blue = new Float32Array(size >> 2);
      this.halfScale = new Float32Array(size >> 2);
    }
    const part = clampRect(rect, picture.width, picture.height);
    if (this.#rgb.length < part.width * part.height * 3) this.#rgb = new Float32Array(part.width * part.height * 3);
    const rgb = this.#rgb;
    pictureToRgb(picture, part, rgb);
    this.red.fill(0, 0, size >> 2);
    this.blue.fill(0, 0, size >> 2);
    for (let y = 0; y < height; y++) {
      const sy = Math.max(0, Math.min(part.height - 1, rect.y + y - part.y));
      for (let x = 0; x < width; x++) {
        const sx = Math.max(0, Math.min(part.width - 1, rect.x + x - part.x));
        const at = (sy * part.width + sx) * 3;
        const [r, g, b] = [rgb[at]!, rgb[at + 1]!, rgb[at + 2]!];
        const [lr, lg, lb] = [curve.toLight(r), curve.toLight(g), curve.toLight(b)];
        const luminance = 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
        const to = y * width + x;
        this.luminance[to] = luminance;
        this.scale[to] = curve.slopeAt(0.2126 * r + 0.7152 * g + 0.0722 * b);
        this.known[to] = r >= CLIPPED || g >= CLIPPED || b >= CLIPPED ? 0 : 1;
        const half = (y >> 1) * (width >> 1) + (x >> 1);
        this.red[half]! += 0.25 * (lr - luminance);
        this.blue[half]! += 0.25 * (lb - luminance);
      }
    }
    for (let y = 0; y < height >> 1; y++)
      for (let x = 0; x < width >> 1; x++) this.halfScale[y * (width >> 1) + x] = this.scale[y * 2 * width + x * 2]!;
  }
}

/**
 * Coded RGB of a part of a picture after its luminance and colour differences changed. `rgb` holds the picture's own
 * values over `part`, which lies inside `rect`, and gets the new ones.
 */
export function recode(
  rgb: Float32Array,
  part: Rect,
  rect: Rect,
  curve: LightCurve,
  luminanceChange: Float32Array,
  redChange: Float32Array,
  blueChange: Float32Array,
): void {
  const half = rect.width >> 1;
  const halfHeight = rect.height >> 1;
  for (let y = 0; y < part.height; y++) {
    const ry = y + part.y - rect.y;
    const hy = Math.max(0, Math.min(halfHeight - 1.001, ry / 2 - 0.25));
    const iy = hy | 0;
    const fy = hy - iy;
    for (let x = 0; x < part.width; x++) {
      const rx = x + part.x - rect.x;
      const hx = Math.max(0, Math.min(half - 1.001, rx / 2 - 0.25));
      const ix = hx | 0;
      const fx = hx - ix;
      const c = iy * half + ix;
      const [a, b, d, e] = [(1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy];
      const dr = a * redChange[c]! + b * redChange[c + 1]! + d * redChange[c + half]! + e * redChange[c + half + 1]!;
      const db =
        a * blueChange[c]! + b * blueChange[c + 1]! + d * blueChange[c + half]! + e * blueChange[c + half + 1]!;
      const dy = luminanceChange[ry * rect.width + rx]!;
      // Green follows from Y = 0.2126 R + 0.7152 G + 0.0722 B.
      const dg = -(0.2126 * dr + 0.0722 * db) / 0.7152;
      const at = (y * part.width + x) * 3;
      rgb[at] = curve.toCode(curve.toLight(rgb[at]!) + dy + dr);
      rgb[at + 1] = curve.toCode(curve.toLight(rgb[at + 1]!) + dy + dg);
      rgb[at + 2] = curve.toCode(curve.toLight(rgb[at + 2]!) + dy + db);
    }
  }
}
