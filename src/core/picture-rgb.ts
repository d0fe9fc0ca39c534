import { RetakeError } from './errors.ts';
import type { Picture, PictureColour, PictureLayout, Rect, Samples } from './picture.ts';

/** Luma weights of red and blue (ITU-R BT.601-7, BT.709-6, BT.2020-2 table 4). Green takes the rest. */
const LUMA_WEIGHTS = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
  rgb: [0.2126, 0.0722],
} as const satisfies Record<PictureColour['matrix'], readonly [number, number]>;

/** How sample codes of a picture relate to Y in 0..1 and Cb, Cr in -0.5..0.5, and those to R, G, B. */
interface Coding {
  readonly lumaOffset: number;
  /** Codes per unit of Y (or of R, G, B). */
  readonly lumaScale: number;
  readonly chromaOffset: number;
  readonly chromaScale: number;
  readonly maximum: number;
  readonly kr: number;
  readonly kg: number;
  readonly kb: number;
  /** R = Y + redV Cr, G = Y + greenU Cb + greenV Cr, B = Y + blueU Cb. */
  readonly redV: number;
  readonly greenU: number;
  readonly greenV: number;
  readonly blueU: number;
}

function codingOf({ bitDepth }: PictureLayout, { range, matrix }: PictureColour): Coding {
  const [kr, kb] = LUMA_WEIGHTS[matrix];
  const kg = 1 - kr - kb;
  const unit = 2 ** (bitDepth - 8);
  const maximum = 2 ** bitDepth - 1;
  const limited = range === 'limited';
  return {
    lumaOffset: limited ? 16 * unit : 0,
    lumaScale: limited ? 219 * unit : maximum,
    chromaOffset: 128 * unit,
    chromaScale: limited ? 224 * unit : maximum,
    maximum,
    kr,
    kg,
    kb,
    redV: 2 * (1 - kr),
    greenU: (-2 * kb * (1 - kb)) / kg,
    greenV: (-2 * kr * (1 - kr)) / kg,
    blueU: 2 * (1 - kb),
  };
}

/**
 * Linear interpolation of a halved axis: luma position p lies between chroma samples (p >> 1) + first and the next one;
 * `weight` is that of the next one. One pair for even p, one for odd p.
 */
interface AxisTaps {
  readonly evenFirst: number;
  readonly evenWeight: number;
  readonly oddFirst: number;
  readonly oddWeight: number;
}

// Site of chroma sample i on the luma axis: 2 i (near edge), 2 i + 0.5 (between), 2 i + 1 (far edge).
const NEAR: AxisTaps = { evenFirst: 0, evenWeight: 0, oddFirst: 0, oddWeight: 0.5 };
const BETWEEN: AxisTaps = { evenFirst: -1, evenWeight: 0.75, oddFirst: 0, oddWeight: 0.25 };
const FAR: AxisTaps = { evenFirst: -1, evenWeight: 0.5, oddFirst: 0, oddWeight: 0 };

/** Unknown sites count as `left`, the default of MPEG-2, H.264 and H.265. */
function horizontalTaps(location: string): AxisTaps {
  return location === 'center' || location === 'top' || location === 'bottom' ? BETWEEN : NEAR;
}

function verticalTaps(location: string): AxisTaps {
  if (location.startsWith('top')) return NEAR;
  return location.startsWith('bottom') ? FAR : BETWEEN;
}

// Work memory, grown to the largest region seen: these kernels run per frame and allocate nothing.
let columnU = new Float32Array(0);
let columnV = new Float32Array(0);
let rowU = new Float32Array(0);
let rowV = new Float32Array(0);
let changeU = new Float32Array(0);
let changeV = new Float32Array(0);

function growRows(length: number): void {
  if (rowU.length >= length) return;
  rowU = new Float32Array(length);
  rowV = new Float32Array(length);
  columnU = new Float32Array(length + 4);
  columnV = new Float32Array(length + 4);
}

function growChanges(length: number): void {
  if (changeU.length < length) {
    changeU = new Float32Array(length);
    changeV = new Float32Array(length);
  } else {
    changeU.fill(0, 0, length);
    changeV.fill(0, 0, length);
  }
}

