import { LRUCache } from 'lru-cache';
import { type EvaluatedLayer, evaluateFrame } from '../../../core/document/evaluate.ts';
import { layOut } from '../../../core/document/query.ts';
import type { MediaItem, Project } from '../../../core/document/schema.ts';
import { RetakeError, throwIfCancelled } from '../../../core/errors.ts';
import type { Picture } from '../../../core/picture.ts';
import { mixPictures } from '../../../core/picture-mix.ts';
import type { EditPlan } from '../../compositing/edit-plan.ts';
import { blackPicture, type PictureKind } from '../../media/index.ts';
import { type ClipFrame, type ClipPicture, ClipPictures, type LayerNote } from './clip-pictures.ts';
import { isDeblurEffect, isTalkEffect } from './effect-plan.ts';
import { EffectPlans, hashOf } from './effect-plans.ts';
import type { MediaView } from './media-view.ts';
import { OpenViews, type OpenViewsOptions } from './open-views.ts';
import type { CapturedMedia, PerformanceSource } from './performances.ts';

/** Share of the full size in which a frame is made: previews are quick, exports are `full`. */
export const QUALITIES = { full: 1, half: 2, quarter: 4 } as const;

/** One of {@link QUALITIES}. */
export type Quality = keyof typeof QUALITIES;

/** Which frame is asked for, and how. */
export interface FrameRequest {
  readonly sequence: string;
  readonly frame: number;
  readonly quality: Quality;
  /** `source` leaves effects out. */
  readonly side: 'source' | 'edited';
  /** False for a frame that is wanted once: it takes no other's place among the finished frames. */
  readonly keep?: boolean;
}

/** A finished frame. */
export interface EvaluatedPicture {
  readonly picture: Picture;
  readonly layers: readonly LayerNote[];
  /** Whether an effect changed any pixel. */
  readonly touched: boolean;
  /** Whether it was there already. */
  readonly cached: boolean;
}

/** How an evaluator is set up. */
export interface EvaluatorOptions extends OpenViewsOptions {
  readonly performances: PerformanceSource;
  /** Bytes of finished frames that are kept; 0 keeps none, as for a render that wants each frame once. */
  readonly cacheBytes?: number;
}

type ShownLayer = ClipFrame & Pick<EvaluatedLayer, 'opacity'>;

type Finished = Omit<EvaluatedPicture, 'cached'>;

const bytesOf = (picture: Picture): number => picture.planes.reduce((sum, plane) => sum + plane.byteLength, 0);

/**
 * Makes frames of a project: the one way in which preview, command line and batch come to a picture, so that what was
 * seen is what is rendered. Documents are passed in, never kept: the same evaluator serves a project while it is edited.
 */
export class Evaluator implements AsyncDisposable {
  readonly #performances: PerformanceSource;
  readonly #views: OpenViews;
  readonly #plans: EffectPlans;
  readonly #pictures: ClipPictures;
  readonly #kinds = new Map<string, PictureKind>();
  readonly #finished: LRUCache<string, Finished> | undefined;
  /** Frames under way: they overlap, as decoding and composing do not wait for one another. */
  readonly #making = new Set<Promise<unknown>>();

