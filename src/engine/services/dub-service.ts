import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { Compositor } from '../compositing/index.ts';
import { createInference } from '../inference/index.ts';
import { fingerprintMedia } from '../media/index.ts';
import { performSpeech, planDub } from '../talking-head/index.ts';
import { usedModels, usedProviders } from './capture-step.ts';
import { ClipEdit } from './clip-edit.ts';
import type { ClipRequest } from './clip-request.ts';
import { actorIds, parseActor } from './emotion-request.ts';
import { heardResult, listen } from './heard-speech.ts';
import { OutputSet } from './output-set.ts';
import { requireInput } from './paths.ts';
import { performanceFor } from './performance-source.ts';
import { provenanceTags } from './provenance-tag.ts';
import { formatRate } from './rates.ts';
import { speechClaim } from './speech-claim.ts';
import { StopWatch } from './stop-watch.ts';
import { askStyle, resolveStyle, styleResult } from './style-source.ts';
import { requireRecording } from './talk-service.ts';
import { writeEditedClip } from './write-edited-clip.ts';

/** What `retake dub` is asked to do; texts as a person typed them. */
export interface DubRequest extends Omit<ClipRequest, 'from' | 'until' | 'layers'> {
  readonly audio?: string | undefined;
  readonly text?: string | undefined;
  readonly language: string;
  readonly style: string;
  readonly styleStrength: number;
  readonly actor: string;
  readonly seed: number;
}

/** Lengths that differ by less than this are the same to a viewer, seconds. */
const SAME_LENGTH = 0.08;

/**
 * Makes the actor of a clip speak another recording: mouth and jaw follow the new words, everything else stays, the new
 * sound takes the place of the old. Throws what `changeEmotion` throws, and `no-audio`.
 */
export async function dub(request: DubRequest, context: ServiceContext = {}): Promise<Result<'dub'>> {
  const watch = new StopWatch();
  const signal = context.signal ? { signal: context.signal } : {};
  const audio = await requireRecording(request.audio);
  const text = request.text === undefined ? undefined : await requireInput(request.text, 'text');
  const actor = parseActor(request.actor);
  const asked = await askStyle(request.style);
  await using edit = await ClipEdit.open(request, context);
  const { source, range } = edit;
  const out = await edit.output('dub', [audio]);
  const clip = await edit.identify(context);
  await using inference = await createInference();
  const { performance } = await performanceFor(
    request.performance,
    source,
    clip.fingerprint,
    range,
    inference,
    context,
  );
  // One voice has one mouth: the actor seen longest, unless another is chosen.
  const [actorId] = actorIds(performance, actor === 'all' ? 1 : actor) as [string];
  if (actor === 'all' && performance.actors.length > 1)
    context.onLog?.(
      'warn',
      `${performance.actors.length} actors are seen; actor 1 is dubbed. Choose another with --actor.`,
    );
  watch.lap('capture');
  const heard = await listen({ path: audio, text, language: request.language }, inference, context);
  watch.lap('listen');
  const clipSeconds = source.secondsOf(source.frameCount) - source.secondsOf(0);
  const surplusSeconds = heard.seconds - clipSeconds;
  tellLength(surplusSeconds, context);
  const style = await resolveStyle(asked, request.styleStrength, inference, context);
  const speech = performSpeech(heard, {
    style: style.style,
    rate: source.rate,
    frames: source.frameCount,
    seed: request.seed,
  });
  const plan = planDub(performance, actorId, speech, 0);
  const { video } = source.info;
  const claim = speechClaim({
    target: 'dub',
    source: { ...clip, frames: source.frameCount, width: video.width, height: video.height },
    range,
    face: actor === 'all' ? null : actor,
    speech: { path: audio, fingerprint: await fingerprintMedia(audio, context.signal) },
    transcript: text !== undefined,
    style,
    strength: request.styleStrength,
    more: [],
    rate: source.rate,
    seed: request.seed,
    models: await usedModels(inference),
  });
  watch.lap('plan');
  await using outputs = new OutputSet();
  const touched = await writeEditedClip(
    {
      source,
      range,
      out,
      preset: request.preset,
      tags: provenanceTags(claim),
      sound: { path: audio, fromSeconds: 0, untilSeconds: clipSeconds },
      inputs: [clip.path],
    },
    async () => Compositor.create(source, { performance, plan, model: await loadFaceModel(), ...signal }),
    outputs,
    context,
  );
  watch.lap('render');
  const { frames, provenance } = await edit.label(out, claim, touched, performance, [actorId], outputs);
  return {
    command: 'dub',
    path: clip.path,
    range: { ...range, rate: formatRate(source.rate) },
    frames,
    heard: heardResult(audio, heard),
    surplusSeconds: Math.round(surplusSeconds * 1000) / 1000,
    style: styleResult(style.style, request.styleStrength),
    provenance,
    provider: await usedProviders(inference),
    outputs: outputs.keep(),
    timing: watch.timing(frames.total),
    stages: watch.stages(),
  };
}

function tellLength(surplus: number, context: ServiceContext): void {
  const seconds = Math.abs(surplus).toFixed(2);
  if (surplus > SAME_LENGTH)
    context.onLog?.('warn', `The recording is ${seconds} s longer than the clip; its end is cut off.`);
  if (surplus < -SAME_LENGTH)
    context.onLog?.(
      'warn',
      `The recording is ${seconds} s shorter than the clip; the mouth rests after it, without sound.`,
    );
}
