import type { FaceModel } from '../capture/face-model/index.ts';
import { LID_FOLD_LEFT, LID_FOLD_RIGHT, LID_LEFT, LID_RIGHT, LIPS_INNER, OVAL } from './face-regions.ts';
import { headRings } from './head-shape.ts';
import { mix, smoothstep } from './noise.ts';
import type { ActorVariant } from './variant.ts';

/** What covers a triangle of the head. */
export const HEAD_PART = { skin: 0, lidMargin: 1, mouth: 2 } as const;

/** Eyeball of one side: centre and radius in face space. */
export interface Eyeball {
  readonly centre: readonly [number, number, number];
  readonly radius: number;
}

/** Control mesh of the head: the 468 face vertices first, then head rings, mouth bag and lid skirts. */
export interface ControlMesh {
  readonly vertexCount: number;
  /** Wanted limit positions in face space, [vertexCount, 3]. */
  readonly points: Float32Array;
  readonly triangles: Uint32Array;
  /** One of HEAD_PART per triangle. */
  readonly part: Uint8Array;
  /** [vertexCount, 2] in the head atlas, 0..1. */
  readonly atlas: Float32Array;
  readonly eyes: readonly [Eyeball, Eyeball];
  /** First vertex of the skirt of each eye (image-left, image-right); 3 rings of 16. */
  readonly skirts: readonly [number, number];
  readonly bag: number;
  readonly layout: ControlLayout;
}

/** Where the parts of the control mesh begin. */
export interface ControlLayout {
  readonly vertexCount: number;
  readonly firstRing: number;
  readonly ringCount: number;
  readonly bag: number;
  readonly cap: number;
}

/** Place of canonical texture coordinates in the atlas of the whole head. */
export const ATLAS_OFFSET = 0.2;
/** Size of the canonical texture square in the atlas. */
export const ATLAS_SCALE = 0.6;

const BAG_RINGS = 6;
const SKIRT_RINGS = 3;
/** Thickness of the eyelids. */
const LID_THICKNESS = 0.13;

/** The actor's own neutral face: sculpted, with lips that meet and lids that lie on the eyeballs. */
function personalNeutral(face: FaceModel, variant: ActorVariant): { points: Float32Array; eyes: [Eyeball, Eyeball] } {
  const points = Float32Array.from(face.neutral);
  const pull = (cx: number, cy: number, cz: number, radius: number, by: readonly number[]): void => {
    for (let v = 0; v < 468; v += 1) {
      const d2 =
        (face.neutral[v * 3]! - cx) ** 2 + (face.neutral[v * 3 + 1]! - cy) ** 2 + (face.neutral[v * 3 + 2]! - cz) ** 2;
      const w = Math.exp(-d2 / (2 * radius * radius));
      for (let c = 0; c < 3; c += 1) points[v * 3 + c]! += w * by[c]!;
    }
  };
  for (const { at, mirrored, radius, by } of variant.sculpt) {
    const [x, y, z] = [face.neutral[at * 3]!, face.neutral[at * 3 + 1]!, face.neutral[at * 3 + 2]!];
    pull(x, y, z, radius, by);
    if (mirrored) pull(-x, y, z, radius, [-by[0], by[1], by[2]]);
  }
  const get = (v: number, c: number): number => points[v * 3 + c]!;
  const eyes = [LID_RIGHT, LID_LEFT].map((lid, side): Eyeball => {
    const fold = side === 0 ? LID_FOLD_RIGHT : LID_FOLD_LEFT;
    const middle = [0, 1, 2].map((c) => (get(lid[0]!, c) + get(lid[8]!, c)) / 2);
    const front = (get(lid[4]!, 2) + get(lid[12]!, 2)) / 2;
    const radius = 1.36;
    const centre = [middle[0]!, mix(get(lid[4]!, 1), get(lid[12]!, 1), 0.5), front - 0.12 - radius + 0.06] as const;
    // Lids rest on the ball: slide the edge, and half as much the fold behind it, along z.
    lid.forEach((v, i) => {
      const dx = get(v, 0) - centre[0];
      const dy = get(v, 1) - centre[1];
      const reach = radius + LID_THICKNESS;
      const z = centre[2] + Math.sqrt(Math.max(0.3, reach * reach - dx * dx - dy * dy));
      const d = z - get(v, 2);
      points[v * 3 + 2]! += d;
      points[fold[i]! * 3 + 2]! += 0.6 * d;
    });
    return { centre, radius };
  });
  return { points, eyes: [eyes[0]!, eyes[1]!] };
}

