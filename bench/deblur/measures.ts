import type { Picture, Rect } from '../../src/core/picture.ts';

/** Luma of a rectangle of a picture, 0..255. */
export function lumaOf(picture: Picture, rect: Rect): Float32Array {
  const out = new Float32Array(rect.width * rect.height);
  const unit = 1 / 2 ** (picture.layout.bitDepth - 8);
  const plane = picture.planes[0]!;
  for (let y = 0, to = 0; y < rect.height; y++)
    for (let x = 0, from = (rect.y + y) * picture.width + rect.x; x < rect.width; x++)
      out[to++] = plane[from++]! * unit;
  return out;
}

/** PSNR in dB where `matte` is at least a half. */
export function psnr(a: Float32Array, b: Float32Array, matte: Float32Array): number {
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (matte[i]! < 0.5) continue;
    sum += (a[i]! - b[i]!) ** 2;
    count++;
  }
  return 10 * Math.log10((255 * 255 * count) / Math.max(sum, 1e-9));
}

/** PSNR in dB of both colour planes of 4:2:0 pictures where `matte`, over `rect`, is at least a half. */
export function colourPsnr(a: Picture, b: Picture, rect: Rect, matte: Float32Array): number {
  const unit = 1 / 2 ** (a.layout.bitDepth - 8);
  const columns = (a.width + 1) >> 1;
  let [sum, count] = [0, 0];
  for (let y = rect.y & 1; y < rect.height; y += 2)
    for (let x = rect.x & 1; x < rect.width; x += 2) {
      if (matte[y * rect.width + x]! < 0.5) continue;
      const i = ((rect.y + y) >> 1) * columns + ((rect.x + x) >> 1);
      for (const p of [1, 2]) sum += ((a.planes[p]![i]! - b.planes[p]![i]!) * unit) ** 2;
      count += 2;
    }
  return 10 * Math.log10((255 * 255 * count) / Math.max(sum, 1e-9));
}

const WINDOW = 5;
const GAUSS = Float64Array.from({ length: 2 * WINDOW + 1 }, (_, i) => Math.exp(-((i - WINDOW) ** 2) / (2 * 1.5 ** 2)));
const GAUSS_SUM = GAUSS.reduce((sum, value) => sum + value, 0);

function smooth(plane: Float32Array, width: number, height: number): Float32Array {
  const line = new Float32Array(plane.length);
  const out = new Float32Array(plane.length);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -WINDOW; k <= WINDOW; k++)
        sum += GAUSS[k + WINDOW]! * plane[y * width + Math.max(0, Math.min(width - 1, x + k))]!;
      line[y * width + x] = sum / GAUSS_SUM;
    }
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let k = -WINDOW; k <= WINDOW; k++)
        sum += GAUSS[k + WINDOW]! * line[Math.max(0, Math.min(height - 1, y + k)) * width + x]!;
      out[y * width + x] = sum / GAUSS_SUM;
    }
  return out;
}

/** SSIM (Wang et al. 2004: windows of 11 pixels, sigma 1.5), mean where `matte` is at least a half. */
export function ssim(a: Float32Array, b: Float32Array, matte: Float32Array, width: number): number {
  const height = a.length / width;
  const product = (p: Float32Array, q: Float32Array): Float32Array =>
    smooth(
      p.map((value, i) => value * q[i]!),
      width,
      height,
    );
  const [ma, mb] = [smooth(a, width, height), smooth(b, width, height)];
  const [aa, bb, ab] = [product(a, a), product(b, b), product(a, b)];
  const [c1, c2] = [(0.01 * 255) ** 2, (0.03 * 255) ** 2];
  let [sum, count] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    if (matte[i]! < 0.5) continue;
    const [x, y] = [ma[i]!, mb[i]!];
    const cross = 2 * (ab[i]! - x * y) + c2;
    sum += ((2 * x * y + c1) * cross) / ((x * x + y * y + c1) * (aa[i]! - x * x + bb[i]! - y * y + c2));
    count++;
  }
  return sum / Math.max(1, count);
}

/** Energy of the gradient where `matte` is at least a half: what blur takes away. */
export function gradientEnergy(plane: Float32Array, matte: Float32Array, width: number): number {
  let sum = 0;
  for (let i = 0; i < plane.length - width - 1; i++)
    if (matte[i]! >= 0.5) sum += (plane[i + 1]! - plane[i]!) ** 2 + (plane[i + width]! - plane[i]!) ** 2;
  return sum;
}

/** Value between pixels; NaN outside. */
export function sampleAt(picture: Picture, x: number, y: number): number {
  const [ix, iy] = [Math.floor(x), Math.floor(y)];
  if (ix < 0 || iy < 0 || ix + 1 >= picture.width || iy + 1 >= picture.height) return Number.NaN;
  const [u, v] = [x - ix, y - iy];
  const plane = picture.planes[0]!;
  const at = iy * picture.width + ix;
  return (
    (1 - v) * ((1 - u) * plane[at]! + u * plane[at + 1]!) +
    v * ((1 - u) * plane[at + picture.width]! + u * plane[at + picture.width + 1]!)
  );
}
