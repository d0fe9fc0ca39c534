import { drawDepth } from './gbuffer.ts';
import { MATERIAL } from './mesh-parts.ts';
import { clamp } from './noise.ts';
import type { ActorScene } from './scene.ts';
import type { Lighting, Rgb } from './variant.ts';

/** A unit direction. */
export type Direction = readonly [number, number, number];

function unit(d: readonly [number, number, number]): Direction {
  const length = Math.hypot(d[0], d[1], d[2]);
  return [d[0] / length, d[1] / length, d[2] / length];
}

/** Lights with unit directions and the half vectors towards the viewer (0, 0, 1). */
export interface LightRig {
  readonly key: { readonly direction: Direction; readonly half: Direction; readonly colour: Rgb };
  readonly fill: { readonly direction: Direction; readonly half: Direction; readonly colour: Rgb };
  readonly rim: { readonly direction: Direction; readonly half: Direction; readonly colour: Rgb };
  readonly sky: Rgb;
  readonly ground: Rgb;
}

/** Prepares a variant's lighting. */
export function buildRig(light: Lighting): LightRig {
  const lamp = (l: { direction: readonly [number, number, number]; colour: Rgb }): LightRig['key'] => {
    const direction = unit(l.direction);
    return { direction, half: unit([direction[0], direction[1], direction[2] + 1]), colour: l.colour };
  };
  return { key: lamp(light.key), fill: lamp(light.fill), rim: lamp(light.rim), sky: light.sky, ground: light.ground };
}

/** Depth of the actor as the key light sees it. */
export interface ShadowMap {
  readonly size: number;
  readonly depth: Float32Array;
  readonly projected: Float32Array;
  /** Rows: light x, light y, light depth, over picture x, picture -y, depth; then offsets. */
  readonly basis: Float64Array;
  scale: number;
}

/** An empty shadow map of size x size texels. */
export function createShadowMap(scene: ActorScene, size: number): ShadowMap {
  return {
    size,
    depth: new Float32Array(size * size),
    projected: new Float32Array(scene.vertexCount * 3),
    basis: new Float64Array(11),
    scale: 1,
  };
}

/** Draws what the key light sees: a square of 46 cm around the head. */
export function drawShadows(map: ShadowMap, scene: ActorScene, view: Float32Array, pixels: number, d: Direction): void {
  const { size, depth, projected, basis } = map;
  const rx = [d[2], 0, -d[0]];
  const length = Math.hypot(rx[0]!, rx[2]!);
  const ex = [rx[0]! / length, 0, rx[2]! / length];
  const ey = [d[1] * ex[2]! - d[2] * ex[1]!, d[2] * ex[0]! - d[0] * ex[2]!, d[0] * ex[1]! - d[1] * ex[0]!];
  map.scale = size / (46 * pixels);
  basis.set([...ex, ...ey, ...d]);
  // Middle of the square: the mean of the face.
  let mx = 0;
  let my = 0;
  let mz = 0;
  for (const v of [1, 234, 454, 10, 152]) {
    mx += view[v * 3]! / 5;
    my -= view[v * 3 + 1]! / 5;
    mz += view[v * 3 + 2]! / 5;
  }
  basis[9] = size / 2 - map.scale * (ex[0]! * mx + ex[1]! * my + ex[2]! * mz);
  basis[10] = size / 2 - map.scale * (ey[0]! * mx + ey[1]! * my + ey[2]! * mz);
  for (let v = 0; v < projected.length; v += 3) {
    const x = view[v]!;
    const y = -view[v + 1]!;
    const z = view[v + 2]!;
    projected[v] = map.scale * (ex[0]! * x + ex[1]! * y + ex[2]! * z) + basis[9]!;
    projected[v + 1] = map.scale * (ey[0]! * x + ey[1]! * y + ey[2]! * z) + basis[10]!;
    projected[v + 2] = map.scale * (d[0] * x + d[1] * y + d[2] * z);
  }
  depth.fill(Number.NEGATIVE_INFINITY);
  const { material, triangles } = scene;
  const casts = (m: number): boolean => m === MATERIAL.skin || m === MATERIAL.ear || m === MATERIAL.cloth;
  let run = 0;
  for (let t = 0; t <= material.length; t += 1) {
    if (t < material.length && casts(material[t]!)) continue;
    drawDepth(depth, size, size, projected, triangles, run, t);
    run = t + 1;
  }
}

