import { highlight, type LightRig } from './light.ts';
import { clamp, fractal3, mix, noise3, smoothstep } from './noise.ts';
import { diffuseLight, type ShadePoint } from './shade-skin.ts';
import type { ActorVariant, Rgb } from './variant.ts';

const NO_WRAP = [0.05, 0.05, 0.05] as const;
const FLESH_WRAP = [0.4, 0.22, 0.18] as const;

/** Radius of the iris in eyeball radii: an iris is 11.8 mm across. */
const IRIS_ANGLE = 0.462;

/** A softbox seen in the cornea: 1 inside a rectangle around the light's direction, soft at its edge. */
function softbox(
  rx: number,
  ry: number,
  rz: number,
  d: readonly [number, number, number],
  wide: number,
  high: number,
): number {
  const facing = rx * d[0] + ry * d[1] + rz * d[2];
  if (facing <= 0) return 0;
  const across = Math.hypot(d[0], d[2]);
  const ex = [d[2] / across, 0, -d[0] / across] as const;
  const ey = [d[1] * ex[2], d[2] * ex[0] - d[0] * ex[2], -d[1] * ex[0]] as const;
  const u = Math.abs(rx * ex[0] + rz * ex[2]) / facing;
  const v = Math.abs(rx * ey[0] + ry * ey[1] + rz * ey[2]) / facing;
  return smoothstep(wide * 1.12, wide * 0.9, u) * smoothstep(high * 1.12, high * 0.9, v);
}

/** Shades an eyeball: p.x/y/z is the point on the ball that looks along z; `open` the light that the lids let in. */
export function shadeEye(
  p: ShadePoint,
  variant: ActorVariant,
  rig: LightRig,
  open: number,
  axis: readonly [number, number, number],
  seed: number,
): void {
  const { nx, ny, nz } = p;
  const polar = Math.atan2(Math.hypot(p.x, p.y), p.z);
  const around = Math.atan2(p.y, p.x);
  const iris = smoothstep(IRIS_ANGLE + 0.022, IRIS_ANGLE - 0.022, polar);
  // The sclera: warmer and veined towards the corners.
  const corner = smoothstep(0.5, 1.25, polar);
  const vein = smoothstep(0.62, 0.9, 1 - Math.abs(fractal3(p.x * 3.1 + seed, p.y * 4.2, p.z * 3, 3))) * corner;
  const white: Rgb = [0.66 - 0.06 * corner, 0.6 - 0.14 * corner, 0.565 - 0.15 * corner];
  // The iris: fibres from the collarette outwards, darker towards the limbus.
  const rho = polar / IRIS_ANGLE;
  const fibre =
    0.5 * noise3(Math.cos(around) * 9, Math.sin(around) * 9, rho * 1.5 + seed) +
    0.5 * noise3(Math.cos(around) * 22, Math.sin(around) * 22, rho * 2.5 + seed);
  const ring = Math.exp(-(((rho - 0.5) / 0.13) ** 2));
  const limbus = smoothstep(0.74, 1.02, rho);
  const pupil = smoothstep(0.4, 0.345, rho);
  // The lens gathers the key light on the far side of the iris.
  const away = -(Math.cos(around) * rig.key.direction[0] + Math.sin(around) * rig.key.direction[1]);
  const caustic = 1 + 0.95 * clamp(away, 0, 1) * smoothstep(0.35, 0.85, rho);
  for (let k = 0; k < 3; k += 1) {
    const warm = [0.34, 0.2, 0.09][k]!;
    let inner = variant.iris[k]! * (1 + 0.75 * fibre) + warm * 0.3 * ring * (0.7 + 0.5 * fibre);
    inner *= caustic * (1 - 0.82 * limbus);
    inner = mix(Math.max(0.004, inner), 0.003, pupil);
    const outer = white[k]! * (1 - vein * [0.06, 0.24, 0.22][k]!);
    p.albedo[k] = mix(outer, inner * 1.15, iris);
  }
  // A dark line where the cornea meets the sclera, softened.
  const edge = Math.exp(-(((polar - IRIS_ANGLE) / 0.045) ** 2)) * 0.4;
  for (let k = 0; k < 3; k += 1) p.albedo[k]! *= 1 - edge;
  p.ambient = open;
  // The cornea is steeper than the ball behind it.
  const steep = 1 + 0.75 * smoothstep(IRIS_ANGLE + 0.1, IRIS_ANGLE - 0.1, polar);
  let mx = axis[0] + (nx - axis[0]) * steep;
  let my = axis[1] + (ny - axis[1]) * steep;
  let mz = axis[2] + (nz - axis[2]) * steep;
  const mirror = Math.hypot(mx, my, mz) || 1;
  mx /= mirror;
  my /= mirror;
  mz /= mirror;
  p.key *= 0.15 + 0.85 * open;
  // The sclera scatters like wax; the iris lies behind the cornea and is lit flatly.
  const flat = iris * 0.6;
  p.nx = nx * (1 - flat) + rig.key.direction[0] * 0.25 * flat;
  p.ny = ny * (1 - flat) + rig.key.direction[1] * 0.25 * flat;
  p.nz = nz * (1 - flat) + flat;
  diffuseLight(p, rig, FLESH_WRAP, p.arriving);
  for (let k = 0; k < 3; k += 1) p.arriving[k]! *= 0.82;
  // Mirror image of the set in the tear film.
  const rx = 2 * mz * mx;
  const ry = 2 * mz * my;
  const rz = 2 * mz * mz - 1;
  const key = softbox(rx, ry, rz, rig.key.direction, 0.28, 0.34);
  const fill = softbox(rx, ry, rz, rig.fill.direction, 0.5, 0.7);
  const fresnel = 0.022 + 0.978 * (1 - Math.max(0, nz)) ** 5;
  const wet = smoothstep(0.22, 0.5, open);
  const horizon = smoothstep(-0.25, 0.55, ry) * 0.55;
  for (let k = 0; k < 3; k += 1)
    p.mirrored[k] =
      wet * (key * rig.key.colour[k]! * 1.1 + fill * rig.fill.colour[k]! * 0.16) * (0.35 + 0.65 * iris) +
      fresnel * open * horizon * rig.sky[k]! * 2;
}

