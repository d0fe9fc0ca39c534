// Renders emotion edits part by part for the render queue: what `retake emotion` does, but resumable.
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { ServiceContext } from '../../contract/progress.ts';
import type { ProvenanceClaim } from '../../contract/provenance.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { writePerformance } from '../capture/index.ts';
import { Compositor } from '../compositing/index.ts';
import { measureManner, planEmotionEdit } from '../expression/index.ts';
import { createInference, type Inference } from '../inference/index.ts';
import type { JobSpec, RenderPlan, SegmentRenderer } from '../jobs/index.ts';
import { createVideoWriter, fingerprintMedia, openVideo, type VideoSource } from '../media/index.ts';
import { captureRange, tellWarnings, usedModels } from './capture-step.ts';
import { actorIds, type EmotionRequest, emotionTarget } from './emotion-request.ts';
import { frameReasons, frameRuns } from './frame-runs.ts';
import { requireInput } from './paths.ts';
import { loadPerformance } from './performance-source.ts';
import { emotionClaim, type TakenFile } from './provenance-claim.ts';
import { writeProvenance } from './provenance-record.ts';
import { provenanceTags } from './provenance-tag.ts';
import { type FrameRange, resolveRange } from './range.ts';
import { formatRate } from './rates.ts';
import { renderEdit } from './render-edit.ts';
import { programVersion } from './version.ts';

/** What all parts share: worked out once, kept with the job. */
interface Shared {
  readonly range: FrameRange;
  readonly fingerprint: string;
  readonly performance: string;
  readonly manner: readonly number[] | null;
  readonly claim: ProvenanceClaim;
}

/** Edits with layers write many files; the queue renders films only. */
type QueuedRequest = Omit<EmotionRequest, 'out' | 'preset' | 'layers'>;

const requestOf = (spec: JobSpec): EmotionRequest => ({ ...(spec.payload as QueuedRequest), preset: spec.preset });
const sharedOf = (plan: RenderPlan): Shared => plan.extra as Shared;

async function mannerOf(
  path: string,
  inference: Inference,
  context: ServiceContext,
): Promise<{ manner: Float32Array; file: TakenFile }> {
  await using source = await openVideo(path);
  const range = { from: 0, until: source.frameCount };
  const { performance } = await captureRange(source, inference, range, context, 'Faces of the reference');
  const [first] = actorIds(performance, 1);
  return { manner: measureManner(performance, first!), file: { path, fingerprint: await fingerprintMedia(path) } };
}

/** The performance for the range: the one of the folder or of the request if there is one, else captured and kept. */
async function capture(
  source: VideoSource,
  request: EmotionRequest,
  range: FrameRange,
  folder: string,
  fingerprint: string,
  inference: Inference,
) {
  if (request.performance !== undefined)
    return { path: request.performance, ...(await loadPerformance(request.performance, fingerprint, range)) };
  const path = join(folder, 'capture.performance.json');
  if (existsSync(path)) return { path, ...(await loadPerformance(path, fingerprint, range)) };
  const result = await captureRange(source, inference, range, {});
  const models = await usedModels(inference);
  await writePerformance(path, {
    performance: result.performance,
    trackFrames: result.trackFrames,
    figures: result.figures,
    source: { name: basename(request.clip), fingerprint, rate: formatRate(source.rate) },
    range,
    models,
    programVersion: programVersion(),
  });
  return { path, performance: result.performance, models };
}

/** The renderer of emotion edits: a job's payload is an `EmotionRequest` without output, preset and layers. */
export const renderer: SegmentRenderer = {
  async plan(spec, folder) {
    const request = requestOf(spec);
    const clip = await requireInput(request.clip, 'clip', true);
    await using source = await openVideo(clip);
    const range = resolveRange(request.from, request.until, source);
    const target = emotionTarget(request, range, source.rate);
    tellWarnings(source, request.until, {});
    const fingerprint = await fingerprintMedia(clip);
    await using inference = await createInference();
    const { path, performance, models } = await capture(source, request, range, folder, fingerprint, inference);
    actorIds(performance, target.actor); // refuses what cannot be edited before anything is rendered
    const reference = request.reference === undefined ? undefined : await mannerOf(request.reference, inference, {});
    const claim = emotionClaim(source, { path: clip, fingerprint }, range, request, target, reference?.file, models);
    const times = source.timestamps(range.from, range.until);
    const shared: Shared = {
      range,
      fingerprint,
      performance: path,
      manner: reference ? [...reference.manner] : null,
      claim,
    };
    return {
      frameCount: range.until - range.from,
      rate: source.rate,
      ...(times && { timestamps: { ...times, ticks: [...times.ticks] } }),
      audio: { path: clip, fromSeconds: source.secondsOf(range.from), untilSeconds: source.secondsOf(range.until) },
      tags: provenanceTags(claim),
      ...(range.from === 0 && source.info.video.timecode !== null && { timecode: source.info.video.timecode }),
      inputs: [clip, ...(request.reference === undefined ? [] : [request.reference])],
      extra: shared,
    };
  },

  async render({ spec, plan, first, count, out, signal, onFrames, onNote }) {
    const request = requestOf(spec);
    const { range, fingerprint, performance: path, manner } = sharedOf(plan);
    await using source = await openVideo(request.clip, { shared: true });
    const target = emotionTarget(request, range, source.rate);
    const { performance } = await loadPerformance(path, fingerprint, range);
    const ids = actorIds(performance, target.actor);
    const { video } = source.info;
    // Planned over the whole range: a part moves as it does in the whole.
    const edit = planEmotionEdit(performance, {
      rate: source.rate,
      keys: target.keys,
      ...(manner ? { reference: { manner: Float32Array.from(manner), intensity: request.intensity } } : {}),
      ...(target.overrides ? { overrides: target.overrides } : {}),
      lipPreservation: request.preserveLips,
      seed: request.seed,
      actorIds: ids,
    });
    await using writer = await createVideoWriter(out, {
      preset: spec.preset,
      width: video.width,
      height: video.height,
      rate: source.rate,
      layout: video.layout,
      colour: video.colour,
      sampleAspect: video.sampleAspect,
      fieldOrder: video.fieldOrder,
      signal,
    });
    await using compositor = await Compositor.create(source, {
      performance,
      plan: edit,
      model: await loadFaceModel(),
      signal,
    });
    const part = { from: range.from + first, until: range.from + first + count };
    const context: ServiceContext = { signal, onProgress: ({ done }) => onFrames(done) };
    const touched = await renderEdit(source, part, compositor, writer, context);
    const reasons = frameReasons(performance, part, new Set(ids));
    for (const [index, edited] of touched.entries())
      if (!edited)
        onNote({ frame: part.from + index, reason: reasons[index]! === 'ok' ? 'unchanged' : reasons[index]! });
    await writer.finish();
  },

  async finish({ spec, plan, notes }) {
    const { range, fingerprint, performance: path, claim } = sharedOf(plan);
    const { performance } = await loadPerformance(path, fingerprint, range);
    const [edit] = claim.edits;
    const actor = edit?.kind === 'emotion' ? edit.actor : 'all';
    const total = range.until - range.from;
    const untouched = new Set(notes.map(({ frame }) => frame)).size;
    const runs = frameRuns(frameReasons(performance, range, new Set(actorIds(performance, actor))), range.from);
    await writeProvenance(spec.out, claim, spec.preset, { total, edited: total - untouched, untouched, runs });
  },
};
