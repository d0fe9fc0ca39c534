import type { EmotionLabel } from '../../../contract/emotion.ts';
import { type Effect, parameterOf } from '../../../core/document/effect-schema.ts';
import { type ChoiceParameter, choiceAt, type NumberParameter, valueAt } from '../../../core/document/parameter.ts';
import { RetakeError } from '../../../core/errors.ts';
import { type FaceTrack, isShapeName, type Performance, SHAPE_COUNT, shapeIndex } from '../../../core/performance.ts';
import { type Rational, toNumber } from '../../../core/rational.ts';
import type { EditPlan, TrackEdit } from '../../compositing/edit-plan.ts';
import type { DeblurAmount } from '../../deblur/index.ts';
import { emotionEnvelope, minimumJerk, ONSET_SECONDS, planEmotionEdit } from '../../expression/index.ts';
import type { TalkEffect } from '../speech-results.ts';

/** Seconds in which a face leaves an emotion at the end of an effect's range. */
const OFFSET_SECONDS = 0.6;

/** What planning effects needs to know of their clip. */
export interface EffectContext {
  readonly performance: Performance;
  readonly rate: Rational;
  /** Captured actor id -> project actor id. */
  readonly actors: Readonly<Record<string, string>>;
  /** Measured manner of an effect's reference, by effect id. */
  readonly manners: ReadonlyMap<string, Float32Array>;
}

/** Whether an effect changes faces, and so needs a captured performance. */
export function isFaceEffect(effect: Effect): boolean {
  return effect.enabled && (effect.kind === 'emotion' || effect.kind === 'action-units');
}

/** Whether an effect makes a face speak. */
export function isTalkEffect(effect: Effect): effect is TalkEffect {
  return effect.enabled && effect.kind === 'talking-head';
}

/** An effect that restores blurred faces. */
export type DeblurEffect = Effect & { kind: 'deblur' };

/** Whether an effect restores blurred faces. */
export function isDeblurEffect(effect: Effect): effect is DeblurEffect {
  return effect.enabled && effect.kind === 'deblur';
}

/** Whether an effect needs a captured performance and changes a face. */
export function changesFaces(effect: Effect): boolean {
  return isFaceEffect(effect) || isTalkEffect(effect) || isDeblurEffect(effect);
}

/** Throws `invalid-argument` for an effect that this version keeps in the project but cannot render. */
export function requireRenderable(effect: Effect): void {
  if (!effect.enabled || changesFaces(effect)) return;
  throw new RetakeError(
    'invalid-argument',
    `"${effect.name}" is an effect of the kind ${effect.kind}, which this version cannot render. Switch it off to render the rest.`,
    { effect: effect.id, kind: effect.kind },
  );
}

const numberOf = (effect: Effect, name: string): NumberParameter => parameterOf(effect, name) as NumberParameter;

/** How much of a restoration effects want of an actor of the project at a media frame: the last that covers it decides. */
export function deblurAmount(effects: readonly DeblurEffect[], actor: string | undefined, frame: number): DeblurAmount {
  const effect = effects.findLast(
    ({ actor: wanted, range }) =>
      (wanted === null || wanted === actor) &&
      (range === null || (frame >= range.start && frame < range.start + range.duration)),
  );
  if (!effect) return { strength: 0, detail: 0 };
  return {
    strength: valueAt(numberOf(effect, 'strength'), frame),
    detail: valueAt(numberOf(effect, 'detail'), frame),
  };
}

/** 0..1 over the frames of an effect: eases in at the start of its range and out at the end; 1 where it has no range. */
function presence(effect: Effect, label: EmotionLabel, frame: number, fps: number): number {
  if (effect.range === null) return 1;
  const { start, duration } = effect.range;
  if (frame < start || frame >= start + duration) return 0;
  const onset = Math.max(1, Math.min(ONSET_SECONDS[label] * fps, duration / 2));
  const offset = Math.max(1, Math.min(OFFSET_SECONDS * fps, duration / 2));
  return minimumJerk((frame - start + 1) / onset) * minimumJerk((start + duration - frame) / offset);
}

/** Share of each label over frames: labels that are held follow a face's own onset, others blend as their keys say. */
function labelShares(effect: Effect, frameCount: number, rate: Rational): Map<EmotionLabel, Float32Array> {
  const parameter = parameterOf(effect, 'label') as ChoiceParameter;
  if (parameter.kind === 'keyed' && parameter.keys.every(({ interpolation }) => interpolation === 'hold'))
    return new Map(
      emotionEnvelope(
        parameter.keys.map(({ frame, value }) => ({ frame, label: value as EmotionLabel, intensity: 1 })),
        frameCount,
        rate,
      ),
    );
  const shares = new Map<EmotionLabel, Float32Array>();
  const add = (label: EmotionLabel, frame: number, share: number): void => {
    let curve = shares.get(label);
    if (!curve) {
      curve = new Float32Array(frameCount);
      shares.set(label, curve);
    }
    curve[frame]! += share;
  };
  for (let frame = 0; frame < frameCount; frame++) {
    const { from, to, mix } = choiceAt(parameter, frame);
    add(from as EmotionLabel, frame, 1 - mix);
    if (mix > 0) add(to as EmotionLabel, frame, mix);
  }
  return shares;
}

