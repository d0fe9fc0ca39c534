import { basename } from 'node:path';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Performance } from '../../core/performance.ts';
import { toNumber } from '../../core/rational.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { compareClips, FaceReader, summarise, worstFrames } from '../analysis/index.ts';
import { createInference } from '../inference/index.ts';
import { writeOutput } from '../interchange/index.ts';
import { openVideo, type VideoSource } from '../media/index.ts';
import { captureRange } from './capture-step.ts';
import { type FramePair, reportPage } from './pages/report-page.ts';
import { requireInput, requireOutput } from './paths.ts';
import { inspectProvenance } from './provenance-record.ts';
import { type FrameRange, resolveRange } from './range.ts';
import { formatRate } from './rates.ts';
import { thumbnailUrl } from './thumbnails.ts';

/** What `retake report` is asked to do. */
export interface ReportRequest {
  readonly before: string;
  readonly after?: string | undefined;
  readonly html?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

type Comparison = NonNullable<Result<'report'>['comparison']>;

/**
 * Reads the label of one file, or measures an edited file against its source. `known` spares the capture of the source when
 * its performance is at hand.
 */
export async function report(
  request: ReportRequest,
  context: ServiceContext = {},
  known?: Performance,
): Promise<Result<'report'>> {
  const before = await requireInput(request.before, 'clip', true);
  if (request.after === undefined) return readLabel(before, request, context);
  const after = await requireInput(request.after, 'edited clip', true);
  const html = request.html === undefined ? undefined : await requireOutput(request.html, [before, after]);
  const options = context.signal ? { signal: context.signal } : {};
  await using source = await openVideo(before, options);
  await using edited = await openVideo(after, options);
  const provenance = await inspectProvenance(after, context.signal);
  const part = provenance?.claim?.range ?? null;
  const { range, offset } = align(source, edited, part, request);
  const comparison = await compare(source, edited, range, offset, context, known);
  if (html !== undefined) {
    const pairs = await worstPairs(source, edited, comparison, offset);
    await writeOutput(html, reportPage(basename(before), basename(after), comparison, pairs));
  }
  return {
    command: 'report',
    before,
    after,
    provenance,
    comparison,
    outputs: html === undefined ? [] : [{ kind: 'page', path: html }],
  };
}

async function readLabel(path: string, request: ReportRequest, context: ServiceContext): Promise<Result<'report'>> {
  if (request.html !== undefined)
    throw new RetakeError('invalid-argument', '--html needs two clips: the source and the edited one.');
  const provenance = await inspectProvenance(path, context.signal);
  return { command: 'report', before: path, after: null, provenance, comparison: null, outputs: [] };
}

/** Which frames of the source the edited clip shows: those of its label, or else all when both are equally long. */
function align(
  source: VideoSource,
  edited: VideoSource,
  part: FrameRange | null,
  request: ReportRequest,
): { range: FrameRange; offset: number } {
  const [a, b] = [source.info.video, edited.info.video];
  if (a.width !== b.width || a.height !== b.height)
    throw new RetakeError(
      'invalid-argument',
      `The clips differ in size (${a.width} x ${a.height} and ${b.width} x ${b.height}), so one is not an edit of the other.`,
    );
  const fits = part !== null && part.until <= source.frameCount && part.until - part.from === edited.frameCount;
  if (!fits && source.frameCount !== edited.frameCount)
    throw new RetakeError(
      'invalid-argument',
      `The clips differ in length (${source.frameCount} and ${edited.frameCount} frames), and the second says nothing of which part it is. Give the clip that it was made from.`,
      { before: source.frameCount, after: edited.frameCount },
    );
  const offset = fits ? part.from : 0;
  const asked = resolveRange(request.from, request.until, source);
  const range = { from: Math.max(asked.from, offset), until: Math.min(asked.until, offset + edited.frameCount) };
  if (range.from >= range.until)
    throw new RetakeError(
      'invalid-range',
      `The edited clip shows frames ${offset} to ${offset + edited.frameCount - 1} of the source only.`,
    );
  return { range, offset };
}

async function compare(
  source: VideoSource,
  edited: VideoSource,
  range: FrameRange,
  offset: number,
  context: ServiceContext,
  known: Performance | undefined,
): Promise<Comparison> {
  await using inference = await createInference();
  const editedRange = { from: range.from - offset, until: range.until - offset };
  const before =
    known ?? (await captureRange(source, inference, range, context, 'Faces before', 'measure')).performance;
  const { performance: after } = await captureRange(edited, inference, editedRange, context, 'Faces after', 'measure');
  const frames = range.until - range.from;
  const { frames: perFrame, outsideComparable } = await compareClips({
    before: { source, performance: before, from: range.from },
    after: { source: edited, performance: after, from: editedRange.from },
    frames,
    reader: await FaceReader.open(inference),
    signal: context.signal,
    onFrame: (done) => context.onProgress?.({ stage: 'measure', label: 'Comparing', done, total: frames }),
  });
  const outside = perFrame.map((frame) => frame.outsideMean);
  return {
    range: { ...range, rate: formatRate(source.rate) },
    frames: perFrame.length,
    ...summarise(perFrame, toNumber(source.rate)),
    outsideFace: outsideComparable
      ? {
          mean: outside.reduce((sum, value) => sum + value, 0) / Math.max(1, outside.length),
          max: Math.max(0, ...perFrame.map((frame) => frame.outsideMax)),
          bitDepth: source.info.video.layout.bitDepth,
        }
      : null,
    worst: worstFrames(perFrame, 3, Math.max(1, Math.round(toNumber(source.rate) / 2))).map((entry) => ({
      ...entry,
      reasons: [...entry.reasons],
      timecode: formatTimecode(entry.frame, source.rate),
    })),
    perFrame,
  };
}

async function worstPairs(
  source: VideoSource,
  edited: VideoSource,
  comparison: Comparison,
  offset: number,
): Promise<FramePair[]> {
  const pairs: FramePair[] = [];
  for (const { frame } of comparison.worst)
    pairs.push({ before: await thumbnailUrl(source, frame), after: await thumbnailUrl(edited, frame - offset) });
  return pairs;
}
