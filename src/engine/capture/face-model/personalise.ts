import { RetakeError } from '../../../core/errors.ts';
import { buildShapes } from './build-shapes.ts';
import type { FaceModel } from './face-model.ts';
import { measureProportions } from './proportions.ts';
import { packShapes, type ShapeBasis } from './synthesise.ts';

/** A basis that fits one actor's neutral mesh. */
export interface PersonalBasis extends ShapeBasis {
  readonly neutral: Float32Array;
}

/**
 * Builds the 52 shapes anew on an actor's neutral: authored amplitudes follow this face's proportions, the jaw turns
 * about this face's condyles, blinks travel exactly this eye's opening and `mouthClose` exactly undoes what
 * `jawOpen` parts. Some 0.2 s.
 * @param neutral [468, 3] cm in the canonical face's space and scale, eyes open, lips together or nearly so.
 * Throws `invalid-argument` for a mesh of another size or with values that are not finite.
 */
export function personaliseShapes(model: FaceModel, neutral: Float32Array): PersonalBasis {
  if (neutral.length !== model.neutral.length || !neutral.every(Number.isFinite))
    throw new RetakeError(
      'invalid-argument',
      `An actor's neutral mesh needs ${model.neutral.length / 3} finite vertices.`,
      { values: neutral.length },
    );
  const shapes = buildShapes(model.ground, neutral, measureProportions(neutral, model.neutral));
  return { neutral, ...packShapes(shapes) };
}
