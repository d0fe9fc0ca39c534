import type { ServiceContext } from '../../contract/progress.ts';
import type { ProvenanceClaim } from '../../contract/provenance.ts';
import type { Result } from '../../contract/results.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { Compositor, type EditPlan } from '../compositing/index.ts';
import { measureManner, planEmotionEdit } from '../expression/index.ts';
import { createInference, type Inference } from '../inference/index.ts';
import { fingerprintMedia, openVideo } from '../media/index.ts';
import { captureRange, usedProviders } from './capture-step.ts';
import { ClipEdit } from './clip-edit.ts';
import { actorIds, type EmotionRequest, type EmotionTarget, emotionTarget } from './emotion-request.ts';
import { OutputSet } from './output-set.ts';
import { requireInput } from './paths.ts';
import { performanceFor, type UsedPerformance } from './performance-source.ts';
import { emotionClaim, type TakenFile } from './provenance-claim.ts';
import { provenanceTags } from './provenance-tag.ts';
import { formatRate } from './rates.ts';
import { StopWatch } from './stop-watch.ts';
import { soundOf, writeEditedClip } from './write-edited-clip.ts';

/** All that an emotion edit needs, checked, before any long work. */
interface EmotionJob {
  readonly request: EmotionRequest;
  readonly edit: ClipEdit;
  readonly clip: TakenFile;
  readonly target: EmotionTarget;
  readonly out: string;
  readonly reference: string | undefined;
}

/**
 * Changes the emotion in a clip and writes the edited clip, its label and, if asked for, its layers. Everything that can be
 * wrong with the request is refused before any face is looked for; whatever fails later leaves no output behind.
 */
export async function changeEmotion(request: EmotionRequest, context: ServiceContext = {}): Promise<Result<'emotion'>> {
  const watch = new StopWatch();
  const reference =
    request.reference === undefined ? undefined : await requireInput(request.reference, 'reference clip', true);
  await using edit = await ClipEdit.open(request, context);
  const { source, range } = edit;
  const target = emotionTarget(request, range, source.rate);
  const out = await edit.output(target.word, reference ? [reference] : []);
  const clip = await edit.identify(context);
  const job: EmotionJob = { request, edit, clip, target, out, reference };
  await using inference = await createInference();
  const used = await performanceFor(request.performance, source, clip.fingerprint, range, inference, context);
  watch.lap('capture');
  // Awaited here: what this function owns is closed when it returns.
  return await finishJob(job, used, inference, context, watch);
}

async function finishJob(
  job: EmotionJob,
  { performance, models }: UsedPerformance,
  inference: Inference,
  context: ServiceContext,
  watch: StopWatch,
): Promise<Result<'emotion'>> {
  const { target, out, edit } = job;
  const { source, range } = edit;
  const ids = actorIds(performance, target.actor);
  const { manner, file } = await referenceManner(job, inference, context);
  const plan = planEmotionEdit(performance, {
    rate: source.rate,
    keys: target.keys,
    ...(manner ? { reference: { manner, intensity: job.request.intensity } } : {}),
    ...(target.overrides ? { overrides: target.overrides } : {}),
    lipPreservation: job.request.preserveLips,
    seed: job.request.seed,
    actorIds: ids,
  });
  const claim = emotionClaim(source, job.clip, range, job.request, target, file, models);
  watch.lap('plan');
  await using outputs = new OutputSet();
  const touched = await render(job, performance, plan, claim, outputs, context);
  watch.lap('render');
  const { frames, provenance } = await edit.label(out, claim, touched, performance, ids, outputs);
  return {
    command: 'emotion',
    path: edit.path,
    range: { ...range, rate: formatRate(source.rate) },
    frames,
    provenance,
    provider: await usedProviders(inference),
    outputs: outputs.keep(),
    timing: watch.timing(frames.total),
    stages: watch.stages(),
  };
}

async function referenceManner(
  job: EmotionJob,
  inference: Inference,
  context: ServiceContext,
): Promise<{ manner?: Float32Array; file?: TakenFile }> {
  if (job.reference === undefined) return {};
  await using source = await openVideo(job.reference, context.signal ? { signal: context.signal } : {});
  const range = { from: 0, until: source.frameCount };
  const { performance } = await captureRange(source, inference, range, context, 'Faces of the reference');
  const [first] = actorIds(performance, 1);
  const fingerprint = await fingerprintMedia(job.reference, context.signal);
  return { manner: measureManner(performance, first!), file: { path: job.reference, fingerprint } };
}

async function render(
  job: EmotionJob,
  performance: UsedPerformance['performance'],
  plan: EditPlan,
  claim: ProvenanceClaim,
  outputs: OutputSet,
  context: ServiceContext,
): Promise<boolean[]> {
  const { source, range, layers } = job.edit;
  return await writeEditedClip(
    {
      source,
      range,
      out: job.out,
      preset: job.request.preset,
      tags: provenanceTags(claim),
      sound: soundOf(job.clip.path, source, range),
      layers,
    },
    async () =>
      Compositor.create(source, {
        performance,
        plan,
        model: await loadFaceModel(),
        layers: layers !== undefined,
        ...(context.signal ? { signal: context.signal } : {}),
      }),
    outputs,
    context,
  );
}
