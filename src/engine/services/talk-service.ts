import { PRESETS, type PresetId } from '../../contract/presets.ts';
import type { ServiceContext } from '../../contract/progress.ts';
import type { ProvenanceClaim } from '../../contract/provenance.ts';
import type { Result } from '../../contract/results.ts';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import { type Rational, rational, snapFrameRate, toNumber } from '../../core/rational.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { createInference } from '../inference/index.ts';
import { createVideoWriter, fingerprintMedia, probeMedia } from '../media/index.ts';
import {
  openPortrait,
  type Portrait,
  PortraitPool,
  performSpeech,
  portraitPose,
  type TalkingPerformance,
} from '../talking-head/index.ts';
import { usedModels, usedProviders } from './capture-step.ts';
import { defaultOutput } from './default-output.ts';
import { heardResult, listen } from './heard-speech.ts';
import { orderedMap } from './ordered-map.ts';
import { OutputSet } from './output-set.ts';
import { requireInput, requireOutput } from './paths.ts';
import type { TakenFile } from './provenance-claim.ts';
import { provenancePath, writeProvenance } from './provenance-record.ts';
import { provenanceTags } from './provenance-tag.ts';
import { formatRate } from './rates.ts';
import { speechClaim } from './speech-claim.ts';
import { StopWatch } from './stop-watch.ts';
import { askStyle, resolveStyle, styleResult } from './style-source.ts';

/** What `retake talk` is asked to do; texts as a person typed them. */
export interface TalkRequest {
  readonly portrait: string;
  readonly audio?: string | undefined;
  readonly text?: string | undefined;
  readonly language: string;
  readonly style: string;
  readonly styleStrength: number;
  readonly fps: string;
  readonly face?: number | undefined;
  readonly more?: string | undefined;
  readonly out?: string | undefined;
  readonly preset: PresetId;
  readonly seed: number;
}

const SLOWEST = 1;
const FASTEST = 240;

/** A frame rate as a person writes it: `25`, `29.97`, `30000/1001`. Throws `invalid-argument`. */
export function parseFrameRate(text: string): Rational {
  const fraction = /^(\d{1,9})\/(\d{1,9})$/.exec(text.trim());
  const value = fraction
    ? Number(fraction[1]) / Number(fraction[2])
    : /^\d{1,3}(\.\d+)?$/.test(text.trim())
      ? Number(text)
      : Number.NaN;
  if (!(value >= SLOWEST && value <= FASTEST))
    throw new RetakeError(
      'invalid-argument',
      `--fps takes frames per second from ${SLOWEST} to ${FASTEST}, such as 25, 29.97 or 30000/1001, not "${text}".`,
      { value: text },
    );
  if (fraction) return rational(Number(fraction[1]), Number(fraction[2]));
  // People write 23.98 and 29.97 for the NTSC rates.
  const near = [24, 30, 48, 60, 120].find((nominal) => Math.abs(value - (nominal * 1000) / 1001) < 0.006);
  return near === undefined ? snapFrameRate(value) : rational(near * 1000, 1001);
}

/** The recording that a command needs. Throws `invalid-argument`, `file-not-found`, `file-unreadable`, `no-audio`. */
export async function requireRecording(audio: string | undefined): Promise<string> {
  if (audio === undefined)
    throw new RetakeError('invalid-argument', 'Give the recording that is to be spoken: --audio voice.wav.');
  const path = await requireInput(audio, 'recording');
  const info = await probeMedia(path);
  if (info.audio.length === 0)
    throw new RetakeError('no-audio', `"${audio}" has no sound. Give a recording of somebody speaking.`, { path });
  return path;
}

/** Other photographs of the person. */
async function moreFiles(more: string | undefined): Promise<string[]> {
  const paths: string[] = [];
  for (const name of (more ?? '').split(',').map((part) => part.trim()))
    if (name !== '') paths.push(await requireInput(name, 'photograph'));
  return paths;
}

/**
 * Makes a portrait speak a recording and writes the film and its label. Whatever can be wrong with the request is refused
 * before anything long is done; what fails later leaves no output behind.
 */
