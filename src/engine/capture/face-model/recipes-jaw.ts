import type { ShapeRecipe } from './shape-recipe.ts';

/**
 * How far each vertex belongs to the lower jaw (right half and middle): 1 rides on the bone, 0 stays with the skull.
 * The lips between corner and middle follow an ellipse so that an opened mouth is round; the corner goes half way.
 */
export const JAW_WEIGHTS: Readonly<Record<number, number>> = {
  // Lower lip, columns 1..5, every row.
  ...rows([146, 77, 96, 95], 0.72),
  ...rows([91, 90, 89, 88], 0.86),
  ...rows([181, 180, 179, 178], 0.95),
  ...rows([84, 85, 86, 87], 0.99),
  ...rows([17, 16, 15, 14], 1),
  ...rows([61, 76, 62, 78], 0.46),
  // Upper lip.
  ...rows([185, 184, 183, 191], 0.22),
  ...rows([40, 74, 42, 80], 0.11),
  ...rows([39, 73, 41, 81], 0.04),
  ...rows([37, 72, 38, 82], 0.008),
  ...rows([0, 11, 12, 13, 164, 2, 97, 167], 0),
  // Chin and jaw line.
  ...rows([18, 83, 200, 201, 199, 208, 175, 171, 152, 148, 140, 32, 176, 194, 182], 1),
  204: 0.96,
  211: 0.95,
  106: 0.9,
  43: 0.74,
  202: 0.84,
  149: 0.97,
  170: 0.93,
  150: 0.9,
  169: 0.86,
  210: 0.82,
  136: 0.76,
  135: 0.7,
  172: 0.56,
  138: 0.52,
  58: 0.3,
  215: 0.3,
  132: 0.1,
  177: 0.14,
  // Cheek.
  57: 0.46,
  212: 0.5,
  214: 0.52,
  192: 0.38,
  186: 0.22,
  216: 0.26,
  207: 0.24,
  213: 0.26,
  147: 0.12,
  187: 0.13,
  206: 0.07,
  92: 0.08,
  165: 0.03,
  205: 0.06,
  203: 0,
  36: 0,
  50: 0.02,
  123: 0.03,
  137: 0.04,
  93: 0.02,
};

function rows(vertices: readonly number[], weight: number): Record<number, number> {
  return Object.fromEntries(vertices.map((vertex) => [vertex, weight]));
}

/** Shapes that move the lower jaw. `mouthClose` is not listed: it is derived from `jawOpen` by seal-lips.ts. */
export const JAW_RECIPES: readonly ShapeRecipe[] = [
  {
    // The condyle turns and slides forwards and down the articular eminence, so the chin swings less far back than
    // a pure hinge at the ear would send it.
    name: 'jawOpen',
    kind: 'whole',
    units: 'mouth',
    free: ['mouth', 'cheeks', 'chin', 'jaw'],
    hold: [234, 93, 132, 58, 172, 136, 150, 149, 176, 148, 152],
    jaw: { openDegrees: 22, slide: [0, -1.15, 1.35] },
    skin: {
      57: [0.18, 0.02, -0.06],
      212: [0.14, 0, -0.1],
      214: [0.12, 0, -0.16],
      216: [0.1, 0, -0.08],
      207: [0.06, 0, -0.1],
      192: [0.06, 0, -0.1],
      43: [0.14, 0, -0.02],
      186: [0.12, 0, -0.04],
    },
    lips: {
      corner: [0.26, 0.02, -0.1],
      upperInner: [
        [0.06, 0.03, -0.02],
        [0, 0.04, 0],
      ],
      upperOuter: [
        [0.05, 0, -0.02],
        [0, 0.02, 0],
      ],
      lowerInner: [
        [0.06, -0.1, 0.06],
        [0, -0.12, 0.08],
      ],
      lowerOuter: [
        [0.06, -0.02, 0.02],
        [0, 0, 0.04],
      ],
    },
  },
  {
    name: 'jawForward',
    kind: 'whole',
    units: 'mouth',
    free: ['mouth'],
    hold: [18, 83, 182, 106, 43, 202, 204, 57, 212, 216, 186, 164, 167],
    jaw: { slide: [0, -0.12, 0.75] },
    lips: {
      corner: [0, 0, 0.04],
      upperInner: [
        [0, 0, 0.12],
        [0, 0, 0.14],
      ],
      upperOuter: [
        [0, 0, 0.05],
        [0, 0, 0.05],
      ],
    },
  },
  {
    // Towards the actor's right: one condyle slides forward, so the chin swings sideways round the other ear.
    name: 'jawRight',
    kind: 'sided',
    units: 'mouth',
    free: ['mouth', 'cheeks', 'chin', 'jaw'],
    jaw: { yawDegrees: -5.5, slide: [-0.35, -0.05, 0.05] },
  },
];
