import { LIP_ROUNDING_RECIPES } from './recipes-lip-rounding.ts';
import { LIP_RECIPES } from './recipes-lips.ts';
import { MOUTH_CORNER_RECIPES } from './recipes-mouth-corners.ts';
import type { ShapeRecipe } from './shape-recipe.ts';

/** Shapes of lips, cheeks and chin. Lips that start together stay together unless the shape itself parts them. */
export const MOUTH_RECIPES: readonly ShapeRecipe[] = [...MOUTH_CORNER_RECIPES, ...LIP_ROUNDING_RECIPES, ...LIP_RECIPES];
