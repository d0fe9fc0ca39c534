import { FACE_VERTEX_COUNT } from '../../core/performance.ts';
import { EYE_IMAGE_LEFT, EYE_IMAGE_RIGHT, INNER_LIPS } from './face-loops.ts';
import { type Refinement, refine } from './refine-operator.ts';

/** What a fine triangle shows: skin moves with the mesh, eyes stay behind the lids, the mouth gets an interior. */
export const REGION_SKIN = 0;
/** Inside a lid contour. */
export const REGION_EYE = 1;
/** Inside the inner lip contour. */
export const REGION_MOUTH = 2;

/**
 * The face as three meshes, because three things move differently at one contour: skin, the two eye openings and the
 * mouth opening. Eyes and mouth share the contour's vertices with the skin but carry movements of their own, so that
 * lids can slide over an eye that stays. Vertex numbers are those of the face.
 */
export interface WarpMesh {
  readonly skin: Refinement;
  readonly eyes: Refinement;
  readonly mouth: Refinement;
}

/**
 * Builds the warp mesh.
 *
 * @param triangles canonical face triangles, [898 * 3]
 * @param levels subdivisions: 1 for faces under about 200 pixels, else 2
 */
export function buildWarpMesh(triangles: ArrayLike<number>, levels: number): WarpMesh {
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
  // Rims keep their movement exactly: smoothed, closed lids would leave a slit and touching lips would part.
  const corners = new Set([...INNER_LIPS, ...EYE_IMAGE_LEFT, ...EYE_IMAGE_RIGHT]);
  return {
    skin: refine(FACE_VERTEX_COUNT, skin, levels, corners),
    eyes: refine(FACE_VERTEX_COUNT, eyes, levels, corners),
    mouth: refine(FACE_VERTEX_COUNT, mouth, levels, corners),
  };
}
