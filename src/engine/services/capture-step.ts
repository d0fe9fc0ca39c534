import type { ServiceContext, Stage } from '../../contract/progress.ts';
import { RetakeError } from '../../core/errors.ts';
import { type CaptureResult, captureClip } from '../capture/index.ts';
import type { Inference } from '../inference/index.ts';
import type { VideoSource } from '../media/index.ts';
import type { FrameRange } from './range.ts';

/** Captures a range of a clip and tells how far it is. `label` stands in front of the bar. */
export function captureRange(
  source: VideoSource,
  inference: Inference,
  range: FrameRange,
  context: ServiceContext,
  label = 'Following faces',
  stage: Stage = 'capture',
): Promise<CaptureResult> {
  return captureClip(source, inference, {
    ...range,
    ...(context.signal ? { signal: context.signal } : {}),
    onProgress: ({ stage: step, done, total }) =>
      context.onProgress?.({ stage, label: step === 'track' ? label : `${label}: fitting`, done, total }),
  });
}

/** The execution providers that the models opened so far really run on, `cpu` or `webgpu, cpu`. */
export async function usedProviders(inference: Inference): Promise<string> {
  const reports = await inference.report();
  return [...new Set(reports.map((report) => report.provider))].join(', ') || 'none';
}

/** Ids, versions and hashes of the models opened so far. */
export async function usedModels(inference: Inference): Promise<{ id: string; version: string; sha256: string }[]> {
  const reports = await inference.report();
  return reports.map(({ id, version, sha256 }) => ({ id, version, sha256 })).sort((a, b) => a.id.localeCompare(b.id));
}

/**
 * Tells what is unusual about a clip. Throws `media-damaged` when the file breaks off and no end was asked for: whoever
 * wants the readable part says so with `until`.
 */
export function tellWarnings(source: VideoSource, until: string | undefined, context: ServiceContext): void {
  for (const { code, message } of source.info.warnings) {
    if (code === 'breaks-off' && until === undefined)
      throw new RetakeError(
        'media-damaged',
        `${message} To work on the part that is there, give --until ${source.frameCount}.`,
        { path: source.info.path, frames: source.frameCount },
      );
    context.onLog?.('warn', message);
  }
}
