import type { EmotionLabel } from '../../contract/emotion.ts';
import { SHAPE_COUNT, type ShapeName, shapeIndex } from '../../core/performance.ts';

type Recipe = Partial<Record<ShapeName, number>>;

/** The same value on both sides: `both('mouthSmile', 0.8)`. */
function both(stem: string, value: number): Recipe {
  return { [`${stem}Left`]: value, [`${stem}Right`]: value };
}

/**
 * What a face does at intensity 1, in ARKit shapes. The action units are those of EMFACS (Friesen and Ekman 1983):
 * happy 6+12, sad 1+4+15+17, surprised 1+2+5+26, afraid 1+2+4+5+20+26, angry 4+5+7+23, disgusted 9+10+15+17,
 * contempt 12+14 on one side; amounts are ours, set by eye for people who speak while they show it.
 */
const RECIPES: Readonly<Record<EmotionLabel, Recipe>> = {
  neutral: {},
  happy: {
    ...both('mouthSmile', 1),
    ...both('cheekSquint', 1),
    ...both('eyeSquint', 0.4),
    ...both('mouthDimple', 0.1),
    ...both('mouthUpperUp', 0.2),
    ...both('browOuterUp', 0.1),
  },
  sad: {
    browInnerUp: 1.37,
    ...both('browDown', 0.47),
    ...both('mouthFrown', 0.89),
    mouthShrugLower: 0.68,
    ...both('eyeBlink', 0.36),
    ...both('eyeSquint', 0.16),
    ...both('cheekSquint', 0.23),
  },
  angry: {
    // Lids: the lower one is tight (7), the upper one a little raised against the lowered brow (5): a glare.
    ...both('browDown', 1.45),
    ...both('eyeSquint', 0.55),
    ...both('eyeWide', 0.5),
    ...both('noseSneer', 0.5),
    // Lips: thin when shut (23, 24), square with bared teeth when open (10, 16, 22).
    ...both('mouthPress', 0.9),
    ...both('mouthFrown', 0.5),
    ...both('mouthUpperUp', 0.4),
    ...both('mouthLowerDown', 0.4),
    mouthFunnel: 0.2,
    mouthShrugLower: 0.3,
    jawForward: 0.5,
  },
  surprised: {
    browInnerUp: 1.4,
    ...both('browOuterUp', 1.5),
    ...both('eyeWide', 1.3),
    jawOpen: 0.7,
  },
  afraid: {
    // The whole brow rises and is drawn together (1, 2, 4); without the knot between the brows it would be surprise,
    // with the inner ends alone grief.
    browInnerUp: 1.5,
    ...both('browOuterUp', 0.6),
    ...both('browDown', 1),
    ...both('eyeWide', 1.3),
    ...both('mouthStretch', 1.1),
    ...both('mouthLowerDown', 0.4),
    ...both('mouthUpperUp', 0.15),
    ...both('mouthFrown', 0.35),
    jawOpen: 0.22,
  },
  disgusted: {
    // Nose and upper lip carry it (9, 10), the lower lip drops away from it (16); the brow is only pulled along with the
    // root of the nose, more would be anger, and eyes that are squeezed further would be pain.
    ...both('noseSneer', 1.65),
    ...both('mouthUpperUp', 1.65),
    ...both('browDown', 0.5),
    ...both('eyeSquint', 0.55),
    ...both('cheekSquint', 0.77),
    ...both('mouthFrown', 0.77),
    ...both('mouthLowerDown', 0.55),
    mouthShrugLower: 0.33,
    mouthShrugUpper: 0.17,
  },
  contempt: {
    mouthSmileLeft: 0.5,
    mouthDimpleLeft: 0.75,
    mouthPressLeft: 0.35,
    mouthLeft: 0.12,
    cheekSquintLeft: 0.25,
    browOuterUpLeft: 0.35,
    ...both('eyeBlink', 0.12),
    ...both('browDown', 0.08),
  },
};

/** Coefficients of an emotion at intensity 1, [52]. */
export function emotionPrototype(label: EmotionLabel): Float32Array {
  const out = new Float32Array(SHAPE_COUNT);
  for (const [name, value] of Object.entries(RECIPES[label])) out[shapeIndex(name as ShapeName)] = value;
  return out;
}

/** Seconds that a face takes from rest to the apex of an emotion: a start is sudden, sorrow comes slowly. */
export const ONSET_SECONDS: Readonly<Record<EmotionLabel, number>> = {
  neutral: 0.7,
  happy: 0.55,
  sad: 0.9,
  angry: 0.5,
  surprised: 0.28,
  afraid: 0.35,
  disgusted: 0.5,
  contempt: 0.6,
};