function checkRegion(picture: Picture, rect: Rect, name: string, length: number, channels: number): void {
  const inside =
    rect.x >= 0 &&
    rect.y >= 0 &&
    rect.width >= 0 &&
    rect.height >= 0 &&
    rect.x + rect.width <= picture.width &&
    rect.y + rect.height <= picture.height;
  if (!inside || [rect.x, rect.y, rect.width, rect.height].some((value) => !Number.isInteger(value)))
    throw new RetakeError(
      'invalid-argument',
      `The region ${rect.x},${rect.y} ${rect.width}x${rect.height} is not inside the picture of ${picture.width}x${picture.height}.`,
    );
  const needed = rect.width * rect.height * channels;
  if (length < needed)
    throw new RetakeError('invalid-argument', `${name} has ${length} values; the region needs ${needed}.`);
}

/**
 * One row of a chroma plane at luma row `y`, interpolated vertically, as Cb or Cr: `into[k]` is chroma column
 * `firstColumn - 1 + k`, edge columns repeated.
 */
function loadColumns(
  plane: Samples,
  columns: number,
  rows: number,
  y: number,
  shiftY: number,
  taps: AxisTaps,
  firstColumn: number,
  count: number,
  offset: number,
  scale: number,
  into: Float32Array,
): void {
  const odd = (y & 1) === 1;
  const first = shiftY === 0 ? y : (y >> 1) + (odd ? taps.oddFirst : taps.evenFirst);
  const weight = shiftY === 0 ? 0 : odd ? taps.oddWeight : taps.evenWeight;
  const upper = (first < 0 ? 0 : first >= rows ? rows - 1 : first) * columns;
  const lower = (first + 1 < 0 ? 0 : first + 1 >= rows ? rows - 1 : first + 1) * columns;
  const lowerScale = weight * scale;
  const upperScale = scale - lowerScale;
  const bias = -offset * scale;
  for (let k = 0; k < count; k++) {
    const wanted = firstColumn - 1 + k;
    const column = wanted < 0 ? 0 : wanted >= columns ? columns - 1 : wanted;
    into[k] = plane[upper + column]! * upperScale + plane[lower + column]! * lowerScale + bias;
  }
}

/** Spreads loaded columns over luma columns `x` to `x + count` - 1. */
function spreadColumns(columns: Float32Array, into: Float32Array, x: number, count: number, taps: AxisTaps): void {
  const { evenFirst, evenWeight, oddFirst, oddWeight } = taps;
  let column = 1; // columns[1] belongs to luma x >> 1
  let at = 0;
  if ((x & 1) === 1) {
    const near = columns[column + oddFirst]!;
    into[at++] = near + (columns[column + oddFirst + 1]! - near) * oddWeight;
    column++;
  }
  for (; at + 1 < count; at += 2, column++) {
    const even = columns[column + evenFirst]!;
    const odd = columns[column + oddFirst]!;
    into[at] = even + (columns[column + evenFirst + 1]! - even) * evenWeight;
    into[at + 1] = odd + (columns[column + oddFirst + 1]! - odd) * oddWeight;
  }
  if (at < count) {
    const even = columns[column + evenFirst]!;
    into[at] = even + (columns[column + evenFirst + 1]! - even) * evenWeight;
  }
}

