import { BROW_LEFT, BROW_RIGHT, LID_LEFT, LID_RIGHT } from './face-regions.ts';
import { headDistance } from './head-shape.ts';
import { createRandom, mix, noise3, type Random, smoothstep } from './noise.ts';
import { scalpCover } from './scalp.ts';
import type { ActorScene } from './scene.ts';

/** Hairs as polylines. Scalp hair lies in face space; brows and lashes in the frame of the skin vertex they root in. */
export interface Strands {
  readonly count: number;
  /** Points per strand. */
  readonly points: number;
  /** [count, points, 3] cm. */
  readonly positions: Float32Array;
  /** Head vertex that carries the strand (positions then are along its tangent, up and normal), or -1: the skull. */
  readonly root: Int32Array;
  /** Width of the root, cm. */
  readonly width: Float32Array;
  /** Brightness, about 0.6..1.4. */
  readonly shade: Float32Array;
  /** Light that other hairs leave it, 0..1, per point. */
  readonly light: Float32Array;
}

class StrandBuilder {
  private readonly positions: number[] = [];
  private readonly root: number[] = [];
  private readonly width: number[] = [];
  private readonly shade: number[] = [];
  private readonly light: number[] = [];
  private readonly points: number;

  constructor(points: number) {
    this.points = points;
  }

  add(
    points: readonly (readonly [number, number, number])[],
    root: number,
    width: number,
    shade: number,
    light: readonly number[],
  ): void {
    for (const p of points) this.positions.push(p[0], p[1], p[2]);
    for (const l of light) this.light.push(l);
    this.root.push(root);
    this.width.push(width);
    this.shade.push(shade);
  }

  build(): Strands {
    return {
      count: this.root.length,
      points: this.points,
      positions: Float32Array.from(this.positions),
      root: Int32Array.from(this.root),
      width: Float32Array.from(this.width),
      shade: Float32Array.from(this.shade),
      light: Float32Array.from(this.light),
    };
  }
}

function surfaceNormal(scene: ActorScene, x: number, y: number, z: number): [number, number, number] {
  const head = scene.variant.head;
  const e = 0.05;
  const d = headDistance(head, x, y, z);
  const g: [number, number, number] = [
    headDistance(head, x + e, y, z) - d,
    headDistance(head, x, y + e, z) - d,
    headDistance(head, x, y, z + e) - d,
  ];
  const length = Math.hypot(...g) || 1;
  return [g[0] / length, g[1] / length, g[2] / length];
}

/** Roots spread evenly over the hairy part of the head. */
function scatterRoots(scene: ActorScene, count: number, random: Random): [number, number, number][] {
  const { rest, triangles } = scene;
  const end = scene.pieces[0]!.endTriangle;
  const cumulative = new Float64Array(end);
  let total = 0;
  for (let t = 0; t < end; t += 1) {
    const [a, b, c] = [triangles[t * 3]! * 3, triangles[t * 3 + 1]! * 3, triangles[t * 3 + 2]! * 3];
    const cover = rest[a + 1]! < -7 ? 0 : scalpCover(scene.variant.hair, rest[a]!, rest[a + 1]!, rest[a + 2]!);
    if (scene.material[t] === 0 && cover > 0) {
      const u = [0, 1, 2].map((k) => rest[b + k]! - rest[a + k]!);
      const v = [0, 1, 2].map((k) => rest[c + k]! - rest[a + k]!);
      const area = Math.hypot(
        u[1]! * v[2]! - u[2]! * v[1]!,
        u[2]! * v[0]! - u[0]! * v[2]!,
        u[0]! * v[1]! - u[1]! * v[0]!,
      );
      // The back of the head is never seen: a fifth of the hairs will do there.
      total +=
        area *
        cover *
        (rest[a + 2]! < -7.5 ? 0.2 : 1) *
        (rest[a + 2]! > -2.5 ? 1.6 : 1) *
        (rest[a + 1]! > 9.8 ? 1.9 : 1);
    }
    cumulative[t] = total;
  }
  return Array.from({ length: count }, () => {
    const wanted = random() * total;
    let low = 0;
    let high = end - 1;
    while (low < high) {
      const mid = (low + high) >> 1;
      if (cumulative[mid]! < wanted) low = mid + 1;
      else high = mid;
    }
    let wb = random();
    let wc = random();
    if (wb + wc > 1) [wb, wc] = [1 - wb, 1 - wc];
    const [a, b, c] = [triangles[low * 3]! * 3, triangles[low * 3 + 1]! * 3, triangles[low * 3 + 2]! * 3];
    const at = (k: number): number => rest[a + k]! * (1 - wb - wc) + rest[b + k]! * wb + rest[c + k]! * wc;
    return [at(0), at(1), at(2)];
  });
}

