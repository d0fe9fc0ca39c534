import type { Picture, Samples } from '../../core/picture.ts';
import type { WarpField } from './warp-field.ts';

/** Displacement under which a pixel is left untouched, and over which it is fully resampled (pixels). */
const STILL = 0.01;
const MOVING = 0.12;
/** Light change under which a pixel is left untouched, and over which it is fully changed (natural log). */
const UNLIT = 0.0008;
const LIT = 0.006;

/**
 * Value of a plane at sample coordinates (sx, sy) by Catmull-Rom interpolation (Keys 1981, a = -1/2), edges repeated.
 * Catmull-Rom keeps the grain and lashes that a bilinear kernel would soften.
 */
function sampleCubic(plane: Samples, width: number, height: number, sx: number, sy: number): number {
  const x = Math.floor(sx);
  const y = Math.floor(sy);
  const fx = sx - x;
  const fy = sy - y;
  const wx0 = fx * (-0.5 + fx * (1 - 0.5 * fx));
  const wx1 = 1 + fx * fx * (-2.5 + 1.5 * fx);
  const wx2 = fx * (0.5 + fx * (2 - 1.5 * fx));
  const wx3 = fx * fx * (-0.5 + 0.5 * fx);
  const wy0 = fy * (-0.5 + fy * (1 - 0.5 * fy));
  const wy1 = 1 + fy * fy * (-2.5 + 1.5 * fy);
  const wy2 = fy * (0.5 + fy * (2 - 1.5 * fy));
  const wy3 = fy * fy * (-0.5 + 0.5 * fy);
  if (x >= 1 && y >= 1 && x < width - 2 && y < height - 2) {
    const r0 = (y - 1) * width + x - 1;
    const r1 = r0 + width;
    const r2 = r1 + width;
    const r3 = r2 + width;
    return (
      wy0 * (wx0 * plane[r0]! + wx1 * plane[r0 + 1]! + wx2 * plane[r0 + 2]! + wx3 * plane[r0 + 3]!) +
      wy1 * (wx0 * plane[r1]! + wx1 * plane[r1 + 1]! + wx2 * plane[r1 + 2]! + wx3 * plane[r1 + 3]!) +
      wy2 * (wx0 * plane[r2]! + wx1 * plane[r2 + 1]! + wx2 * plane[r2 + 2]! + wx3 * plane[r2 + 3]!) +
      wy3 * (wx0 * plane[r3]! + wx1 * plane[r3 + 1]! + wx2 * plane[r3 + 2]! + wx3 * plane[r3 + 3]!)
    );
  }
  const column = (i: number): number => Math.min(width - 1, Math.max(0, i));
  const row = (j: number): number => Math.min(height - 1, Math.max(0, j)) * width;
  const [c0, c1, c2, c3] = [column(x - 1), column(x), column(x + 1), column(x + 2)];
  const line = (r: number): number =>
    wx0 * plane[r + c0]! + wx1 * plane[r + c1]! + wx2 * plane[r + c2]! + wx3 * plane[r + c3]!;
  return wy0 * line(row(y - 1)) + wy1 * line(row(y)) + wy2 * line(row(y + 1)) + wy3 * line(row(y + 2));
}

/**
 * Folds "how much does this pixel change at all" into the matte: where neither position nor light changes, the matte
 * becomes 0, so that the source sample survives bit for bit and no resampling blur marks the border of the edit.
 */
export function settleMatte(field: WarpField): void {
  const { rect, dx, dy, logGain, matte } = field;
  const size = rect.width * rect.height;
  for (let at = 0; at < size; at++) {
    const m = matte[at]!;
    if (m === 0) continue;
    const moved = Math.abs(dx[at]!) + Math.abs(dy[at]!);
    const lit = Math.abs(logGain[at]!);
    if (moved <= STILL && lit <= UNLIT) matte[at] = 0;
    else if (moved < MOVING && lit < LIT) {
      const t = Math.max((moved - STILL) / (MOVING - STILL), (lit - UNLIT) / (LIT - UNLIT));
      matte[at] = m * t * t * (3 - 2 * t);
    }
  }
}

