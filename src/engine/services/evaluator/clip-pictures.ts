import type { Effect } from '../../../core/document/effect-schema.ts';
import type { Clip, MediaItem, Project } from '../../../core/document/schema.ts';
import { orCancelled } from '../../../core/errors.ts';
import type { Picture } from '../../../core/picture.ts';
import type { FaceNote } from '../../compositing/index.ts';
import type { PictureKind, VideoFrame } from '../../media/index.ts';
import type { PortraitFrame } from '../../talking-head/index.ts';
import { deblurAmount, isDeblurEffect, isFaceEffect, isTalkEffect, requireRenderable } from './effect-plan.ts';
import type { EffectPlans, Spoken } from './effect-plans.ts';
import type { MediaView } from './media-view.ts';
import { OwnPictures } from './own-pictures.ts';
import type { CapturedMedia, PerformanceSource } from './performances.ts';
import { speakerOf } from './talking.ts';

/** What became of a layer of a frame. */
export interface LayerNote {
  readonly clip: string;
  readonly media: string;
  readonly mediaFrame: number;
  readonly faces: readonly FaceNote[];
  /** True where effects ask for a face that was never tracked, or blur never measured: the plate shows. */
  readonly untracked: boolean;
}

/** A frame of a clip, its effects in it. */
export interface ClipPicture {
  readonly picture: Picture;
  /** Whether an effect changed any pixel. */
  readonly touched: boolean;
  readonly note: LayerNote;
}

/** Which frame of a clip, and what of it. */
export interface ClipFrame {
  readonly project: Project;
  readonly clip: Clip;
  readonly media: MediaItem;
  readonly mediaFrame: number;
  /** Effects in the order in which they are rendered; none shows the plate. */
  readonly effects: readonly Effect[];
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

/** Makes frames of clips with their effects. */
export class ClipPictures implements Disposable {
  readonly #performances: PerformanceSource;
  readonly #plans: EffectPlans;
  readonly #own = new OwnPictures();

  constructor(performances: PerformanceSource, plans: EffectPlans) {
    [this.#performances, this.#plans] = [performances, plans];
  }

  /**
   * A frame of a clip in memory of its own, of the given kind. Throws what reading media throws, `invalid-argument`
   * for effects that cannot be rendered yet, and `cancelled`.
   */
  async make(view: MediaView, frame: ClipFrame, kind: PictureKind, signal?: AbortSignal): Promise<ClipPicture> {
    for (const effect of frame.effects) requireRenderable(effect);
    const decoded = await view.frame(frame.mediaFrame);
    try {
      const plate = await this.#plate(view, frame, decoded);
      try {
        return await this.#perform(view, frame, plate, decoded.index, kind, signal);
      } finally {
        plate.release();
      }
    } finally {
      decoded.release();
    }
  }

  /** The plate with the faces that effects change: of a still picture that speaks, or of a film. */
  async #perform(
    view: MediaView,
    frame: ClipFrame,
    plate: Plate,
    index: number,
    kind: PictureKind,
    signal: AbortSignal | undefined,
  ): Promise<ClipPicture> {
    const { project, clip, media, effects } = frame;
    const wanted = effects.filter(isFaceEffect);
    const talk = effects.find(isTalkEffect);
    const inputs = talk && (await this.#performances.talk(project, talk));
    const needed = talk ? inputs !== undefined : wanted.length > 0;
    const captured = needed ? this.#performances.get(project, media) : undefined;
    const note = { clip: clip.id, media: media.id, mediaFrame: index, faces: plate.faces, untracked: plate.untracked };
    const plain = (untracked: boolean): ClipPicture => ({
      picture: this.#own.copy(plate.picture, kind),
      touched: plate.touched,
      note: { ...note, untracked },
    });
    if (!captured) return plain(plate.untracked || wanted.length > 0 || talk !== undefined);
    const spoken = talk && inputs ? this.#plans.spoken(project, clip, media, talk, inputs) : undefined;
    if (spoken && view.source.frameCount === 1) {
      const drawn = await this.#still(view, frame, wanted, captured, spoken);
      if (!drawn) return plain(plate.untracked);
      const picture = this.#own.copy(drawn.picture, kind);
      drawn.release();
      return { picture, touched: true, note };
    }
    const plan = view.planHere(this.#plans.plan(project, media, wanted, captured, spoken), captured);
    // The search of a clip that is new takes seconds: a wish that was called off does not hold up the next one.
    const compositor = await orCancelled(view.compositor(captured), signal);
    const composed = await compositor.compose(index, plate.picture, plan);
    const picture = this.#own.copy(composed.picture, kind);
    composed.release();
    return { picture, touched: plate.touched || composed.touched, note: { ...note, faces: composed.faces } };
  }

  /** The clip's own picture, its blurred faces restored where effects ask for it: what all other effects begin with. */
  async #plate(
    view: MediaView,
    { project, media, effects }: ClipFrame,
    { index, picture }: VideoFrame,
  ): Promise<Plate> {
    const asked = effects.filter(isDeblurEffect);
    const plain = { picture, touched: false, faces: [], untracked: asked.length > 0, release: () => {} };
    const [first] = asked;
    const captured = first && this.#performances.get(project, media);
    const survey = captured && this.#performances.blur(project, media, first.settings.shutterDegrees);
    if (!captured || !survey) return plain;
    const deblurrer = await view.deblurrer(captured, survey);
    const made = await deblurrer.compose(index, picture, (id) => deblurAmount(asked, captured.actors[id], index));
    return { ...made, untracked: false };
  }

  /** A still picture that speaks; undefined where the effect's actor is not in it, or the moment is not in its range. */
  async #still(
    view: MediaView,
    { project, media, mediaFrame }: ClipFrame,
    effects: readonly Effect[],
    captured: CapturedMedia,
    { effect, talking }: Spoken,
  ): Promise<PortraitFrame | undefined> {
    const { range } = effect;
    const speaker = speakerOf(captured, effect);
    if (speaker === undefined || (range && (mediaFrame < range.start || mediaFrame >= range.start + range.duration)))
      return undefined;
    const still = await view.talking(captured, speaker);
    const { edits } = this.#plans.plan(project, media, effects, captured);
    const own = edits.find(({ track }) => track.actorId === speaker);
    return await still.draw(talking, mediaFrame, own && own.weight[0]! > 0 ? own.after : undefined);
  }

  [Symbol.dispose](): void {
    this.#own[Symbol.dispose]();
  }
}
