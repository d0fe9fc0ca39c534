import { basename } from 'node:path';
import type { ServiceContext } from '../../contract/progress.ts';
import type { Result } from '../../contract/results.ts';
import { throwIfCancelled } from '../../core/errors.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { type CaptureResult, writePerformance } from '../capture/index.ts';
import { createInference } from '../inference/index.ts';
import { createOverlayRenderer, performanceToGlb, writeObjSequence, writeOutput } from '../interchange/index.ts';
import { createVideoWriter, fingerprintMedia, openVideo, type VideoSource } from '../media/index.ts';
import { captureRange, tellWarnings, usedModels, usedProviders } from './capture-step.ts';
import { defaultOutput } from './default-output.ts';
import { frameReasons, frameRuns } from './frame-runs.ts';
import { OutputSet } from './output-set.ts';
import { requireDistinct, requireInput, requireOutput } from './paths.ts';
import { type FrameRange, resolveRange } from './range.ts';
import { formatRate } from './rates.ts';
import { StopWatch } from './stop-watch.ts';
import { programVersion } from './version.ts';

/** What `retake track` is asked to do. */
export interface TrackRequest {
  readonly clip: string;
  readonly out?: string | undefined;
  readonly glb?: string | undefined;
  readonly obj?: string | undefined;
  readonly overlay?: string | undefined;
  readonly from?: string | undefined;
  readonly until?: string | undefined;
}

interface TrackOutputs {
  readonly out: string;
  readonly glb: string | undefined;
  readonly obj: string | undefined;
  readonly overlay: string | undefined;
}

async function checkOutputs(request: TrackRequest, clip: string): Promise<TrackOutputs> {
  const check = (path: string | undefined, folder = false): Promise<string> | undefined =>
    path === undefined ? undefined : requireOutput(path, [clip], folder);
  const outputs = {
    out: await requireOutput(request.out ?? defaultOutput(clip, 'performance', '.json'), [clip]),
    glb: await check(request.glb),
    obj: await check(request.obj, true),
    overlay: await check(request.overlay),
  };
  requireDistinct(Object.values(outputs));
  return outputs;
}

/** Captures the faces of a clip and writes the performance, and the mesh and check video if asked for. */
export async function track(request: TrackRequest, context: ServiceContext = {}): Promise<Result<'track'>> {
  const watch = new StopWatch();
  const clip = await requireInput(request.clip, 'clip', true);
  const paths = await checkOutputs(request, clip);
  await using source = await openVideo(clip, context.signal ? { signal: context.signal } : {});
  const range = resolveRange(request.from, request.until, source);
  tellWarnings(source, request.until, context);
  await using inference = await createInference();
  const fingerprint = await fingerprintMedia(clip, context.signal);
  const captured = await captureRange(source, inference, range, context);
  const models = await usedModels(inference);
  await using outputs = new OutputSet();
  await writeAll(source, captured, range, paths, outputs, context);
  await writePerformance(paths.out, {
    performance: captured.performance,
    trackFrames: captured.trackFrames,
    figures: captured.figures,
    source: { name: basename(clip), fingerprint, rate: formatRate(source.rate) },
    range,
    models,
    programVersion: programVersion(),
  });
  outputs.add('performance', paths.out);
  throwIfCancelled(context.signal);
  const { performance, figures } = captured;
  const { reasons, ...numbers } = figures;
  return {
    command: 'track',
    path: clip,
    range: { ...range, rate: formatRate(source.rate) },
    shots: performance.shots.filter((first) => first < range.until).length,
    actors: performance.actors.map(({ id, name }) => ({
      id,
      name,
      frames: performance.tracks.reduce((sum, each) => sum + (each.actorId === id ? each.frameCount : 0), 0),
    })),
    figures: numbers,
    reasons: { ...reasons },
    runs: frameRuns(frameReasons(performance, range), range.from),
    models,
    provider: await usedProviders(inference),
    outputs: outputs.keep(),
    timing: watch.timing(range.until - range.from),
  };
}

async function writeAll(
  source: VideoSource,
  captured: CaptureResult,
  range: FrameRange,
  paths: TrackOutputs,
  outputs: OutputSet,
  context: ServiceContext,
): Promise<void> {
  const model = await loadFaceModel();
  const { performance } = captured;
  if (paths.glb !== undefined) {
    const generator = `Retake ${programVersion()}`;
    await writeOutput(paths.glb, performanceToGlb(performance, model, { rate: source.rate, generator }));
    outputs.add('glb', paths.glb);
  }
  if (paths.obj !== undefined) {
    outputs.add('obj', paths.obj);
    await writeObjSequence(paths.obj, performance, model, {
      ...(context.signal ? { signal: context.signal } : {}),
      onProgress: (done, total) => context.onProgress?.({ stage: 'export', label: 'Writing meshes', done, total }),
    });
  }
  if (paths.overlay !== undefined) {
    await writeOverlay(source, captured, range, paths.overlay, context);
    outputs.add('overlay', paths.overlay);
  }
}

async function writeOverlay(
  source: VideoSource,
  captured: CaptureResult,
  range: FrameRange,
  path: string,
  context: ServiceContext,
): Promise<void> {
  const { performance, trackFrames } = captured;
  const renderer = createOverlayRenderer(performance, trackFrames, await loadFaceModel(), source.info.video);
  const total = range.until - range.from;
  await using writer = await createVideoWriter(path, {
    preset: 'h264',
    width: renderer.width,
    height: renderer.height,
    rate: source.rate,
    layout: { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false },
    colour: { range: 'limited', matrix: 'bt709', transfer: 'bt709', primaries: 'bt709', chromaLocation: 'left' },
    timestamps: source.timestamps(range.from, range.until),
    sourceForAudio: {
      path: source.info.path,
      fromSeconds: source.secondsOf(range.from),
      untilSeconds: source.secondsOf(range.until),
    },
    signal: context.signal,
  });
  let done = 0;
  for await (const frame of source.frames(range.from, range.until)) {
    try {
      throwIfCancelled(context.signal);
      await writer.write(renderer.render(frame.picture, frame.index));
    } finally {
      frame.release();
    }
    done++;
    context.onProgress?.({ stage: 'overlay', label: 'Drawing the overlay', done, total });
  }
  await writer.finish();
}
