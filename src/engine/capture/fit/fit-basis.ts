import { isShapeName, SHAPE_COUNT, SHAPE_NAMES, type ShapeName, shapeIndex } from '../../../core/performance.ts';
import type { FaceModel, ShapeBasis } from '../face-model/index.ts';
import { INNER_LIP_LOWER, INNER_LIP_UPPER, LEFT_EYE, RIGHT_EYE } from '../face-model/landmarks.ts';

/** Vertices of the face mesh. */
const VERTICES = 468;

/** Two vertices whose difference is fitted beside their places: it decides openings and widths. */
export interface FitPair {
  readonly a: number;
  readonly b: number;
  readonly weight: number;
}

/** Quadratic forms of the shapes, one per pair of axes xx, xy, xz, yy, yz, zz: [52, 52] each. */
export type AxisForms = readonly Float64Array[];

/** Everything about the basis that does not depend on the frame. */
export interface FitBasis {
  readonly shapes: ShapeBasis;
  /** [468], how much a landmark's place counts for the coefficients. */
  readonly weights: Float64Array;
  /** [468], how much it counts for the pose: bone-near points. */
  readonly poseWeights: Float64Array;
  readonly pairs: readonly FitPair[];
  /** Pairs of the inner lips that must meet when the lips do. */
  readonly lipPairs: readonly FitPair[];
  readonly forms: AxisForms;
  readonly lipForms: AxisForms;
  /** [52], pull towards the prior mean; [52], constant pull to 0. */
  readonly ridge: Float64Array;
  readonly sparsity: Float64Array;
  /** Flat triples (i, j) of shapes that should not act against one another. */
  readonly rivals: readonly (readonly [number, number, number])[];
  /** Left and right partners. */
  readonly twins: readonly (readonly [number, number])[];
  /** Variable k may not exceed variable cappedBy[k]. */
  readonly cappedBy: Int16Array;
}

const AXES = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 2],
  [2, 2],
] as const;

function axisForms(rows: readonly { readonly weight: number; readonly values: Float64Array }[]): AxisForms {
  // Each row holds the 52 shapes' x, y, z displacement of a point (or of a pair's difference).
  return AXES.map(([a, b]) => {
    const form = new Float64Array(SHAPE_COUNT * SHAPE_COUNT);
    for (const { weight, values } of rows)
      for (let k = 0; k < SHAPE_COUNT; k++) {
        const ka = values[k * 3 + a]!;
        const kb = values[k * 3 + b]!;
        if (ka === 0 && kb === 0) continue;
        for (let l = 0; l < SHAPE_COUNT; l++) {
          const value = a === b ? ka * values[l * 3 + a]! : ka * values[l * 3 + b]! + kb * values[l * 3 + a]!;
          form[k * SHAPE_COUNT + l]! += weight * value;
        }
      }
    return form;
  });
}

/** Shapes that a single camera sees badly, or that mimic others: they need more evidence. */
const RARE: Partial<Record<ShapeName, number>> = {
  cheekPuff: 8,
  jawForward: 10,
  jawLeft: 3,
  jawRight: 3,
  mouthLeft: 3,
  mouthRight: 3,
  mouthClose: 1.5,
  mouthFunnel: 2,
  mouthRollLower: 2,
  mouthRollUpper: 2,
  mouthShrugLower: 3,
  mouthShrugUpper: 3,
  mouthUpperUpLeft: 1.5,
  mouthUpperUpRight: 1.5,
  mouthPressLeft: 4,
  mouthPressRight: 4,
  mouthDimpleLeft: 4,
  mouthDimpleRight: 4,
  noseSneerLeft: 3,
  noseSneerRight: 3,
  cheekSquintLeft: 4,
  cheekSquintRight: 4,
  eyeSquintLeft: 6,
  eyeSquintRight: 6,
  eyeBlinkLeft: 0.15,
  eyeBlinkRight: 0.15,
  jawOpen: 0.3,
};

/** Pulls relative to what the landmarks say about the shape alone: the first decides between look-alikes, the second drops traces. */
const RIDGE = 0.04;
const SPARSITY = 0.012;
/** Coupling of rivals, relative to the geometric mean of their own terms. */
const RIVALRY = 0.12;

const RIVALS: readonly (readonly [ShapeName, ShapeName])[] = [
  ['mouthSmileLeft', 'mouthFrownLeft'],
  ['mouthSmileRight', 'mouthFrownRight'],
  ['mouthPucker', 'mouthStretchLeft'],
  ['mouthPucker', 'mouthStretchRight'],
  ['mouthPucker', 'mouthSmileLeft'],
  ['mouthPucker', 'mouthSmileRight'],
  ['mouthPucker', 'mouthDimpleLeft'],
  ['mouthPucker', 'mouthDimpleRight'],
  ['mouthLeft', 'mouthRight'],
  ['jawLeft', 'jawRight'],
  ['browDownLeft', 'browOuterUpLeft'],
  ['browDownRight', 'browOuterUpRight'],
  ['browDownLeft', 'browInnerUp'],
  ['browDownRight', 'browInnerUp'],
  ['eyeBlinkLeft', 'eyeWideLeft'],
  ['eyeBlinkRight', 'eyeWideRight'],
  ['eyeSquintLeft', 'eyeWideLeft'],
  ['eyeBlinkLeft', 'eyeSquintLeft'],
  ['eyeBlinkRight', 'eyeSquintRight'],
  ['eyeSquintRight', 'eyeWideRight'],
  ['mouthRollLower', 'mouthLowerDownLeft'],
  ['mouthRollLower', 'mouthLowerDownRight'],
  ['mouthRollUpper', 'mouthUpperUpLeft'],
  ['mouthRollUpper', 'mouthUpperUpRight'],
  ['mouthClose', 'mouthLowerDownLeft'],
  ['mouthClose', 'mouthLowerDownRight'],
  ['mouthClose', 'mouthFunnel'],
];

