import type { MediaItem } from '../../../core/document/schema.ts';
import { RetakeError } from '../../../core/errors.ts';
import type { Performance } from '../../../core/performance.ts';
import type { FaceModel } from '../../capture/face-model/index.ts';
import type { ComposePool } from '../../compositing/compose-pool.ts';
import type { EditPlan } from '../../compositing/edit-plan.ts';
import { Compositor } from '../../compositing/index.ts';
import { type BlurSurvey, Deblurrer, restorationModels, scaleSurvey } from '../../deblur/index.ts';
import { createInference, type Inference } from '../../inference/index.ts';
import { openVideo, type VideoFrame, type VideoSource } from '../../media/index.ts';
import { openPlan, scalePerformance } from './effect-plan.ts';
import type { CapturedMedia } from './performances.ts';
import { TalkingStill } from './talking.ts';

/** What views of all media share. */
export interface MediaViewOptions {
  readonly model: Promise<FaceModel>;
  /** Threads that compose; without them a view has threads of its own. */
  readonly pool?: () => Promise<ComposePool>;
  /** Threads that restore blurred faces and draw stills that speak; 0 works on the calling thread. */
  readonly threads?: number | undefined;
  /** Keeps warps and mattes of composed faces. */
  readonly layers?: boolean;
}

/** A deblurrer and what it runs on. */
interface Restoring {
  readonly deblurrer: Deblurrer;
  readonly inference: Inference;
}

async function closeRestoring({ deblurrer, inference }: Restoring): Promise<void> {
  await deblurrer[Symbol.asyncDispose]();
  await inference[Symbol.asyncDispose]();
}

/** A media item, full size or as a proxy, open for reading frames and composing faces. */
export class MediaView implements AsyncDisposable {
  readonly source: VideoSource;
  /** Size of this view over that of the media. */
  readonly scale: number;
  #compositor: { captured: CapturedMedia; ready: Promise<Compositor> } | undefined;
  #warmed: CapturedMedia | undefined;
  #talking: { captured: CapturedMedia; speaker: string; ready: Promise<TalkingStill> } | undefined;
  #deblurrer: { survey: BlurSurvey; ready: Promise<Restoring> } | undefined;
  /** The performance in this view's pixels, and the plans made for it in full size: scaling a long one takes seconds. */
  #scaled: { captured: CapturedMedia; performance: Performance; plans: WeakMap<EditPlan, EditPlan> } | undefined;
  readonly #options: MediaViewOptions;

  private constructor(source: VideoSource, scale: number, options: MediaViewOptions) {
    [this.source, this.scale, this.#options] = [source, scale, options];
  }

  /** Opens `path`: the media's own file, or a proxy of it. Throws `not-found` when the file is gone. */
  static async open(media: MediaItem, path: string, options: MediaViewOptions): Promise<MediaView> {
    const source = await openVideo(path, { shared: true });
    const scale = media.height > 0 && path !== media.path ? source.info.video.height / media.height : 1;
    return new MediaView(source, scale, options);
  }

  /** A frame, held within the clip. */
  async frame(index: number): Promise<VideoFrame> {
    if (this.source.frameCount === 0) throw new RetakeError('media-damaged', `${this.source.info.path} has no frames.`);
    return await this.source.frameAt(Math.max(0, Math.min(this.source.frameCount - 1, index)));
  }

  /** The compositor of this view. The clip is searched for light and open mouths once, whatever the effects are. */
  async compositor(captured: CapturedMedia): Promise<Compositor> {
    if (this.#compositor?.captured !== captured) {
      const old = this.#compositor;
      const { performance } = this.#here(captured);
      this.#compositor = {
        captured,
        ready: this.#composing(performance),
      };
      if (old) await (await old.ready)[Symbol.asyncDispose]();
    }
    return await this.#compositor!.ready;
  }

