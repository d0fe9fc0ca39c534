import { type ShapeName, shapeIndex } from '../../core/performance.ts';

/**
 * A fold that skin makes when muscles shorten it: a polyline on the frontal view of the canonical face (x, y in
 * centimetres, image-left half; `mirror` adds the other), its half width and depth, and the shapes that make it.
 */
export interface CreaseStroke {
  readonly points: readonly (readonly [number, number])[];
  /** Standard deviation of the groove across, cm. */
  readonly width: number;
  /** Relative depth at full activation, 0..1. */
  readonly depth: number;
}

/** Strokes that come and go together. */
export interface CreaseGroup {
  readonly name: string;
  readonly strokes: readonly CreaseStroke[];
  /** Activation 0..1 from the 52 coefficients, on image left (the actor's right) and image right. */
  readonly right: (c: ArrayLike<number>, at: number) => number;
  readonly left: (c: ArrayLike<number>, at: number) => number;
}

/** Most activation that a fold shows. */
const DEEPEST = 1.4;

type Side = 'Left' | 'Right';
type Drive = (value: (stem: string) => number, single: (name: ShapeName) => number) => number;

function group(name: string, strokes: readonly CreaseStroke[], drive: Drive): CreaseGroup {
  const one = (side: Side) => {
    const index = (stem: string): number => shapeIndex(`${stem}${side}` as ShapeName);
    return (c: ArrayLike<number>, at: number): number =>
      Math.max(
        0,
        // Several muscles may make one fold, which gets no deeper than skin allows.
        Math.min(
          DEEPEST,
          drive(
            (stem) => c[at + index(stem)]!,
            (shape) => c[at + shapeIndex(shape)]!,
          ),
        ),
      );
  };
  return { name, strokes, right: one('Right'), left: one('Left') };
}

const fold = (width: number, depth: number, ...points: [number, number][]): CreaseStroke => ({ points, width, depth });

/**
 * Where adult faces fold, after the appearance changes that the Facial Action Coding System lists per action unit
 * (Ekman, Friesen and Hager 2002): forehead lines (AU 1, 2), frown lines (AU 4), crow's feet and lower-lid pouch
 * (AU 6), bunny lines (AU 9), nasolabial fold (AU 9, 10, 12) and its upper end (AU 9, 10), corner folds (AU 14, 15), chin boss (AU 17).
 */
export const CREASES: readonly CreaseGroup[] = [
  group(
    'forehead',
    [
      fold(0.22, 0.36, [-5.2, 6.15], [-3.8, 6.45], [-2.2, 6.3], [-0.6, 6.1], [0, 6.08]),
      fold(0.23, 0.44, [-5.0, 6.95], [-3.6, 7.15], [-2.1, 7.0], [-0.6, 6.8], [0, 6.78]),
      fold(0.22, 0.2, [-4.2, 7.75], [-3.0, 7.8], [-1.6, 7.65], [0, 7.5]),
    ],
    (value, single) => 0.75 * value('browOuterUp') + 0.25 * single('browInnerUp') - 0.8 * value('browDown'),
  ),
  group(
    'inner-brow',
    [fold(0.21, 0.28, [-2.0, 6.05], [-1.1, 6.3], [0, 6.36]), fold(0.21, 0.2, [-1.8, 6.75], [-0.9, 6.98], [0, 7.02])],
    (value, single) => single('browInnerUp') - 0.6 * value('browOuterUp'),
  ),
  group(
    'frown',
    [
      fold(0.24, 0.6, [-0.62, 5.6], [-0.55, 5.0], [-0.66, 4.2], [-0.85, 3.75]),
      fold(0.15, 0.35, [-0.7, 3.45], [0, 3.38]),
    ],
    (value) => value('browDown'),
  ),
  group(
    'crows-feet',
    [
      fold(0.15, 0.45, [-5.15, 3.0], [-5.8, 3.35], [-6.4, 3.75]),
      fold(0.15, 0.5, [-5.25, 2.55], [-5.9, 2.62], [-6.55, 2.75]),
      fold(0.15, 0.45, [-5.2, 2.1], [-5.8, 1.85], [-6.35, 1.65]),
    ],
    (value) => 0.75 * value('cheekSquint') + 0.25 * value('eyeSquint'),
  ),
  group(
    'lower-lid',
    [fold(0.18, 0.5, [-2.0, 2.0], [-2.7, 1.55], [-3.5, 1.4], [-4.3, 1.55], [-4.9, 1.9])],
    (value) => 0.6 * value('cheekSquint') + 0.4 * value('eyeSquint'),
  ),
  group(
    'bunny',
    [
      // Across the root of the nose, which is pushed up between the brows, then down its sides.
      fold(0.15, 0.4, [-0.75, 3.0], [-0.35, 2.9], [0, 2.87]),
      fold(0.16, 0.55, [-0.35, 2.35], [-0.8, 1.95], [-1.25, 1.7]),
      fold(0.16, 0.45, [-0.45, 1.75], [-0.9, 1.3], [-1.3, 1.1]),
    ],
    (value) => value('noseSneer'),
  ),
  group(
    'nose-wing',
    // The upper end of the nasolabial fold, which a sneer draws up beside the wing of the nose, deeper than a smile does.
    [fold(0.2, 0.55, [-1.3, 0.2], [-1.7, -0.25], [-2.1, -0.85], [-2.5, -1.6], [-2.8, -2.3])],
    (value) => 0.5 * value('noseSneer') + 0.3 * value('mouthUpperUp') - 0.5 * value('mouthSmile'),
  ),
  group(
    'nasolabial',
    [
      fold(
        0.36,
        0.85,
        [-1.75, -0.35],
        [-2.1, -0.75],
        [-2.6, -1.5],
        [-3.05, -2.4],
        [-3.4, -3.4],
        [-3.6, -4.3],
        [-3.5, -5.1],
      ),
    ],
    (value) => 0.75 * value('mouthSmile') + 0.5 * value('noseSneer') + 0.35 * value('mouthUpperUp'),
  ),
  group(
    'corner-down',
    [fold(0.22, 0.6, [-2.65, -4.45], [-3.05, -5.1], [-3.3, -5.9])],
    (value) => value('mouthFrown') + 0.35 * value('mouthStretch') - 0.6 * value('mouthSmile'),
  ),
  group(
    'dimple',
    [fold(0.2, 0.5, [-3.05, -3.75], [-3.2, -4.35], [-3.1, -4.9])],
    (value) => value('mouthDimple') + 0.25 * value('mouthSmile'),
  ),
  group('chin-boss', [fold(0.2, 0.8, [-1.6, -6.55], [-0.9, -6.2], [0, -6.1])], (_value, single) =>
    single('mouthShrugLower'),
  ),
];
