import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import {
  BLUR_STATES,
  type DeblurOptions,
  Deblurrer,
  pathLength,
  restorationModels,
  surveyBlur,
  type TrackBlur,
} from '../deblur/index.ts';
import { createInference, type Inference } from '../inference/index.ts';
import { requireProgressive } from './blur-results.ts';
import { usedModels, usedProviders } from './capture-step.ts';
import { ClipEdit } from './clip-edit.ts';
import type { ClipRequest } from './clip-request.ts';
import { actorIds, parseActor } from './emotion-request.ts';
import { OutputSet } from './output-set.ts';
import { performanceFor, type UsedPerformance } from './performance-source.ts';
import { clipClaim, type TakenFile } from './provenance-claim.ts';
import { provenanceTags } from './provenance-tag.ts';
import type { FrameRange } from './range.ts';
import { formatRate } from './rates.ts';
import { StopWatch } from './stop-watch.ts';
import { soundOf, writeEditedClip } from './write-edited-clip.ts';

/** Blur score that somebody may see: less is an expression, or coding. */
const UNLIKELY_SHARP = 0.3;

/** What `retake deblur` is asked to do. */
export interface DeblurRequest extends ClipRequest {
  readonly strength: number;
  readonly shutter: number;
  /** Whether the clip counts as blurred, with the shutter as given, though nothing proves it. */
  readonly assumeBlurred?: boolean;
  readonly actor: string;
}

/** All that deblurring needs, checked, before any long work. */
interface DeblurJob {
  readonly request: DeblurRequest;
  readonly edit: ClipEdit;
  readonly clip: TakenFile;
  readonly actor: 'all' | number;
  readonly out: string;
}

/**
 * Restores the blurred faces of a clip and writes the clip, its label and, if asked for, its layers. Everything that can be
 * wrong with the request is refused before any face is looked for; whatever fails later leaves no output behind.
 */
export async function deblurClip(request: DeblurRequest, context: ServiceContext = {}): Promise<Result<'deblur'>> {
  const watch = new StopWatch();
  const actor = parseActor(request.actor);
  await using edit = await ClipEdit.open(request, context);
  const { source, range } = edit;
  requireProgressive(source);
  const out = await edit.output('deblurred');
  const clip = await edit.identify(context);
  const job: DeblurJob = { request, edit, clip, actor, out };
  await using inference = await createInference();
  const used = await performanceFor(request.performance, source, clip.fingerprint, range, inference, context);
  watch.lap('capture');
  return await finishJob(job, used, inference, context, watch);
}

async function finishJob(
  job: DeblurJob,
  { performance, models }: UsedPerformance,
  inference: Inference,
  context: ServiceContext,
  watch: StopWatch,
): Promise<Result<'deblur'>> {
  const { request, out } = job;
  const { source, range } = job.edit;
  const ids = actorIds(performance, job.actor);
  const survey = await surveyBlur(source, performance, {
    ...range,
    shutterDegrees: request.shutter,
    assumeBlurred: request.assumeBlurred ?? false,
    ...(context.signal ? { signal: context.signal } : {}),
    onProgress: (done, total) => context.onProgress?.({ stage: 'capture', label: 'Measuring blur', done, total }),
  });
  watch.lap('measure');
  if (source.frameCount === 1)
    context.onLog?.(
      'info',
      'This is a single picture: it shows no motion and no sharper moment, so there is nothing to tell a blur from. It was left as it is.',
    );
  else if (
    !request.assumeBlurred &&
    survey.tracks.some((blur) => ids.includes(blur.track.actorId) && leftInDoubt(blur))
  )
    context.onLog?.(
      'info',
      'Some frames have less detail than others, but sharper frames do not prove that motion blurred them, so that face was left as it is. If you see that it did, say so with --assume-blurred.',
    );
  const edit = {
    kind: 'deblur' as const,
    actor: job.actor,
    strength: request.strength,
    shutterDegrees: request.shutter,
    ...(request.assumeBlurred ? { assumedBlurred: true as const } : {}),
  };
  const restoring = await restorationModels(inference, source, survey);
  const used = new Map([...models, ...(await usedModels(inference))].map((model) => [model.id, model]));
  const claim = clipClaim(source, job.clip, range, edit, [...used.values()]);
  await using outputs = new OutputSet();
  const touched = await render(job, { survey, ...restoring }, new Set(ids), provenanceTags(claim), outputs, context);
  watch.lap('render');
  const { frames, provenance } = await job.edit.label(out, claim, touched, performance, ids, outputs);
  return {
    command: 'deblur',
    path: job.edit.path,
    range: { ...range, rate: formatRate(source.rate) },
    frames: { total: frames.total, restored: frames.edited, untouched: frames.untouched },
    tracks: survey.tracks.filter(({ track }) => ids.includes(track.actorId)).map((blur) => describeTrack(blur, range)),
    provenance,
    provider: await usedProviders(inference),
    outputs: outputs.keep(),
    timing: watch.timing(touched.length),
    stages: watch.stages(),
  };
}

/** Whether frames of a track miss detail that somebody may see, and none of them is restored for want of proof. */
function leftInDoubt({ score, strength, state }: TrackBlur): boolean {
  if (strength.some((value) => value > 0)) return false;
  return score.some((value, row) => {
    const why = BLUR_STATES[state[row]!];
    return value > UNLIKELY_SHARP && why !== 'too-blurred' && why !== 'no-motion';
  });
}

const rounded = (values: Float32Array, digits: number): number[] =>
  Array.from(values, (value) => Number(value.toFixed(digits)));

function describeTrack(blur: TrackBlur, range: FrameRange): Result<'deblur'>['tracks'][number] {
  const { track } = blur;
  const first = Math.max(0, range.from - track.firstFrame);
  const last = Math.max(first, Math.min(track.frameCount, range.until - track.firstFrame));
  const states: Record<string, number> = {};
  for (let row = first; row < last; row++) {
    const name = BLUR_STATES[blur.state[row]!]!;
    states[name] = (states[name] ?? 0) + 1;
  }
  return {
    actor: track.actorId,
    from: track.firstFrame + first,
    until: track.firstFrame + last,
    shutterDegrees: Number((blur.shutter * 360).toFixed(1)),
    blur: rounded(blur.score.subarray(first, last), 3),
    lengthPx: Array.from({ length: last - first }, (_, k) => Number(pathLength(blur, first + k).toFixed(2))),
    strength: rounded(blur.strength.subarray(first, last), 3),
    states,
  };
}

async function render(
  job: DeblurJob,
  restoration: Pick<DeblurOptions, 'survey' | 'guard' | 'refiner'>,
  ids: ReadonlySet<string>,
  tags: Record<string, string>,
  outputs: OutputSet,
  context: ServiceContext,
): Promise<boolean[]> {
  const { request, out } = job;
  const { source, range, layers } = job.edit;
  const strength = (_: number, actorId: string): number => (ids.has(actorId) ? request.strength : 0);
  return await writeEditedClip(
    { source, range, out, preset: request.preset, tags, sound: soundOf(job.clip.path, source, range), layers },
    async () => new Deblurrer({ ...restoration, source, strength }),
    outputs,
    context,
  );
}