function black(picture: Picture): number {
  const { layout, colour } = picture;
  return colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
}

/** Moves and relights one full-resolution plane: `target` becomes the warp of `source` where the matte is over 0. */
function warpFullPlane(
  source: Samples,
  target: Samples,
  width: number,
  height: number,
  field: WarpField,
  pivot: number,
  maximum: number,
): void {
  const { rect, dx, dy, logGain, matte } = field;
  for (let y = 0, at = 0; y < rect.height; y++) {
    const line = (rect.y + y) * width + rect.x;
    for (let x = 0; x < rect.width; x++, at++) {
      const m = matte[at]!;
      if (m === 0) continue;
      const value = sampleCubic(source, width, height, rect.x + x - dx[at]!, rect.y + y - dy[at]!);
      const gain = logGain[at]! === 0 ? 1 : Math.exp(logGain[at]!);
      const lit = pivot + (value - pivot) * gain;
      const before = source[line + x]!;
      const mixed = before + m * (lit - before) + 0.5;
      target[line + x] = mixed <= 0 ? 0 : Math.min(mixed, maximum);
    }
  }
}

/** The same for a subsampled chroma plane: warp and matte are averaged over the luma pixels that a sample covers. */
function warpChromaPlane(
  source: Samples,
  target: Samples,
  picture: Picture,
  field: WarpField,
  pivot: number,
  maximum: number,
): void {
  const { chromaShiftX: sx, chromaShiftY: sy } = picture.layout;
  const { rect, dx, dy, logGain, matte } = field;
  const width = (picture.width + (1 << sx) - 1) >> sx;
  const height = (picture.height + (1 << sy) - 1) >> sy;
  const y1 = Math.min(height - 1, (rect.y + rect.height - 1) >> sy);
  const x1 = Math.min(width - 1, (rect.x + rect.width - 1) >> sx);
  for (let cy = rect.y >> sy; cy <= y1; cy++)
    for (let cx = rect.x >> sx; cx <= x1; cx++) {
      let m = 0;
      let mx = 0;
      let my = 0;
      let mg = 0;
      for (let j = 0; j <= sy; j++) {
        const ly = (cy << sy) + j - rect.y;
        if (ly < 0 || ly >= rect.height) continue;
        for (let i = 0; i <= sx; i++) {
          const lx = (cx << sx) + i - rect.x;
          if (lx < 0 || lx >= rect.width) continue;
          const at = ly * rect.width + lx;
          const w = matte[at]!;
          m += w;
          mx += w * dx[at]!;
          my += w * dy[at]!;
          mg += w * logGain[at]!;
        }
      }
      if (m === 0) continue;
      const value = sampleCubic(source, width, height, cx - mx / m / (1 << sx), cy - my / m / (1 << sy));
      const lit = pivot + (value - pivot) * Math.exp(mg / m);
      const before = source[cy * width + cx]!;
      const mixed = before + (m / ((1 << sx) << sy)) * (lit - before) + 0.5;
      target[cy * width + cx] = mixed <= 0 ? 0 : Math.min(mixed, maximum);
    }
}

/**
 * Writes the warped and relit source into `target` (a copy of `source`) on its native planes. Scaling Y', Cb and Cr
 * about black and neutral by one factor scales R', G' and B' by it: light changes without a trip through RGB.
 * Samples whose matte is 0 are not written.
 */
export function warpPicture(source: Picture, target: Picture, field: WarpField): void {
  const { layout } = source;
  const maximum = 2 ** layout.bitDepth - 1;
  const neutral = 2 ** (layout.bitDepth - 1);
  const colourPlanes = layout.family === 'gray' ? 1 : 3;
  for (let p = 0; p < colourPlanes; p++) {
    const chroma = layout.family === 'yuv' && p > 0;
    const pivot = chroma ? neutral : black(source);
    const from = source.planes[p]!;
    const to = target.planes[p]!;
    if (chroma && layout.chromaShiftX + layout.chromaShiftY > 0)
      warpChromaPlane(from, to, source, field, pivot, maximum);
    else warpFullPlane(from, to, source.width, source.height, field, pivot, maximum);
  }
}
