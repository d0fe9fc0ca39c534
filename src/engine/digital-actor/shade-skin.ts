import { highlight, type LightRig } from './light.ts';
import { clamp } from './noise.ts';
import type { SkinTexture } from './skin-texture.ts';
import { LINE_GROUP } from './skin-texture.ts';

/** A point of a surface to be shaded, and what shading gives back; reused, never allocated per sample. */
export interface ShadePoint {
  /** Interpolated unit normal, x right, y up, z to the viewer. */
  nx: number;
  ny: number;
  nz: number;
  /** Tangent along atlas u, picture pixels per atlas unit. */
  tx: number;
  ty: number;
  tz: number;
  u: number;
  v: number;
  /** Neutral position, cm. */
  x: number;
  y: number;
  z: number;
  ambient: number;
  key: number;
  pixelsPerCm: number;
  /** Colour, linear. */
  readonly albedo: Float64Array;
  /** Light that arrives, to be spread under the skin. */
  readonly arriving: Float64Array;
  /** Light mirrored at the surface. */
  readonly mirrored: Float64Array;
}

/** A blank {@link ShadePoint}. */
export function createShadePoint(): ShadePoint {
  return {
    nx: 0,
    ny: 0,
    nz: 1,
    tx: 1,
    ty: 0,
    tz: 0,
    u: 0,
    v: 0,
    x: 0,
    y: 0,
    z: 0,
    ambient: 1,
    key: 1,
    pixelsPerCm: 1,
    albedo: new Float64Array(3),
    arriving: new Float64Array(3),
    mirrored: new Float64Array(3),
  };
}

/** Strength of each group of expression lines, indexed by LINE_GROUP. */
export type LineStrengths = Float64Array;

/** How deep the expression lines are for some coefficients. */
export function lineStrengths(
  c: (name: Parameters<typeof import('../../core/performance.ts').shapeIndex>[0]) => number,
  age: number,
  out: LineStrengths,
): void {
  const brows = (c('browOuterUpLeft') + c('browOuterUpRight')) / 2;
  out[LINE_GROUP.forehead] = 0.1 * age + Math.max(c('browInnerUp'), brows) * 0.9;
  out[LINE_GROUP.furrow] = 0.12 * age + ((c('browDownLeft') + c('browDownRight')) / 2) * 1.1;
  out[LINE_GROUP.crowLeft] =
    0.1 * age + 0.8 * Math.max(c('eyeSquintLeft'), c('cheekSquintLeft'), 0.7 * c('mouthSmileLeft'));
  out[LINE_GROUP.crowRight] =
    0.1 * age + 0.8 * Math.max(c('eyeSquintRight'), c('cheekSquintRight'), 0.7 * c('mouthSmileRight'));
  out[LINE_GROUP.foldLeft] =
    0.24 * age + Math.max(c('mouthSmileLeft'), 0.8 * c('noseSneerLeft'), 0.5 * c('mouthUpperUpLeft'));
  out[LINE_GROUP.foldRight] =
    0.24 * age + Math.max(c('mouthSmileRight'), 0.8 * c('noseSneerRight'), 0.5 * c('mouthUpperUpRight'));
}

/** Light on a diffuse surface whose terminator is softened and reddened by `wrap` per channel. */
export function diffuseLight(
  p: ShadePoint,
  rig: LightRig,
  wrap: readonly [number, number, number],
  out: Float64Array,
): void {
  const { key, fill, rim, sky, ground } = rig;
  const nk = p.nx * key.direction[0] + p.ny * key.direction[1] + p.nz * key.direction[2];
  const nf = p.nx * fill.direction[0] + p.ny * fill.direction[1] + p.nz * fill.direction[2];
  const nr = p.nx * rim.direction[0] + p.ny * rim.direction[1] + p.nz * rim.direction[2];
  const up = 0.5 + 0.5 * p.ny;
  for (let k = 0; k < 3; k += 1) {
    const w = wrap[k]!;
    const scale = 1 / (1 + w);
    const softKey = Math.max(0, (nk + w) * scale);
    const softFill = Math.max(0, (nf + w) * scale);
    const softRim = Math.max(0, (nr + w) * scale);
    // Light bounces between skin and skin: occlusion is warmer than grey.
    const ambient = p.ambient ** (k === 0 ? 0.85 : k === 1 ? 1.05 : 1.12);
    out[k] =
      key.colour[k]! * softKey * p.key +
      fill.colour[k]! * softFill * (0.25 + 0.75 * ambient) +
      rim.colour[k]! * softRim * p.ambient +
      (ground[k]! + (sky[k]! - ground[k]!) * up) * ambient;
  }
}

const SKIN_WRAP = [0.2, 0.13, 0.1] as const;