  async #composing(performance: Performance): Promise<Compositor> {
    const { model, pool, layers = false } = this.#options;
    // The search goes all over the clip; whoever looks at a frame meanwhile gets it from another decoder.
    await using apart = this.source.apart();
    return await Compositor.create(apart, {
      performance,
      plan: openPlan(performance),
      model: await model,
      layers,
      pool: await pool?.(),
    });
  }

  /** Makes what the first changed face would wait for: searches the clip, and has every thread compose frame `index`. */
  async warm(captured: CapturedMedia, index: number): Promise<void> {
    if (this.#warmed === captured || this.source.frameCount === 1) return;
    this.#warmed = captured;
    const compositor = await this.compositor(captured);
    const decoded = await this.frame(index);
    try {
      const tries = Array.from({ length: compositor.width }, () => compositor.compose(decoded.index, decoded.picture));
      for (const { release } of await Promise.all(tries)) release();
    } finally {
      decoded.release();
    }
  }

  /** This still picture ready to speak; its face is made ready once. */
  async talking(captured: CapturedMedia, speaker: string): Promise<TalkingStill> {
    if (this.#talking?.captured !== captured || this.#talking.speaker !== speaker) {
      const old = this.#talking;
      const { model, threads } = this.#options;
      const ready = model.then((known) => TalkingStill.open(this.source, captured, speaker, known, threads));
      ready.catch(() => {
        if (this.#talking?.ready === ready) this.#talking = undefined;
      });
      this.#talking = { captured, speaker, ready };
      if (old) await (await old.ready)[Symbol.asyncDispose]();
    }
    return await this.#talking!.ready;
  }

  /** What restores the blurred faces of this view; the actors' sharp frames are looked at once. */
  async deblurrer(captured: CapturedMedia, survey: BlurSurvey): Promise<Deblurrer> {
    if (this.#deblurrer?.survey !== survey) {
      const old = this.#deblurrer;
      const ready = this.#restoring(captured, survey);
      ready.catch(() => {
        if (this.#deblurrer?.ready === ready) this.#deblurrer = undefined;
      });
      this.#deblurrer = { survey, ready };
      if (old) await old.ready.then(closeRestoring, () => undefined);
    }
    return (await this.#deblurrer!.ready).deblurrer;
  }

  async #restoring(captured: CapturedMedia, full: BlurSurvey): Promise<Restoring> {
    const survey = scaleSurvey(full, this.#here(captured).performance.tracks, this.scale);
    const inference = await createInference();
    try {
      const models = await restorationModels(inference, this.source, survey);
      const { threads } = this.#options;
      const restorer = { survey, source: this.source, ...models, ...(threads === undefined ? {} : { threads }) };
      return { inference, deblurrer: new Deblurrer(restorer) };
    } catch (error) {
      await inference[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A plan made for the full-size performance, as it is in this view. */
  planHere(plan: EditPlan, captured: CapturedMedia): EditPlan {
    if (this.scale === 1) return plan;
    const { performance, plans } = this.#here(captured);
    const known = plans.get(plan);
    if (known) return known;
    const here = { edits: plan.edits.map((edit, index) => ({ ...edit, track: performance.tracks[index]! })) };
    plans.set(plan, here);
    return here;
  }

  #here(captured: CapturedMedia): { performance: Performance; plans: WeakMap<EditPlan, EditPlan> } {
    if (this.#scaled?.captured !== captured)
      this.#scaled = {
        captured,
        performance: scalePerformance(captured.performance, this.scale),
        plans: new WeakMap(),
      };
    return this.#scaled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ready = await this.#compositor?.ready.catch(() => undefined);
    await ready?.[Symbol.asyncDispose]();
    const talking = await this.#talking?.ready.catch(() => undefined);
    await talking?.[Symbol.asyncDispose]();
    await this.#deblurrer?.ready.then(closeRestoring, () => undefined);
    await this.source[Symbol.asyncDispose]();
  }
}
