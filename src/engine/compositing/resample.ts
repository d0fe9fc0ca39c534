import type { Picture, Samples } from '../../core/picture.ts';
import type { WarpField } from './warp-field.ts';

/** Displacement under which a pixel is left untouched, and over which it is fully resampled (pixels). */
const STILL = 0.04;
const MOVING = 0.2;
/** Light change under which a pixel is left untouched, and over which it is fully changed (natural log). */
const UNLIT = 0.0008;
const LIT = 0.006;

/** Sub-pixel positions that the kernel is tabulated for: a 512th of a pixel at most is lost. */
const PHASES = 256;

/** [PHASES + 1, 4] weights of the Catmull-Rom kernel (Keys 1981, a = -1/2) at offsets -1, 0, 1, 2. */
const CUBIC = Float64Array.from({ length: (PHASES + 1) * 4 }, (_, i) => {
  const f = Math.floor(i / 4) / PHASES;
  const tap = i % 4;
  if (tap === 0) return f * (-0.5 + f * (1 - 0.5 * f));
  if (tap === 1) return 1 + f * f * (-2.5 + 1.5 * f);
  if (tap === 2) return f * (0.5 + f * (2 - 1.5 * f));
  return f * f * (-0.5 + 0.5 * f);
});

/**
 * Value of a plane at sample coordinates (sx, sy) by Catmull-Rom interpolation, edges repeated. It keeps the grain
 * and lashes that a bilinear kernel would soften.
 */
export function sampleCubic(plane: Samples, width: number, height: number, sx: number, sy: number): number {
  const x = Math.floor(sx);
  const y = Math.floor(sy);
  const px = (((sx - x) * PHASES + 0.5) << 2) & ~3;
  const py = (((sy - y) * PHASES + 0.5) << 2) & ~3;
  const wx0 = CUBIC[px]!;
  const wx1 = CUBIC[px + 1]!;
  const wx2 = CUBIC[px + 2]!;
  const wx3 = CUBIC[px + 3]!;
  let r0: number;
  let r1: number;
  let r2: number;
  let r3: number;
  if (x >= 1 && y >= 1 && x < width - 2 && y < height - 2) {
    r0 = (y - 1) * width + x;
    r1 = r0 + width;
    r2 = r1 + width;
    r3 = r2 + width;
    return (
      CUBIC[py]! * (wx0 * plane[r0 - 1]! + wx1 * plane[r0]! + wx2 * plane[r0 + 1]! + wx3 * plane[r0 + 2]!) +
      CUBIC[py + 1]! * (wx0 * plane[r1 - 1]! + wx1 * plane[r1]! + wx2 * plane[r1 + 1]! + wx3 * plane[r1 + 2]!) +
      CUBIC[py + 2]! * (wx0 * plane[r2 - 1]! + wx1 * plane[r2]! + wx2 * plane[r2 + 1]! + wx3 * plane[r2 + 2]!) +
      CUBIC[py + 3]! * (wx0 * plane[r3 - 1]! + wx1 * plane[r3]! + wx2 * plane[r3 + 1]! + wx3 * plane[r3 + 2]!)
    );
  }
  const c0 = Math.min(width - 1, Math.max(0, x - 1));
  const c1 = Math.min(width - 1, Math.max(0, x));
  const c2 = Math.min(width - 1, Math.max(0, x + 1));
  const c3 = Math.min(width - 1, Math.max(0, x + 2));
  r0 = Math.min(height - 1, Math.max(0, y - 1)) * width;
  r1 = Math.min(height - 1, Math.max(0, y)) * width;
  r2 = Math.min(height - 1, Math.max(0, y + 1)) * width;
  r3 = Math.min(height - 1, Math.max(0, y + 2)) * width;
  return (
    CUBIC[py]! * (wx0 * plane[r0 + c0]! + wx1 * plane[r0 + c1]! + wx2 * plane[r0 + c2]! + wx3 * plane[r0 + c3]!) +
    CUBIC[py + 1]! * (wx0 * plane[r1 + c0]! + wx1 * plane[r1 + c1]! + wx2 * plane[r1 + c2]! + wx3 * plane[r1 + c3]!) +
    CUBIC[py + 2]! * (wx0 * plane[r2 + c0]! + wx1 * plane[r2 + c1]! + wx2 * plane[r2 + c2]! + wx3 * plane[r2 + c3]!) +
    CUBIC[py + 3]! * (wx0 * plane[r3 + c0]! + wx1 * plane[r3 + c1]! + wx2 * plane[r3 + c2]! + wx3 * plane[r3 + c3]!)
  );
}

