import type { ServiceContext } from '../../contract/progress.ts';
import type { Performance } from '../../core/performance.ts';
import type { Inference } from '../inference/index.ts';
import type { VideoSource } from '../media/index.ts';
import { captureRange } from './capture-step.ts';
import type { FrameRange } from './range.ts';

/** The performance that an edit works on: captured now. */
export async function obtainPerformance(
  job: { readonly source: VideoSource; readonly range: FrameRange },
  inference: Inference,
  context: ServiceContext,
): Promise<Performance> {
  return (await captureRange(job.source, inference, job.range, context)).performance;
}
