import { loadCanonicalFace } from '../../inference/index.ts';
import { buildFaceModel, type FaceModel } from './face-model.ts';

let loaded: Promise<FaceModel> | undefined;

/**
 * The parametric face on the mesh of the pack `canonical-face`, built once per process (treat it as read-only).
 * Throws `model-missing` or `model-damaged`.
 */
export function loadFaceModel(): Promise<FaceModel> {
  loaded ??= loadCanonicalFace()
    .then(buildFaceModel)
    .catch((error: unknown) => {
      // A pack that was missing may be there at the next call.
      loaded = undefined;
      throw error;
    });
  return loaded;
}
