import { PRESETS, type PresetId } from '../../contract/presets.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import {
  BLUR_STATES,
  type BlurSurvey,
  Deblurrer,
  IdentityGuard,
  pathLength,
  surveyBlur,
  type TrackBlur,
} from '../deblur/index.ts';
import { createInference, type Inference } from '../inference/index.ts';
import { fingerprintMedia, openVideo, type VideoSource } from '../media/index.ts';
import { requireProgressive } from './blur-results.ts';
import { tellWarnings, usedProviders } from './capture-step.ts';
import { defaultOutput } from './default-output.ts';
import { actorIds, parseActor } from './emotion-request.ts';
import { frameReasons, frameRuns } from './frame-runs.ts';
import { OutputSet } from './output-set.ts';
import { requireDistinct, requireInput, requireOutput } from './paths.ts';
import { performanceFor, type UsedPerformance } from './performance-source.ts';
import { clipClaim, type TakenFile } from './provenance-claim.ts';
import { provenancePath, writeProvenance } from './provenance-record.ts';
import { provenanceTags } from './provenance-tag.ts';
import { type FrameRange, resolveRange } from './range.ts';
import { formatRate } from './rates.ts';
import { StopWatch } from './stop-watch.ts';
import { soundOf, writeEditedClip } from './write-edited-clip.ts';

/** What `retake deblur` is asked to do; texts as a person typed them. */
export interface DeblurRequest {
  readonly clip: string;
  readonly strength: number;
  readonly shutter: number;
  readonly actor: string;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly performance?: string | undefined;
  readonly out?: string | undefined;
  readonly preset: PresetId;
  readonly layers?: string | undefined;
}

/** All that deblurring needs, checked, before any long work. */
interface DeblurJob {
  readonly request: DeblurRequest;
  readonly source: VideoSource;
  readonly clip: TakenFile;
  readonly range: FrameRange;
  readonly actor: 'all' | number;
  readonly out: string;
  readonly layers: string | undefined;
}

/**
 * Restores the blurred faces of a clip and writes the clip, its label and, if asked for, its layers. Everything that can be
 * wrong with the request is refused before any face is looked for; whatever fails later leaves no output behind.
 */
export async function deblurClip(request: DeblurRequest, context: ServiceContext = {}): Promise<Result<'deblur'>> {
  const watch = new StopWatch();
  const signal = context.signal ? { signal: context.signal } : {};
  const path = await requireInput(request.clip, 'clip', true);
  if (request.performance !== undefined) await requireInput(request.performance, 'performance file');
  const layers = request.layers === undefined ? undefined : await requireOutput(request.layers, [path], true);
  const actor = parseActor(request.actor);
  await using source = await openVideo(path, { ...signal, shared: true });
  requireProgressive(source);
  const range = resolveRange(request.from, request.until, source);
  const preset = PRESETS[request.preset];
  const sources = [path, ...(request.performance ? [request.performance] : [])];
  const out = await requireOutput(
    request.out ?? defaultOutput(path, 'deblurred', preset.extension),
    sources,
    preset.sequence,
  );
  requireDistinct([out, layers]);
  tellWarnings(source, request.until, context);
  const clip = { path, fingerprint: await fingerprintMedia(path, context.signal) };
  const job: DeblurJob = { request, source, clip, range, actor, out, layers };
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
  const { source, range, request, out } = job;
  const ids = new Set(actorIds(performance, job.actor));
  const survey = await surveyBlur(source, performance, {
    ...range,
    shutterDegrees: request.shutter,
    ...(context.signal ? { signal: context.signal } : {}),
    onProgress: (done, total) => context.onProgress?.({ stage: 'capture', label: 'Measuring blur', done, total }),
  });
  watch.lap('measure');
  if (source.frameCount === 1)
    context.onLog?.(
      'info',
      'This is a single picture: it shows no motion and no sharper moment, so there is nothing to tell a blur from. It was left as it is.',
    );
  const edit = {
    kind: 'deblur' as const,
    actor: job.actor,
    strength: request.strength,
    shutterDegrees: request.shutter,
  };
  const claim = clipClaim(source, job.clip, range, edit, models);
  await using outputs = new OutputSet();
  const guard = await IdentityGuard.create(inference, source, survey);
  const touched = await render(job, survey, guard, ids, provenanceTags(claim), outputs, context);
  watch.lap('render');
  const restored = touched.filter(Boolean).length;
  const untouched = touched.length - restored;
  const record = await writeProvenance(out, claim, request.preset, {
    total: touched.length,
    edited: restored,
    untouched,
    runs: frameRuns(frameReasons(performance, range, ids), range.from),
  });
  outputs.add('provenance', provenancePath(out));
  return {
    command: 'deblur',
    path: job.clip.path,
    range: { ...range, rate: formatRate(source.rate) },
    frames: { total: touched.length, restored, untouched },
    tracks: survey.tracks.filter(({ track }) => ids.has(track.actorId)).map((blur) => describeTrack(blur, range)),
    provenance: record,
    provider: await usedProviders(inference),
    outputs: outputs.keep(),
    timing: watch.timing(touched.length),
    stages: watch.stages(),
  };
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
  survey: BlurSurvey,
  guard: IdentityGuard,
  ids: ReadonlySet<string>,
  tags: Record<string, string>,
  outputs: OutputSet,
  context: ServiceContext,
): Promise<boolean[]> {
  const { source, range, request, out, layers } = job;
  const strength = (_: number, actorId: string): number => (ids.has(actorId) ? request.strength : 0);
  return await writeEditedClip(
    { source, range, out, preset: request.preset, tags, sound: soundOf(job.clip.path, source, range), layers },
    async () => new Deblurrer({ survey, source, guard, strength }),
    outputs,
    context,
  );
}
