import { SHAPE_NAMES, type ShapeName } from '../../core/performance.ts';

/**
 * What a shape mostly does in a speaking face: `affect` carries feeling and no speech, `mouth-affect` carries both
 * (its slow part is feeling, its fast part speech), `articulator` shapes the lips for speech and can carry feeling on
 * top, `opening` opens and rounds the mouth, `lid` blinks, `gaze` looks.
 */
export type ShapeRole = 'affect' | 'mouth-affect' | 'articulator' | 'opening' | 'lid' | 'gaze';

const OPENING: ReadonlySet<ShapeName> = new Set<ShapeName>([
  'jawOpen',
  'jawLeft',
  'jawRight',
  'mouthClose',
  'mouthFunnel',
  'mouthPucker',
  'mouthRollLower',
  'mouthRollUpper',
  'tongueOut',
]);

const ARTICULATORS = ['mouthStretch', 'mouthUpperUp', 'mouthLowerDown', 'mouthShrug', 'mouthLeft', 'mouthRight'];

function roleOf(name: ShapeName): ShapeRole {
  if (name.startsWith('eyeLook')) return 'gaze';
  if (name.startsWith('eyeBlink')) return 'lid';
  if (OPENING.has(name)) return 'opening';
  if (ARTICULATORS.some((stem) => name.startsWith(stem))) return 'articulator';
  return name.startsWith('mouth') || name === 'jawForward' || name === 'cheekPuff' ? 'mouth-affect' : 'affect';
}

/** Role of each of the 52 shapes, in the order of SHAPE_NAMES. */
export const SHAPE_ROLES: readonly ShapeRole[] = SHAPE_NAMES.map(roleOf);