const TAPS = 7;
const TAP = Float64Array.from(
  Array.from({ length: TAPS }, (_, k) => {
    const radius = Math.sqrt((k + 0.5) / TAPS);
    return [radius * Math.cos(k * 2.399963), radius * Math.sin(k * 2.399963)];
  }).flat(),
);

/** Share of the key light that reaches a point (picture x, picture -y, depth) with a normal; soft over `radius` pixels. */
export function keyVisibility(
  map: ShadowMap,
  x: number,
  y: number,
  z: number,
  nx: number,
  ny: number,
  nz: number,
  radius: number,
  turn: number,
): number {
  const { basis: b, size, depth, scale } = map;
  const off = radius * 0.55;
  const px = x + nx * off;
  const py = y + ny * off;
  const pz = z + nz * off;
  const u = scale * (b[0]! * px + b[1]! * py + b[2]! * pz) + b[9]!;
  const v = scale * (b[3]! * px + b[4]! * py + b[5]! * pz) + b[10]!;
  const w = scale * (b[6]! * px + b[7]! * py + b[8]! * pz);
  const c = Math.cos(turn);
  const s = Math.sin(turn);
  const reach = radius * scale;
  let lit = 0;
  for (let k = 0; k < TAPS; k += 1) {
    const tx = TAP[k * 2]!;
    const ty = TAP[k * 2 + 1]!;
    const iu = Math.floor(u + reach * (tx * c - ty * s));
    const iv = Math.floor(v + reach * (tx * s + ty * c));
    if (iu < 0 || iv < 0 || iu >= size || iv >= size) {
      lit += 1;
      continue;
    }
    // A soft comparison hides the texels.
    lit += 1 - clamp((depth[iv * size + iu]! - w - 0.5) / (0.5 * reach + 1), 0, 1);
  }
  return lit / TAPS;
}

/** GGX highlight times Smith visibility and Schlick Fresnel for one light; `f0` reflectance at normal incidence. */
export function highlight(
  nx: number,
  ny: number,
  nz: number,
  light: LightRig['key'],
  roughness: number,
  f0: number,
): number {
  const { direction: l, half: h } = light;
  const nl = nx * l[0] + ny * l[1] + nz * l[2];
  const nv = nz;
  if (nl <= 0 || nv <= 0.02) return 0;
  const nh = Math.max(0, nx * h[0] + ny * h[1] + nz * h[2]);
  const a = roughness * roughness;
  const a2 = a * a;
  const q = nh * nh * (a2 - 1) + 1;
  const k = (roughness + 1) ** 2 / 8;
  const fresnel = f0 + (1 - f0) * (1 - h[2]) ** 5;
  const masking = 1 / ((nl * (1 - k) + k) * (nv * (1 - k) + k));
  return Math.min(12, ((a2 / (Math.PI * q * q)) * fresnel * masking * nl) / 4) * Math.PI;
}

/** Display value 0..1 of linear light: filmic shoulder (K. Narkowicz's fit of the ACES curve), then sRGB. */
export function toDisplay(linear: number): number {
  const x = Math.max(0, linear) * 0.62;
  const y = clamp((x * (2.51 * x + 0.03)) / (x * (2.43 * x + 0.59) + 0.14), 0, 1);
  return y <= 0.0031308 ? 12.92 * y : 1.055 * y ** (1 / 2.4) - 0.055;
}
