import type { Picture, PictureColour, Samples } from '../../core/picture.ts';

/**
 * A rotated square of the picture. Coordinates are continuous pixels (the first pixel's centre is at .5, .5);
 * `angleRad` turns the crop's x axis from the image's x axis towards its y axis (clockwise on screen).
 */
export interface CropRegion {
  readonly centreX: number;
  readonly centreY: number;
  /** Side in pixels. */
  readonly size: number;
  readonly angleRad: number;
}

/** How {@link warpCrop} writes samples. */
export interface CropOptions {
  /** Written value = sample (0..1) * gain + bias. */
  readonly gain: number;
  readonly bias: number;
  /** What lies outside the picture: its edge pixels, or black. */
  readonly border: 'replicate' | 'black';
  /** Sub-samples per axis and output pixel, averaged; 1 = plain bilinear. 2 tames aliasing of large reductions. */
  readonly taps: 1 | 2;
}

const PLAIN: CropOptions = { gain: 1, bias: 0, border: 'replicate', taps: 1 };

/** Row-major 3x4: RGB (0..1) from the raw samples of three planes. Source: ITU-R BT.601/709/2020, non-constant luminance. */
export function rgbFromSamples(colour: PictureColour, family: 'yuv' | 'rgb' | 'gray', bitDepth: number): Float64Array {
  const full = 2 ** bitDepth - 1;
  const unit = 2 ** (bitDepth - 8);
  const limited = colour.range === 'limited';
  const lumaGain = 1 / (limited ? 219 * unit : full);
  const lumaBias = limited ? -16 * unit * lumaGain : 0;
  if (family !== 'yuv')
    return Float64Array.of(lumaGain, 0, 0, lumaBias, 0, lumaGain, 0, lumaBias, 0, 0, lumaGain, lumaBias);
  const [kr, kb] =
    colour.matrix === 'bt601' ? [0.299, 0.114] : colour.matrix === 'bt2020' ? [0.2627, 0.0593] : [0.2126, 0.0722];
  const kg = 1 - kr - kb;
  const chroma = 1 / (limited ? 224 * unit : full);
  const zero = 128 * unit;
  const rv = 2 * (1 - kr) * chroma;
  const bu = 2 * (1 - kb) * chroma;
  const gu = (-kb / kg) * bu;
  const gv = (-kr / kg) * rv;
  return Float64Array.of(
    lumaGain,
    0,
    rv,
    lumaBias - rv * zero,
    lumaGain,
    gu,
    gv,
    lumaBias - (gu + gv) * zero,
    lumaGain,
    bu,
    0,
    lumaBias - bu * zero,
  );
}

/** Scale and offset from a luma sample index to a chroma sample index along one axis. */
function chromaAxis(shift: 0 | 1, cosited: boolean): readonly [number, number] {
  if (shift === 0) return [1, 0];
  // Sample index i of luma sits at i; a cosited chroma sample c sits at 2c, a centred one at 2c + 0.5.
  return cosited ? [0.5, 0] : [0.5, -0.25];
}

/**
 * Cuts a rotated square out of a picture in its native format and writes it as interleaved RGB:
 * `out` [side, side, 3] floats. Luma and the (subsampled, sited) chroma are each read bilinearly and converted per
 * output pixel, so no full RGB frame is ever made. Gray pictures give R = G = B. No allocation per call but the
 * twelve colour coefficients.
 */
