import { type SpreadHandle, spreadHandles } from '../../../core/geometry/index.ts';
import { SHAPE_NAMES, type ShapeName } from '../../../core/performance.ts';
import { jawField, jawWeights } from './jaw-motion.ts';
import { INNER_LIP_LOWER, INNER_LIP_UPPER, LEFT_EYE, RIGHT_EYE } from './landmarks.ts';
import { lidHandles } from './lid-motion.ts';
import { lipHandles } from './lip-line.ts';
import type { Proportions } from './proportions.ts';
import { JAW_RECIPES } from './recipes-jaw.ts';
import { MOUTH_RECIPES } from './recipes-mouth.ts';
import { UPPER_FACE_RECIPES } from './recipes-upper-face.ts';
import { sealLips } from './seal-lips.ts';
import type { ShapeGround } from './shape-ground.ts';
import type { LipMotion, Offset, ShapeRecipe, SkinMotion } from './shape-recipe.ts';

/** Displacements below this are rounding of the solve: half a micrometre. */
const NEGLIGIBLE_CM = 5e-5;

/**
 * Builds the 52 displacement fields for a neutral face, [468, 3] cm each, in the order of SHAPE_NAMES. `tongueOut` is
 * zero. The authored amplitudes are scaled by `proportions`; lids and lips are measured on `neutral` itself, so
 * eyes and mouth close exactly on this face.
 */
export function buildShapes(ground: ShapeGround, neutral: Float32Array, proportions: Proportions): Float32Array[] {
  const fields = new Map<ShapeName, Float64Array>();
  for (const recipe of [...UPPER_FACE_RECIPES, ...MOUTH_RECIPES, ...JAW_RECIPES]) {
    if (recipe.kind === 'paired') {
      const whole = recipeField(recipe, ground, neutral, proportions);
      const right = cutField(whole, ground.canonical, recipe.cut ?? 0.8);
      fields.set(`${recipe.name}Right` as ShapeName, right);
      fields.set(
        `${recipe.name}Left` as ShapeName,
        whole.map((value, i) => value - right[i]!),
      );
    } else if (recipe.kind === 'whole') {
      fields.set(recipe.name as ShapeName, recipeField(recipe, ground, neutral, proportions));
    } else {
      const right = recipeField(recipe, ground, neutral, proportions);
      fields.set(recipe.name as ShapeName, right);
      fields.set(recipe.name.replace('Right', 'Left') as ShapeName, mirrorField(right, ground.mirror));
    }
  }
  fields.set('mouthClose', sealLips(ground, neutral, fields.get('jawOpen')!));
  return SHAPE_NAMES.map((name) => {
    const field = fields.get(name) ?? new Float64Array(neutral.length);
    const shape = new Float32Array(field);
    for (let i = 0; i < field.length; i++) if (Math.abs(field[i]!) < NEGLIGIBLE_CM) shape[i] = 0;
    return shape;
  });
}

function recipeField(
  recipe: ShapeRecipe,
  ground: ShapeGround,
  neutral: Float32Array,
  proportions: Proportions,
): Float64Array {
  const { mirror, regions, energy } = ground;
  const scale = proportions[recipe.units];
  const right = new Map<number, Offset>();
  const left = new Map<number, Offset>();
  const collect = (into: Map<number, Offset>, skin: SkinMotion = {}, lips?: LipMotion): void => {
    for (const [vertex, offset] of Object.entries(skin)) into.set(Number(vertex), offset);
    if (lips) for (const [vertex, offset] of lipHandles(lips)) into.set(vertex, offset);
  };
  collect(right, recipe.skin, recipe.lips);
  if (recipe.kind === 'sided') collect(left, recipe.otherSkin, recipe.otherLips);
  const handles = new Map<number, readonly number[]>();
  const scaled = ([x, y, z]: Offset): Offset => [x * scale[0], y * scale[1], z * scale[2]];
  for (const [vertex, offset] of recipe.kind === 'sided' ? left : right) {
    const [x, y, z] = scaled(offset);
    handles.set(mirror[vertex]!, [-x, y, z]);
  }
  for (const [vertex, offset] of right) {
    const [x, y, z] = scaled(offset);
    const middle = mirror[vertex] === vertex && recipe.kind !== 'sided';
    handles.set(vertex, [middle ? 0 : x, y, z]);
  }
  for (const vertex of recipe.hold ?? []) {
    handles.set(vertex, [0, 0, 0]);
    handles.set(mirror[vertex]!, [0, 0, 0]);
  }
  if (recipe.lids) {
    for (const eye of [RIGHT_EYE, LEFT_EYE])
      for (const [vertex, offset] of lidHandles(eye, recipe.lids, ground.canonical, neutral, scale[0]))
        handles.set(vertex, offset);
  }
  const list: SpreadHandle[] = [...handles].map(([vertex, value]) => ({ vertex, value }));
  const free = [...new Set(recipe.free.flatMap((name) => [...regions[name]]))];
  const field = list.length > 0 ? spreadHandles(energy, list, free, 3) : new Float64Array(neutral.length);
  if (recipe.jaw) {
    const bone = jawField(recipe.jaw, jawWeights(ground), neutral, scale[1]);
    for (let i = 0; i < field.length; i++) field[i]! += bone[i]!;
  }
  return recipe.kind === 'sided' ? field : symmetrise(field, mirror);
}

/** The right half of a symmetric field, faded out across the middle within +-`cut` cm. */
function cutField(field: Float64Array, canonical: Float32Array, cut: number): Float64Array {
  const x = Float64Array.from({ length: canonical.length / 3 }, (_, v) => canonical[v * 3]!);
  // Lips that meet must be cut alike, or a one-sided smile would slide them past each other.
  INNER_LIP_UPPER.forEach((top, i) => {
    const bottom = INNER_LIP_LOWER[i]!;
    const middle = (x[top]! + x[bottom]!) / 2;
    x[top] = middle;
    x[bottom] = middle;
  });
  return field.map((value, i) => {
    const t = Math.min(1, Math.max(0, (cut - x[Math.floor(i / 3)]!) / (2 * cut)));
    return value * t * t * (3 - 2 * t);
  });
}

function mirrorField(field: Float64Array, mirror: Uint32Array): Float64Array {
  const out = new Float64Array(field.length);
  for (let v = 0; v < mirror.length; v++) {
    out[mirror[v]! * 3] = -field[v * 3]!;
    out[mirror[v]! * 3 + 1] = field[v * 3 + 1]!;
    out[mirror[v]! * 3 + 2] = field[v * 3 + 2]!;
  }
  return out;
}

/** Mean of a field and its mirror image: takes out what an asymmetric triangulation left in the solve. */
function symmetrise(field: Float64Array, mirror: Uint32Array): Float64Array {
  const other = mirrorField(field, mirror);
  return field.map((value, i) => (value + other[i]!) / 2);
}
