import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { RetakeError, throwIfCancelled } from '../../core/errors.ts';
import type { Picture } from '../../core/picture.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import { waveFile } from '../../core/wave-file.ts';
import { loadFaceModel } from '../capture/face-model/index.ts';
import { createVideoWriter } from '../media/index.ts';
import type { ActorLook } from './actor-look.ts';
import { FILM_COLOUR, FILM_LAYOUT } from './film.ts';
import { describeTruth, type GroundTruth } from './ground-truth.ts';
import { type ActorMood, framingScale, performLine } from './motion.ts';
import { LINE_TEXT, timedLine } from './phones.ts';
import type { WorkerAnswer, WorkerSetup, WorkerTask } from './render-worker.ts';
import { buildScene } from './scene.ts';
import { ACTOR_VARIANTS, type ActorId } from './variant.ts';
import { synthesiseVoice, VOICE_RATE } from './voice.ts';

/** What {@link renderDigitalActor} makes. */
export interface DigitalActorOptions {
  /** The clip (MP4); the ground truth goes beside it as `<outPath>.truth.json`. */
  readonly outPath: string;
  readonly seconds: number;
  /** Pixels; even. */
  readonly width: number;
  readonly height: number;
  readonly rate: Rational;
  readonly seed: number;
  /** Who; `ada` unless said otherwise. */
  readonly variant?: ActorId;
  /** How they feel; `neutral` unless said otherwise. */
  readonly mood?: ActorMood;
  readonly signal?: AbortSignal | undefined;
  /** Called after every frame. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Where the ground truth of a clip lies. */
export function truthPath(outPath: string): string {
  return `${outPath}.truth.json`;
}

/** Reads the ground truth beside a rendered clip. */
export async function readGroundTruth(outPath: string): Promise<GroundTruth> {
  return JSON.parse(await readFile(truthPath(outPath), 'utf8')) as GroundTruth;
}

class RenderThread {
  private readonly worker: Worker;
  private waiting: { resolve: (answer: WorkerAnswer) => void; reject: (error: Error) => void } | undefined;

  constructor(setup: WorkerSetup) {
    this.worker = new Worker(new URL('./render-worker.ts', import.meta.url), { workerData: setup });
    this.worker.on('message', (answer: WorkerAnswer) => {
      const waiting = this.waiting;
      this.waiting = undefined;
      if (answer.kind === 'error') waiting?.reject(new RetakeError('internal', answer.message));
      else waiting?.resolve(answer);
    });
    this.worker.on('error', (error) => this.waiting?.reject(error));
  }

  /** One task at a time. */
  ask(task: WorkerTask): Promise<WorkerAnswer> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.postMessage(task);
    });
  }

  async stop(): Promise<void> {
    await this.worker.terminate();
  }
}

async function bakeLook(threads: readonly RenderThread[]): Promise<void> {
  const [first, second] = [threads[0]!, threads[1]!];
  const parts = await Promise.all([first.ask({ kind: 'surface' }), second.ask({ kind: 'cover' })]);
  const look = Object.assign({}, ...parts.map((p) => (p.kind === 'part' ? p.part : {}))) as ActorLook;
  await Promise.all(threads.map((thread) => thread.ask({ kind: 'look', look })));
}

/**
 * Renders a talking digital actor with sound, and what is true of every frame. No browser, graphics hardware or
 * recorded person is involved. The same options give the same pictures.
 *
 * Throws `invalid-argument` for a size or length that cannot be, what the writer throws, and `cancelled`.
 */
export async function renderDigitalActor(options: DigitalActorOptions): Promise<GroundTruth> {
  const { outPath, seconds, width, height, rate, seed, signal, onProgress } = options;
  const variant = options.variant ?? 'ada';
  const mood = options.mood ?? 'neutral';
  if (!(width >= 64 && height >= 64 && width % 2 === 0 && height % 2 === 0 && seconds > 0))
    throw new RetakeError(
      'invalid-argument',
      'The digital actor needs an even size of at least 64 pixels and a length.',
      {
        width,
        height,
        seconds,
      },
    );
  throwIfCancelled(signal);
  const frames = Math.max(1, Math.round(seconds * toNumber(rate)));
  const line = timedLine(seconds);
  const states = performLine({ line, frames, rate: toNumber(rate), width, height, seed, mood });
  const model = await loadFaceModel();
  const mesh: WorkerSetup['mesh'] = {
    positions: model.canonical,
    uv: model.uv,
    triangles: model.triangles,
    procrustesWeights: model.procrustesWeights,
  };
  const levels = height <= 400 ? 2 : 3;
  const scale = framingScale(height);
  const setup: WorkerSetup = { mesh, variant, levels, width, height, scale, seed };
  const threads = [new RenderThread(setup), new RenderThread(setup)];
  const folder = await mkdtemp(join(tmpdir(), 'retake-voice-'));
  try {
    const baking = bakeLook(threads);
    const scene = buildScene(model, ACTOR_VARIANTS[variant], 1);
    const voice = join(folder, 'voice.wav');
    await writeFile(voice, waveFile([synthesiseVoice(line, seconds, scene.variant.voice, seed)], VOICE_RATE, 'int16'));
    await baking;
    await using writer = await createVideoWriter(outPath, {
      preset: 'h264',
      width,
      height,
      rate,
      layout: FILM_LAYOUT,
      colour: FILM_COLOUR,
      sourceForAudio: { path: voice },
      tags: { comment: `Retake digital actor ${variant}, seed ${seed}` },
      signal,
    });
    await renderInOrder(threads, states, async (picture, frame) => {
      throwIfCancelled(signal);
      await writer.write(picture);
      onProgress?.(frame + 1, frames);
    });
    const truth = describeTruth({
      variant,
      mood,
      seed,
      width,
      height,
      rate,
      text: LINE_TEXT,
      phones: line,
      neutral: scene.neutral,
      shapes: scene.shapes,
      states,
    });
    const unfinished = `${truthPath(outPath)}.part`;
    await writeFile(unfinished, JSON.stringify(truth));
    await writer.finish();
    await rename(unfinished, truthPath(outPath));
    return truth;
  } finally {
    await Promise.all(threads.map((thread) => thread.stop()));
    await rm(folder, { recursive: true, force: true });
  }
}

/** Hands frames to whichever thread is free and delivers the pictures in order. */
async function renderInOrder(
  threads: readonly RenderThread[],
  states: Parameters<typeof describeTruth>[0]['states'],
  deliver: (picture: Picture, frame: number) => Promise<void>,
): Promise<void> {
  const done = new Map<number, Picture>();
  let next = 0;
  let written = 0;
  let writing = Promise.resolve();
  const flush = async (): Promise<void> => {
    for (let picture = done.get(written); picture !== undefined; picture = done.get(written)) {
      done.delete(written);
      const frame = written;
      written += 1;
      await deliver(picture, frame);
    }
  };
  const work = async (thread: RenderThread): Promise<void> => {
    while (next < states.length) {
      const frame = next;
      next += 1;
      const answer = await thread.ask({ kind: 'frame', frame, state: states[frame]! });
      if (answer.kind === 'frame') done.set(frame, answer.picture);
      writing = writing.then(flush);
      await writing;
    }
  };
  await Promise.all(threads.map(work));
  await writing;
}