export function warpCrop(
  picture: Picture,
  region: CropRegion,
  side: number,
  out: Float32Array,
  options: Partial<CropOptions> = {},
): void {
  const { gain, bias, border, taps } = { ...PLAIN, ...options };
  const { width, height, layout, colour, planes } = picture;
  const family = layout.family;
  const m = rgbFromSamples(colour, family, layout.bitDepth);
  const p0 = planes[0]!;
  const p1 = family === 'gray' ? p0 : planes[1]!;
  const p2 = family === 'gray' ? p0 : planes[2]!;
  const subsampled = family === 'yuv';
  const cosited = colour.chromaLocation === 'left' || colour.chromaLocation === 'unknown';
  const [csx, cox] = subsampled
    ? chromaAxis(layout.chromaShiftX, cosited || colour.chromaLocation === 'topleft')
    : [1, 0];
  const [csy, coy] = subsampled ? chromaAxis(layout.chromaShiftY, colour.chromaLocation === 'topleft') : [1, 0];
  const cw = subsampled ? (width + (1 << layout.chromaShiftX) - 1) >> layout.chromaShiftX : width;
  const ch = subsampled ? (height + (1 << layout.chromaShiftY) - 1) >> layout.chromaShiftY : height;
  const maxX = width - 1;
  const maxY = height - 1;

  const step = region.size / side / taps;
  const stepX = Math.cos(region.angleRad) * step;
  const stepY = Math.sin(region.angleRad) * step;
  const half = (side * taps - 1) / 2;
  // Sample index (pixel centres at whole numbers) of the first sub-sample.
  const x00 = region.centreX - 0.5 - half * stepX + half * stepY;
  const y00 = region.centreY - 0.5 - half * stepY - half * stepX;
  if (taps > 1) out.fill(bias, 0, side * side * 3);
  // A crop well inside a YUV picture, the everyday case, needs no edge checks: that more than halves its time.
  const span = side * taps - 1;
  const margin = 3;
  const inside = [0, span].every((column) =>
    [0, span].every((row) => {
      const x = x00 + column * stepX - row * stepY;
      const y = y00 + column * stepY + row * stepX;
      return x >= margin && y >= margin && x <= maxX - margin && y <= maxY - margin;
    }),
  );
  const axes = Float64Array.of(x00, y00, stepX, stepY, csx, cox, csy, coy);
  if (inside && subsampled && taps === 1) {
    for (let row = 0; row < side; row++) insideRow(p0, p1, p2, width, cw, axes, m, row, side, out, gain, bias);
    return;
  }
  const grid: Grid = { width, height, chromaWidth: cw, chromaHeight: ch, subsampled, black: border === 'black' };
  for (let row = 0; row < side * taps; row++) anyRow(p0, p1, p2, grid, axes, m, row, side, taps, out, gain, bias);
}

/** What a row of a crop must know of the picture's planes, and what lies beside it. */
interface Grid {
  readonly width: number;
  readonly height: number;
  readonly chromaWidth: number;
  readonly chromaHeight: number;
  readonly subsampled: boolean;
  readonly black: boolean;
}

/** A row of sub-samples of any crop; see {@link insideRow} for why it is a function. */
function anyRow(
  p0: Samples,
  p1: Samples,
  p2: Samples,
  { width, height, chromaWidth: cw, chromaHeight: ch, subsampled, black }: Grid,
  axes: Float64Array,
  m: Float64Array,
  row: number,
  side: number,
  taps: 1 | 2,
  out: Float32Array,
  gain: number,
  bias: number,
): void {
  const [m0, m1, m2, m3, m4, m5, m6, m7] = [m[0]!, m[1]!, m[2]!, m[3]!, m[4]!, m[5]!, m[6]!, m[7]!];
  const [m8, m9, m10, m11] = [m[8]!, m[9]!, m[10]!, m[11]!];
  const [x00, y00, stepX, stepY] = [axes[0]!, axes[1]!, axes[2]!, axes[3]!];
  const [csx, cox, csy, coy] = [axes[4]!, axes[5]!, axes[6]!, axes[7]!];
  const maxX = width - 1;
  const maxY = height - 1;
  const cMaxX = cw - 1;
  const cMaxY = ch - 1;
  const share = gain / (taps * taps);
  let o = Math.floor(row / taps) * side * 3;
  for (let column = 0; column < side * taps; column++) {
    let x = x00 + column * stepX - row * stepY;
    let y = y00 + column * stepY + row * stepX;
    let a = 0;
    let b = 0;
    let c = 0;
    let outside = false;
    if (x < 0 || y < 0 || x > maxX || y > maxY) {
      outside = black && (x < -0.5 || y < -0.5 || x >= maxX + 0.5 || y >= maxY + 0.5);
      x = x < 0 ? 0 : Math.min(x, maxX);
      y = y < 0 ? 0 : Math.min(y, maxY);
    }
    let xi = x | 0;
    let yi = y | 0;
    let fx = x - xi;
    let fy = y - yi;
    let i = yi * width + xi;
    let dx = xi < maxX ? 1 : 0;
    let dy = yi < maxY ? width : 0;
    let top = p0[i]! + (p0[i + dx]! - p0[i]!) * fx;
    let low = p0[i + dy]! + (p0[i + dy + dx]! - p0[i + dy]!) * fx;
    a = top + (low - top) * fy;
    if (subsampled) {
      x = x * csx + cox;
      y = y * csy + coy;
      x = x < 0 ? 0 : Math.min(x, cMaxX);
      y = y < 0 ? 0 : Math.min(y, cMaxY);
      xi = x | 0;
      yi = y | 0;
      fx = x - xi;
      fy = y - yi;
      i = yi * cw + xi;
      dx = xi < cMaxX ? 1 : 0;
      dy = yi < cMaxY ? cw : 0;
    }
    top = p1[i]! + (p1[i + dx]! - p1[i]!) * fx;
    low = p1[i + dy]! + (p1[i + dy + dx]! - p1[i + dy]!) * fx;
    b = top + (low - top) * fy;
    top = p2[i]! + (p2[i + dx]! - p2[i]!) * fx;
    low = p2[i + dy]! + (p2[i + dy + dx]! - p2[i + dy]!) * fx;
    c = top + (low - top) * fy;

    let red = m0 * a + m1 * b + m2 * c + m3;
    let green = m4 * a + m5 * b + m6 * c + m7;
    let blue = m8 * a + m9 * b + m10 * c + m11;
    red = outside || red < 0 ? 0 : Math.min(red, 1);
    green = outside || green < 0 ? 0 : Math.min(green, 1);
    blue = outside || blue < 0 ? 0 : Math.min(blue, 1);
    if (taps === 1) {
      out[o] = red * gain + bias;
      out[o + 1] = green * gain + bias;
      out[o + 2] = blue * gain + bias;
      o += 3;
    } else {
      out[o]! += red * share;
      out[o + 1]! += green * share;
      out[o + 2]! += blue * share;
      if ((column & 1) === 1) o += 3;
    }
  }
}