/** Cb and Cr of each luma column of the region's row `y`, into the work rows. */
function loadChroma(
  picture: Picture,
  coding: Coding,
  horizontal: AxisTaps,
  vertical: AxisTaps,
  rect: Rect,
  y: number,
): void {
  const { chromaShiftX: shiftX, chromaShiftY: shiftY } = picture.layout;
  const columns = (picture.width + shiftX) >> shiftX;
  const rows = (picture.height + shiftY) >> shiftY;
  const scale = 1 / coding.chromaScale;
  const offset = coding.chromaOffset;
  const [planeU, planeV] = [picture.planes[1]!, picture.planes[2]!];
  if (shiftX === 0) {
    // Columns are luma columns: load from x itself, which is column firstColumn - 1.
    loadColumns(planeU, columns, rows, y, shiftY, vertical, rect.x + 1, rect.width, offset, scale, rowU);
    loadColumns(planeV, columns, rows, y, shiftY, vertical, rect.x + 1, rect.width, offset, scale, rowV);
    return;
  }
  const first = rect.x >> 1;
  const count = ((rect.x + rect.width - 1) >> 1) - first + 3;
  loadColumns(planeU, columns, rows, y, shiftY, vertical, first, count, offset, scale, columnU);
  loadColumns(planeV, columns, rows, y, shiftY, vertical, first, count, offset, scale, columnV);
  spreadColumns(columnU, rowU, rect.x, rect.width, horizontal);
  spreadColumns(columnV, rowV, rect.x, rect.width, horizontal);
}

// The loops over a row are functions of their own: called hundreds of times a frame they are compiled soon and well,
// while one long loop is replaced on the stack over and over.

/** RGB of one row of the region: luma from sample `row` on, chroma from the work rows, triples from `out[at]` on. */
function rgbRow(
  luma: Samples,
  row: number,
  us: Float32Array,
  vs: Float32Array,
  count: number,
  coding: Coding,
  out: Float32Array,
  at: number,
): void {
  const { redV, greenU, greenV, blueU } = coding;
  const scale = 1 / coding.lumaScale;
  const bias = -coding.lumaOffset * scale;
  let to = at;
  for (let x = 0; x < count; x++, to += 3) {
    const u = us[x]!;
    const v = vs[x]!;
    const l = luma[row + x]! * scale + bias;
    out[to] = l + redV * v;
    out[to + 1] = l + greenU * u + greenV * v;
    out[to + 2] = l + blueU * u;
  }
}

function yuvToRgb(picture: Picture, rect: Rect, out: Float32Array): void {
  const { layout, colour } = picture;
  const coding = codingOf(layout, colour);
  const horizontal = horizontalTaps(colour.chromaLocation);
  const vertical = verticalTaps(colour.chromaLocation);
  growRows(rect.width);
  for (let y = 0; y < rect.height; y++) {
    loadChroma(picture, coding, horizontal, vertical, rect, rect.y + y);
    const row = (rect.y + y) * picture.width + rect.x;
    rgbRow(picture.planes[0]!, row, rowU, rowV, rect.width, coding, out, y * rect.width * 3);
  }
}

function planesToRgb(picture: Picture, rect: Rect, out: Float32Array): void {
  const coding = codingOf(picture.layout, picture.colour);
  const scale = 1 / coding.lumaScale;
  const bias = -coding.lumaOffset * scale;
  const gray = picture.layout.family === 'gray';
  const red = picture.planes[0]!;
  const green = gray ? red : picture.planes[1]!;
  const blue = gray ? red : picture.planes[2]!;
  let at = 0;
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    const end = y * picture.width + rect.x + rect.width;
    for (let from = y * picture.width + rect.x; from < end; from++) {
      out[at] = red[from]! * scale + bias;
      out[at + 1] = green[from]! * scale + bias;
      out[at + 2] = blue[from]! * scale + bias;
      at += 3;
    }
  }
}

/**
 * Converts a region to RGB: `out` gets `rect.width * rect.height` interleaved triples, rows top to bottom. Black is 0 and
 * white 1 in the picture's own transfer curve (no linearisation); codes beyond black and white give values beyond 0..1,
 * which are kept, so that an unedited pixel comes back unchanged. Chroma is upsampled linearly from where the picture
 * says its samples lie (`colour.chromaLocation`; ITU-T H.264 figure E-1). Throws `invalid-argument` when `rect` is not
 * inside the picture or `out` is too short.
 */
export function pictureToRgb(picture: Picture, rect: Rect, out: Float32Array): void {
  checkRegion(picture, rect, 'out', out.length, 3);
  if (rect.width === 0 || rect.height === 0) return;
  if (picture.layout.family === 'yuv') yuvToRgb(picture, rect, out);
  else planesToRgb(picture, rect, out);
}

