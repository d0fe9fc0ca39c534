import { type FaceModel, personaliseShapes } from '../capture/face-model/index.ts';
import { buildControlMesh, type ControlMesh, carryShape, HEAD_PART } from './control-mesh.ts';
import { buildEar } from './ear.ts';
import { LID_FOLD_LEFT, LID_FOLD_RIGHT, LIP_PAIRS } from './face-regions.ts';
import {
  buildCaruncle,
  buildEyeball,
  buildGums,
  buildTeeth,
  buildTongue,
  joinParts,
  MATERIAL,
  type PartMesh,
} from './mesh-parts.ts';
import { smoothstep } from './noise.ts';
import { applyStencil, controlForLimit, limitStencil, refine, type Stencil } from './subdivision-stencil.ts';
import { buildTorso } from './torso.ts';
import type { ActorVariant } from './variant.ts';

/** How a piece of the scene moves. */
export type Motion = 'head' | 'eyeRight' | 'eyeLeft' | 'skull' | 'jaw' | 'torso';

/** A run of vertices and triangles that moves in one way. */
export interface ScenePiece {
  readonly motion: Motion;
  readonly firstVertex: number;
  readonly endVertex: number;
  readonly firstTriangle: number;
  readonly endTriangle: number;
}

/** All that stays the same from frame to frame: meshes, materials and the maps that move them. */
export interface ActorScene {
  readonly variant: ActorVariant;
  readonly control: ControlMesh;
  /** 52 displacements of the control vertices' limit positions, [controls, 3] each; the first 468 are the face's. */
  readonly shapes: readonly Float32Array[];
  readonly limit: Stencil;
  readonly refinement: Stencil;
  /** Control positions whose limit is {@link ControlMesh.points}, [controls, 3]. */
  readonly controlNeutral: Float32Array;
  /** Neutral of the 468 face vertices, exactly on the rendered surface: the ground truth, [468, 3]. */
  readonly neutral: Float32Array;
  readonly vertexCount: number;
  readonly triangles: Uint32Array;
  /** MATERIAL per triangle. */
  readonly material: Uint8Array;
  /** Neutral positions in face space (eyeballs around their centre, looking along z), [vertexCount, 3]. */
  readonly rest: Float32Array;
  /** Head atlas coordinates, [vertexCount, 2]; 0 for other pieces. */
  readonly atlas: Float32Array;
  /** Share of the head's rotation that a head vertex takes, 1 above the neck. */
  readonly headWeight: Float32Array;
  /** Fine sculpting added to the refined head, face space, [head vertices, 3]. */
  readonly detail: Float32Array;
  readonly pieces: readonly ScenePiece[];
}

/** Point about which the head turns, face space. */
export const NECK_PIVOT: readonly [number, number, number] = [0, -11.5, -5.2];

