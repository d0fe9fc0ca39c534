import { createHash } from 'node:crypto';
import type { Effect } from '../../../core/document/effect-schema.ts';
import { type EvaluatedLayer, evaluateFrame } from '../../../core/document/evaluate.ts';
import { layOut } from '../../../core/document/query.ts';
import type { Clip, MediaItem, Project } from '../../../core/document/schema.ts';
import { RetakeError, throwIfCancelled } from '../../../core/errors.ts';
import { allocatePicture, type Picture } from '../../../core/picture.ts';
import { mixPictures } from '../../../core/picture-mix.ts';
import { loadFaceModel } from '../../capture/face-model/index.ts';
import type { EditPlan } from '../../compositing/edit-plan.ts';
import type { FaceNote } from '../../compositing/index.ts';
import { measureManner } from '../../expression/index.ts';
import { blackPicture, type PictureKind, PictureScaler, sameKind, type VideoFrame } from '../../media/index.ts';
import type { PortraitFrame, TalkingPerformance } from '../../talking-head/index.ts';
import type { TalkEffect, TalkInputs } from '../speech-results.ts';
import {
  deblurAmount,
  isDeblurEffect,
  isFaceEffect,
  isTalkEffect,
  planEffects,
  requireRenderable,
} from './effect-plan.ts';
import { MediaView } from './media-view.ts';
import type { CapturedMedia, PerformanceSource } from './performances.ts';
import { PictureCache } from './picture-cache.ts';
import { framesToPerform, performTalk, planTalk, speakerOf } from './talking.ts';

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
}

/** What became of a layer of a frame. */
export interface LayerNote {
  readonly clip: string;
  readonly media: string;
  readonly mediaFrame: number;
  readonly faces: readonly FaceNote[];
  /** True where effects ask for a face that was never tracked, or blur never measured: the plate shows. */
  readonly untracked: boolean;
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
export interface EvaluatorOptions {
  readonly performances: PerformanceSource;
  /** Bytes of finished frames that are kept; 0 keeps none, as for a render that wants each frame once. */
  readonly cacheBytes?: number;
  /** Files open at a time. */
  readonly openFiles?: number;
  /** Composing threads per file; 0 composes on the calling thread. */
  readonly threads?: number;
  /** Path of a proxy of a media item at 1 / `factor` of its size, where there is one. */
  readonly proxy?: (media: MediaItem, factor: number) => string | undefined;
}

/** What a talking-head effect does, under the name of all that decides it. */
interface Spoken {
  readonly key: string;
  readonly effect: TalkEffect;
  readonly talking: TalkingPerformance;
}

/** A clip's own picture before faces are changed. */
interface Plate {
  readonly picture: Picture;
  readonly touched: boolean;
  readonly faces: readonly FaceNote[];
  /** Whether it was to be restored and its blur was never measured. */
  readonly untracked: boolean;
  release(): void;
}

interface Note {
  readonly layers: readonly LayerNote[];
  readonly touched: boolean;
}

const hash = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('base64');

/**
 * Makes frames of a project: the one way in which preview, command line and batch come to a picture, so that what was
 * seen is what is rendered. Documents are passed in, never kept: the same evaluator serves a project while it is edited.
 */
export class Evaluator implements AsyncDisposable {
  readonly #options: EvaluatorOptions;
  readonly #views = new Map<string, Promise<MediaView>>();
  readonly #plans = new Map<string, EditPlan>();
  readonly #spokens = new Map<string, Spoken>();
  readonly #kinds = new Map<string, PictureKind>();
  readonly #scalers = new Map<string, PictureScaler>();
  readonly #cache: PictureCache<Note>;
  readonly #model = loadFaceModel();
  /** Frames under way: they overlap, as decoding and composing do not wait for one another. */
  readonly #making = new Set<Promise<unknown>>();
  /** How many frames use a view now; a file in use is not closed. */
  readonly #users = new Map<string, number>();

  constructor(options: EvaluatorOptions) {
    this.#options = options;
    this.#cache = new PictureCache(options.cacheBytes ?? 0);
  }

