import type { ServiceContext } from '../../contract/progress.ts';
import type { ModelUse } from '../../contract/provenance.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import { readPerformance } from '../capture/index.ts';
import type { Inference } from '../inference/index.ts';
import type { VideoSource } from '../media/index.ts';
import { captureRange, usedModels } from './capture-step.ts';
import type { FrameRange } from './range.ts';

/** A performance and the models that it was captured with. */
export interface UsedPerformance {
  readonly performance: Performance;
  readonly models: readonly ModelUse[];
}

/**
 * The performance in the file `path`, after looking that it was captured from this very clip and covers the range.
 * Throws `conflict` or `invalid-range` when not, and what readPerformance throws.
 */
export async function loadPerformance(path: string, fingerprint: string, range: FrameRange): Promise<UsedPerformance> {
  const stored = await readPerformance(path);
  if (stored.source.fingerprint !== fingerprint)
    throw new RetakeError(
      'conflict',
      `"${path}" was captured from another clip (${stored.source.name}), or the clip was changed since. Run "retake track" again.`,
      { path, expected: fingerprint, found: stored.source.fingerprint },
    );
  if (stored.range.from > range.from || stored.range.until < range.until)
    throw new RetakeError(
      'invalid-range',
      `"${path}" covers frames ${stored.range.from} to ${stored.range.until - 1} only. Choose a range inside, or run "retake track" on more.`,
      { from: stored.range.from, until: stored.range.until },
    );
  return { performance: stored.performance, models: stored.models };
}

/** The performance in the file `path`, checked against the clip's `fingerprint`; captured from the clip where no file is given. */
export async function performanceFor(
  path: string | undefined,
  source: VideoSource,
  fingerprint: string,
  range: FrameRange,
  inference: Inference,
  context: ServiceContext,
): Promise<UsedPerformance> {
  if (path !== undefined) return await loadPerformance(path, fingerprint, range);
  const { performance } = await captureRange(source, inference, range, context);
  return { performance, models: await usedModels(inference) };
}