/** Adds `count` changes, each divided by the number of luma pixels of its sample, to a row of a chroma plane. */
function applyChromaRow(
  plane: Samples,
  at: number,
  change: Float32Array,
  from: number,
  count: number,
  scale: number,
  maximum: number,
): void {
  for (let i = 0; i < count; i++) {
    const sum = change[from + i]!;
    if (sum === 0) continue;
    const value = plane[at + i]! + sum * scale + 0.5;
    plane[at + i] = value <= 0 ? 0 : value >= maximum ? maximum : value | 0;
  }
}

/** Adds the collected chroma changes: each sample gets the mean over the luma pixels that it covers. */
function applyChroma(picture: Picture, coding: Coding, rect: Rect, plane: Samples, change: Float32Array): void {
  const { chromaShiftX: shiftX, chromaShiftY: shiftY } = picture.layout;
  const columns = (picture.width + shiftX) >> shiftX;
  const firstX = rect.x >> shiftX;
  const firstY = rect.y >> shiftY;
  const width = ((rect.x + rect.width - 1) >> shiftX) - firstX + 1;
  const height = ((rect.y + rect.height - 1) >> shiftY) - firstY + 1;
  const { maximum, chromaScale } = coding;
  // The last column or row of an odd-sized picture covers fewer pixels than the others.
  const lastIsNarrow = shiftX === 1 && picture.width % 2 === 1 && firstX + width === columns;
  const full = lastIsNarrow ? width - 1 : width;
  for (let j = 0; j < height; j++) {
    const tall = Math.min(1 << shiftY, picture.height - ((firstY + j) << shiftY));
    const at = (firstY + j) * columns + firstX;
    applyChromaRow(plane, at, change, j * width, full, chromaScale / (tall << shiftX), maximum);
    if (lastIsNarrow) applyChromaRow(plane, at + full, change, j * width + full, 1, chromaScale / tall, maximum);
  }
}

function hasMatte(matte: Float32Array | Uint8Array, from: number, count: number): boolean {
  for (let i = from; i < from + count; i++) if (matte[i]! > 0) return true;
  return false;
}

/**
 * Blends one row of the region into luma and adds up chroma changes: column x belongs to change
 * `changeRow + ((x + phase) >> shiftX)`.
 */
function blendRow(
  luma: Samples,
  row: number,
  us: Float32Array,
  vs: Float32Array,
  count: number,
  coding: Coding,
  rgb: Float32Array,
  matte: Float32Array | Uint8Array,
  from: number,
  matteScale: number,
  changesU: Float32Array,
  changesV: Float32Array,
  changeRow: number,
  phase: number,
  shiftX: number,
): void {
  const { redV, greenU, greenV, blueU, kr, kg, kb, maximum } = coding;
  const codes = coding.lumaScale;
  const scale = 1 / codes;
  const bias = -coding.lumaOffset * scale;
  const perU = 1 / blueU;
  const perV = 1 / redV;
  for (let x = 0; x < count; x++) {
    const alpha = matte[from + x]! * matteScale;
    if (!(alpha > 0)) continue;
    // The same arithmetic as in rgbRow: an unedited pixel must give a change of exactly 0.
    const u = us[x]!;
    const v = vs[x]!;
    const code = luma[row + x]!;
    const l = code * scale + bias;
    const at = (from + x) * 3;
    const red = (rgb[at]! - Math.fround(l + redV * v)) * alpha;
    const green = (rgb[at + 1]! - Math.fround(l + greenU * u + greenV * v)) * alpha;
    const blue = (rgb[at + 2]! - Math.fround(l + blueU * u)) * alpha;
    const lumaChange = kr * red + kg * green + kb * blue;
    const value = code + lumaChange * codes + 0.5;
    luma[row + x] = value <= 0 ? 0 : value >= maximum ? maximum : value | 0;
    const change = changeRow + ((x + phase) >> shiftX);
    changesU[change] = changesU[change]! + (blue - lumaChange) * perU;
    changesV[change] = changesV[change]! + (red - lumaChange) * perV;
  }
}