  /** Bytes of frames kept. */
  get cachedBytes(): number {
    return this.#cache.bytes;
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
    const { video } = (await this.#view(media, 1)).source.info;
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
    // Not before the next tick, so that a wish that is called off at once costs nothing.
    const result = Promise.resolve().then(() => {
      throwIfCancelled(signal);
      return this.#make(project, request);
    });
    const settled: Promise<unknown> = result
      .catch(() => undefined)
      .finally(() => {
        this.#making.delete(settled);
      });
    this.#making.add(settled);
    return result;
  }

  async #make(project: Project, { sequence, frame, quality, side }: FrameRequest): Promise<EvaluatedPicture> {
    const { layers } = evaluateFrame(project, sequence, frame);
    const kind = await this.kindOf(project, sequence, quality);
    const keys = await Promise.all(layers.map((layer) => this.#layerKey(project, layer, side)));
    const key = hash([kind.width, kind.height, keys]);
    const kept = this.#cache.get(key);
    if (kept) return { picture: kept.picture, ...kept.note, cached: true };
    let picture: Picture | undefined;
    let touched = false;
    const notes: LayerNote[] = [];
    for (const layer of layers) {
      const made = await this.#layer(project, layer, kind, QUALITIES[quality], side);
      picture =
        layer.opacity >= 1 && !picture
          ? made.picture
          : mixPictures(picture ?? blackPicture(kind), made.picture, layer.opacity);
      touched ||= made.touched;
      notes.push(made.note);
    }
    picture ??= blackPicture(kind);
    const note: Note = { layers: notes, touched };
    this.#cache.put(key, { picture, note });
    return { picture, ...note, cached: false };
  }

  async #layerKey(
    project: Project,
    { clip, media, mediaFrame, opacity }: EvaluatedLayer,
    side: string,
  ): Promise<unknown[]> {
    const captured = this.#options.performances.get(project, media);
    const effects = side === 'edited' ? clip.effects.map((id) => project.effects[id]!) : [];
    const talk = effects.find(isTalkEffect);
    const heard = talk && (await this.#options.performances.talk(project, talk)) !== undefined;
    const deblur = effects.find(isDeblurEffect);
    const measured =
      deblur && this.#options.performances.blur(project, media, deblur.settings.shutterDegrees) !== undefined;
    return [media.path, media.fingerprint, mediaFrame, opacity, effects, captured !== undefined, heard, measured];
  }

  async #layer(
    project: Project,
    { clip, media, mediaFrame }: EvaluatedLayer,
    kind: PictureKind,
    factor: number,
    side: 'source' | 'edited',
  ): Promise<{ picture: Picture; touched: boolean; note: LayerNote }> {
    const path = this.#pathOf(media, factor);
    this.#users.set(path, (this.#users.get(path) ?? 0) + 1);
    try {
      const view = await this.#view(media, factor);
      return await this.#layerOf(view, project, clip, media, mediaFrame, kind, side);
    } finally {
      this.#users.set(path, this.#users.get(path)! - 1);
    }
  }

  async #layerOf(
    view: MediaView,
    project: Project,
    clip: EvaluatedLayer['clip'],
    media: MediaItem,
    mediaFrame: number,
    kind: PictureKind,
    side: 'source' | 'edited',
  ): Promise<{ picture: Picture; touched: boolean; note: LayerNote }> {
    const effects = side === 'edited' ? clip.effects.map((id) => project.effects[id]!) : [];
    for (const effect of effects) requireRenderable(effect);
    const wanted = effects.filter(isFaceEffect);
    const talk = effects.find(isTalkEffect);
    const inputs = talk && (await this.#options.performances.talk(project, talk));
    const decoded = await view.frame(mediaFrame);
    let plate: Plate | undefined;
    try {
      plate = await this.#plate(view, project, media, effects, decoded);
      const needed = talk ? inputs !== undefined : wanted.length > 0;
      const captured = needed ? this.#options.performances.get(project, media) : undefined;
      const { touched: restored, faces, untracked } = plate;
      const note = { clip: clip.id, media: media.id, mediaFrame: decoded.index, faces, untracked };
      if (!captured) {
        const plain = { ...note, untracked: untracked || wanted.length > 0 || talk !== undefined };
        return { picture: this.#take(plate.picture, kind), touched: restored, note: plain };
      }
      const spoken = talk && inputs ? this.#spoken(project, clip, media, talk, inputs) : undefined;
      if (spoken && view.source.frameCount === 1) {
        const drawn = await this.#still(view, project, media, wanted, captured, spoken, mediaFrame);
        if (!drawn) return { picture: this.#take(plate.picture, kind), touched: restored, note };
        const picture = this.#take(drawn.picture, kind);
        drawn.release();
        return { picture, touched: true, note };
      }
      const plan = view.planHere(this.#plan(project, media, wanted, captured, spoken), captured);
      const composed = await (await view.compositor(captured)).compose(decoded.index, plate.picture, plan);
      const picture = this.#take(composed.picture, kind);
      composed.release();
      return { picture, touched: restored || composed.touched, note: { ...note, faces: composed.faces } };
    } finally {
      plate?.release();
      decoded.release();
    }
  }

  /** The clip's own picture, its blurred faces restored where effects ask for it: what all other effects begin with. */
  async #plate(
    view: MediaView,
    project: Project,
    media: MediaItem,
    effects: readonly Effect[],
    { index, picture }: VideoFrame,
  ): Promise<Plate> {
    const asked = effects.filter(isDeblurEffect);
    const plain = { picture, touched: false, faces: [], untracked: asked.length > 0, release: () => {} };
    const [first] = asked;
    const captured = first && this.#options.performances.get(project, media);
    const survey = captured && this.#options.performances.blur(project, media, first.settings.shutterDegrees);
    if (!captured || !survey) return plain;
    const deblurrer = await view.deblurrer(captured, survey);
    const made = await deblurrer.compose(index, picture, (id) => deblurAmount(asked, captured.actors[id], index));
    return { ...made, untracked: false };
  }

  /** What an effect makes of its recording; worked out once while effect and clip stay as they are. */
  #spoken(project: Project, clip: Clip, media: MediaItem, effect: TalkEffect, inputs: TalkInputs): Spoken {
    const rate = project.sequences[project.tracks[clip.track]!.sequence]!.rate;
    const frames = framesToPerform(clip, media, rate, inputs);
    const key = hash([media.id, frames, effect]);
    const known = this.#spokens.get(key);
    if (known) return known;
    const spoken = { key, effect, talking: performTalk(effect, inputs, media.rate, frames) };
    if (this.#spokens.size >= 8) this.#spokens.delete(this.#spokens.keys().next().value!);
    this.#spokens.set(key, spoken);
    return spoken;
  }

  /** A still picture that speaks; undefined where the effect's actor is not in it, or the moment is not in its range. */
  async #still(
    view: MediaView,
    project: Project,
    media: MediaItem,
    effects: readonly Effect[],
    captured: CapturedMedia,
    { effect, talking }: Spoken,
    frame: number,
  ): Promise<PortraitFrame | undefined> {
    const { range } = effect;
    const speaker = speakerOf(captured, effect);
    if (speaker === undefined || (range && (frame < range.start || frame >= range.start + range.duration)))
      return undefined;
    const still = await view.talking(captured, speaker);
    const { edits } = this.#plan(project, media, effects, captured);
    const own = edits.find(({ track }) => track.actorId === speaker);
    return await still.draw(talking, frame, own && own.weight[0]! > 0 ? own.after : undefined);
  }

  /** Plans of the clips in use; a changed effect makes a new one. */
  #plan(
    project: Project,
    media: MediaItem,
    effects: readonly Effect[],
    captured: CapturedMedia,
    spoken?: Spoken,
  ): EditPlan {
    const key = hash([media.id, captured.performance.frameCount, effects, spoken?.key]);
    const known = this.#plans.get(key);
    if (known) return known;
    const manners = new Map<string, Float32Array>();
    for (const effect of effects) {
      if (effect.kind !== 'emotion' || effect.settings.reference === null) continue;
      const reference = project.media[effect.settings.reference.media];
      const source = reference && this.#options.performances.get(project, reference);
      if (!source)
        throw new RetakeError(
          'not-found',
          `The reference ${reference?.name ?? ''} of "${effect.name}" was not tracked yet. Track it first.`,
          { effect: effect.id },
        );
      manners.set(effect.id, measureManner(source.performance, source.performance.actors[0]?.id));
    }
    const others = ({ performance, actors }: CapturedMedia): EditPlan =>
      planEffects(effects, { performance, rate: media.rate, actors, manners });
    const plan = spoken ? planTalk(captured, spoken.effect, spoken.talking, others) : others(captured);
    if (this.#plans.size >= 16) this.#plans.delete(this.#plans.keys().next().value!);
    this.#plans.set(key, plan);
    return plan;
  }

  /** The coefficients that a clip's effects make of its performance; undefined where it was not tracked. */
  planOf(project: Project, clipId: string): { captured: CapturedMedia; plan: EditPlan } | undefined {
    const clip = project.items[clipId];
    if (clip?.type !== 'clip') return undefined;
    const media = project.media[clip.media];
    const captured = media && this.#options.performances.get(project, media);
    if (!captured) return undefined;
    const effects = clip.effects.map((id) => project.effects[id]!).filter(isFaceEffect);
    return { captured, plan: this.#plan(project, media, effects, captured) };
  }

  /** The picture in memory of our own, converted to the sequence's kind where it is of another. */
  #take(picture: Picture, kind: PictureKind): Picture {
    if (sameKind(picture, kind)) {
      const copy = allocatePicture(kind.width, kind.height, kind.layout, kind.colour, true);
      picture.planes.forEach((plane, p) => {
        copy.planes[p]!.set(plane as never);
      });
      return copy;
    }
    const key = JSON.stringify([picture.width, picture.height, picture.layout, picture.colour, kind]);
    let scaler = this.#scalers.get(key);
    if (!scaler) {
      scaler = new PictureScaler({ ...picture }, kind);
      this.#scalers.set(key, scaler);
    }
    return scaler.convert(picture);
  }

  #pathOf(media: MediaItem, factor: number): string {
    if (media.kind !== 'file' || media.path === null)
      throw new RetakeError('not-found', `${media.name} has no file. Relink it.`, { media: media.id });
    return (factor > 1 ? this.#options.proxy?.(media, factor) : undefined) ?? media.path;
  }

  /** The media item open at about 1 / `factor` of its size; the file used longest ago is closed for it. */
  async #view(media: MediaItem, factor: number): Promise<MediaView> {
    const path = this.#pathOf(media, factor);
    const known = this.#views.get(path);
    if (known) {
      this.#views.delete(path);
      this.#views.set(path, known);
      return await known;
    }
    const { threads } = this.#options;
    const opening = MediaView.open(media, path, this.#model, threads === undefined ? {} : { threads });
    this.#views.set(path, opening);
    opening.catch(() => this.#views.delete(path));
    const limit = this.#options.openFiles ?? 4;
    for (const oldest of [...this.#views.keys()]) {
      if (this.#views.size <= limit) break;
      if (oldest === path || (this.#users.get(oldest) ?? 0) > 0) continue;
      const old = this.#views.get(oldest)!;
      this.#views.delete(oldest);
      await old.then((view) => view[Symbol.asyncDispose]()).catch(() => undefined);
    }
    return await opening;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#making);
    for (const view of this.#views.values())
      await view.then((open) => open[Symbol.asyncDispose]()).catch(() => undefined);
    this.#views.clear();
    for (const scaler of this.#scalers.values()) scaler[Symbol.dispose]();
    this.#scalers.clear();
    this.#cache.clear();
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
