import type { FrameAccess } from '../compositing/prepare.ts';
import type { Inference } from '../inference/index.ts';
import type { DeblurOptions } from './deblurrer.ts';
import { IdentityGuard } from './identity-guard.ts';
import { LearnedRestorer } from './learned-restorer.ts';
import type { BlurSurvey } from './survey.ts';

/** Packs whose networks decide what a restored face looks like. */
export const RESTORATION_PACKS = ['face-restorer', 'face-descriptor'] as const;

/** The networks that improve on restored faces and keep them the person's own. Throws what `inference.open` throws. */
export async function restorationModels(
  inference: Inference,
  source: FrameAccess,
  survey: BlurSurvey,
): Promise<Required<Pick<DeblurOptions, 'guard' | 'refiner'>>> {
  return {
    refiner: await LearnedRestorer.create(inference),
    guard: await IdentityGuard.create(inference, source, survey),
  };
}