/**
 * A row of a crop that lies inside a YUV picture. A function per row: V8 compiles well what is called often, while one
 * long call per frame falls back to slow code at the end of each row.
 *
 * @param axes first sample x, y; step x, y; chroma scale and offset along x, then along y
 */
function insideRow(
  p0: Samples,
  p1: Samples,
  p2: Samples,
  width: number,
  cw: number,
  axes: Float64Array,
  m: Float64Array,
  row: number,
  side: number,
  out: Float32Array,
  gain: number,
  bias: number,
): void {
  const [m0, m2, m3, m4, m5, m6, m7] = [m[0]!, m[2]!, m[3]!, m[4]!, m[5]!, m[6]!, m[7]!];
  const [m8, m9, m11] = [m[8]!, m[9]!, m[11]!];
  const [stepX, stepY, csx, cox] = [axes[2]!, axes[3]!, axes[4]!, axes[5]!];
  const [csy, coy] = [axes[6]!, axes[7]!];
  let x = axes[0]! - row * stepY;
  let y = axes[1]! + row * stepX;
  const end = (row + 1) * side * 3;
  for (let o = row * side * 3; o < end; o += 3) {
    let xi = x | 0;
    let fx = x - xi;
    let yi = y | 0;
    let fy = y - yi;
    let i = yi * width + xi;
    let j = i + width;
    let w11 = fx * fy;
    let w01 = fx - w11;
    let w10 = fy - w11;
    let w00 = 1 - fx - w10;
    const a = w00 * p0[i]! + w01 * p0[i + 1]! + w10 * p0[j]! + w11 * p0[j + 1]!;
    const cx = x * csx + cox;
    const cy = y * csy + coy;
    xi = cx | 0;
    fx = cx - xi;
    yi = cy | 0;
    fy = cy - yi;
    i = yi * cw + xi;
    j = i + cw;
    w11 = fx * fy;
    w01 = fx - w11;
    w10 = fy - w11;
    w00 = 1 - fx - w10;
    const b = w00 * p1[i]! + w01 * p1[i + 1]! + w10 * p1[j]! + w11 * p1[j + 1]!;
    const c = w00 * p2[i]! + w01 * p2[i + 1]! + w10 * p2[j]! + w11 * p2[j + 1]!;
    const red = m0 * a + m2 * c + m3;
    const green = m4 * a + m5 * b + m6 * c + m7;
    const blue = m8 * a + m9 * b + m11;
    out[o] = (red < 0 ? 0 : Math.min(red, 1)) * gain + bias;
    out[o + 1] = (green < 0 ? 0 : Math.min(green, 1)) * gain + bias;
    out[o + 2] = (blue < 0 ? 0 : Math.min(blue, 1)) * gain + bias;
    x += stepX;
    y += stepY;
  }
}

/** Moves points [n, stride] from crop units (pixels of a crop of the given side) to picture pixels, in place. */
export function cropToPicture(
  points: Float32Array,
  stride: number,
  count: number,
  region: CropRegion,
  side: number,
): void {
  const scale = region.size / side;
  const cos = Math.cos(region.angleRad) * scale;
  const sin = Math.sin(region.angleRad) * scale;
  for (let k = 0; k < count; k++) {
    const u = points[k * stride]! - side / 2;
    const v = points[k * stride + 1]! - side / 2;
    points[k * stride] = region.centreX + u * cos - v * sin;
    points[k * stride + 1] = region.centreY + u * sin + v * cos;
  }
}
