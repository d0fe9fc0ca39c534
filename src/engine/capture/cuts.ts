import type { Picture } from '../../core/picture.ts';
import { planeSize } from '../../core/picture.ts';

/** Cells of a signature's luma grid; the two chroma grids have half as many along each axis. */
const GRID_X = 32;
const GRID_Y = 18;
const LUMA_CELLS = GRID_X * GRID_Y;
const CHROMA_X = GRID_X / 2;
const CHROMA_Y = GRID_Y / 2;
const CHROMA_CELLS = CHROMA_X * CHROMA_Y;
/** Bytes of a frame signature. */
export const SIGNATURE_SIZE = LUMA_CELLS + 2 * CHROMA_CELLS;

const MAX_SAMPLES = 6;

function gridMeans(
  samples: ArrayLike<number>,
  width: number,
  height: number,
  shift: number,
  columns: number,
  rows: number,
  out: Uint8Array,
  offset: number,
): void {
  for (let row = 0; row < rows; row++) {
    const y0 = Math.floor((row * height) / rows);
    const y1 = Math.max(y0 + 1, Math.floor(((row + 1) * height) / rows));
    const stepY = Math.max(1, (y1 - y0) / MAX_SAMPLES);
    for (let column = 0; column < columns; column++) {
      const x0 = Math.floor((column * width) / columns);
      const x1 = Math.max(x0 + 1, Math.floor(((column + 1) * width) / columns));
      const stepX = Math.max(1, (x1 - x0) / MAX_SAMPLES);
      let sum = 0;
      let count = 0;
      for (let y = y0; y < y1; y += stepY) {
        const line = Math.min(height - 1, Math.floor(y)) * width;
        for (let x = x0; x < x1; x += stepX) {
          sum += samples[line + Math.min(width - 1, Math.floor(x))]!;
          count++;
        }
      }
      out[offset + row * columns + column] = Math.round(sum / count) >> shift;
    }
  }
}

/**
 * Writes a frame's signature, {@link SIGNATURE_SIZE} bytes: 32 x 18 luma cell means, then 16 x 9 means of each chroma
 * plane, 8 bits each (RGB pictures: green, then red and blue; gray: chroma 128). Sparse sampling: at most 36 samples
 * per cell, so the cost does not grow with resolution.
 */
export function frameSignature(picture: Picture, out: Uint8Array): void {
  const { layout, width, height, planes } = picture;
  const shift = layout.bitDepth - 8;
  const [first, second, third] = layout.family === 'rgb' ? [1, 0, 2] : [0, 1, 2];
  gridMeans(planes[first]!, width, height, shift, GRID_X, GRID_Y, out, 0);
  if (layout.family === 'gray') out.fill(128, LUMA_CELLS, SIGNATURE_SIZE);
  else
    for (const [k, plane] of [second, third].entries()) {
      const [w, h] = planeSize(layout, width, height, plane);
      gridMeans(planes[plane]!, w, h, shift, CHROMA_X, CHROMA_Y, out, LUMA_CELLS + k * CHROMA_CELLS);
    }
}

/** Mean over cells of the smallest difference to a 3 x 3 neighbourhood: blind to motion of up to one cell. */
function gridDistance(a: Uint8Array, b: Uint8Array, offset: number, columns: number, rows: number): number {
  let sum = 0;
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const value = a[offset + row * columns + column]!;
      let best = 255;
      for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++)
        for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
          const difference = Math.abs(value - b[offset + y * columns + x]!);
          if (difference < best) best = difference;
        }
      sum += best;
    }
  return sum / (columns * rows);
}

function histogramDistance(a: Uint8Array, b: Uint8Array): number {
  const bins = new Int16Array(32);
  for (let k = 0; k < LUMA_CELLS; k++) {
    bins[a[k]! >> 3]!++;
    bins[b[k]! >> 3]!--;
  }
  // Earth mover's distance: a slow brightness change moves mass to the next bin and counts little.
  let carried = 0;
  let sum = 0;
  for (const bin of bins) {
    carried += bin;
    sum += Math.abs(carried);
  }
  return (sum * 8) / LUMA_CELLS;
}

/**
 * How different two frames look, in 8-bit levels (about 0 to 100): block difference of luma and chroma in both
 * directions (what moved by less than a cell does not count) plus the distance of the luma histograms.
 */
export function signatureDistance(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (const [p, q] of [
    [a, b],
    [b, a],
  ] as const) {
    sum += gridDistance(p, q, 0, GRID_X, GRID_Y);
    sum += gridDistance(p, q, LUMA_CELLS, CHROMA_X, CHROMA_Y);
    sum += gridDistance(p, q, LUMA_CELLS + CHROMA_CELLS, CHROMA_X, CHROMA_Y);
  }
  return sum / 2 + 0.25 * histogramDistance(a, b);
}

/** Least distance between the two sides of a cut, in levels. */
export const CUT_FLOOR = 9;
/** A cut stands out from the changes around it by this factor. */
const CUT_CONTRAST = 3.2;
const NEIGHBOURHOOD = 8;

function median(values: number[]): number {
  values.sort((a, b) => a - b);
  return values.length === 0 ? 0 : values[values.length >> 1]!;
}

/**
 * First frames of the shots of a clip, starting with 0, from its frames' signatures ([n, SIGNATURE_SIZE]).
 * A cut is a change that (1) is large, (2) stands out from the changes of the eight frames on either side, and
 * (3) lasts: the frames after it resemble none of the three frames before it, so flashes and bad frames are
 * no cuts. Dissolves are not found.
 */
export function findShots(signatures: Uint8Array, frameCount: number): number[] {
  const frame = (n: number): Uint8Array => signatures.subarray(n * SIGNATURE_SIZE, (n + 1) * SIGNATURE_SIZE);
  const changes = new Float64Array(frameCount);
  for (let n = 1; n < frameCount; n++) changes[n] = signatureDistance(frame(n - 1), frame(n));
  const shots = [0];
  for (let n = 1; n < frameCount; n++) {
    const change = changes[n]!;
    if (change < CUT_FLOOR) continue;
    const around: number[] = [];
    for (let k = Math.max(1, n - NEIGHBOURHOOD); k <= Math.min(frameCount - 1, n + NEIGHBOURHOOD); k++)
      if (k !== n) around.push(changes[k]!);
    const usual = median(around);
    if (change < CUT_CONTRAST * usual) continue;
    let lasting = change;
    for (let after = n; after <= Math.min(frameCount - 1, n + 2); after++)
      for (let before = Math.max(shots.at(-1)!, n - 3); before < n; before++)
        lasting = Math.min(lasting, signatureDistance(frame(before), frame(after)));
    if (lasting < 0.5 * change || lasting < 0.7 * CUT_FLOOR) continue;
    if (n - shots.at(-1)! < 2 && shots.length > 1) continue;
    shots.push(n);
  }
  return shots;
}