/** Shades skin from the baked maps. */
export function shadeSkin(p: ShadePoint, skin: SkinTexture, rig: LightRig, lines: LineStrengths): void {
  const { size } = skin;
  const fx = clamp(p.u * size - 0.5, 1, size - 3);
  const fy = clamp(p.v * size - 0.5, 1, size - 3);
  const x0 = Math.floor(fx);
  const y0 = Math.floor(fy);
  const ax = fx - x0;
  const ay = fy - y0;
  const i00 = y0 * size + x0;
  const w00 = (1 - ax) * (1 - ay);
  const w10 = ax * (1 - ay);
  const w01 = (1 - ax) * ay;
  const w11 = ax * ay;
  for (let k = 0; k < 3; k += 1) {
    const c =
      w00 * skin.colour[i00 * 3 + k]! +
      w10 * skin.colour[(i00 + 1) * 3 + k]! +
      w01 * skin.colour[(i00 + size) * 3 + k]! +
      w11 * skin.colour[(i00 + size + 1) * 3 + k]!;
    p.albedo[k] = (c / 255) ** 2;
  }
  const nearest = i00 + (ax > 0.5 ? 1 : 0) + (ay > 0.5 ? size : 0);
  const rough =
    (w00 * skin.roughness[i00]! +
      w10 * skin.roughness[i00 + 1]! +
      w01 * skin.roughness[i00 + size]! +
      w11 * skin.roughness[i00 + size + 1]!) /
    255;
  const lip = skin.lip[nearest]! / 255;
  const bilinear = (map: Float32Array, c: number): number =>
    w00 * map[i00 * 2 + c]! +
    w10 * map[(i00 + 1) * 2 + c]! +
    w01 * map[(i00 + size) * 2 + c]! +
    w11 * map[(i00 + size + 1) * 2 + c]!;
  const line = lines[skin.lineGroup[nearest]!]!;
  const strength = 1.5;
  const gu = strength * bilinear(skin.slope, 0) + (line > 0 ? line * bilinear(skin.lineSlope, 0) : 0);
  const gv = strength * bilinear(skin.slope, 1) + (line > 0 ? line * bilinear(skin.lineSlope, 1) : 0);
  const { nx: smoothX, ny: smoothY, nz: smoothZ } = p;
  // Tangent made perpendicular to the normal; atlas v runs against normal x tangent.
  const along = p.tx * p.nx + p.ty * p.ny + p.tz * p.nz;
  let tx = p.tx - along * p.nx;
  let ty = p.ty - along * p.ny;
  let tz = p.tz - along * p.nz;
  const length = Math.hypot(tx, ty, tz) || 1;
  tx /= length;
  ty /= length;
  tz /= length;
  const bx = -(p.ny * tz - p.nz * ty);
  const by = -(p.nz * tx - p.nx * tz);
  const bz = -(p.nx * ty - p.ny * tx);
  const perUnit = p.pixelsPerCm / length;
  const du = gu * perUnit;
  const dv = gv * perUnit;
  let nx = p.nx - du * tx - dv * bx;
  let ny = p.ny - du * ty - dv * by;
  let nz = p.nz - du * tz - dv * bz;
  const n = Math.hypot(nx, ny, nz) || 1;
  nx /= n;
  ny /= n;
  nz /= n;
  // Light under the skin forgets fine relief: half the bump for the diffuse part.
  p.nx = (nx + smoothX) / 2;
  p.ny = (ny + smoothY) / 2;
  p.nz = (nz + smoothZ) / 2;
  // Hair keeps the light from the scalp.
  const bare = 1 - 0.8 * (skin.scalp[nearest]! / 255);
  p.key *= bare;
  p.ambient *= bare;
  diffuseLight(p, rig, SKIN_WRAP, p.arriving);
  // Two lobes: a broad sheen and a thin film of oil.
  const f0 = 0.028 + 0.012 * lip;
  const occlusion = clamp(p.ambient * 1.35 - 0.2, 0, 1);
  const sharp = Math.max(0.16, rough - 0.12);
  const key =
    (0.62 * highlight(nx, ny, nz, rig.key, rough, f0) + 0.38 * highlight(nx, ny, nz, rig.key, sharp, f0)) *
    p.key *
    (0.4 + 0.6 * occlusion);
  const fill = highlight(nx, ny, nz, rig.fill, rough, f0) * occlusion;
  const rim = highlight(nx, ny, nz, rig.rim, Math.min(0.6, rough + 0.05), f0) * p.ambient;
  const grazing = (1 - Math.max(0, nz)) ** 4 * 0.35 * occlusion + 0.02 * occlusion;
  for (let k = 0; k < 3; k += 1)
    p.mirrored[k] =
      0.62 * key * rig.key.colour[k]! +
      fill * rig.fill.colour[k]! +
      rim * rig.rim.colour[k]! * 0.6 * bare +
      grazing * (0.5 + 0.5 * ny) * rig.sky[k]!;
}
