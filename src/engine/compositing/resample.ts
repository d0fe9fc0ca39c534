import type { Picture, Samples } from '../../core/picture.ts';
import { PHASES } from './kernels/index.ts';
import { PATCH_MARGIN, patchOf } from './patch.ts';
import type { WarpField } from './warp-field.ts';

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
  field.kernels.settle(...field.memory, field.rect.width * field.rect.height);
}

function black(picture: Picture): number {
  const { layout, colour } = picture;
  return colour.range === 'limited' && layout.family !== 'rgb' ? 16 << (layout.bitDepth - 8) : 0;
}

/** Exponential: by its series up to |x| = 0.8 (exact to 1e-3, under a code value), else the library's. */
export function lightFactor(x: number): number {
  if (x > 0.8 || x < -0.8) return Math.exp(x);
  return 1 + x * (1 + x * (0.5 + x * (1 / 6 + x * (1 / 24 + x / 120))));
}

/** Largest movement of a field where its matte is not 0, in whole pixels along x and y. */
function reachOf(field: WarpField): readonly [x: number, y: number] {
  const address = field.piece('reach', 8);
  field.kernels.reach(...field.memory, field.rect.width * field.rect.height, address);
  const [x, y] = field.arena.floats(address, 2);
  return [Math.ceil(x!), Math.ceil(y!)];
}

function kernelTable(field: WarpField): number {
  const address = field.piece('cubic', CUBIC.length * 4);
  const table = field.arena.floats(address, CUBIC.length);
  // Fresh memory is zeroed, and the second weight of the first phase is 1.
  if (table[1] !== 1) table.set(CUBIC);
  return address;
}

function warpFullPlane(
  source: Picture,
  target: Picture,
  plane: number,
  field: WarpField,
  reach: readonly [number, number],
  pivot: number,
  maximum: number,
): void {
  const { rect } = field;
  const size = { width: source.width, height: source.height };
  const border = [reach[0] + PATCH_MARGIN, reach[1] + PATCH_MARGIN] as const;
  const table = kernelTable(field);
  const from = patchOf(field, 'source', source.planes[plane]!, size, rect, border);
  const to = patchOf(field, 'target', target.planes[plane]!, size, rect, [0, 0]);
  const warp = from.sampleBytes === 1 ? field.kernels.warp8 : field.kernels.warp16;
  warp(
    ...field.memory,
    rect.width,
    rect.height,
    from.address,
    from.rowBytes,
    ...border,
    to.address,
    to.rowBytes,
    table,
    pivot,
    maximum,
  );
  to.writeBack();
}

/** The same for both subsampled chroma planes: warp and matte are averaged over the luma pixels a sample covers. */
function warpChromaPlanes(
  source: Picture,
  target: Picture,
  field: WarpField,
  reach: readonly [number, number],
  pivot: number,
  maximum: number,
): void {
  const { chromaShiftX: shiftX, chromaShiftY: shiftY } = source.layout;
  const { rect } = field;
  const size = {
    width: (source.width + (1 << shiftX) - 1) >> shiftX,
    height: (source.height + (1 << shiftY) - 1) >> shiftY,
  };
  const [x, y] = [rect.x >> shiftX, rect.y >> shiftY];
  const samples = {
    x,
    y,
    width: Math.min(size.width - 1, (rect.x + rect.width - 1) >> shiftX) - x + 1,
    height: Math.min(size.height - 1, (rect.y + rect.height - 1) >> shiftY) - y + 1,
  };
  const border = [(reach[0] >> shiftX) + PATCH_MARGIN, (reach[1] >> shiftY) + PATCH_MARGIN] as const;
  const from = [1, 2].map((p) => patchOf(field, `source ${p}`, source.planes[p]!, size, samples, border));
  const to = [1, 2].map((p) => patchOf(field, `target ${p}`, target.planes[p]!, size, samples, [0, 0]));
  const warp = field.kernels[`chroma${from[0]!.sampleBytes === 1 ? 8 : 16}by${shiftX === 0 ? 1 : 2}`];
  warp(
    ...field.memory,
    rect.width,
    rect.height,
    samples.width,
    samples.height,
    shiftY,
    (x << shiftX) - rect.x,
    (y << shiftY) - rect.y,
    from[0]!.address,
    from[1]!.address,
    from[0]!.rowBytes,
    ...border,
    to[0]!.address,
    to[1]!.address,
    to[0]!.rowBytes,
    pivot,
    maximum,
  );
  for (const patch of to) patch.writeBack();
}

/**
 * Writes the warped and relit source into `target` (a copy of `source`) on its native planes. Scaling Y', Cb and Cr
 * about black and neutral by one factor scales R', G' and B' by it: light changes without a trip through RGB.
 * Samples whose matte is 0 are not written. `reach`: no place of the field moves further, whole pixels along x and y;
 * looked for where it is not known.
 */
export function warpPicture(
  source: Picture,
  target: Picture,
  field: WarpField,
  reach: readonly [x: number, y: number] = reachOf(field),
): void {
  const { layout } = source;
  const maximum = 2 ** layout.bitDepth - 1;
  const neutral = 2 ** (layout.bitDepth - 1);
  const chroma = layout.family === 'yuv';
  const subsampled = chroma && layout.chromaShiftX + layout.chromaShiftY > 0;
  const fullPlanes = layout.family === 'gray' || subsampled ? 1 : 3;
  for (let p = 0; p < fullPlanes; p++) {
    const pivot = chroma && p > 0 ? neutral : black(source);
    warpFullPlane(source, target, p, field, reach, pivot, maximum);
  }
  if (subsampled) warpChromaPlanes(source, target, field, reach, neutral, maximum);
}