/** Where the three rings behind the edge of a lid lie, given the edge (limit positions, face space). */
export function placeSkirt(points: Float32Array, lid: readonly number[], eye: Eyeball, first: number): void {
  const [cx, cy, cz] = eye.centre;
  let mx = 0;
  let my = 0;
  for (const v of lid) {
    mx += points[v * 3]! / lid.length;
    my += points[v * 3 + 1]! / lid.length;
  }
  for (let i = 0; i < lid.length; i += 1) {
    const v = lid[i]! * 3;
    const outX = points[v]! - mx;
    const outY = points[v + 1]! - my;
    const out = Math.hypot(outX, outY) || 1;
    for (let ring = 0; ring < SKIRT_RINGS; ring += 1) {
      const slide = [-0.015, 0.16, 0.5][ring]!;
      const x = points[v]! + (outX / out) * slide - cx;
      const y = points[v + 1]! + (outY / out) * slide - cy;
      const z = points[v + 2]! - cz - [0.05, 0.12, 0.25][ring]!;
      const reach = eye.radius + [0.035, 0.03, 0.06][ring]!;
      const scale = reach / (Math.hypot(x, y, z) || 1);
      const target = (first + ring * lid.length + i) * 3;
      points[target] = cx + x * scale;
      points[target + 1] = cy + y * scale;
      points[target + 2] = cz + z * scale;
    }
  }
}

/** Where the rings of the mouth's inside lie, given the inner rim of the lips. `jaw` is how far the jaw has dropped. */
function bagPoint(points: Float32Array, i: number, ring: number, out: Float32Array, at: number): void {
  const v = LIPS_INNER[i]! * 3;
  const upper = i > 0 && i < 10 ? 1 : i === 0 || i === 10 ? 0 : -1;
  const k = Math.min(ring, BAG_RINGS - 1);
  const x = points[v]!;
  const wide = [1, 1.01, 1.02, 1.02, 0.9, 0.55][k]!;
  const middle = 1 - Math.abs(x) / 2.4;
  const height = [0.06, 0.3, 0.75, 1.15, 1.1, 0.5][k]! * (0.35 + 0.65 * middle);
  out[at] = x * wide;
  out[at + 1] = points[v + 1]! + upper * height;
  out[at + 2] = points[v + 2]! - [0.2, 0.38, 0.5, 1.4, 3.2, 4.4][k]!;
}

/** Builds the control mesh of one actor. */
export function buildControlMesh(face: FaceModel, variant: ActorVariant): ControlMesh {
  const { points: facePoints, eyes } = personalNeutral(face, variant);
  const oval = OVAL.map(
    (v) => [facePoints[v * 3]!, facePoints[v * 3 + 1]!, facePoints[v * 3 + 2]!] as [number, number, number],
  );
  const rings = headRings(variant.head, oval);
  const rim = OVAL.length;
  const firstRing = 468;
  const bag = firstRing + rings.ringCount * rim;
  const lips = LIPS_INNER.length;
  const cap = bag + BAG_RINGS * lips;
  const skirts: [number, number] = [cap + 1, cap + 1 + SKIRT_RINGS * 16];
  const vertexCount = skirts[1] + SKIRT_RINGS * 16;

  const points = new Float32Array(vertexCount * 3);
  points.set(facePoints);
  points.set(rings.positions, firstRing * 3);
  smoothSeam(points, face, firstRing, rim);
  for (let ring = 0; ring < BAG_RINGS; ring += 1)
    for (let i = 0; i < lips; i += 1) bagPoint(points, i, ring, points, (bag + ring * lips + i) * 3);
  points.set([0, points[13 * 3 + 1]!, points[13 * 3 + 2]! - 5], cap * 3);
  placeSkirt(points, LID_RIGHT, eyes[0], skirts[0]);
  placeSkirt(points, LID_LEFT, eyes[1], skirts[1]);

  const atlas = new Float32Array(vertexCount * 2);
  for (let v = 0; v < 468 * 2; v += 1) atlas[v] = ATLAS_OFFSET + ATLAS_SCALE * face.uv[v]!;
  for (let ring = 0; ring < rings.ringCount; ring += 1)
    for (let i = 0; i < rim; i += 1) {
      const u = atlas[OVAL[i]! * 2]! - 0.5;
      const v = atlas[OVAL[i]! * 2 + 1]! - 0.5;
      const grow = 1 + (0.195 * (ring + 1)) / rings.ringCount / Math.max(Math.abs(u), Math.abs(v), 0.2);
      atlas[(firstRing + ring * rim + i) * 2] = 0.5 + u * grow;
      atlas[(firstRing + ring * rim + i) * 2 + 1] = 0.5 + v * grow;
    }
  for (let ring = 0; ring < BAG_RINGS; ring += 1)
    for (let i = 0; i < lips; i += 1)
      for (let c = 0; c < 2; c += 1) atlas[(bag + ring * lips + i) * 2 + c] = atlas[LIPS_INNER[i]! * 2 + c]!;
  atlas.set([atlas[13 * 2]!, atlas[13 * 2 + 1]!], cap * 2);
  for (const [side, lid] of [LID_RIGHT, LID_LEFT].entries())
    for (let ring = 0; ring < SKIRT_RINGS; ring += 1)
      for (let i = 0; i < 16; i += 1)
        for (let c = 0; c < 2; c += 1) atlas[(skirts[side]! + ring * 16 + i) * 2 + c] = atlas[lid[i]! * 2 + c]!;

  const { triangles, part } = joinTriangles(face, rings.ringCount, firstRing, bag, cap, skirts);
  const layout = { vertexCount, firstRing, ringCount: rings.ringCount, bag, cap };
  return { vertexCount, points, triangles, part, atlas, eyes, skirts, bag, layout };
}