/** Grows the hair of the scalp. `density` scales the number of hairs (small pictures need fewer, wider ones). */
export function growScalp(scene: ActorScene, seed: number, density: number): Strands {
  const style = scene.variant.hair;
  const head = scene.variant.head;
  const random = createRandom(seed * 31 + 5);
  const points = style.kind === 'crop' ? 5 : 12;
  const builder = new StrandBuilder(points);
  const count = Math.round(style.strands * density);
  const part = 2.1;
  for (const root of scatterRoots(scene, count, random)) {
    const cover = scalpCover(style, ...root);
    const layer = random();
    const clump = noise3(root[0] * 1.3, root[1] * 1.3, root[2] * 1.3);
    const stray = random() < 0.03 ? 1 : 0;
    const path: [number, number, number][] = [[...root]];
    const light = [0.35 + 0.3 * layer];
    const start = headDistance(head, ...root);
    const fineness = mix(0.35, 1, smoothstep(0.05, 0.75, cover));
    if (style.kind === 'crop') {
      const length = style.length * (0.6 + 0.5 * random()) * mix(0.35, 1, smoothstep(2.5, 8.5, root[1])) * fineness;
      const n = surfaceNormal(scene, ...root);
      // Combed forward and to the side on top, down at the sides.
      const flow = [
        0.25 * Math.sign(root[0]) + 0.5 * clump,
        -0.55 - 0.1 * root[1],
        0.55 + 0.4 * noise3(root[0], root[2], 7),
      ];
      const jitter = [random() - 0.5, random() - 0.5, random() - 0.5];
      let p = root;
      for (let k = 1; k < points; k += 1) {
        const t = k / (points - 1);
        const d = [0, 1, 2].map((c) => n[c]! * (0.95 - 0.75 * t) + flow[c]! * (0.25 + 0.65 * t) + 0.55 * jitter[c]!);
        const unit = Math.hypot(d[0]!, d[1]!, d[2]!) || 1;
        p = [0, 1, 2].map((c) => p[c]! + (d[c]! / unit) * (length / (points - 1))) as [number, number, number];
        path.push([...p]);
        light.push(0.35 + 0.65 * t * (0.6 + 0.4 * layer));
      }
      builder.add(path, -1, 0.011 * (0.7 + 0.5 * random()), 0.8 + 0.35 * random() + 0.2 * clump, light);
      continue;
    }
    const side = root[0] > part ? 1 : -1;
    const fromPart = Math.abs(root[0] - part);
    const length = style.length * (0.85 + 0.3 * random()) * (root[2] < -6 ? 0.6 : 1);
    let p = root;
    for (let k = 1; k < points; k += 1) {
      const t = k / (points - 1);
      const n = surfaceNormal(scene, ...p);
      // Combed away from the parting and back towards the nape.
      const goal = [-p[0] * 0.55, -0.5 - p[1] * 0.9, -13.6 - p[2]];
      const far = Math.hypot(goal[0]!, goal[1]!, goal[2]!) || 1;
      const sweep = 1.15 * Math.exp(-t * 3.2) * smoothstep(0.0, 1.2, fromPart + 0.4) * smoothstep(1.5, 6, root[1]);
      const wave = 0.16 * Math.sin(t * 9 + clump * 6) + 0.25 * noise3(p[0] * 0.6 + 11, p[1] * 0.6, p[2] * 0.6);
      const d = [
        goal[0]! / far + side * sweep + wave * 0.5,
        goal[1]! / far + 0.55 * Math.exp(-t * 6) + wave,
        goal[2]! / far,
      ];
      const into = d[0]! * n[0] + d[1]! * n[1] + d[2]! * n[2];
      for (let c = 0; c < 3; c += 1) d[c]! -= into * n[c]!;
      const unit = Math.hypot(d[0]!, d[1]!, d[2]!) || 1;
      const step = length / (points - 1);
      const q = [0, 1, 2].map((c) => p[c]! + (d[c]! / unit) * step) as [number, number, number];
      const rise = smoothstep(0, 0.28, t);
      const lift =
        start * (1 - rise) +
        rise *
          (style.volume * (0.25 + 0.75 * layer) * (0.75 + 0.3 * clump) * (0.65 + 0.35 * smoothstep(2, 8, q[1])) +
            0.05 +
            stray * 0.5 * random());
      const m = surfaceNormal(scene, ...q);
      const gap = lift - headDistance(head, ...q);
      for (let c = 0; c < 3; c += 1) q[c]! += gap * m[c]!;
      path.push(q);
      light.push(mix(0.4, 1, rise) * (0.42 + 0.58 * layer ** 0.8));
      p = q;
    }
    builder.add(path, -1, 0.0135 * (0.7 + 0.5 * random()) * fineness, 0.82 + 0.34 * random() + 0.22 * clump, light);
  }
  return builder.build();
}

