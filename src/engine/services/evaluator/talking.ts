import { parameterOf } from '../../../core/document/effect-schema.ts';
import { type NumberParameter, valueAt } from '../../../core/document/parameter.ts';
import { mediaFrameAt } from '../../../core/document/query.ts';
import type { Clip, MediaItem } from '../../../core/document/schema.ts';
import type { Rational } from '../../../core/rational.ts';
import { toNumber } from '../../../core/rational.ts';
import type { FaceModel } from '../../capture/face-model/index.ts';
import type { EditPlan } from '../../compositing/edit-plan.ts';
import type { VideoSource } from '../../media/index.ts';
import {
  builtInStyle,
  mixPerformances,
  type PortraitFrame,
  PortraitPool,
  performSpeech,
  planDub,
  portraitPose,
  preparePortrait,
  styleAtStrength,
  type TalkingPerformance,
} from '../../talking-head/index.ts';
import type { TalkEffect, TalkInputs } from '../speech-results.ts';
import type { CapturedMedia } from './performances.ts';

/** The captured actor that a talking-head effect is for: its own, or the one seen longest. Undefined when not there. */
export function speakerOf({ performance, actors }: CapturedMedia, effect: TalkEffect): string | undefined {
  const seen = new Map<string, number>();
  for (const { actorId, frameCount } of performance.tracks)
    if (effect.actor === null || actors[actorId] === effect.actor)
      seen.set(actorId, (seen.get(actorId) ?? 0) + frameCount);
  return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** Strengths closer than this are one. */
const SAME_STRENGTH = 1e-4;

/**
 * What an effect makes of its recording, in frames of the clip's media from its first one on, `frames` of them. Style
 * strength, mouth and head follow their keys.
 */
export function performTalk(
  effect: TalkEffect,
  { speech, style }: TalkInputs,
  rate: Rational,
  frames: number,
): TalkingPerformance {
  const at = (name: string, frame: number): number => valueAt(parameterOf(effect, name) as NumberParameter, frame);
  const strengths = Float32Array.from({ length: frames }, (_, frame) => at('styleStrength', frame));
  const [least, most] = strengths.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
  ] as const);
  const perform = (strength: number): TalkingPerformance =>
    performSpeech(speech, {
      style: styleAtStrength(style ?? builtInStyle('neutral'), strength),
      rate,
      frames,
      seed: effect.settings.seed,
      scaleAt: (frame) => ({ mouth: at('mouthGain', frame), head: at('headMotion', frame) }),
    });
  if (most - least < SAME_STRENGTH) return perform(least);
  return mixPerformances(perform(least), perform(most), (frame) => (strengths[frame]! - least) / (most - least));
}

/** How many media frames of a clip are ever asked for, and all that is spoken. */
export function framesToPerform(clip: Clip, media: MediaItem, sequenceRate: Rational, inputs: TalkInputs): number {
  const last = mediaFrameAt(clip, media, Math.max(0, clip.duration - 1), sequenceRate);
  return Math.max(1, last + 1, Math.ceil(inputs.speech.seconds * toNumber(media.rate)));
}

/**
 * New speech for a filmed actor under a plan of other effects: what those make of the face is made of the dubbed one.
 * `others` plans the other effects for a performance.
 */
export function planTalk(
  captured: CapturedMedia,
  effect: TalkEffect,
  talking: TalkingPerformance,
  others: (captured: CapturedMedia) => EditPlan,
): EditPlan {
  const speaker = speakerOf(captured, effect);
  if (speaker === undefined) return others(captured);
  const { performance } = captured;
  const dubbed = new Map(planDub(performance, speaker, talking, 0).edits.map((edit) => [edit.track, edit]));
  const { start, duration } = effect.range ?? { start: 0, duration: performance.frameCount };
  for (const { track, weight } of dubbed.values())
    weight.forEach((_, row) => {
      const frame = track.firstFrame + row;
      if (frame < start || frame >= start + duration) weight[row] = 0;
    });
  const tracks = performance.tracks.map((track) => {
    const edit = dubbed.get(track);
    if (!edit) return track;
    const coefficients = track.coefficients.slice();
    const width = coefficients.length / Math.max(1, track.frameCount);
    edit.weight.forEach((weight, row) => {
      if (weight > 0) coefficients.set(edit.after.subarray(row * width, (row + 1) * width), row * width);
    });
    return { ...track, coefficients };
  });
  const { edits } = others({ ...captured, performance: { ...performance, tracks } });
  return {
    edits: edits.map((edit, index) => {
      const track = performance.tracks[index]!;
      const own = dubbed.get(track);
      if (!own) return { ...edit, track };
      return {
        track,
        after: edit.after,
        weight: edit.weight.map((value, row) => Math.max(value, own.weight[row]!)),
        // Lips that the new words shut stay shut; what the old ones did does not count any more.
        lipPreservation: own.lipPreservation.map((value, row) =>
          own.weight[row]! > 0 ? value : edit.lipPreservation[row]!,
        ),
        seal: own.seal.map((value, row) => (own.weight[row]! > 0 ? value : 0)),
      };
    }),
  };
}

/** A still picture that speaks: its face made ready once, drawn in any pose after that. */
export class TalkingStill implements AsyncDisposable {
  readonly captured: CapturedMedia;
  readonly speaker: string;
  readonly #pool: PortraitPool;
  readonly #own: Float32Array;

  private constructor(captured: CapturedMedia, speaker: string, pool: PortraitPool, own: Float32Array) {
    [this.captured, this.speaker, this.#pool, this.#own] = [captured, speaker, pool, own];
  }

  /** Throws `no-face` and `media-unsupported` for a face that cannot speak. */
  static async open(
    source: VideoSource,
    captured: CapturedMedia,
    speaker: string,
    model: FaceModel,
    threads: number | undefined,
  ): Promise<TalkingStill> {
    const decoded = await source.frameAt(0);
    try {
      const setup = await preparePortrait(decoded.picture, captured.performance, model, source.info.path, speaker);
      return new TalkingStill(captured, speaker, new PortraitPool(setup, threads), setup.coefficients);
    } finally {
      decoded.release();
    }
  }

  /** Frame `frame` of a performance; `after` are the coefficients of the resting face under other effects. */
  draw(performance: TalkingPerformance, frame: number, after: Float32Array | undefined): Promise<PortraitFrame> {
    const row = Math.max(0, Math.min(performance.frames - 1, frame));
    return this.#pool.draw(portraitPose(after ?? this.#own, performance, row));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}