/** Evens the canonical mesh's hard temple edge: the upper oval and the rows beside it relax together. */
function smoothSeam(points: Float32Array, face: FaceModel, firstRing: number, rim: number): void {
  const links = new Map<number, Set<number>>();
  const link = (a: number, b: number): void => {
    if (!links.has(a)) links.set(a, new Set());
    links.get(a)!.add(b);
  };
  for (let t = 0; t < face.triangles.length; t += 3)
    for (let k = 0; k < 3; k += 1) {
      const a = face.triangles[t + k]!;
      const b = face.triangles[t + ((k + 1) % 3)]!;
      link(a, b);
      link(b, a);
    }
  OVAL.forEach((v, i) => {
    for (let ring = 0; ring < 3; ring += 1) {
      const at = firstRing + ring * rim + i;
      const side = [firstRing + ring * rim + ((i + 1) % rim), firstRing + ring * rim + ((i + rim - 1) % rim)];
      for (const b of side) link(at, b);
      const inner = ring === 0 ? v : at - rim;
      link(at, inner);
      link(inner, at);
    }
  });
  const weight = new Map<number, number>();
  OVAL.forEach((v, i) => {
    const upper = smoothstep(-3.5, 1.5, points[v * 3 + 1]!);
    weight.set(v, upper);
    for (const n of links.get(v)!)
      if (n < 468 && !OVAL.includes(n)) weight.set(n, Math.max(weight.get(n) ?? 0, 0.45 * upper));
    weight.set(firstRing + i, upper);
    weight.set(firstRing + rim + i, 0.6 * upper);
  });
  for (let round = 0; round < 6; round += 1) {
    const before = Float32Array.from(points);
    for (const [v, w] of weight) {
      const around = [...links.get(v)!];
      for (let c = 0; c < 3; c += 1) {
        const mean = around.reduce((sum, n) => sum + before[n * 3 + c]!, 0) / around.length;
        points[v * 3 + c] = mix(before[v * 3 + c]!, mean, 0.5 * w);
      }
    }
  }
}