/** Bilinear value, edges repeated: enough for subsampled chroma, which carries neither grain nor lashes. */
export function sampleLinear(plane: Samples, width: number, height: number, sx: number, sy: number): number {
  const x = sx <= 0 ? 0 : Math.min(sx, width - 1);
  const y = sy <= 0 ? 0 : Math.min(sy, height - 1);
  const i = Math.floor(x);
  const j = Math.floor(y);
  const fx = x - i;
  const fy = y - j;
  const at = j * width + i;
  const right = fx > 0 ? 1 : 0;
  const down = fy > 0 ? width : 0;
  return (
    (plane[at]! * (1 - fx) + plane[at + right]! * fx) * (1 - fy) +
    (plane[at + down]! * (1 - fx) + plane[at + down + right]! * fx) * fy
  );
}

/**
 * Folds "how much does this pixel change at all" into the matte: where neither position nor light changes, the matte
 * becomes 0, so that the source sample survives bit for bit and no resampling blur marks the border of the edit.
 */
export function settleMatte(field: WarpField): void {
  for (let y = 0; y < field.rect.height; y++) settleRow(field, y);
}

function settleRow({ rect, dx, dy, logGain, matte }: WarpField, y: number): void {
  const end = (y + 1) * rect.width;
  for (let at = y * rect.width; at < end; at++) {
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

/**
 * Moves and relights one full-resolution plane: `target` becomes the warp of `source` where the matte is over 0. The
 * kernel is written out here because a call per sample would box its numbers.
 */
function warpFullPlane(
  source: Samples,
  target: Samples,
  width: number,
  height: number,
  field: WarpField,
  pivot: number,
  maximum: number,
): void {
  for (let y = 0; y < field.rect.height; y++) warpFullRow(source, target, width, height, field, y, pivot, maximum);
}

/**
 * One row of {@link warpFullPlane}. Loops over pixels are functions per row here and elsewhere: V8 compiles well what is
 * called often, while a single long call per frame falls back to slow code at the end of each of its rows.
 */
function warpFullRow(
  source: Samples,
  target: Samples,
  width: number,
  height: number,
  { rect, dx, dy, logGain, matte }: WarpField,
  y: number,
  pivot: number,
  maximum: number,
): void {
  const innerX = width - 2;
  const innerY = height - 2;
  const row = rect.y + y;
  const end = (y + 1) * rect.width;
  // `to` runs over samples of the picture as `at` does over those of the field.
  for (let at = y * rect.width, to = row * width + rect.x, x = rect.x; at < end; at++, to++, x++) {
    const m = matte[at]!;
    if (m === 0) continue;
    const sx = x - dx[at]!;
    const sy = row - dy[at]!;
    const ix = Math.floor(sx);
    const iy = Math.floor(sy);
    let value: number;
    if (ix >= 1 && iy >= 1 && ix < innerX && iy < innerY) {
      const px = (((sx - ix) * PHASES + 0.5) | 0) << 2;
      const py = (((sy - iy) * PHASES + 0.5) | 0) << 2;
      const wx0 = CUBIC[px]!;
      const wx1 = CUBIC[px + 1]!;
      const wx2 = CUBIC[px + 2]!;
      const wx3 = CUBIC[px + 3]!;
      const r0 = (iy - 1) * width + ix - 1;
      const r1 = r0 + width;
      const r2 = r1 + width;
      const r3 = r2 + width;
      value =
        CUBIC[py]! * (wx0 * source[r0]! + wx1 * source[r0 + 1]! + wx2 * source[r0 + 2]! + wx3 * source[r0 + 3]!) +
        CUBIC[py + 1]! * (wx0 * source[r1]! + wx1 * source[r1 + 1]! + wx2 * source[r1 + 2]! + wx3 * source[r1 + 3]!) +
        CUBIC[py + 2]! * (wx0 * source[r2]! + wx1 * source[r2 + 1]! + wx2 * source[r2 + 2]! + wx3 * source[r2 + 3]!) +
        CUBIC[py + 3]! * (wx0 * source[r3]! + wx1 * source[r3 + 1]! + wx2 * source[r3 + 2]! + wx3 * source[r3 + 3]!);
    } else value = sampleCubic(source, width, height, sx, sy);
    const gain = logGain[at]!;
    const lit = gain === 0 ? value : pivot + (value - pivot) * lightFactor(gain);
    const before = source[to]!;
    const mixed = before + m * (lit - before) + 0.5;
    target[to] = mixed <= 0 ? 0 : Math.min(maximum, mixed);
  }
}

/** Exponential: by its series up to |x| = 0.8 (exact to 1e-3, under a code value), else the library's. */
export function lightFactor(x: number): number {
  if (x > 0.8 || x < -0.8) return Math.exp(x);
  return 1 + x * (1 + x * (0.5 + x * (1 / 6 + x * (1 / 24 + x / 120))));
}

/** The same for both subsampled chroma planes: warp and matte are averaged over the luma pixels a sample covers. */
function warpChromaPlanes(source: Picture, target: Picture, field: WarpField, pivot: number, maximum: number): void {
  const { chromaShiftX: shiftX, chromaShiftY: shiftY } = source.layout;
  const { rect } = field;
  const width = (source.width + (1 << shiftX) - 1) >> shiftX;
  const height = (source.height + (1 << shiftY) - 1) >> shiftY;
  const y1 = Math.min(height - 1, (rect.y + rect.height - 1) >> shiftY);
  const [fromU, fromV] = [source.planes[1]!, source.planes[2]!];
  const [toU, toV] = [target.planes[1]!, target.planes[2]!];
  for (let cy = rect.y >> shiftY; cy <= y1; cy++)
    warpChromaRow(fromU, fromV, toU, toV, width, height, shiftX, shiftY, field, cy, pivot, maximum);
}

function warpChromaRow(
  fromU: Samples,
  fromV: Samples,
  toU: Samples,
  toV: Samples,
  width: number,
  height: number,
  shiftX: number,
  shiftY: number,
  { rect, dx, dy, logGain, matte }: WarpField,
  cy: number,
  pivot: number,
  maximum: number,
): void {
  const scaleX = 1 / (1 << shiftX);
  const scaleY = 1 / (1 << shiftY);
  const share = scaleX * scaleY;
  const x1 = Math.min(width - 1, (rect.x + rect.width - 1) >> shiftX);
  const top = Math.max(0, (cy << shiftY) - rect.y);
  const bottom = Math.min(rect.height - 1, (cy << shiftY) + shiftY - rect.y);
  for (let cx = rect.x >> shiftX; cx <= x1; cx++) {
    const left = Math.max(0, (cx << shiftX) - rect.x);
    const right = Math.min(rect.width - 1, (cx << shiftX) + shiftX - rect.x);
    let m = 0;
    let mx = 0;
    let my = 0;
    let mg = 0;
    for (let ly = top; ly <= bottom; ly++)
      for (let at = ly * rect.width + left; at <= ly * rect.width + right; at++) {
        const w = matte[at]!;
        if (w === 0) continue;
        m += w;
        mx += w * dx[at]!;
        my += w * dy[at]!;
        mg += w * logGain[at]!;
      }
    if (m === 0) continue;
    const sx = cx - (mx / m) * scaleX;
    const sy = cy - (my / m) * scaleY;
    const gain = lightFactor(mg / m);
    const mix = m * share;
    const at = cy * width + cx;
    const beforeU = fromU[at]!;
    const u = beforeU + mix * (pivot + (sampleLinear(fromU, width, height, sx, sy) - pivot) * gain - beforeU) + 0.5;
    toU[at] = u <= 0 ? 0 : Math.min(maximum, u);
    const beforeV = fromV[at]!;
    const v = beforeV + mix * (pivot + (sampleLinear(fromV, width, height, sx, sy) - pivot) * gain - beforeV) + 0.5;
    toV[at] = v <= 0 ? 0 : Math.min(maximum, v);
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
  const chroma = layout.family === 'yuv';
  const subsampled = chroma && layout.chromaShiftX + layout.chromaShiftY > 0;
  const fullPlanes = layout.family === 'gray' || subsampled ? 1 : 3;
  for (let p = 0; p < fullPlanes; p++) {
    const pivot = chroma && p > 0 ? neutral : black(source);
    warpFullPlane(source.planes[p]!, target.planes[p]!, source.width, source.height, field, pivot, maximum);
  }
  if (subsampled) warpChromaPlanes(source, target, field, neutral, maximum);
}
