import { BROW_LEFT, BROW_RIGHT, LID_LEFT, LID_RIGHT, LIPS_OUTER } from './face-regions.ts';
import { createGBuffer, drawTriangles } from './gbuffer.ts';
import { MATERIAL } from './mesh-parts.ts';
import { cells3, clamp, fractal3, hash3, mix, noise3, smoothstep } from './noise.ts';
import { scalpCover } from './scalp.ts';
import type { ActorScene } from './scene.ts';

/** Baked maps of the head atlas, size x size texels. */
export interface SkinTexture {
  readonly size: number;
  /** Linear colour, [size, size, 3] as square roots in 0..255. */
  readonly colour: Uint8Array;
  /** Slope of the fine relief along atlas u and v: cm per atlas unit, [size, size, 2]. */
  readonly slope: Float32Array;
  /** The same for expression lines at full strength. */
  readonly lineSlope: Float32Array;
  /** Which coefficient group drives the lines here: 0 none, else LINE_GROUP. */
  readonly lineGroup: Uint8Array;
  /** Roughness 0..255 of 0..1. */
  readonly roughness: Uint8Array;
  /** 255 where hair covers the skin. */
  readonly scalp: Uint8Array;
  /** 255 where the surface is lip. */
  readonly lip: Uint8Array;
}

/** Groups of expression lines. */
export const LINE_GROUP = { forehead: 1, furrow: 2, crowLeft: 3, crowRight: 4, foldLeft: 5, foldRight: 6 } as const;

type Point = readonly [number, number];

interface Loop {
  readonly points: readonly Point[];
  /** Bounds with a margin: left, top, right, bottom. */
  readonly box: readonly [number, number, number, number];
}

/** A closed polygon through control points, densified by a Catmull-Rom spline. */
function smoothLoop(points: readonly Point[], steps: number): Loop {
  const n = points.length;
  const out: Point[] = [];
  for (let i = 0; i < n; i += 1)
    for (let k = 0; k < steps; k += 1) {
      const t = k / steps;
      const p = (o: number): Point => points[(i + o + n) % n]!;
      const value = (c: 0 | 1): number => {
        const [a, b, d, e] = [p(-1)[c], p(0)[c], p(1)[c], p(2)[c]];
        return b + 0.5 * t * (d - a + t * (2 * a - 5 * b + 4 * d - e + t * (3 * (b - d) + e - a)));
      };
      out.push([value(0), value(1)]);
    }
  const margin = 0.03;
  const xs = out.map((p) => p[0]);
  const ys = out.map((p) => p[1]);
  const box = [
    Math.min(...xs) - margin,
    Math.min(...ys) - margin,
    Math.max(...xs) + margin,
    Math.max(...ys) + margin,
  ] as const;
  return { points: out, box };
}

