import type { ShapeName } from '../../src/core/performance.ts';

/** Pictures of several shapes together: basic emotions (prototypes of EMFACS) and pairs that often meet. */
export const COMBINATIONS: Readonly<Record<string, Readonly<Partial<Record<ShapeName, number>>>>> = {
  neutral: {},
  happy: {
    ...both('mouthSmile', 0.85),
    ...both('cheekSquint', 0.8),
    ...both('eyeSquint', 0.3),
    ...both('mouthUpperUp', 0.25),
    jawOpen: 0.12,
  },
  sad: {
    browInnerUp: 0.8,
    ...both('browDown', 0.2),
    ...both('mouthFrown', 0.7),
    mouthShrugLower: 0.35,
    ...both('eyeLookDown', 0.3),
    ...both('eyeSquint', 0.15),
  },
  angry: {
    ...both('browDown', 1),
    ...both('eyeWide', 0.3),
    ...both('eyeSquint', 0.45),
    ...both('mouthPress', 0.8),
    ...both('noseSneer', 0.35),
    ...both('mouthFrown', 0.25),
  },
  surprised: {
    browInnerUp: 0.9,
    ...both('browOuterUp', 0.9),
    ...both('eyeWide', 0.8),
    jawOpen: 0.5,
    mouthFunnel: 0.15,
  },
  afraid: {
    browInnerUp: 1,
    ...both('browOuterUp', 0.5),
    ...both('browDown', 0.4),
    ...both('eyeWide', 0.9),
    ...both('mouthStretch', 0.7),
    jawOpen: 0.2,
  },
  disgusted: {
    ...both('noseSneer', 0.9),
    ...both('mouthUpperUp', 0.5),
    ...both('browDown', 0.5),
    ...both('eyeSquint', 0.5),
    ...both('mouthFrown', 0.35),
    ...both('cheekSquint', 0.4),
  },
  contempt: {
    mouthSmileLeft: 0.45,
    mouthDimpleLeft: 0.6,
    mouthUpperUpLeft: 0.15,
    ...both('eyeSquint', 0.15),
    browDownRight: 0.2,
  },
  'smile + jawOpen': { ...both('mouthSmile', 1), jawOpen: 0.6 },
  'pucker + jawOpen': { mouthPucker: 1, jawOpen: 0.4 },
  'blink + smile': { ...both('mouthSmile', 0.9), ...both('eyeBlink', 1), ...both('cheekSquint', 0.6) },
  'browDown + squint': { ...both('browDown', 1), ...both('eyeSquint', 1) },
  'jawOpen + close': { jawOpen: 0.5, mouthClose: 0.5 },
  'blink + squint': { ...both('eyeBlink', 1), ...both('eyeSquint', 1) },
};

function both(name: string, value: number): Partial<Record<ShapeName, number>> {
  return { [`${name}Left`]: value, [`${name}Right`]: value } as Partial<Record<ShapeName, number>>;
}
