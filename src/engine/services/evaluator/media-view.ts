import type { MediaItem } from '../../../core/document/schema.ts';
import { RetakeError } from '../../../core/errors.ts';
import type { FaceModel } from '../../capture/face-model/index.ts';
import type { EditPlan } from '../../compositing/edit-plan.ts';
import { Compositor } from '../../compositing/index.ts';
import { openVideo, type VideoFrame, type VideoSource } from '../../media/index.ts';
import { openPlan, scalePerformance } from './effect-plan.ts';
import type { CapturedMedia } from './performances.ts';

/** A media item, full size or as a proxy, open for reading frames and composing faces. */
export class MediaView implements AsyncDisposable {
  readonly source: VideoSource;
  /** Size of this view over that of the media. */
  readonly scale: number;
  #compositor: { captured: CapturedMedia; ready: Promise<Compositor> } | undefined;
  readonly #model: Promise<FaceModel>;
  readonly #threads: number | undefined;
  readonly #layers: boolean;

  private constructor(
    source: VideoSource,
    scale: number,
    model: Promise<FaceModel>,
    threads: number | undefined,
    layers: boolean,
  ) {
    [this.source, this.scale, this.#model, this.#threads] = [source, scale, model, threads];
    this.#layers = layers;
  }

  /** Opens `path`: the media's own file, or a proxy of it. Throws `not-found` when the file is gone. */
  static async open(
    media: MediaItem,
    path: string,
    model: Promise<FaceModel>,
    options: { readonly threads?: number | undefined; readonly layers?: boolean } = {},
  ): Promise<MediaView> {
    const source = await openVideo(path, { shared: true });
    const scale = media.height > 0 && path !== media.path ? source.info.video.height / media.height : 1;
    return new MediaView(source, scale, model, options.threads, options.layers ?? false);
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
      const performance = scalePerformance(captured.performance, this.scale);
      this.#compositor = {
        captured,
        ready: this.#model.then((model) =>
          Compositor.create(this.source, {
            performance,
            plan: openPlan(performance),
            model,
            layers: this.#layers,
            ...(this.#threads === undefined ? {} : { threads: this.#threads }),
          }),
        ),
      };
      if (old) await (await old.ready)[Symbol.asyncDispose]();
    }
    return await this.#compositor!.ready;
  }

  /** A plan made for the full-size performance, as it is in this view. */
  planHere(plan: EditPlan, captured: CapturedMedia): EditPlan {
    if (this.scale === 1) return plan;
    const { tracks } = scalePerformance(captured.performance, this.scale);
    return { edits: plan.edits.map((edit, index) => ({ ...edit, track: tracks[index]! })) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ready = await this.#compositor?.ready.catch(() => undefined);
    await ready?.[Symbol.asyncDispose]();
    await this.source[Symbol.asyncDispose]();
  }
}
