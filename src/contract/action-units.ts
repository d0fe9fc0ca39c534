import { RetakeError } from '../core/errors.ts';
import { isShapeName, SHAPE_NAMES, type ShapeName } from '../core/performance.ts';

/** Coefficients that a person sets by hand; they win over what the emotion asks for. Values 0..1. */
export type ShapeOverrides = Partial<Record<ShapeName, number>>;

function namesFor(name: string): ShapeName[] {
  if (isShapeName(name)) return name === 'tongueOut' ? [] : [name];
  // jawLeft and mouthLeft are directions, not sides.
  if (name === 'jaw' || name === 'mouth') return [];
  return SHAPE_NAMES.filter((shape) => shape === `${name}Left` || shape === `${name}Right`);
}

/**
 * Overrides as a person types them: `browInnerUp=0.5,mouthSmile=0.3`. A name without Left or Right sets both sides.
 * Throws `unknown-label` for a name that is not one of the 51 captured shapes, `invalid-argument` for a value outside 0..1.
 */
export function parseShapeOverrides(text: string): ShapeOverrides {
  const overrides: ShapeOverrides = {};
  for (const part of text.split(/[\s,]+/).filter((piece) => piece !== '')) {
    const [name = '', valueText = '', ...rest] = part.split('=');
    const shapes = namesFor(name);
    if (shapes.length === 0)
      throw new RetakeError(
        'unknown-label',
        `"${name}" is not an action unit that Retake can move. Use ARKit names such as browInnerUp, jawOpen or mouthSmileLeft; "retake emotion --help" lists all.`,
        { value: name, labels: SHAPE_NAMES },
      );
    const value = /^\d*\.?\d+$/.test(valueText) && rest.length === 0 ? Number(valueText) : Number.NaN;
    if (!(value >= 0 && value <= 1))
      throw new RetakeError('invalid-argument', `"${part}" needs a value from 0 to 1, for example ${name}=0.5.`, {
        value: part,
      });
    for (const shape of shapes) overrides[shape] = value;
  }
  if (Object.keys(overrides).length === 0)
    throw new RetakeError(
      'invalid-argument',
      `There is no action unit in "${text}". Write for example "browInnerUp=0.5".`,
    );
  return overrides;
}