function twinsOf(): (readonly [number, number])[] {
  const twins: (readonly [number, number])[] = [];
  for (const name of SHAPE_NAMES) {
    const other = name.replace('Left', 'Right');
    if (name.endsWith('Left') && !/^(jaw|mouth)Left$/.test(name) && isShapeName(other))
      twins.push([shapeIndex(name), shapeIndex(other)]);
  }
  return twins;
}

function pointWeights(source: FaceModel): Float64Array {
  const weights = new Float64Array(VERTICES).fill(1);
  const set = (region: ArrayLike<number>, value: number): void => {
    for (let k = 0; k < region.length; k++) weights[region[k]!] = value;
  };
  set(source.regions.forehead, 0.5);
  // The outline slides over the skin as the head turns: the network finds the silhouette, not a place on the face.
  set(source.regions.oval, 0.25);
  // Along the chin it does follow the bone, and the chin says how far the jaw is open whatever the lips do.
  set([152, 148, 377, 176, 400], 1.5);
  set([200, 199, 175, 201, 421, 208, 428, 171, 396], 2);
  set(source.regions.brows, 2);
  set(source.regions.eyes, 1.5);
  set(source.regions.lips, 3);
  return weights;
}

function stableWeights(source: FaceModel): Float64Array {
  const weights = Float64Array.from({ length: VERTICES }, () => 0.15);
  const set = (region: ArrayLike<number>, value: number): void => {
    for (let k = 0; k < region.length; k++) weights[region[k]!] = value;
  };
  set(source.regions.nose, 0.6);
  set(source.regions.eyes, 0.1);
  set(source.regions.brows, 0.05);
  set(source.regions.lips, 0);
  set(source.regions.jaw, 0.01);
  set(source.regions.oval, 0.05);
  // The 33 weights of the model's own rigid alignment mark the places least moved by expression.
  for (let v = 0; v < VERTICES; v++) weights[v]! += 12 * source.procrustesWeights[v]!;
  return weights;
}

/** Precomputes everything that all frames of an actor share, from the model and the actor's own shapes; about 50 ms. */
export function buildFitBasis(source: FaceModel, shapes: ShapeBasis = source): FitBasis {
  const weights = pointWeights(source);
  const lipPairs = INNER_LIP_UPPER.map((a, k) => ({ a, b: INNER_LIP_LOWER[k]!, weight: 1 })).slice(1, -1);
  const pairs: FitPair[] = [
    ...lipPairs.map((pair) => ({ ...pair, weight: 14 })),
    { a: 61, b: 291, weight: 10 },
    { a: 78, b: 308, weight: 10 },
    { a: 0, b: 17, weight: 6 },
  ];
  for (const eye of [RIGHT_EYE, LEFT_EYE])
    eye.upper.forEach((a, k) => {
      pairs.push({ a, b: eye.lower[k]!, weight: k >= 1 && k <= 5 ? 20 : 4 });
    });
  /** The 52 shapes' displacements of a vertex, [52, 3]. */
  const displacements = (v: number): Float64Array => {
    const values = new Float64Array(SHAPE_COUNT * 3);
    for (let k = 0; k < SHAPE_COUNT; k++) for (let d = 0; d < 3; d++) values[k * 3 + d] = shapes.shapes[k]![v * 3 + d]!;
    return values;
  };
  const pointRows = Array.from(weights, (weight, v) => ({ weight, values: displacements(v) }));
  const pairRow = ({ a, b, weight }: FitPair) => {
    const other = displacements(b);
    return { weight, values: displacements(a).map((value, i) => value - other[i]!) };
  };
  const forms = axisForms([...pointRows, ...pairs.map(pairRow)]);
  const lipForms = axisForms(lipPairs.map(pairRow));
  // What the landmarks of a frontal face say about one shape: x and y, depth hardly.
  const own = (k: number): number =>
    Math.max(0.05, forms[0]![k * (SHAPE_COUNT + 1)]! + forms[3]![k * (SHAPE_COUNT + 1)]!);
  const factor = Float64Array.from(SHAPE_NAMES, (name) => RARE[name] ?? 1);
  const cappedBy = new Int16Array(SHAPE_COUNT).fill(-1);
  cappedBy[shapeIndex('mouthClose')] = shapeIndex('jawOpen');
  return {
    shapes,
    weights,
    poseWeights: stableWeights(source),
    pairs,
    lipPairs,
    forms,
    lipForms,
    ridge: factor.map((value, k) => value * RIDGE * own(k)),
    sparsity: factor.map((value, k) => value * SPARSITY * own(k)),
    rivals: RIVALS.map(([a, b]) => {
      const [i, j] = [shapeIndex(a), shapeIndex(b)];
      return [i, j, RIVALRY * Math.sqrt(own(i) * own(j))];
    }),
    twins: twinsOf(),
    cappedBy,
  };
}