export async function talk(request: TalkRequest, context: ServiceContext = {}): Promise<Result<'talk'>> {
  const watch = new StopWatch();
  const path = await requireInput(request.portrait, 'portrait');
  const audio = await requireRecording(request.audio);
  const text = request.text === undefined ? undefined : await requireInput(request.text, 'text');
  const rate = parseFrameRate(request.fps);
  const asked = await askStyle(request.style);
  const more = await moreFiles(request.more);
  const preset = PRESETS[request.preset];
  const inputs = [path, audio, ...(text ? [text] : []), ...more];
  const out = await requireOutput(
    request.out ?? defaultOutput(path, 'talk', preset.extension),
    inputs,
    preset.sequence,
  );
  await using inference = await createInference();
  const portrait = await openPortrait(path, {
    inference,
    model: await loadFaceModel(),
    ...(request.face === undefined ? {} : { face: request.face }),
    more,
    ...(context.signal ? { signal: context.signal } : {}),
    onNote: (message) => context.onLog?.('warn', message),
  });
  watch.lap('portrait');
  const heard = await listen({ path: audio, text, language: request.language }, inference, context);
  watch.lap('listen');
  const style = await resolveStyle(asked, request.styleStrength, inference, context);
  watch.lap('style');
  const frames = Math.max(1, Math.ceil(heard.seconds * toNumber(rate) - 1e-6));
  const performance = performSpeech(heard, { style: style.style, rate, frames, seed: request.seed });
  const take = async (file: string): Promise<TakenFile> => ({
    path: file,
    fingerprint: await fingerprintMedia(file, context.signal),
  });
  const claim = speechClaim({
    target: 'portrait',
    source: { ...(await take(path)), frames: 1, width: portrait.width, height: portrait.height },
    range: { from: 0, until: frames },
    face: request.face ?? null,
    speech: await take(audio),
    transcript: text !== undefined,
    style,
    strength: request.styleStrength,
    more: await Promise.all(more.map(take)),
    rate,
    seed: request.seed,
    models: await usedModels(inference),
  });
  watch.lap('plan');
  await using outputs = new OutputSet();
  await render({ portrait, performance, claim, out, audio, heard, preset: request.preset }, context);
  outputs.add('video', out);
  watch.lap('render');
  const record = await writeProvenance(out, claim, request.preset, {
    total: frames,
    edited: frames,
    untouched: 0,
    runs: [],
  });
  outputs.add('provenance', provenancePath(out));
  return {
    command: 'talk',
    path,
    width: portrait.width,
    height: portrait.height,
    rate: formatRate(rate),
    frames,
    heard: heardResult(audio, heard),
    style: styleResult(style.style, request.styleStrength),
    provenance: record,
    provider: await usedProviders(inference),
    outputs: outputs.keep(),
    timing: watch.timing(frames),
    stages: watch.stages(),
  };
}

interface TalkRender {
  readonly portrait: Portrait;
  readonly performance: TalkingPerformance;
  readonly claim: ProvenanceClaim;
  readonly out: string;
  readonly audio: string;
  readonly heard: SpeechTrack;
  readonly preset: PresetId;
}

async function* numbers(count: number): AsyncIterableIterator<number> {
  for (let i = 0; i < count; i++) yield i;
}

/** Draws, encodes and writes all frames; drawing and encoding overlap. */
async function render(job: TalkRender, context: ServiceContext): Promise<void> {
  const { portrait, performance, out } = job;
  const { picture, coefficients } = portrait.setup;
  await using writer = await createVideoWriter(out, {
    preset: job.preset,
    width: picture.width,
    height: picture.height,
    rate: performance.rate,
    layout: picture.layout,
    colour: picture.colour,
    sourceForAudio: { path: job.audio, fromSeconds: 0, untilSeconds: performance.frames / toNumber(performance.rate) },
    tags: provenanceTags(job.claim),
    signal: context.signal,
  });
  await using pool = new PortraitPool(portrait.setup);
  let done = 0;
  const draw = (frame: number) => pool.draw(portraitPose(coefficients, performance, frame));
  for await (const frame of orderedMap(numbers(performance.frames), pool.width, draw, (drawn) => drawn.release())) {
    try {
      throwIfCancelled(context.signal);
      await writer.write(frame.picture);
    } finally {
      frame.release();
    }
    context.onProgress?.({ stage: 'render', label: 'Rendering', done: ++done, total: performance.frames });
  }
  const report = await writer.finish();
  for (const note of report.notes) context.onLog?.('info', note);
}
