import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Effect } from '../../../core/document/effect-schema.ts';
import type { Clip, MediaItem, Project } from '../../../core/document/schema.ts';
import { RetakeError } from '../../../core/errors.ts';
import type { EditPlan } from '../../compositing/edit-plan.ts';
import { measureManner } from '../../expression/index.ts';
import type { TalkingPerformance } from '../../talking-head/index.ts';
import type { TalkEffect, TalkInputs } from '../speech-results.ts';
import { isFaceEffect, planEffects } from './effect-plan.ts';
import type { CapturedMedia, PerformanceSource } from './performances.ts';
import { framesToPerform, performTalk, planTalk } from './talking.ts';

/** What a talking-head effect does, under the name of all that decides it. */
export interface Spoken {
  readonly key: string;
  readonly effect: TalkEffect;
  readonly talking: TalkingPerformance;
}

/** A short name of a value: the same for equal values. */
export const hashOf = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('base64');

/** What the effects of clips make of performances, kept for the clips used last. */
export class EffectPlans {
  readonly #performances: PerformanceSource;
  readonly #plans = new LRUCache<string, EditPlan>({ max: 16 });
  readonly #spokens = new LRUCache<string, Spoken>({ max: 8 });

  constructor(performances: PerformanceSource) {
    this.#performances = performances;
  }

  /** What an effect makes of its recording; worked out once while effect and clip stay as they are. */
  spoken(project: Project, clip: Clip, media: MediaItem, effect: TalkEffect, inputs: TalkInputs): Spoken {
    const rate = project.sequences[project.tracks[clip.track]!.sequence]!.rate;
    const frames = framesToPerform(clip, media, rate, inputs);
    const key = hashOf([media.id, frames, effect, inputs.styleFile?.fingerprint]);
    const known = this.#spokens.get(key);
    if (known) return known;
    const spoken = { key, effect, talking: performTalk(effect, inputs, media.rate, frames) };
    this.#spokens.set(key, spoken);
    return spoken;
  }

  /** Plans of the clips in use; a changed effect makes a new one. */
  plan(
    project: Project,
    media: MediaItem,
    effects: readonly Effect[],
    captured: CapturedMedia,
    spoken?: Spoken,
  ): EditPlan {
    const key = hashOf([media.id, captured.performance.frameCount, effects, spoken?.key]);
    const known = this.#plans.get(key);
    if (known) return known;
    const manners = new Map<string, Float32Array>();
    for (const effect of effects) {
      if (effect.kind !== 'emotion' || effect.settings.reference === null) continue;
      const reference = project.media[effect.settings.reference.media];
      const source = reference && this.#performances.get(project, reference);
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
    this.#plans.set(key, plan);
    return plan;
  }

  /** The coefficients that a clip's effects make of its performance; undefined where it was not tracked. */
  planOf(project: Project, clipId: string): { captured: CapturedMedia; plan: EditPlan } | undefined {
    const clip = project.items[clipId];
    if (clip?.type !== 'clip') return undefined;
    const media = project.media[clip.media];
    const captured = media && this.#performances.get(project, media);
    if (!captured) return undefined;
    const effects = clip.effects.map((id) => project.effects[id]!).filter(isFaceEffect);
    return { captured, plan: this.plan(project, media, effects, captured) };
  }
}