/** Signed distance to a closed polygon, negative inside; 1 where it is further than the margin of its box. */
function loopDistance(loop: Loop, x: number, y: number): number {
  let best = 1e9;
  let inside = false;
  if (x < loop.box[0] || x > loop.box[2] || y < loop.box[1] || y > loop.box[3]) return 1;
  for (let i = 0, j = loop.points.length - 1; i < loop.points.length; j = i, i += 1) {
    const [ax, ay] = loop.points[j]!;
    const [bx, by] = loop.points[i]!;
    const dx = bx - ax;
    const dy = by - ay;
    const t = clamp(((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1), 0, 1);
    best = Math.min(best, (x - ax - dx * t) ** 2 + (y - ay - dy * t) ** 2);
    if (ay > y !== by > y && x < ax + ((y - ay) * dx) / dy) inside = !inside;
  }
  return (inside ? -1 : 1) * Math.sqrt(best);
}

/** Periodic ridge: 1 at every half, falling off with variance `spread` / 2. */
function stripe(x: number, spread: number): number {
  const d = x - Math.floor(x) - 0.5;
  return Math.exp((-d * d) / spread);
}

/** Bakes the skin of an actor. */
export function bakeSkin(scene: ActorScene, size: number): SkinTexture {
  const { rest, atlas, triangles, neutral, variant } = scene;
  const look = variant.skin;
  const head = scene.pieces[0]!;
  const buffer = createGBuffer(size, size);
  const flat = new Float32Array(head.endVertex * 3);
  for (let v = 0; v < head.endVertex; v += 1) {
    flat[v * 3] = atlas[v * 2]! * size;
    flat[v * 3 + 1] = atlas[v * 2 + 1]! * size;
  }
  let run = 0;
  for (let t = 0; t <= head.endTriangle; t += 1) {
    if (t < head.endTriangle && scene.material[t] === MATERIAL.skin) continue;
    drawTriangles(buffer, flat, triangles, run, t);
    run = t + 1;
  }
  const colour = new Uint8Array(size * size * 3);
  const height = new Float32Array(size * size);
  const lines = new Float32Array(size * size);
  const lineGroup = new Uint8Array(size * size);
  const roughness = new Uint8Array(size * size);
  const lip = new Uint8Array(size * size);
  const scalpMap = new Uint8Array(size * size);
  const point = (v: number): readonly [number, number, number] => [
    neutral[v * 3]!,
    neutral[v * 3 + 1]!,
    neutral[v * 3 + 2]!,
  ];
  const uvOf = (v: number): Point => [atlas[v * 2]!, atlas[v * 2 + 1]!];
  const lipLoop = smoothLoop(LIPS_OUTER.map(uvOf), 5);
  const lidLoops = [LID_RIGHT, LID_LEFT].map((lid) => smoothLoop(lid.map(uvOf), 3));
  const browLoops = [BROW_RIGHT, BROW_LEFT].map((b) =>
    smoothLoop([...b.lower, ...[...b.upper].reverse()].map(uvOf), 3),
  );
  const blob = (v: number, radius: number, x: number, y: number, z: number): number => {
    const [a, b, c] = point(v);
    return Math.exp(-((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) / (2 * radius * radius));
  };
  const both = (v: number, m: number, radius: number, x: number, y: number, z: number): number =>
    x < 0 ? blob(v, radius, x, y, z) : blob(m, radius, x, y, z);
  const browY = point(105)[1];
  const glabella = point(9);
  const eyeOut = [point(33), point(263)];
  const nostrils = [238, 458].map((v) => point(v));
  const mouthCorner = point(291);
  const cell = new Float64Array(2);
  const pixel = [0, 0, 0];
  for (let i = 0; i < size * size; i += 1) {
    const t = buffer.triangle[i]!;
    if (t < 0) continue;
    const [a, b, c] = [triangles[t * 3]! * 3, triangles[t * 3 + 1]! * 3, triangles[t * 3 + 2]! * 3];
    const wb = buffer.second[i]!;
    const wc = buffer.third[i]!;
    const at = (k: number): number => rest[a + k]! * (1 - wb - wc) + rest[b + k]! * wb + rest[c + k]! * wc;
    const x = at(0);
    const y = at(1);
    const z = at(2);
    const u = ((i % size) + 0.5) / size;
    const v = (Math.floor(i / size) + 0.5) / size;
    const scalp = scalpCover(variant.hair, x, y, z);
    const face = smoothstep(-4, 0, z) * smoothstep(-13, -9.5, y);
    const low = fractal3(x * 0.5, y * 0.5, z * 0.5, 3);
    const mottle = fractal3(x * 2.1 + 40, y * 2.1, z * 2.1, 3);
    const fine = face > 0 ? fractal3(x * 6.5, y * 6.5, z * 6.5 + 7, 3, 0.75) : 0;
    // Blood and pigment.
    const cheeks = both(50, 280, 1.5, x, y, z) + 0.6 * both(205, 425, 1.3, x, y, z);
    const nose = blob(4, 1.05, x, y, z) + 0.7 * both(129, 358, 0.6, x, y, z);
    const flush = clamp(
      0.34 * cheeks +
        0.3 * nose +
        0.14 * blob(199, 1.1, x, y, z) +
        0.1 * mottle +
        0.08 * low +
        0.1 * blob(164, 0.8, x, y, z) +
        0.04,
      0,
      0.75,
    );
    const socket =
      both(145, 374, 0.85, x, y - 0.1, z) + 0.9 * both(133, 362, 0.6, x, y, z) + 0.55 * both(159, 386, 0.6, x, y, z);
    const lidEdge = x < 0 ? loopDistance(lidLoops[0]!, u, v) : loopDistance(lidLoops[1]!, u, v);
    const browD = Math.abs(y - browY) < 3 && z > 0 ? loopDistance(browLoops[x < 0 ? 0 : 1]!, u, v) : 1;
    const nearMouth = z > 0 && Math.abs(u - 0.5) < 0.2 && v > 0.5;
    const lipD = nearMouth ? loopDistance(lipLoop, u, v) : 1;
    const lipEdge = lipD + 0.0009 * noise3(x * 4, y * 4, z * 4);
    const isLip = smoothstep(0.0065, -0.006, lipEdge);
    const forehead = smoothstep(browY, browY + 2.5, y) * face;
    for (let k = 0; k < 3; k += 1) {
      let value = look.base[k]! * (1 + 0.055 * low + 0.06 * mottle + 0.085 * fine + 0.05 * forehead);
      value = mix(value, look.flush[k]! * (0.9 + 0.1 * mottle), flush);
      value *= 1 - [0.13, 0.17, 0.13][k]! * clamp(socket, 0, 1);
      value *= 1 - [0.03, 0.05, 0.05][k]! * face * clamp(noise3(x * 0.35, y * 0.35, z * 0.35), 0, 1);
      pixel[k] = value;
    }
    if (look.freckles > 0 && face > 0.1) {
      cells3(x * 3.1 + 3, y * 3.1, z * 3.1, cell);
      const where = clamp(cheeks + 0.7 * nose + 0.25 * forehead, 0.08, 1);
      const spot = hash3(Math.floor(x * 3.1 + 3), Math.floor(y * 3.1), Math.floor(z * 3.1));
      const size1 = 0.1 + 0.14 * spot;
      const dark = look.freckles * where * smoothstep(size1, size1 * 0.35, cell[0]!) * 0.42;
      for (let k = 0; k < 3; k += 1) pixel[k]! *= 1 - dark * [0.45, 0.75, 0.9][k]!;
    }
    if (look.stubble > 0) {
      const beard =
        smoothstep(-1.7, -4.4, y + 0.16 * Math.abs(x) + 0.35 * mottle) *
        smoothstep(-10.6, -8.6, y) *
        smoothstep(-2.6, -0.6, z + 0.1 * Math.abs(x)) *
        (1 - isLip) *
        (1 - 0.75 * both(205, 425, 1.0, x, y, z));
      const grain = smoothstep(0.05, 0.6, noise3(x * 17, y * 17, z * 17));
      const dark = look.stubble * beard * (0.26 + 0.3 * grain);
      for (let k = 0; k < 3; k += 1) pixel[k]! *= 1 - dark * [0.95, 0.85, 0.75][k]!;
    }
    // Lips: darker towards the line where they meet, a pale edge outside.
    const streak = noise3(x * 11, y * 1.2, z * 2) * 0.5 + noise3(x * 23, y * 2.5, z * 3) * 0.5;
    const seam = smoothstep(-0.03, 0, -Math.abs(lipD + 0.02) + 0.012);
    for (let k = 0; k < 3; k += 1) {
      const tint = look.lips[k]! * (1 + 0.14 * streak + 0.08 * mottle) * (1 - 0.12 * seam);
      pixel[k] = mix(pixel[k]! * (1 + 0.05 * smoothstep(0.012, 0.004, Math.abs(lipD - 0.006))), tint, isLip * 0.92);
    }
    const liner = smoothstep(0.011, 0.0005, lidEdge) * smoothstep(-0.006, 0, lidEdge);
    const upperLid = v < (x < 0 ? uvOf(33)[1] : uvOf(263)[1]) ? 1 : 0.45;
    for (let k = 0; k < 3; k += 1) pixel[k]! *= 1 - liner * upperLid * [0.5, 0.62, 0.62][k]!;
    const under = smoothstep(0.008, -0.012, browD) * 0.34 * variant.hair.browDensity;
    for (let k = 0; k < 3; k += 1) pixel[k] = mix(pixel[k]!, variant.hair.colour[k]!, clamp(under, 0, 0.5));
    for (const n of nostrils) {
      const d = Math.hypot(
        (x - n[0]! - Math.sign(n[0]!) * 0.06) / 0.33,
        (y - n[1]! - 0.1) / 0.26,
        (z - n[2]! + 0.12) / 0.46,
      );
      const dark = smoothstep(1.1, 0.5, d) * 0.88;
      for (let k = 0; k < 3; k += 1) pixel[k]! *= 1 - dark * [0.85, 0.95, 0.95][k]!;
    }
    for (let k = 0; k < 3; k += 1) {
      pixel[k] = mix(pixel[k]!, variant.hair.colour[k]! * 0.55, smoothstep(0.3, 1, scalp) * 0.9);
      colour[i * 3 + k] = clamp(Math.sqrt(Math.max(0, pixel[k]!)) * 255, 0, 255);
    }
    lip[i] = isLip * 255;
    scalpMap[i] = 255 * smoothstep(0.35, 1, scalp);
    const oily = clamp(
      0.8 * nose + 0.5 * blob(151, 1.6, x, y, z) + 0.25 * cheeks + 0.3 * blob(199, 0.8, x, y, z),
      0,
      1,
    );
    roughness[i] =
      255 *
      clamp(
        mix(look.roughness + 0.07 * mottle + 0.06 * fine - 0.1 * oily, 0.36 + 0.06 * streak, isLip) + 0.25 * scalp,
        0.15,
        0.9,
      );

    // Relief, cm.
    if (face > 0.02) {
      cells3(x * 6.2, y * 6.2, z * 6.2, cell);
      const pores = clamp(0.35 + 0.7 * cheeks + 0.8 * nose + 0.3 * forehead, 0, 1);
      const pore = -0.0062 * pores * smoothstep(0.34, 0.08, cell[0]!);
      const grain = 0.0056 * fine + 0.0026 * fractal3(x * 17, y * 17, z * 17, 2);
      const lips = 0.0075 * streak;
      const rim = 0.014 * Math.exp(-(((lipD - 0.003) / 0.0045) ** 2));
      height[i] = (1 - scalp) * (mix(pore + grain, lips, isLip) + rim);
      // Lines that expressions fold into the skin.
      const wave = 0.5 * noise3(x * 0.7, 3, 0);
      const fy = (y - browY) / 0.62 + wave;
      let line = 0;
      let group = 0;
      if (y > browY + 0.5 && Math.abs(x) < 4.6) {
        group = LINE_GROUP.forehead;
        line =
          -stripe(fy, 0.02) *
          smoothstep(browY + 0.5, browY + 1.1, y) *
          smoothstep(browY + 3.4, browY + 2.4, y) *
          smoothstep(4.6, 2.6, Math.abs(x));
      } else if (Math.abs(x) < 1.3 && y > glabella[1] - 1.2) {
        group = LINE_GROUP.furrow;
        const dx = Math.abs(Math.abs(x) - 0.42 - 0.05 * (y - glabella[1]));
        line = -1.5 * Math.exp(-((dx / 0.11) ** 2)) * Math.exp(-(((y - glabella[1]) / 0.75) ** 2));
      }
      const side = x < 0 ? 0 : 1;
      const e = eyeOut[side]!;
      const ex = Math.abs(x) - Math.abs(e[0]);
      const ey = y - e[1];
      if (ex > 0.15 && ex < 2.1 && Math.abs(ey) < 1.6) {
        group = side === 1 ? LINE_GROUP.crowLeft : LINE_GROUP.crowRight;
        const fan = (Math.atan2(ey, ex) / 0.34 + 0.15 * noise3(x * 2, y * 2, z)) * 1;
        line =
          -stripe(fan, 0.025) *
          smoothstep(0.15, 0.5, ex) *
          smoothstep(1.9, 0.9, ex) *
          smoothstep(1.4, 0.7, Math.abs(ey));
      } else if (y < point(4)[1] + 0.6 && y > mouthCorner[1] - 1.4 && Math.abs(x) > 1.5 && Math.abs(x) < 4.4) {
        group = side === 1 ? LINE_GROUP.foldLeft : LINE_GROUP.foldRight;
        const down = (point(129)[1] + 0.4 - y) / 4;
        const foldX = 1.95 + 1.35 * Math.sin(clamp(down, 0, 1) * 1.7) * 1.05;
        const d = (Math.abs(x) - foldX) / 0.2;
        line =
          (-2.0 * Math.exp(-d * d) + 1.2 * Math.exp(-(((Math.abs(x) - foldX - 0.42) / 0.34) ** 2))) *
          smoothstep(-0.05, 0.15, down) *
          smoothstep(1.15, 0.75, down);
      }
      lines[i] = 0.022 * line * face;
      lineGroup[i] = group;
    }
  }
  const slopeOf = (map: Float32Array): Float32Array => {
    const out = new Float32Array(size * size * 2);
    for (let y = 1; y < size - 1; y += 1)
      for (let x = 1; x < size - 1; x += 1) {
        const i = y * size + x;
        if (buffer.triangle[i - 1]! < 0 || buffer.triangle[i + 1]! < 0) continue;
        if (buffer.triangle[i - size]! < 0 || buffer.triangle[i + size]! < 0) continue;
        out[i * 2] = ((map[i + 1]! - map[i - 1]!) * size) / 2;
        out[i * 2 + 1] = ((map[i + size]! - map[i - size]!) * size) / 2;
      }
    return out;
  };
  dilate(buffer.triangle, colour, size);
  return {
    size,
    colour,
    slope: slopeOf(height),
    lineSlope: slopeOf(lines),
    lineGroup,
    roughness,
    lip,
    scalp: scalpMap,
  };
}

/** Carries colours a few texels beyond the drawn area, so that lookups at its rim find skin. */
function dilate(triangle: Int32Array, colour: Uint8Array, size: number): void {
  const known = Uint8Array.from(triangle, (t) => (t >= 0 ? 1 : 0));
  const fresh: number[] = [];
  for (let pass = 0; pass < 4; pass += 1) {
    for (let i = size; i < size * (size - 1); i += 1) {
      if (known[i] === 1) continue;
      const from =
        known[i - 1] === 1 ? i - 1 : known[i + 1] === 1 ? i + 1 : known[i - size] === 1 ? i - size : i + size;
      if (known[from] !== 1) continue;
      for (let k = 0; k < 3; k += 1) colour[i * 3 + k] = colour[from * 3 + k]!;
      fresh.push(i);
    }
    for (const i of fresh) known[i] = 1;
    fresh.length = 0;
  }
}
