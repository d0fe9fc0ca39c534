import type { ServiceContext } from '../../../contract/progress.ts';
import type { Performance } from '../../../core/performance.ts';
import type { CaptureFigures } from '../../capture/index.ts';
import type { Inference } from '../../inference/index.ts';
import { openVideo } from '../../media/index.ts';
import { captureStill } from '../../talking-head/index.ts';
import { captureRange, tellWarnings, usedProviders } from '../capture-step.ts';

/** What a capture of a whole media file gives. */
export interface MediaCapture {
  readonly performance: Performance;
  readonly figures: CaptureFigures;
  /** Execution providers that it really ran on. */
  readonly provider: string;
}

/** Captures the faces of a media file, wherever it does that. Throws what `captureMedia` throws. */
export type CaptureFunction = (path: string, name: string, context: ServiceContext) => Promise<MediaCapture>;

/** Captures the faces of a whole media file in this process. Throws what opening, decoding and inference throw, `cancelled`. */
export async function captureMedia(
  inference: Inference,
  path: string,
  name: string,
  context: ServiceContext,
): Promise<MediaCapture> {
  await using source = await openVideo(path, context.signal ? { signal: context.signal } : {});
  tellWarnings(source, String(source.frameCount), context);
  if (source.frameCount === 1) {
    const { signal, onProgress } = context;
    const still = await captureStill(source, inference, {
      ...(signal ? { signal } : {}),
      onProgress: ({ done, total }) =>
        onProgress?.({ stage: 'capture', label: `Looking at the face in ${name}`, done, total }),
    });
    return { ...still, provider: await usedProviders(inference) };
  }
  const range = { from: 0, until: source.frameCount };
  const { performance, figures } = await captureRange(source, inference, range, context, `Following faces in ${name}`);
  return { performance, figures, provider: await usedProviders(inference) };
}
