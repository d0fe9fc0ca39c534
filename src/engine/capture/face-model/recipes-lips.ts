import { EDGE, MOUTH_FREE, UPPER_CHEEK } from './mouth-surround.ts';
import type { ShapeRecipe } from './shape-recipe.ts';

/** Shapes of a single lip: drawn up or down, pressed, rolled in, pushed out. */
export const LIP_RECIPES: readonly ShapeRecipe[] = [
  {
    // AU 16, depressor labii: lower lip drawn down off the teeth.
    name: 'mouthLowerDown',
    kind: 'paired',
    units: 'mouth',
    free: MOUTH_FREE,
    hold: [...EDGE, ...UPPER_CHEEK, 206, 216, 92, 165, 167, 164, 205, 203],
    cut: 0.9,
    skin: {
      182: [-0.08, -0.48, -0.02],
      106: [-0.14, -0.42, 0],
      43: [-0.12, -0.26, -0.02],
      18: [0, -0.46, 0],
      83: [-0.03, -0.48, 0],
      202: [-0.1, -0.26, 0.04],
      204: [-0.08, -0.3, 0.06],
      194: [-0.04, -0.26, 0.04],
      200: [0, -0.2, 0.04],
      201: [-0.01, -0.22, 0.04],
      57: [-0.08, -0.12, -0.04],
    },
    lips: {
      corner: [-0.08, -0.1, -0.04],
      upperInner: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      lowerInner: [
        [-0.1, -0.6, -0.06],
        [0, -0.62, -0.04],
      ],
      lowerOuter: [
        [-0.12, -0.58, 0],
        [0, -0.56, 0.04],
      ],
    },
  },
  {
    // AU 24: lips pressed against each other; the red becomes thin and the corners tuck in.
    name: 'mouthPress',
    kind: 'paired',
    units: 'mouth',
    free: MOUTH_FREE,
    hold: [...EDGE, ...UPPER_CHEEK],
    cut: 1,
    skin: {
      57: [-0.12, 0.02, -0.08],
      186: [-0.06, -0.02, 0.04],
      43: [-0.06, 0.06, 0.04],
      164: [0, -0.14, 0],
      167: [0, -0.14, 0],
      165: [0, -0.08, 0.02],
      92: [-0.02, -0.08, 0.04],
      106: [-0.02, 0.12, 0.06],
      182: [0, 0.22, 0.06],
      18: [0, 0.24, 0.06],
      200: [0, 0.12, 0.04],
      212: [-0.08, 0.02, 0.06],
    },
    lips: {
      corner: [-0.14, 0.02, -0.16],
      seam: [
        [-0.05, 0.02, -0.3],
        [0, 0.02, -0.3],
      ],
      upperOuter: [
        [-0.04, -0.34, -0.12],
        [0, -0.3, -0.1],
      ],
      lowerOuter: [
        [-0.04, 0.36, -0.08],
        [0, 0.4, -0.08],
      ],
    },
  },
  {
    // AU 28 (lower): lower lip rolled in over the teeth.
    name: 'mouthRollLower',
    kind: 'whole',
    units: 'mouth',
    free: ['mouth', 'chin', 'jaw'],
    hold: [...EDGE, 216, 186, 92, 165, 167, 164, 57],
    skin: {
      18: [0, 0.3, -0.12],
      83: [0, 0.3, -0.12],
      182: [0, 0.28, -0.1],
      106: [0, 0.2, -0.06],
      43: [0, 0.08, -0.02],
      200: [0, 0.16, 0],
      204: [0, 0.12, 0],
      202: [0, 0.06, 0],
    },
    lips: {
      corner: [0.03, 0, -0.04],
      upperInner: [
        [0, -0.02, -0.04],
        [0, -0.02, -0.04],
      ],
      upperOuter: [
        [0, 0, 0],
        [0, 0, 0],
      ],
      lowerInner: [
        [0, -0.02, -0.5],
        [0, -0.02, -0.52],
      ],
      lowerOuter: [
        [0, 0.5, -0.28],
        [0, 0.56, -0.28],
      ],
    },
  },
  {
    // AU 28 (upper): upper lip rolled in over the teeth.
    name: 'mouthRollUpper',
    kind: 'whole',
    units: 'mouth',
    free: ['mouth', 'cheeks'],
    hold: [...EDGE, ...UPPER_CHEEK, 43, 106, 182, 83, 18, 57, 202, 204, 192, 213, 147, 187],
    skin: {
      164: [0, -0.24, -0.1],
      167: [0, -0.24, -0.1],
      165: [0, -0.16, -0.08],
      92: [0, -0.14, -0.06],
      186: [0, -0.06, -0.02],
      206: [0, -0.04, 0],
    },
    lips: {
      corner: [0.03, 0, -0.04],
      upperInner: [
        [0, 0.02, -0.44],
        [0, 0.02, -0.46],
      ],
      upperOuter: [
        [0, -0.46, -0.28],
        [0, -0.48, -0.28],
      ],
      lowerInner: [
        [0, 0.02, -0.04],
        [0, 0.02, -0.04],
      ],
      lowerOuter: [
        [0, 0, 0],
        [0, 0, 0],
      ],
    },
  },
  {
    // AU 17, mentalis: chin boss and lower lip pushed up, lower lip out.
    name: 'mouthShrugLower',
    kind: 'whole',
    units: 'mouth',
    free: ['mouth', 'chin', 'jaw'],
    hold: [...EDGE, 216, 186, 92, 165, 167, 164, 57, 212, 214, 192, 213],
    skin: {
      18: [0, 0.42, 0.12],
      83: [0, 0.4, 0.12],
      182: [0, 0.34, 0.1],
      106: [0, 0.2, 0.05],
      200: [0, 0.46, 0.16],
      201: [0, 0.42, 0.14],
      199: [0, 0.42, 0.06],
      208: [0, 0.36, 0.04],
      175: [0, 0.26, -0.02],
      171: [0, 0.22, 0],
      194: [0, 0.28, 0.08],
      204: [0, 0.16, 0.04],
      32: [0, 0.22, 0.03],
    },
    lips: {
      corner: [0, -0.02, 0],
      seam: [
        [0, 0.14, 0.08],
        [0, 0.26, 0.14],
      ],
      upperOuter: [
        [0, 0.06, 0.02],
        [0, 0.12, 0.04],
      ],
      lowerOuter: [
        [0, 0.22, 0.18],
        [0, 0.36, 0.26],
      ],
    },
  },
  {
    // AU 10 with 17: upper lip pushed up and out while the mouth stays closed.
    name: 'mouthShrugUpper',
    kind: 'whole',
    units: 'mouth',
    free: ['mouth', 'cheeks'],
    hold: [...EDGE, ...UPPER_CHEEK, 43, 202, 204, 192, 213, 147, 187],
    skin: {
      164: [0, 0.24, 0.16],
      167: [0, 0.22, 0.14],
      165: [0, 0.18, 0.1],
      92: [0, 0.16, 0.08],
      186: [0, 0.06, 0.02],
      206: [0, 0.08, 0.03],
      18: [0, 0.08, 0.02],
      182: [0, 0.06, 0.02],
    },
    lips: {
      corner: [0, 0, 0],
      seam: [
        [0, 0.14, 0.12],
        [0, 0.22, 0.18],
      ],
      upperOuter: [
        [0, 0.24, 0.22],
        [0, 0.32, 0.3],
      ],
      lowerOuter: [
        [0, 0.08, 0.06],
        [0, 0.12, 0.08],
      ],
    },
  },
  {
    // AU 10, levator labii: upper lip raised off the teeth, nasolabial fold deepens.
    name: 'mouthUpperUp',
    kind: 'paired',
    units: 'mouth',
    free: [...MOUTH_FREE, 'nose'],
    hold: [...EDGE, 111, 117, 118, 43, 106, 182, 83, 18, 202, 204, 5, 4, 195, 197, 6, 168, 122, 196, 3, 51, 45],
    cut: 0.9,
    skin: {
      92: [-0.06, 0.46, -0.02],
      165: [-0.06, 0.5, 0],
      167: [-0.02, 0.34, 0.02],
      164: [0, 0.27, 0.03],
      186: [-0.03, 0.28, 0],
      206: [-0.04, 0.38, 0.1],
      203: [-0.04, 0.34, 0.12],
      216: [-0.02, 0.24, 0.06],
      205: [0, 0.2, 0.12],
      36: [0, 0.22, 0.14],
      129: [-0.07, 0.2, 0],
      98: [-0.05, 0.2, 0.02],
      64: [-0.06, 0.18, 0.02],
      // The base of the nose gives a little; between it and the lip the skin is pressed together evenly.
      2: [0, 0.12, 0.02],
      97: [-0.02, 0.14, 0.02],
      94: [0, 0.06, 0],
      19: [0, 0.03, 0],
      50: [0, 0.1, 0.06],
      101: [0, 0.14, 0.08],
    },
    lips: {
      corner: [-0.04, 0.1, -0.02],
      upperInner: [
        [-0.06, 0.56, -0.08],
        [0, 0.5, -0.04],
      ],
      upperOuter: [
        [-0.07, 0.58, -0.06],
        [0, 0.46, 0],
      ],
      lowerInner: [
        [0, 0, 0],
        [0, 0, 0],
      ],
    },
  },
];
