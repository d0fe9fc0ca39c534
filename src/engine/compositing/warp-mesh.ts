import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import {
  EYE_CORNERS,
  EYE_IMAGE_LEFT,
  EYE_IMAGE_RIGHT,
  FACE_OVAL,
  INNER_LIP_CORNERS,
  INNER_LIPS,
} from './face-loops.ts';
import { type Refinement, refine } from './refine-operator.ts';

/** What a fine triangle shows: skin moves with the mesh, eyes stay behind the lids, the mouth gets an interior. */
export const REGION_SKIN = 0;
/** Inside a lid contour. */
export const REGION_EYE = 1;
/** Inside the inner lip contour. */
export const REGION_MOUTH = 2;

/** How far the ring around the face reaches, as a share of the distance from face centre to oval, and its layers. */
const RING_LAYERS = [0.06, 0.16, 0.3, 0.48, 0.72, 1] as const;
const RING_REACH = { brow: 0.42, cheek: 0.34, chin: 1.05 } as const;

/**
 * The face mesh with a ring around it that fades every movement to nothing. Three meshes, because three things move
 * differently at one contour: skin (with the ring), the two eye openings and the mouth opening. Eyes and mouth have
 * control vertices of their own that lie on the contour, so that lids can slide over an eye that stays.
 */
export interface WarpMesh {
  /** Face vertices 0..467, then ring vertices layer by layer (36 each). */
  readonly controlCount: number;
  readonly skin: Refinement;
  /** Refinement over eye contour vertices only, indices are face vertices. */
  readonly eyes: Refinement;
  /** Refinement over the inner lip contour, indices are face vertices. */
  readonly mouth: Refinement;
  /** Per ring vertex: share (0..1) of the oval's movement that it still carries. */
  readonly ringShare: Float32Array;
  /** Per ring vertex: factor on the distance from the face centre. */
  readonly ringScale: Float32Array;
}

const smoothFall = (t: number): number => (1 - t) * (1 - t) * (1 + 2 * t);

/** Reach of the ring at an oval vertex, by its height in the canonical face (8 cm brow, 0 cheek, -9 cm chin). */
function reachAt(y: number): number {
  if (y >= 0) return RING_REACH.cheek + (RING_REACH.brow - RING_REACH.cheek) * Math.min(1, y / 8);
  const t = Math.min(1, -y / 9);
  return RING_REACH.cheek + (RING_REACH.chin - RING_REACH.cheek) * t * t;
}

/**
 * Builds the warp mesh.
 *
 * @param triangles canonical face triangles, [898 * 3]
 * @param neutral canonical vertices, [468 * 3] cm, for the reach of the ring
 * @param levels subdivisions: 1 for faces under about 200 pixels, else 2
 */
export function buildWarpMesh(triangles: ArrayLike<number>, neutral: Float32Array, levels: number): WarpMesh {
  const inMouth = new Set(INNER_LIPS);
  const inEye = [new Set(EYE_IMAGE_LEFT), new Set(EYE_IMAGE_RIGHT)];
  const skin: number[] = [];
  const eyes: number[] = [];
  const mouth: number[] = [];
  for (let t = 0; t < triangles.length; t += 3) {
    const triangle = [triangles[t]!, triangles[t + 1]!, triangles[t + 2]!];
    if (triangle.every((v) => inMouth.has(v))) mouth.push(...triangle);
    else if (inEye.some((eye) => triangle.every((v) => eye.has(v)))) eyes.push(...triangle);
    else skin.push(...triangle);
  }
  const n = FACE_OVAL.length;
  const ringShare = new Float32Array(RING_LAYERS.length * n);
  const ringScale = new Float32Array(RING_LAYERS.length * n);
  const vertex = (layer: number, i: number): number =>
    layer < 0 ? FACE_OVAL[i % n]! : FACE_VERTEX_COUNT + layer * n + (i % n);
  RING_LAYERS.forEach((share, layer) => {
    for (let i = 0; i < n; i++) {
      ringShare[layer * n + i] = smoothFall(share);
      ringScale[layer * n + i] = 1 + share * reachAt(neutral[FACE_OVAL[i]! * 3 + 1]!);
      const [a, b, c, d] = [vertex(layer - 1, i), vertex(layer - 1, i + 1), vertex(layer, i + 1), vertex(layer, i)];
      skin.push(a, d, b, b, d, c);
    }
  });
  const controlCount = FACE_VERTEX_COUNT + RING_LAYERS.length * n;
  const corners = new Set([...INNER_LIP_CORNERS, ...EYE_CORNERS]);
  return {
    controlCount,
    skin: refine(controlCount, skin, levels, corners),
    eyes: refine(FACE_VERTEX_COUNT, eyes, levels, corners),
    mouth: refine(FACE_VERTEX_COUNT, mouth, levels, corners),
    ringShare,
    ringScale,
  };
}