interface ActorCurves {
  readonly envelope: Map<EmotionLabel, Float32Array>;
  readonly lipPreservation: Float32Array;
  readonly overrides: Map<number, Float32Array>;
  reference?: { manner: Float32Array; intensity: Float32Array };
  seed: number;
}

function addEmotion(curves: ActorCurves, effect: Effect & { kind: 'emotion' }, context: EffectContext): void {
  const { frameCount } = context.performance;
  const fps = toNumber(context.rate);
  const intensity = numberOf(effect, 'intensity');
  const lips = numberOf(effect, 'lipPreservation');
  curves.seed = effect.settings.seed;
  const manner = context.manners.get(effect.id);
  if (manner) {
    const strength = Float32Array.from(
      { length: frameCount },
      (_, frame) => presence(effect, 'neutral', frame, fps) * valueAt(intensity, frame),
    );
    curves.reference = { manner, intensity: strength };
  } else
    for (const [label, share] of labelShares(effect, frameCount, context.rate)) {
      const curve = curves.envelope.get(label) ?? new Float32Array(frameCount);
      curves.envelope.set(label, curve);
      for (let frame = 0; frame < frameCount; frame++)
        if (share[frame]! > 0)
          curve[frame]! += share[frame]! * presence(effect, label, frame, fps) * valueAt(intensity, frame);
    }
  const { start, duration } = effect.range ?? { start: 0, duration: frameCount };
  for (let frame = Math.max(0, start); frame < Math.min(frameCount, start + duration); frame++)
    curves.lipPreservation[frame] = valueAt(lips, frame);
}

function addUnits(curves: ActorCurves, effect: Effect, frameCount: number): void {
  const { start, duration } = effect.range ?? { start: 0, duration: frameCount };
  for (const name of Object.keys(effect.parameters)) {
    if (!isShapeName(name)) continue;
    const parameter = numberOf(effect, name);
    const curve = curves.overrides.get(shapeIndex(name)) ?? new Float32Array(frameCount).fill(Number.NaN);
    curves.overrides.set(shapeIndex(name), curve);
    for (let frame = Math.max(0, start); frame < Math.min(frameCount, start + duration); frame++)
      curve[frame] = valueAt(parameter, frame);
  }
}

function passThrough(track: FaceTrack): TrackEdit {
  const weight = new Float32Array(track.frameCount);
  return { track, after: track.coefficients, weight, lipPreservation: new Float32Array(track.frameCount).fill(1) };
}

/**
 * Coefficients that a clip's effects ask for, over all frames of its media: one edit per track of the performance, in
 * its order; a track that no effect touches has weight 0 throughout. Emotions of several effects add up, action units
 * win over emotions, later ones over earlier ones. Pure: the same effects give the same numbers in preview and render.
 */
export function planEffects(effects: readonly Effect[], context: EffectContext): EditPlan {
  const { performance } = context;
  const { frameCount } = performance;
  const planned = new Map<string, ReadonlyMap<FaceTrack, TrackEdit>>();
  for (const { id } of performance.actors) {
    const own = effects.filter(({ actor }) => actor === null || actor === context.actors[id]).filter(isFaceEffect);
    if (own.length === 0) continue;
    const curves: ActorCurves = {
      envelope: new Map(),
      lipPreservation: new Float32Array(frameCount).fill(1),
      overrides: new Map(),
      seed: 0,
    };
    for (const effect of own)
      if (effect.kind === 'emotion') addEmotion(curves, effect, context);
      else addUnits(curves, effect, frameCount);
    const { envelope, lipPreservation, overrides, reference, seed } = curves;
    const { edits } = planEmotionEdit(performance, {
      rate: context.rate,
      keys: [],
      envelope,
      overrideCurves: overrides,
      lipPreservation,
      ...(reference ? { reference } : {}),
      seed,
      actorIds: [id],
    });
    planned.set(id, new Map(edits.map((edit) => [edit.track, edit])));
  }
  return {
    edits: performance.tracks.map((track) => planned.get(track.actorId)?.get(track) ?? passThrough(track)),
  };
}

/** A plan under which every trusted face can be edited: what a clip is searched with before the first effect is known. */
export function openPlan(performance: Performance): EditPlan {
  return {
    edits: performance.tracks.map((track) => ({
      ...passThrough(track),
      after: new Float32Array(track.frameCount * SHAPE_COUNT),
      weight: Float32Array.from(track.confidence, (trust, row) => (track.reason[row] === 1 ? 0 : trust)),
    })),
  };
}

/** A performance in a picture made `scale` times as large. */
export function scalePerformance(performance: Performance, scale: number): Performance {
  if (scale === 1) return performance;
  return {
    ...performance,
    width: Math.round(performance.width * scale),
    height: Math.round(performance.height * scale),
    tracks: performance.tracks.map((track) => ({
      ...track,
      landmarks: track.landmarks.map((value) => value * scale),
      pose: track.pose.map((value, index) => (index % 7 >= 4 ? value * scale : value)),
    })),
  };
}