  constructor(options: EvaluatorOptions) {
    this.#performances = options.performances;
    this.#views = new OpenViews(options);
    this.#plans = new EffectPlans(options.performances);
    this.#pictures = new ClipPictures(options.performances, this.#plans);
    if (options.cacheBytes)
      this.#finished = new LRUCache({
        maxSize: options.cacheBytes,
        sizeCalculation: ({ picture }) => bytesOf(picture),
      });
  }

  /** Bytes of frames kept. */
  get cachedBytes(): number {
    return this.#finished?.calculatedSize ?? 0;
  }

  /**
   * Kind of all frames of a sequence: its size, and the samples and colour of its first picture clip, so that nothing
   * is converted where a clip fills the sequence. Throws `not-found` for an unknown sequence, and for one without
   * pictures.
   */
  async kindOf(project: Project, sequenceId: string, quality: Quality): Promise<PictureKind> {
    const sequence = project.sequences[sequenceId];
    if (!sequence) throw new RetakeError('not-found', `There is no sequence ${sequenceId} in the project.`);
    const media = firstMedia(project, sequenceId);
    if (!media) throw new RetakeError('not-found', `There is no picture in the sequence "${sequence.name}" yet.`);
    const key = `${media.path} ${sequence.width}x${sequence.height} ${quality}`;
    const known = this.#kinds.get(key);
    if (known) return known;
    const { video } = await this.#views.use(media, 1, (view) => view.source.info);
    const factor = QUALITIES[quality];
    const part = (value: number): number => Math.max(2, (Math.round(value / factor) >> 1) << 1);
    const size =
      factor === 1
        ? { width: sequence.width, height: sequence.height }
        : { width: part(sequence.width), height: part(sequence.height) };
    const kind = { ...size, layout: video.layout, colour: video.colour };
    this.#kinds.set(key, kind);
    return kind;
  }

  /**
   * A frame of a sequence. The picture is valid until the evaluator is disposed and must not be changed. Throws what
   * opening media throws, `cancelled`, and `invalid-argument` for effects that cannot be rendered yet.
   */
  frame(project: Project, request: FrameRequest, signal?: AbortSignal): Promise<EvaluatedPicture> {
    return this.#held(async () => {
      throwIfCancelled(signal);
      return await this.#make(project, request, signal);
    });
  }

  /**
   * Makes what the first change of a face in this frame would wait for, as opening its media. Nothing where no face was
   * captured. Throws what opening media throws.
   */
  warm(project: Project, { sequence, frame, quality }: Omit<FrameRequest, 'side' | 'keep'>): Promise<void> {
    return this.#held(async () => {
      for (const { media, mediaFrame } of evaluateFrame(project, sequence, frame).layers) {
        const captured = this.#performances.get(project, media);
        if (captured) await this.#views.use(media, QUALITIES[quality], (view) => view.warm(captured, mediaFrame));
      }
    });
  }

  /** Runs work that disposal waits for. It begins in the next tick, so that a wish that is called off at once costs nothing. */
  #held<T>(work: () => Promise<T>): Promise<T> {
    const result = Promise.resolve().then(work);
    const settled: Promise<unknown> = result
      .catch(() => undefined)
      .finally(() => {
        this.#making.delete(settled);
      });
    this.#making.add(settled);
    return result;
  }

  /** A name for all that decides how a frame looks: frames of one name are one picture. Throws like `kindOf`. */
  async nameOf(project: Project, request: FrameRequest): Promise<string> {
    return (await this.#plan(project, request)).name;
  }

  /** What a frame shows, of which kind it is, and its name. */
  async #plan(
    project: Project,
    { sequence, frame, quality, side }: FrameRequest,
  ): Promise<{ readonly name: string; readonly kind: PictureKind; readonly shown: readonly ShownLayer[] }> {
    const { layers } = evaluateFrame(project, sequence, frame);
    const kind = await this.kindOf(project, sequence, quality);
    const shown = layers.map((layer) => ({
      ...layer,
      project,
      effects: side === 'edited' ? layer.clip.effects.map((id) => project.effects[id]!) : [],
    }));
    const keys = await Promise.all(shown.map((layer) => this.#layerKey(layer)));
    return { name: hashOf([kind.width, kind.height, keys]), kind, shown };
  }

  async #make(project: Project, request: FrameRequest, signal: AbortSignal | undefined): Promise<EvaluatedPicture> {
    const { name, kind, shown } = await this.#plan(project, request);
    const kept = this.#finished?.get(name);
    if (kept) return { ...kept, cached: true };
    let picture: Picture | undefined;
    let touched = false;
    const notes: LayerNote[] = [];
    for (const layer of shown) {
      const make = (view: MediaView): Promise<ClipPicture> => this.#pictures.make(view, layer, kind, signal);
      const made = await this.#views.use(layer.media, QUALITIES[request.quality], make);
      picture =
        layer.opacity >= 1 && !picture
          ? made.picture
          : mixPictures(picture ?? blackPicture(kind), made.picture, layer.opacity);
      touched ||= made.touched;
      notes.push(made.note);
    }
    picture ??= blackPicture(kind);
    const made: Finished = { picture, layers: notes, touched };
    if (request.keep !== false) this.#finished?.set(name, made);
    return { ...made, cached: false };
  }

  /** All that a layer's picture depends on. */
  async #layerKey({ project, media, mediaFrame, opacity, effects }: ShownLayer): Promise<unknown[]> {
    const captured = this.#performances.get(project, media);
    const talk = effects.find(isTalkEffect);
    const said = talk && (await this.#performances.talk(project, talk));
    const heard = said && { style: said.styleFile?.fingerprint };
    const deblur = effects.find(isDeblurEffect);
    const measured = deblur && this.#performances.blur(project, media, deblur.settings.shutterDegrees) !== undefined;
    return [media.path, media.fingerprint, mediaFrame, opacity, effects, captured !== undefined, heard, measured];
  }

  /** The coefficients that a clip's effects make of its performance; undefined where it was not tracked. */
  planOf(project: Project, clipId: string): { captured: CapturedMedia; plan: EditPlan } | undefined {
    return this.#plans.planOf(project, clipId);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#making);
    await this.#views[Symbol.asyncDispose]();
    this.#pictures[Symbol.dispose]();
    this.#finished?.clear();
  }
}

/** The media of the first picture clip of a sequence. */
export function firstMedia(project: Project, sequence: string): MediaItem | undefined {
  for (const id of project.sequences[sequence]?.tracks ?? []) {
    const track = project.tracks[id];
    if (track?.kind !== 'video') continue;
    for (const { item } of layOut(project, track))
      if (item.type === 'clip') {
        const media = project.media[item.media];
        if (media?.kind === 'file') return media;
      }
  }
  return undefined;
}
