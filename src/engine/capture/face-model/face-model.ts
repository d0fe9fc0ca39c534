import {
  buildLaplacian,
  buildSpreadEnergy,
  mirrorPermutation,
  spreadHandles,
  withoutFilledLoops,
} from '../../../core/geometry/index.ts';
import { FACE_VERTEX_COUNT } from '../../../core/performance.ts';
import type { CanonicalFace } from '../../inference/index.ts';
import { buildShapes } from './build-shapes.ts';
import {
  eyeLoop,
  INNER_LIP_LOOP,
  LEFT_EYE,
  LIP_CORNER_RIGHT,
  LOWER_LIP_RIGHT,
  RIGHT_EYE,
  UPPER_LIP_RIGHT,
} from './landmarks.ts';
import { measureProportions } from './proportions.ts';
import { buildRegions, type FaceRegions } from './regions.ts';
import type { ShapeGround } from './shape-ground.ts';
import { packShapes, type ShapeBasis } from './synthesise.ts';

/** Identifies mesh and authored shapes in files. Changes whenever a coefficient would mean something else. */
export const FACE_BASIS_ID = 'retake-face-1';

/** The parametric face: a neutral mesh and 52 displacement fields on it. */
export interface FaceModel extends ShapeBasis {
  readonly basisId: string;
  /** The mesh as published, [468, 3] cm: lips a little apart. Head pose is fitted to this one. */
  readonly canonical: Float32Array;
  /** [468, 3] cm: the same face at rest, lips touching. Coefficients are relative to this. */
  readonly neutral: Float32Array;
  readonly uv: Float32Array;
  readonly triangles: Uint16Array;
  /** Triangles without those that fill the mouth and the eyes, [852 * 3]. */
  readonly skinTriangles: Uint16Array;
  readonly procrustesWeights: Float32Array;
  /** [468]: the vertex on the other side of the face. */
  readonly mirror: Uint32Array;
  readonly regions: FaceRegions;
  /** What {@link personaliseShapes} needs to build the shapes again on another neutral. */
  readonly ground: ShapeGround;
}

/** Rounding of the published coordinates, cm. */
const MIRROR_TOLERANCE_CM = 1e-3;
/** Pulls the spread towards a membrane just enough that it does not overshoot its handles. */
const SPREAD_TENSION = 0.03;

/** Builds the parametric face on a canonical mesh; some 0.3 s. Throws a RangeError for a mesh that is not this one. */
export function buildFaceModel(mesh: CanonicalFace): FaceModel {
  if (mesh.positions.length !== FACE_VERTEX_COUNT * 3)
    throw new RangeError(`The canonical face has ${FACE_VERTEX_COUNT} vertices, not ${mesh.positions.length / 3}.`);
  const mirror = mirrorPermutation(mesh.positions, MIRROR_TOLERANCE_CM);
  const regions = buildRegions(mirror);
  const skin = withoutFilledLoops(mesh.triangles, [eyeLoop(RIGHT_EYE), eyeLoop(LEFT_EYE), INNER_LIP_LOOP]);
  const energy = buildSpreadEnergy(buildLaplacian(mesh.positions, skin, 'cotangent'), SPREAD_TENSION);
  const ground: ShapeGround = { canonical: mesh.positions, mirror, regions, energy };
  const neutral = restLips(ground);
  const shapes = buildShapes(ground, neutral, measureProportions(neutral, neutral));
  return {
    basisId: FACE_BASIS_ID,
    canonical: mesh.positions,
    neutral,
    uv: mesh.uv,
    triangles: mesh.triangles,
    skinTriangles: Uint16Array.from(skin),
    procrustesWeights: mesh.procrustesWeights,
    mirror,
    regions,
    ground,
    ...packShapes(shapes),
  };
}

/** The canonical face with its lips brought together: the seam lies a little above the middle of the gap. */
function restLips({ canonical, mirror, regions, energy }: ShapeGround): Float32Array {
  const seamFromBottom = 0.55;
  const upperFollows = [0.45, 0.7, 0.9, 1];
  const lowerFollows = [0.4, 0.6, 0.85, 1];
  const handles = new Map<number, number[]>();
  const set = (vertex: number, value: number[]): void => {
    handles.set(vertex, value);
    handles.set(mirror[vertex]!, [-value[0]!, value[1]!, value[2]!]);
  };
  for (const vertex of [...LIP_CORNER_RIGHT, 57, 186, 43, 164, 18]) set(vertex, [0, 0, 0]);
  UPPER_LIP_RIGHT[3]!.forEach((top, c) => {
    const bottom = LOWER_LIP_RIGHT[3]![c]!;
    const gap = [0, 1, 2].map((k) => canonical[top * 3 + k]! - canonical[bottom * 3 + k]!);
    for (let r = 0; r < 4; r++) {
      set(
        UPPER_LIP_RIGHT[r]![c]!,
        gap.map((g) => -g * (1 - seamFromBottom) * upperFollows[r]!),
      );
      set(
        LOWER_LIP_RIGHT[r]![c]!,
        gap.map((g) => g * seamFromBottom * lowerFollows[r]!),
      );
    }
  });
  const field = spreadHandles(
    energy,
    [...handles].map(([vertex, value]) => ({ vertex, value })),
    [...regions.mouth],
    3,
  );
  return canonical.map((value, i) => value + field[i]!);
}
