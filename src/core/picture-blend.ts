import { ChromaRows } from './chroma-rows.ts';
import type { Picture, Rect, Samples } from './picture.ts';
import { type Coding, checkRegion, codingOf } from './picture-coding.ts';

// Grown to the largest region seen: these kernels run per frame and allocate nothing.
const chroma = new ChromaRows();
let changeU = new Float32Array(0);
let changeV = new Float32Array(0);

function growChanges(length: number): void {
  if (changeU.length < length) {
    changeU = new Float32Array(length);
    changeV = new Float32Array(length);
  } else {
    changeU.fill(0, 0, length);
    changeV.fill(0, 0, length);
  }
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
    // The same arithmetic as in pictureToRgb: an unedited pixel must give a change of exactly 0.
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
  const matteScale = matte instanceof Uint8Array ? 1 / 255 : 1;
  const [shiftX, shiftY] = [layout.chromaShiftX, layout.chromaShiftY];
  const phase = shiftX === 1 ? rect.x & 1 : 0;
  const columns = ((rect.x + rect.width - 1) >> shiftX) - (rect.x >> shiftX) + 1;
  const rows = ((rect.y + rect.height - 1) >> shiftY) - (rect.y >> shiftY) + 1;
  const luma = picture.planes[0]!;
  const count = rect.width;
  growChanges(columns * rows);
  for (let y = 0; y < rect.height; y++) {
    const from = y * count;
    if (!hasMatte(matte, from, count)) continue;
    chroma.load(picture, coding, rect, rect.y + y);
    const row = (rect.y + y) * picture.width + rect.x;
    const changeRow = (((rect.y + y) >> shiftY) - (rect.y >> shiftY)) * columns;
    blendRow(
      luma,
      row,
      chroma.u,
      chroma.v,
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
 * Blends edited RGB into a region of a picture, in place. `rgb` is as `pictureToRgb` made it and then edited;
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