function blendYuv(picture: Picture, rect: Rect, rgb: Float32Array, matte: Float32Array | Uint8Array): void {
  const { layout, colour } = picture;
  const coding = codingOf(layout, colour);
  const horizontal = horizontalTaps(colour.chromaLocation);
  const vertical = verticalTaps(colour.chromaLocation);
  const matteScale = matte instanceof Uint8Array ? 1 / 255 : 1;
  const [shiftX, shiftY] = [layout.chromaShiftX, layout.chromaShiftY];
  const phase = shiftX === 1 ? rect.x & 1 : 0;
  const columns = ((rect.x + rect.width - 1) >> shiftX) - (rect.x >> shiftX) + 1;
  const rows = ((rect.y + rect.height - 1) >> shiftY) - (rect.y >> shiftY) + 1;
  const luma = picture.planes[0]!;
  const count = rect.width;
  growRows(count);
  growChanges(columns * rows);
  for (let y = 0; y < rect.height; y++) {
    const from = y * count;
    if (!hasMatte(matte, from, count)) continue;
    loadChroma(picture, coding, horizontal, vertical, rect, rect.y + y);
    const row = (rect.y + y) * picture.width + rect.x;
    const changeRow = (((rect.y + y) >> shiftY) - (rect.y >> shiftY)) * columns;
    blendRow(
      luma,
      row,
      rowU,
      rowV,
      count,
      coding,
      rgb,
      matte,
      from,
      matteScale,
      changeU,
      changeV,
      changeRow,
      phase,
      shiftX,
    );
  }
  applyChroma(picture, coding, rect, picture.planes[1]!, changeU);
  applyChroma(picture, coding, rect, picture.planes[2]!, changeV);
}

function blendPlanes(picture: Picture, rect: Rect, rgb: Float32Array, matte: Float32Array | Uint8Array): void {
  const { lumaScale, lumaOffset, maximum, kr, kg, kb } = codingOf(picture.layout, picture.colour);
  const scale = 1 / lumaScale;
  const bias = -lumaOffset * scale;
  const matteScale = matte instanceof Uint8Array ? 1 / 255 : 1;
  const gray = picture.layout.family === 'gray';
  for (let y = 0; y < rect.height; y++) {
    const row = (rect.y + y) * picture.width + rect.x;
    for (let x = 0, pixel = y * rect.width; x < rect.width; x++, pixel++) {
      const alpha = matte[pixel]! * matteScale;
      if (!(alpha > 0)) continue;
      const at = pixel * 3;
      for (let plane = 0; plane < (gray ? 1 : 3); plane++) {
        const samples = picture.planes[plane]!;
        const code = samples[row + x]!;
        const before = Math.fround(code * scale + bias);
        const change = gray
          ? kr * (rgb[at]! - before) + kg * (rgb[at + 1]! - before) + kb * (rgb[at + 2]! - before)
          : rgb[at + plane]! - before;
        const value = code + change * alpha * lumaScale;
        samples[row + x] = value <= 0 ? 0 : value >= maximum ? maximum : (value + 0.5) | 0;
      }
    }
  }
}

/**
 * Blends edited RGB into a region of a picture, in place. `rgb` is as {@link pictureToRgb} made it and then edited;
 * `matte` holds one value per pixel of `rect`: 0..1 as Float32Array, 0..255 as Uint8Array. Each sample changes by the
 * matte times the difference between the edited colour and the colour it has now, so samples are bit-identical wherever
 * the matte is 0 or the colour is unedited. A chroma sample moves by the mean change of the luma pixels that it covers.
 * Alpha planes stay as they are. Throws `invalid-argument` when `rect` is not inside the picture or an array too short.
 */
export function blendRgb(picture: Picture, rect: Rect, rgb: Float32Array, matte: Float32Array | Uint8Array): void {
  checkRegion(picture, rect, 'rgb', rgb.length, 3);
  checkRegion(picture, rect, 'matte', matte.length, 1);
  if (rect.width === 0 || rect.height === 0) return;
  if (picture.layout.family === 'yuv') blendYuv(picture, rect, rgb, matte);
  else blendPlanes(picture, rect, rgb, matte);
}