/** Grows brows and lashes, which move with the skin. */
export function growBrowsAndLashes(scene: ActorScene, seed: number, density: number): Strands {
  const { neutral, rest, variant } = scene;
  const random = createRandom(seed * 57 + 3);
  const points = 4;
  const builder = new StrandBuilder(points);
  const end = scene.pieces[0]!.endVertex;
  const near: number[] = [];
  for (let v = 0; v < end; v += 1)
    if (rest[v * 3 + 2]! > 0.5 && rest[v * 3 + 1]! > 0.5 && rest[v * 3 + 1]! < 6.5) near.push(v);
  const skinVertices = new Set<number>();
  for (let t = 0; t < scene.pieces[0]!.endTriangle; t += 1)
    if (scene.material[t] === 0) for (let k = 0; k < 3; k += 1) skinVertices.add(scene.triangles[t * 3 + k]!);
  const candidates = near.filter((v) => skinVertices.has(v));
  const nearest = (x: number, y: number, z: number): number => {
    let best = -1;
    let distance = 1e9;
    for (const v of candidates) {
      const d = (rest[v * 3]! - x) ** 2 + (rest[v * 3 + 1]! - y) ** 2 + (rest[v * 3 + 2]! - z) ** 2;
      if (d < distance) {
        distance = d;
        best = v;
      }
    }
    return best;
  };
  const at = (v: number): [number, number, number] => [neutral[v * 3]!, neutral[v * 3 + 1]!, neutral[v * 3 + 2]!];
  const along = (line: readonly number[], t: number): [number, number, number] => {
    const x = Math.min(0.9999, Math.max(0, t)) * (line.length - 1);
    const i = Math.floor(x);
    const [a, b] = [at(line[i]!), at(line[i + 1]!)];
    return [mix(a[0], b[0], x - i), mix(a[1], b[1], x - i), mix(a[2], b[2], x - i)];
  };
  /** A strand from the point, given the directions (tangent, up, normal) it takes at root and tip. */
  const strand = (
    from: readonly [number, number, number],
    length: number,
    rootward: readonly [number, number, number],
    tipward: readonly [number, number, number],
    width: number,
    shade: number,
  ): void => {
    const root = nearest(...from);
    const path: [number, number, number][] = [];
    let p: [number, number, number] = [from[0] - rest[root * 3]!, from[1] - rest[root * 3 + 1]!, 0.012];
    for (let k = 0; k < points; k += 1) {
      path.push([...p]);
      const t = (k + 0.5) / (points - 1);
      const d = [0, 1, 2].map((c) => mix(rootward[c]!, tipward[c]!, t));
      const unit = Math.hypot(d[0]!, d[1]!, d[2]!) || 1;
      p = [0, 1, 2].map((c) => p[c]! + ((d[c]! / unit) * length) / (points - 1)) as [number, number, number];
    }
    builder.add(path, root, width, shade, [0.55, 0.7, 0.85, 0.9]);
  };
  for (const [side, brow] of [
    [-1, BROW_RIGHT],
    [1, BROW_LEFT],
  ] as const) {
    const hairs = Math.round(520 * variant.hair.browDensity * Math.sqrt(density));
    for (let n = 0; n < hairs; n += 1) {
      const s = random() ** 0.92;
      const spread = (random() + random()) / 2;
      const thin =
        mix(0.92, 0.42, smoothstep(0.45, 1, s)) * variant.hair.browThickness * mix(0.7, 1, smoothstep(0, 0.16, s));
      const w = 0.44 + (spread - 0.5) * thin;
      const a = along(brow.lower, s);
      const b = along(brow.upper, s);
      const from = [0, 1, 2].map((c) => mix(a[c]!, b[c]!, w)) as [number, number, number];
      // Upright at the inner end, then outwards, the lower hairs up and the upper ones down to the middle line.
      const upright = mix(1.35, -0.22, smoothstep(0, 0.55, s)) + (0.5 - spread) * 0.9 * smoothstep(0.15, 0.5, s);
      const jitter = (random() - 0.5) * 0.45;
      const out = side * mix(0.35, 1, smoothstep(0, 0.3, s));
      strand(
        from,
        mix(0.5, 0.72, Math.sin(Math.min(1, s * 1.4) * Math.PI)) * (0.75 + 0.5 * random()),
        [out, upright + jitter, 0.16],
        [out * 1.1, upright * 0.45 + jitter, 0.02],
        0.0125 * (0.7 + 0.6 * random()),
        0.75 + 0.5 * random(),
      );
    }
  }
  for (const [side, lid] of [
    [-1, LID_RIGHT],
    [1, LID_LEFT],
  ] as const) {
    const upper = [...lid.slice(8), lid[0]!];
    const lower = lid.slice(0, 9).reverse();
    const upperCount = Math.round(86 * Math.sqrt(density));
    for (let n = 0; n < upperCount; n += 1) {
      const s = 0.06 + 0.93 * ((n + random() * 0.8) / upperCount);
      const fan = side * mix(-0.5, 0.85, s) + (random() - 0.5) * 0.3;
      const length =
        mix(0.42, 0.88, smoothstep(0, 0.7, s)) * (0.75 + 0.4 * random()) * (variant.hair.kind === 'crop' ? 0.72 : 1);
      strand(along(upper, s), length, [fan * 0.7, -0.18, 1], [fan, 1.0, 0.45], 0.0145, 0.35);
    }
    const lowerCount = Math.round(46 * Math.sqrt(density));
    for (let n = 0; n < lowerCount; n += 1) {
      const s = 0.12 + 0.86 * ((n + random() * 0.8) / lowerCount);
      const fan = side * mix(-0.4, 0.7, s) + (random() - 0.5) * 0.3;
      strand(along(lower, s), 0.3 * (0.7 + 0.5 * random()), [fan * 0.6, -0.35, 1], [fan, -0.75, 0.4], 0.0095, 0.5);
    }
  }
  return builder.build();
}