/** Shades teeth, gums, tongue, the inside of the mouth, lid edges and the pink corners of the eyes. */
export function shadeWet(
  p: ShadePoint,
  rig: LightRig,
  colour: Rgb,
  open: number,
  roughness: number,
  grain: number,
  shine = 1,
): void {
  const g = 1 + grain * fractal3(p.x * 6, p.y * 6, p.z * 6, 2);
  for (let k = 0; k < 3; k += 1) p.albedo[k] = colour[k]! * g;
  p.ambient *= open;
  p.key *= open;
  diffuseLight(p, rig, FLESH_WRAP, p.arriving);
  const bump = 0.25 * grain;
  const nx = p.nx + bump * noise3(p.x * 9, p.y * 9, p.z * 9);
  const ny = p.ny + bump * noise3(p.x * 9 + 5, p.y * 9, p.z * 9);
  const key = highlight(nx, ny, p.nz, rig.key, roughness, 0.04) * p.key;
  const fill = highlight(nx, ny, p.nz, rig.fill, roughness, 0.04) * open;
  for (let k = 0; k < 3; k += 1) p.mirrored[k] = shine * (key * rig.key.colour[k]! + fill * rig.fill.colour[k]!) * open;
}

/** Shades knitted wool: columns of V stitches down the body, ribs on the collar. u runs across, v down, cm. */
export function shadeCloth(p: ShadePoint, variant: ActorVariant, rig: LightRig): void {
  const collar = p.v < 3.6;
  const column = collar ? p.u / 0.62 : p.x / 0.36;
  const row = p.v / 0.27;
  const f = column - Math.floor(column);
  const lean = Math.abs(f - 0.5);
  const ribbed = Math.sin(f * Math.PI);
  const stitch = collar ? 0 : Math.sin((row + lean * 1.7) * 2 * Math.PI);
  const height = ribbed * (collar ? 1 : 0.75 + 0.25 * stitch);
  const fuzz = noise3(p.x * 13, p.y * 13, p.z * 13);
  const low = fractal3(p.x * 0.4, p.y * 0.4, p.z * 0.4, 3);
  const slope = Math.cos(f * Math.PI) * (collar ? 0.75 : 0.42);
  p.nx -= slope + 0.1 * fuzz;
  p.ny -= collar ? 0 : 0.22 * Math.cos((row + lean * 1.7) * 2 * Math.PI);
  const n = Math.hypot(p.nx, p.ny, p.nz) || 1;
  p.nx /= n;
  p.ny /= n;
  p.nz /= n;
  const shade = (0.5 + 0.5 * height) * (1 + 0.16 * fuzz + 0.12 * low);
  for (let k = 0; k < 3; k += 1) p.albedo[k] = variant.garment[k]! * shade;
  diffuseLight(p, rig, NO_WRAP, p.arriving);
  const sheen = (1 - Math.max(0, p.nz)) ** 3 * 0.09 * p.ambient;
  for (let k = 0; k < 3; k += 1)
    p.mirrored[k] =
      sheen *
      (rig.sky[k]! +
        0.6 * rig.rim.colour[k]! * Math.max(0, p.nx * rig.rim.direction[0] + p.ny * rig.rim.direction[1] + 0.3)) *
      (1 + 0.4 * fuzz);
}

/** Shades an ear: skin without the atlas. */
export function shadeEar(p: ShadePoint, variant: ActorVariant, rig: LightRig): void {
  const { base, flush } = variant.skin;
  const low = fractal3(p.x, p.y, p.z, 3);
  const blood = clamp(0.42 + 0.2 * low + 0.3 * (1 - p.ambient), 0, 0.85);
  for (let k = 0; k < 3; k += 1) p.albedo[k] = mix(base[k]!, flush[k]!, blood);
  diffuseLight(p, rig, [0.4, 0.16, 0.1], p.arriving);
  // Light from behind glows through the thin rim.
  const through = Math.max(0, -(p.nx * rig.rim.direction[0] + p.nz * rig.rim.direction[2])) * 0.16;
  p.arriving[0]! += through * rig.rim.colour[0]!;
  const key = highlight(p.nx, p.ny, p.nz, rig.key, 0.46, 0.028) * p.key;
  const rim = highlight(p.nx, p.ny, p.nz, rig.rim, 0.5, 0.028) * p.ambient;
  for (let k = 0; k < 3; k += 1) p.mirrored[k] = key * rig.key.colour[k]! + rim * rig.rim.colour[k]!;
}