/** Builds the scene of one actor; `levels` is the number of subdivisions of the head (2 small, 3 full). */
export function buildScene(face: FaceModel, variant: ActorVariant, levels: number): ActorScene {
  const control = buildControlMesh(face, variant);
  const limit = limitStencil(control.vertexCount, control.triangles);
  // Exact interpolation of the irregular canonical mesh would ripple: the neutral is damped, and what comes out of
  // it, with the lips brought back together, is the truth.
  const full = controlForLimit(limit, control.points, 40);
  for (let k = 0; k < full.length; k += 1) full[k] = control.points[k]! + 0.8 * (full[k]! - control.points[k]!);
  applyStencil(limit, full, 3, control.points);
  for (const [upper, lower] of LIP_PAIRS)
    for (let c = 0; c < 3; c += 1) {
      const meet = (control.points[upper * 3 + c]! + control.points[lower * 3 + c]!) / 2;
      control.points[upper * 3 + c] = meet;
      control.points[lower * 3 + c] = meet;
    }
  const controlNeutral = controlForLimit(limit, control.points, 40);
  const neutral = control.points.slice(0, 468 * 3);
  const shapes = personaliseShapes(face, neutral).shapes.map((shape) => carryShape(shape, control.layout));

  const refined = refine(control.vertexCount, control.triangles, levels);
  const head = new Float32Array(refined.vertexCount * 3);
  applyStencil(refined.stencil, controlNeutral, 3, head);
  const headAtlas = new Float32Array(refined.vertexCount * 2);
  applyStencil(refined.stencil, control.atlas, 2, headAtlas);
  const headMaterial = new Uint8Array(refined.triangles.length / 3);
  const perControl = 4 ** levels;
  for (let t = 0; t < headMaterial.length; t += 1) {
    const part = control.part[Math.floor(t / perControl)]!;
    headMaterial[t] =
      part === HEAD_PART.skin ? MATERIAL.skin : part === HEAD_PART.mouth ? MATERIAL.mouth : MATERIAL.lidMargin;
  }

  const mouthY = neutral[13 * 3 + 1]!;
  const mouthZ = neutral[13 * 3 + 2]!;
  const upperEdge = mouthY - 0.26;
  const lowerEdge = mouthY - 0.2;
  const front = mouthZ - 0.5;
  const earY = 0.55;
  const earX = neutral[454 * 3]! - 0.12;
  const parts: { motion: Motion; mesh: PartMesh }[] = [
    { motion: 'eyeRight', mesh: buildEyeball(control.eyes[0]) },
    { motion: 'eyeLeft', mesh: buildEyeball(control.eyes[1]) },
    {
      motion: 'skull',
      mesh: joinParts(
        ([133, 362] as const).map((v) => {
          const inward = v === 133 ? -0.03 : 0.03;
          return buildCaruncle(neutral[v * 3]! + inward, neutral[v * 3 + 1]! - 0.02, neutral[v * 3 + 2]! - 0.3, 0.2);
        }),
      ),
    },
    { motion: 'skull', mesh: buildTeeth(true, upperEdge, front) },
    { motion: 'skull', mesh: buildGums(true, upperEdge, front) },
    { motion: 'jaw', mesh: buildTeeth(false, lowerEdge, front - 0.26) },
    { motion: 'jaw', mesh: buildGums(false, lowerEdge, front - 0.26) },
    { motion: 'jaw', mesh: buildTongue(lowerEdge - 0.55, front - 0.5) },
    {
      motion: 'skull',
      mesh: joinParts([buildEar(1, [earX, earY, -3.5], 0.92), buildEar(-1, [-earX, earY, -3.5], 0.92)]),
    },
    { motion: 'torso', mesh: buildTorso(variant.head.shoulder, variant.head.neck) },
  ];

  let vertexCount = refined.vertexCount;
  let triangleCount = headMaterial.length;
  for (const { mesh } of parts) {
    vertexCount += mesh.positions.length / 3;
    triangleCount += mesh.triangles.length / 3;
  }
  const triangles = new Uint32Array(triangleCount * 3);
  const material = new Uint8Array(triangleCount);
  const rest = new Float32Array(vertexCount * 3);
  const atlas = new Float32Array(vertexCount * 2);
  const headWeight = new Float32Array(vertexCount).fill(1);
  const pieces: ScenePiece[] = [];
  triangles.set(refined.triangles);
  material.set(headMaterial);
  atlas.set(headAtlas);
  pieces.push({
    motion: 'head',
    firstVertex: 0,
    endVertex: refined.vertexCount,
    firstTriangle: 0,
    endTriangle: headMaterial.length,
  });
  let v0 = refined.vertexCount;
  let t0 = headMaterial.length;
  for (const { motion, mesh } of parts) {
    const vertices = mesh.positions.length / 3;
    const faces = mesh.triangles.length / 3;
    rest.set(mesh.positions, v0 * 3);
    if (mesh.uv) atlas.set(mesh.uv, v0 * 2);
    for (let k = 0; k < mesh.triangles.length; k += 1) triangles[t0 * 3 + k] = mesh.triangles[k]! + v0;
    material.fill(mesh.material, t0, t0 + faces);
    pieces.push({ motion, firstVertex: v0, endVertex: v0 + vertices, firstTriangle: t0, endTriangle: t0 + faces });
    v0 += vertices;
    t0 += faces;
  }
  const detail = sculptDetail(head, neutral, refined.triangles);
  for (let k = 0; k < head.length; k += 1) rest[k] = head[k]! + detail[k]!;
  for (let v = 0; v < refined.vertexCount; v += 1)
    headWeight[v] = smoothstep(-17.4, -11.6, head[v * 3 + 1]! - 0.22 * (head[v * 3 + 2]! + 4));
  return {
    variant,
    control,
    shapes,
    limit,
    refinement: refined.stencil,
    controlNeutral,
    neutral,
    vertexCount,
    triangles,
    material,
    rest,
    atlas,
    headWeight,
    detail,
    pieces,
  };
}

