import type { ServiceContext } from '../../contract/progress.ts';
import { rational } from '../../core/rational.ts';
import { renderDigitalActor } from '../digital-actor/index.ts';

/** Length and size of the demo clip: long enough for a line of speech, large enough to see lips. */
const DEMO = { seconds: 5, width: 768, height: 432, seed: 7 };

/** Renders the clip that the demo works on, with its ground truth beside it. Returns its path. */
export async function renderActorClip(path: string, context: ServiceContext): Promise<string> {
  await renderDigitalActor({
    ...DEMO,
    outPath: path,
    rate: rational(25),
    signal: context.signal,
    onProgress: (done, total) => context.onProgress?.({ stage: 'actor', label: 'Rendering the actor', done, total }),
  });
  return path;
}
