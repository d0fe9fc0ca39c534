import type { FrameAccess } from '../compositing/prepare.ts';
import type { Inference } from '../inference/index.ts';
import type { DeblurOptions } from './deblurrer.ts';
import { IdentityGuard } from './identity-guard.ts';
import { LearnedRestorer, WIDEST } from './learned-restorer.ts';
import type { BlurSurvey } from './survey.ts';

/** Packs whose networks decide what the restored faces of a clip look like; none where nothing is restored. */
export function restorationPacks({ tracks }: BlurSurvey): ('face-restorer' | 'face-descriptor')[] {
  const restored = tracks.filter(({ strength }) => strength.some((value) => value > 0));
  if (restored.length === 0) return [];
  return restored.some(({ faceWidth }) => faceWidth <= WIDEST)
    ? ['face-restorer', 'face-descriptor']
    : ['face-descriptor'];
}

/**
 * The networks that improve on restored faces and keep them the person's own, as far as they will be asked. Throws what
 * `inference.open` throws.
 */
export async function restorationModels(
  inference: Inference,
  source: FrameAccess,
  survey: BlurSurvey,
): Promise<Pick<DeblurOptions, 'guard' | 'refiner'>> {
  const packs = restorationPacks(survey);
  return {
    ...(packs.includes('face-restorer') ? { refiner: await LearnedRestorer.create(inference) } : {}),
    ...(packs.includes('face-descriptor') ? { guard: await IdentityGuard.create(inference, source, survey) } : {}),
  };
}