/** Nostrils, philtrum and the fold of the upper lids, which the canonical mesh is too coarse to hold. */
function sculptDetail(head: Float32Array, neutral: Float32Array, triangles: Uint32Array): Float32Array {
  const normals = new Float32Array(head.length);
  for (let t = 0; t < triangles.length; t += 3) {
    const [a, b, c] = [triangles[t]! * 3, triangles[t + 1]! * 3, triangles[t + 2]! * 3];
    const u = [0, 1, 2].map((k) => head[b + k]! - head[a + k]!);
    const v = [0, 1, 2].map((k) => head[c + k]! - head[a + k]!);
    const n = [u[1]! * v[2]! - u[2]! * v[1]!, u[2]! * v[0]! - u[0]! * v[2]!, u[0]! * v[1]! - u[1]! * v[0]!];
    for (const at of [a, b, c]) for (let k = 0; k < 3; k += 1) normals[at + k]! += n[k]!;
  }
  const out = new Float32Array(head.length);
  const at = (v: number): [number, number, number] => [neutral[v * 3]!, neutral[v * 3 + 1]!, neutral[v * 3 + 2]!];
  const nostrils = [
    [238, 20, 60, 75, 166, 79, 239],
    [458, 250, 290, 305, 392, 309, 459],
  ].map((ring) => [0, 1, 2].map((k) => ring.reduce((sum, v) => sum + at(v)[k]!, 0) / ring.length));
  const folds = [LID_FOLD_RIGHT, LID_FOLD_LEFT].map((fold) => fold.slice(9).concat(fold[0]!).map(at));
  const grooveDistance = (line: readonly (readonly number[])[], x: number, y: number, z: number): number => {
    let best = 99;
    for (let i = 0; i + 1 < line.length; i += 1) {
      const [a, b] = [line[i]!, line[i + 1]!];
      const d = [b[0]! - a[0]!, b[1]! - a[1]!, b[2]! - a[2]!];
      const along =
        ((x - a[0]!) * d[0]! + (y - a[1]!) * d[1]! + (z - a[2]!) * d[2]!) / (d[0]! ** 2 + d[1]! ** 2 + d[2]! ** 2);
      const t = Math.min(1, Math.max(0, along));
      best = Math.min(best, Math.hypot(x - a[0]! - d[0]! * t, y - a[1]! - d[1]! * t, z - a[2]! - d[2]! * t));
    }
    return best;
  };
  const lipTop = at(0);
  for (let v = 0; v < head.length; v += 3) {
    const [x, y, z] = [head[v]!, head[v + 1]!, head[v + 2]!];
    if (z < 1) continue;
    for (const n of nostrils) {
      const dx = (x - n[0]!) / 0.3;
      const dy = (y - n[1]! - 0.02) / 0.2;
      const dz = (z - n[2]! - 0.1) / 0.42;
      const w = Math.exp(-(dx * dx + dy * dy + dz * dz));
      out[v + 1]! += 0.4 * w;
      out[v + 2]! -= 0.12 * w;
    }
    const length = Math.hypot(normals[v]!, normals[v + 1]!, normals[v + 2]!) || 1;
    let push = 0;
    for (const line of folds) {
      if (Math.abs(x - line[3]![0]!) > 2.4 || Math.abs(y - line[3]![1]!) > 1.6) continue;
      const d = grooveDistance(line, x, y, z);
      push -= 0.075 * Math.exp(-((d / 0.1) ** 2));
      if (y > line[3]![1]! + 0.05) push += 0.05 * Math.exp(-(((d - 0.25) / 0.16) ** 2));
    }
    const above = y - lipTop[1]!;
    const philtrum = smoothstep(-0.12, 0.15, above) * smoothstep(1.35, 0.7, above);
    push += philtrum * (0.05 * Math.exp(-(((Math.abs(x) - 0.34) / 0.13) ** 2)) - 0.045 * Math.exp(-((x / 0.19) ** 2)));
    for (let k = 0; k < 3; k += 1) out[v + k]! += (push * normals[v + k]!) / length;
  }
  return out;
}