function joinTriangles(
  face: FaceModel,
  ringCount: number,
  firstRing: number,
  bag: number,
  cap: number,
  skirts: readonly [number, number],
): { triangles: Uint32Array; part: Uint8Array } {
  const triangles: number[] = [];
  const part: number[] = [];
  const holes = [new Set(LIPS_INNER), new Set(LID_RIGHT), new Set(LID_LEFT)];
  for (let t = 0; t < face.triangles.length; t += 3) {
    const corners = [face.triangles[t]!, face.triangles[t + 1]!, face.triangles[t + 2]!];
    if (holes.some((hole) => corners.every((v) => hole.has(v)))) continue;
    triangles.push(...corners);
    part.push(HEAD_PART.skin);
  }
  const directed = new Set<string>();
  for (let t = 0; t < triangles.length; t += 3)
    for (let k = 0; k < 3; k += 1) directed.add(`${triangles[t + k]}>${triangles[t + ((k + 1) % 3)]}`);
  const strip = (rows: readonly (readonly number[])[], kind: number): void => {
    // The strip's own edge must run against the edge it is sewn to.
    const forward = directed.has(`${rows[0]![0]}>${rows[0]![1]}`);
    for (let r = 0; r + 1 < rows.length; r += 1)
      for (let i = 0; i < rows[r]!.length; i += 1) {
        const j = (i + 1) % rows[r]!.length;
        const [a, b, c, d] = [rows[r]![i]!, rows[r]![j]!, rows[r + 1]![i]!, rows[r + 1]![j]!];
        // Alternate the diagonal so that no direction is favoured.
        const quads = (i + r) % 2 === 0 ? [a, c, b, b, c, d] : [a, c, d, a, d, b];
        const flip = [quads[1]!, quads[0]!, quads[2]!, quads[4]!, quads[3]!, quads[5]!];
        triangles.push(...(forward ? flip.map((_, k) => quads[[0, 1, 2, 3, 4, 5][k]!]!) : flip));
        part.push(kind, kind);
      }
  };
  const range = (first: number, count: number): number[] => Array.from({ length: count }, (_, i) => first + i);
  strip([OVAL, ...range(0, ringCount).map((r) => range(firstRing + r * OVAL.length, OVAL.length))], HEAD_PART.skin);
  const bagRows = range(0, BAG_RINGS).map((r) => range(bag + r * LIPS_INNER.length, LIPS_INNER.length));
  strip([LIPS_INNER, ...bagRows], HEAD_PART.mouth);
  const last = bagRows.at(-1)!;
  const inner = directed.has(`${LIPS_INNER[0]}>${LIPS_INNER[1]}`);
  last.forEach((a, i) => {
    const b = last[(i + 1) % last.length]!;
    triangles.push(...(inner ? [a, cap, b] : [cap, a, b]));
    part.push(HEAD_PART.mouth);
  });
  strip([LID_RIGHT, ...range(0, SKIRT_RINGS).map((r) => range(skirts[0] + r * 16, 16))], HEAD_PART.lidMargin);
  strip([LID_LEFT, ...range(0, SKIRT_RINGS).map((r) => range(skirts[1] + r * 16, 16))], HEAD_PART.lidMargin);
  return { triangles: Uint32Array.from(triangles), part: Uint8Array.from(part) };
}

/** Spreads a displacement of the face over head and mouth: fading behind the oval, following lip and jaw inside. */
export function carryShape(shape: Float32Array, layout: ControlLayout): Float32Array {
  const { vertexCount, firstRing, ringCount, bag, cap } = layout;
  const out = new Float32Array(vertexCount * 3);
  out.set(shape);
  const rim = OVAL.length;
  for (let ring = 0; ring < ringCount; ring += 1) {
    const fade = 1 - smoothstep(0, 7.5, ring + 1);
    for (let i = 0; i < rim; i += 1)
      for (let c = 0; c < 3; c += 1) {
        const near = shape[OVAL[i]! * 3 + c]!;
        const beside = (shape[OVAL[(i + 1) % rim]! * 3 + c]! + shape[OVAL[(i + rim - 1) % rim]! * 3 + c]!) / 2;
        out[(firstRing + ring * rim + i) * 3 + c] = fade * mix(near, beside, 0.4);
      }
  }
  const lips = LIPS_INNER.length;
  const chin = 200 * 3;
  for (let ring = 0; ring < BAG_RINGS; ring += 1)
    for (let i = 0; i < lips; i += 1) {
      const deep = smoothstep(-0.5, 4, ring);
      const lower = i > 10 ? 1 : i === 0 || i === 10 ? 0.5 : 0;
      for (let c = 0; c < 3; c += 1) {
        const lip = shape[LIPS_INNER[i]! * 3 + c]!;
        out[(bag + ring * lips + i) * 3 + c] = mix(lip, lower * shape[chin + c]! * (ring > 4 ? 0.5 : 1), deep);
      }
    }
  for (let c = 0; c < 3; c += 1) out[cap * 3 + c] = 0.3 * shape[chin + c]!;
  return out;
}
