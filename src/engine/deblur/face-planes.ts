import { clampRect, type Picture, type Rect } from '../../core/picture.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import type { SharedArena } from '../../core/wasm/index.ts';
import { deblurKernels } from './kernels/index.ts';
import type { LightCurve } from './linear-light.ts';

/** Coded value from which a channel is taken for clipped: what it would have been is not known. */
const CLIPPED = 0.985;

/** A part of a picture in linear light, as luminance at full size and two colour differences at half of it. */
export interface LightPlanes {
  /** The part in pixels of the picture; may reach out of it. */
  readonly rect: Rect;
  readonly luminance: Float32Array;
  /** R - Y and B - Y, each sample the mean of 2 x 2 pixels. */
  readonly red: Float32Array;
  readonly blue: Float32Array;
}

/** Light, and how it is seen and known. */
export interface FacePlanes extends LightPlanes {
  /** Change of code per change of light, per pixel; at half size in `halfScale`. */
  readonly scale: Float32Array;
  readonly halfScale: Float32Array;
  /** 1 where the picture knows the light, 0 where it is clipped. */
  readonly known: Float32Array;
  /** What was read: coded triples. */
  readonly rgb: Float32Array;
}

/** `rect` of a picture as coded triples, into the arena. Beyond the picture its rim goes on. */
function readRgb(arena: SharedArena, picture: Picture, rect: Rect): Float32Array {
  const rgb = arena.floats(rect.width * rect.height * 3);
  const part = clampRect(rect, picture.width, picture.height);
  if (part.width === rect.width && part.height === rect.height) {
    pictureToRgb(picture, rect, rgb);
    return rgb;
  }
  const mark = arena.mark;
  const inside = arena.floats(part.width * part.height * 3);
  pictureToRgb(picture, part, inside);
  const held = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value));
  for (let y = 0, to = 0; y < rect.height; y++) {
    const row = held(rect.y + y - part.y, part.height) * part.width;
    for (let x = 0; x < rect.width; x++) {
      const from = (row + held(rect.x + x - part.x, part.width)) * 3;
      for (let k = 0; k < 3; k++) rgb[to++] = inside[from + k]!;
    }
  }
  arena.release(mark);
  return rgb;
}

/** A table of a curve in the arena. */
function lay(arena: SharedArena, table: Float32Array): number {
  const copy = arena.floats(table.length);
  copy.set(table);
  return copy.byteOffset;
}

/** Planes of a part, of unknown content. */
function lightPlanes(arena: SharedArena, rect: Rect): LightPlanes {
  if (rect.width % 4 !== 0 || rect.height % 2 !== 0) throw new RangeError('Light is read 4 by 2 pixels at a time.');
  const size = rect.width * rect.height;
  return { rect, luminance: arena.floats(size), red: arena.floats(size >> 2), blue: arena.floats(size >> 2) };
}

/** Turns coded triples into light. */
function fill(
  arena: SharedArena,
  rgb: Float32Array,
  { rect, luminance, red, blue }: LightPlanes,
  curve: LightCurve,
  seen?: Pick<FacePlanes, 'scale' | 'known'>,
): void {
  const mark = arena.mark;
  deblurKernels(arena.memory).light(
    ...[rgb.byteOffset, lay(arena, curve.light), luminance.byteOffset, red.byteOffset, blue.byteOffset],
    ...[rect.width * 4, rect.height, lay(arena, curve.slopes)],
    ...[seen?.scale.byteOffset ?? 0, seen?.known.byteOffset ?? 0, CLIPPED],
  );
  arena.release(mark);
}

/**
 * Reads `rect` of a picture, a multiple of 4 pixels wide and of 2 high, in linear light into the arena. Beyond the picture
 * its rim goes on.
 */
export function readLight(arena: SharedArena, picture: Picture, rect: Rect, curve: LightCurve): LightPlanes {
  const planes = lightPlanes(arena, rect);
  const mark = arena.mark;
  fill(arena, readRgb(arena, picture, rect), planes, curve);
  arena.release(mark);
  return planes;
}

/** {@link readLight}, and how it is seen and where it is known. */
export function readFace(arena: SharedArena, picture: Picture, rect: Rect, curve: LightCurve): FacePlanes {
  const { width, height } = rect;
  const light = lightPlanes(arena, rect);
  const [scale, known] = [arena.floats(width * height), arena.floats(width * height)];
  const halfScale = arena.floats(scale.length >> 2);
  const rgb = readRgb(arena, picture, rect);
  fill(arena, rgb, light, curve, { scale, known });
  for (let y = 0; y < height >> 1; y++)
    for (let x = 0; x < width >> 1; x++) halfScale[y * (width >> 1) + x] = scale[y * 2 * width + x * 2]!;
  return { ...light, scale, halfScale, known, rgb };
}

/** What is added to luminance and to both differences of colour, over the same part as {@link LightPlanes}. */
export type LightChange = Omit<LightPlanes, 'rect'>;

/** How much darker or lighter colour follows luminance, as a share of it; noise in shadows would else be blown up. */
const DARKEST = -0.5;
const BRIGHTEST = 1;

/**
 * A difference of colour as it is when luminance changes by `change` and its hue and saturation stay: light that is half as
 * strong has half the difference, too. Else lashes and nostrils would turn red where light was taken from skin.
 */
export function followLight(
  { rect, luminance, red, blue }: LightPlanes,
  channel: 'red' | 'blue',
  change: Float32Array,
  out: Float32Array,
): void {
  const plane = channel === 'red' ? red : blue;
  const { width, height } = rect;
  for (let y = 0, to = 0; y < height; y += 2)
    for (let i = y * width; i < (y + 1) * width; i += 2, to++) {
      const light = luminance[i]! + luminance[i + 1]! + luminance[i + width]! + luminance[i + width + 1]!;
      const added = change[i]! + change[i + 1]! + change[i + width]! + change[i + width + 1]!;
      const share = added / Math.max(light, 4e-3);
      out[to] = plane[to]! * (1 + Math.max(DARKEST, Math.min(BRIGHTEST, share)));
    }
}

/**
 * Coded triples of `part` of what was read, after its light changed. `part` begins at an even place that is not on the
 * rim of the planes, and does not reach it.
 */
export function recode(
  arena: SharedArena,
  { rect, rgb }: Pick<FacePlanes, 'rect' | 'rgb'>,
  part: Rect,
  curve: LightCurve,
  { luminance, red, blue }: LightChange,
): Float32Array {
  const out = arena.floats(part.width * part.height * 3);
  const mark = arena.mark;
  const [x, y] = [part.x - rect.x, part.y - rect.y];
  if (x < 2 || y < 2 || x % 2 !== 0 || y % 2 !== 0) throw new RangeError('The part does not begin at an even place.');
  const [at, half] = [y * rect.width + x, (y / 2) * (rect.width / 2) + x / 2];
  deblurKernels(arena.memory).recode(
    ...[rgb.byteOffset + at * 12, rect.width * 12, out.byteOffset, part.width * 12],
    ...[luminance.byteOffset + at * 4, rect.width * 4],
    ...[red.byteOffset + half * 4, blue.byteOffset + half * 4, rect.width * 2],
    ...[lay(arena, curve.light), lay(arena, curve.codes), part.width, part.height, 1 / curve.brightest],
  );
  arena.release(mark);
  return out;
}
