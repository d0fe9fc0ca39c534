import type { ShapeOverrides } from '../../contract/action-units.ts';
import type { EmotionLabel } from '../../contract/emotion.ts';
import type { EmotionKey } from '../../contract/emotion-keys.ts';
import {
  type FaceTrack,
  FRAME_REASONS,
  type Performance,
  SHAPE_COUNT,
  type ShapeName,
  shapeIndex,
} from '../../core/performance.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import type { EditPlan, TrackEdit } from '../compositing/edit-plan.ts';
import { type EmotionEnvelope, emotionEnvelope } from './envelope.ts';
import { BLINKS, hangingLids, raisedLid, WIDES } from './lids.ts';
import { JAW_OPEN, laughter, mouthGates, WidthKeeper } from './lips.ts';
import { smoothNoise } from './liveliness.ts';
import { emotionPrototype } from './prototypes.ts';
import { SHAPE_ROLES } from './roles.ts';
import { slowPart } from './slow-part.ts';

/** Standard deviation of the window that divides feeling from speech, in seconds: half a phrase, at the mouth a whole one. */
const SLOW_SECONDS = 0.5;
const SLOW_MOUTH_SECONDS = 1.2;
/** Neutral also calms what is quick: share of the upper face's fast part that is left at full neutral. */
const NEUTRAL_CALM = 0.45;
/** How far a held expression wanders (share of its strength) and how often (per second). */
const WANDER = 0.07;
const WANDER_RATE = 0.8;
/** Share of a lip's movement that shows while the mouth is shut. */
const CLOSED_ARTICULATION = 0.75;
/**
 * Share of a jaw drop that the chin makes behind lips that are shut (mouthClose takes it back from the lips): between
 * two phrases an astonished face is long although its lips touch.
 */
const SEALED_DROP = 0.3;
/** An emotion that drops the jaw by this much parts lips that rest. */
const PARTING_JAW = 0.5;
/** Share of wander and energy that shapes of the mouth get. */
const MOUTH_LIFE = 0.25;
/**
 * Smiles are feeling even when they are quick, a laugh between two words: of what a smile rises over its slow part, this
 * much is taken for speech, and of the rest this share is taken away where another emotion replaces it.
 */
const SPEECH_SMILE = 0.12;
const SMILE_YIELD = 0.85;
/** A laugh bares teeth and wrinkles the nose: that yields with it, by this share. */
const LAUGH_YIELD = 0.7;
/** Of the actor's own slow movement, the share that stays where the emotion asks for the same shape: a smile on a smile. */
const OWN_MANNER = 0.5;
/** The actor's own energy drives the expression between these shares of its strength. */
const ENERGY_RANGE = [0.9, 1.12] as const;
/** What the editor asked for. Give keys, a reference, overrides, or several of them. */
export interface EmotionEditOptions {
  readonly rate: Rational;
  readonly keys: readonly EmotionKey[];
  /** Coefficients [52] of a manner measured on another clip (see measureManner) and its strength 0..1.5, constant or per frame. */
  readonly reference?: { readonly manner: Float32Array; readonly intensity: number | Float32Array };
  readonly overrides?: ShapeOverrides;
  /** Intensities over the clip's frames in place of `keys`: what a timeline with parameters of its own works out. */
  readonly envelope?: EmotionEnvelope;
  /** Overrides over the clip's frames, by index of the shape; NaN where a shape is left alone. */
  readonly overrideCurves?: ReadonlyMap<number, Float32Array>;
  /** 0..1, constant or per frame of the clip. */
  readonly lipPreservation: number | Float32Array;
  readonly seed: number;
  /** Ids of the actors to edit; all when missing. */
  readonly actorIds?: readonly string[];
}

const ROUND = [shapeIndex('mouthPucker'), shapeIndex('mouthFunnel')];
const SMILING: ReadonlySet<number> = new Set(
  ['mouthSmile', 'mouthDimple', 'cheekSquint'].flatMap((stem) => [
    shapeIndex(`${stem}Left` as ShapeName),
    shapeIndex(`${stem}Right` as ShapeName),
  ]),
);
const WIDENING: ReadonlySet<number> = new Set(
  (['mouthSmile', 'mouthStretch', 'mouthDimple'] as const).flatMap((stem) => [
    shapeIndex(`${stem}Left`),
    shapeIndex(`${stem}Right`),
  ]),
);
/** What else a laugh does to the face. */
const LAUGHING: ReadonlySet<number> = new Set(
  (['mouthUpperUp', 'noseSneer', 'mouthStretch'] as const).flatMap((stem) => [
    shapeIndex(`${stem}Left`),
    shapeIndex(`${stem}Right`),
  ]),
);
const SMILE = shapeIndex('mouthSmileLeft');
const MOUTH_CLOSE = shapeIndex('mouthClose');

/** Rounding (pucker or funnel) that counts as full, and the share of widening that it takes away. */
const FULL_ROUND = 0.6;
const ROUND_YIELD = 0.6;

/** How shut a lid is, 0..1, for the gate of eyeWide: nothing below a third of a blink, all from two thirds on. */
function shut(blink: number): number {
  return smoothStep((blink - 0.3) / 0.35);
}

const column = (data: Float32Array, k: number, n: number): Float32Array =>
  Float32Array.from({ length: n }, (_, f) => data[f * SHAPE_COUNT + k]!);

/** Slow parts of all coefficients of a track, [52][frameCount]; frames that are not trusted do not vote. */
function slowParts(track: FaceTrack, rate: Rational): Float32Array[] {
  const fps = toNumber(rate);
  return SHAPE_ROLES.map((role, k) =>
    slowPart(
      column(track.coefficients, k, track.frameCount),
      track.confidence,
      fps * (role === 'mouth-affect' ? SLOW_MOUTH_SECONDS : SLOW_SECONDS),
    ),
  );
}

/** The actor's energy per frame, scaled into ENERGY_RANGE: how much the jaw is moving around this moment. */
function energyCurve(track: FaceTrack, rate: Rational): Float32Array {
  const jaw = column(track.coefficients, shapeIndex('jawOpen'), track.frameCount);
  const speed = jaw.map((value, f) => Math.abs(value - jaw[Math.max(0, f - 1)]!));
  const smooth = slowPart(speed, track.confidence, SLOW_SECONDS * toNumber(rate));
  const sorted = [...smooth].sort((a, b) => a - b);
  const low = sorted[Math.floor(sorted.length * 0.1)] ?? 0;
  const high = sorted[Math.floor(sorted.length * 0.9)] ?? 0;
  const [least, most] = ENERGY_RANGE;
  return smooth.map((value) =>
    high - low < 1e-4 ? 1 : least + (most - least) * Math.max(0, Math.min(1, (value - low) / (high - low))),
  );
}

function frameTarget(
  envelope: EmotionEnvelope,
  prototypes: ReadonlyMap<EmotionLabel, Float32Array>,
  options: EmotionEditOptions,
  frame: number,
  out: Float32Array,
): { replaced: number; calm: number } {
  out.fill(0);
  let replaced = 0;
  let calm = 0;
  for (const [label, curve] of envelope) {
    const strength = curve[frame]!;
    const prototype = prototypes.get(label)!;
    for (let k = 0; k < SHAPE_COUNT; k++) out[k]! += strength * prototype[k]!;
    replaced += Math.min(1, strength);
    if (label === 'neutral') calm = Math.min(1, strength);
  }
  if (options.reference) {
    const { manner } = options.reference;
    const given = options.reference.intensity;
    const intensity = typeof given === 'number' ? given : (given[frame] ?? 0);
    for (let k = 0; k < SHAPE_COUNT; k++) out[k]! += intensity * manner[k]!;
    replaced += Math.min(1, intensity);
  }
  return { replaced: Math.min(1, replaced), calm };
}

/** Single shapes that are set by hand win over everything. */
function applyOverrides(after: Float32Array, track: FaceTrack, options: EmotionEditOptions): void {
  for (let f = 0; f < track.frameCount; f++) {
    for (const [name, value] of Object.entries(options.overrides ?? {}))
      after[f * SHAPE_COUNT + shapeIndex(name as ShapeName)] = value;
    for (const [shape, curve] of options.overrideCurves ?? []) {
      const value = curve[track.firstFrame + f];
      if (value !== undefined && !Number.isNaN(value)) after[f * SHAPE_COUNT + shape] = value;
    }
  }
}

function editTrack(track: FaceTrack, envelope: EmotionEnvelope, options: EmotionEditOptions): TrackEdit {
  const n = track.frameCount;
  const slow = slowParts(track, options.rate);
  const energy = energyCurve(track, options.rate);
  const prototypes = new Map([...envelope.keys()].map((label) => [label, emotionPrototype(label)] as const));
  const after = new Float32Array(track.coefficients);
  const weight = new Float32Array(n);
  const target = new Float32Array(SHAPE_COUNT);
  const fps = toNumber(options.rate);
  const kept = Float32Array.from({ length: n }, (_, f) =>
    typeof options.lipPreservation === 'number'
      ? options.lipPreservation
      : (options.lipPreservation[track.firstFrame + f] ?? 1),
  );
  const mouth = mouthGates(track, kept, fps);
  const preserved = new Float32Array(n);
  const laughs = laughter(track, SPEECH_SMILE);
  const hanging = hangingLids(track, fps);
  const lids = new Float32Array(2);
  const width = new WidthKeeper(fps * SLOW_MOUTH_SECONDS, n);
  for (let f = 0; f < n; f++) {
    const clipFrame = track.firstFrame + f;
    const keep = kept[f]!;
    const { replaced, calm } = frameTarget(envelope, prototypes, options, clipFrame, target);
    weight[f] = FRAME_REASONS[track.reason[f]!] === 'no-face' ? 0 : track.confidence[f]!;
    const gate = mouth.opening[f]!;
    preserved[f] = keep * (1 - mouth.rest[f]! * Math.min(1, target[JAW_OPEN]! / PARTING_JAW));
    // Rounded lips are speech: what widens the mouth gives way to them.
    const rounding = Math.max(...ROUND.map((k) => track.coefficients[f * SHAPE_COUNT + k]!));
    let sealed = 0;
    // Eyes that are to be wide do not hang: sleepy lids are a mood, and the mood is replaced.
    for (let side = 0; side < 2; side++)
      lids[side] = raisedLid(
        track.coefficients[f * SHAPE_COUNT + BLINKS[side]!]!,
        hanging[side]![f]!,
        Math.min(1, target[WIDES[side]!]!),
      );
    const wideness = 1 - keep * ROUND_YIELD * Math.min(1, rounding / FULL_ROUND);
    for (let k = 0; k < SHAPE_COUNT; k++) {
      const at = f * SHAPE_COUNT + k;
      const source = track.coefficients[at]!;
      const base = slow[k]![f]!;
      let fast = source - base;
      const foreign = Math.max(0, replaced - target[k]!);
      if (fast > SPEECH_SMILE && SMILING.has(k)) fast -= foreign * SMILE_YIELD * (fast - SPEECH_SMILE);
      const own = base * (1 - replaced * (1 - OWN_MANNER * Math.min(1, target[k]!)));
      // What the actor's laugh does to the rest of the mouth goes with it.
      const laughed = LAUGHING.has(k) ? 1 - LAUGH_YIELD * laughs[f]! * Math.max(0, replaced - target[SMILE]!) : 1;
      // What moves the lips holds stiller than brows and cheeks: it must not be taken for speech.
      const role = SHAPE_ROLES[k]!;
      const life = role === 'affect' || role === 'lid' ? 1 : MOUTH_LIFE;
      const wander = WANDER * smoothNoise(options.seed + k, (clipFrame / fps) * WANDER_RATE);
      let aim = target[k]! * (1 + life * (energy[f]! * (1 + wander) - 1));
      const spread = aim;
      if (WIDENING.has(k)) aim *= wideness;
      switch (role) {
        case 'gaze':
          break;
        case 'lid': {
          const lid = lids[k === BLINKS[0] ? 0 : 1]!;
          after[at] = lid + aim * (1 - Math.min(1, lid));
          break;
        }
        case 'opening':
          after[at] = source + aim * gate;
          if (k === JAW_OPEN) sealed = keep * SEALED_DROP * aim * (1 - Math.min(1, gate));
          break;
        case 'articulator':
          // What only widens does not open: its part in the speech of the lips is their width, which must not follow the gate.
          after[at] =
            source * laughed +
            aim * (WIDENING.has(k) ? 1 : CLOSED_ARTICULATION + (1 - CLOSED_ARTICULATION) * Math.min(1, gate));
          break;
        case 'affect':
          // A lid that is shut cannot be wide open as well.
          if (k === WIDES[0]) aim *= 1 - shut(lids[0]!);
          if (k === WIDES[1]) aim *= 1 - shut(lids[1]!);
          after[at] = own + aim + fast * laughed * (1 - calm * (1 - NEUTRAL_CALM));
          break;
        case 'mouth-affect':
          after[at] = own + aim + fast * (keep + (1 - keep) * (1 - 0.6 * replaced));
          break;
      }
      after[at] = Math.max(0, Math.min(1.5, after[at]!));
      // What gives way to rounded lips is meant to.
      width.changes(f, k, keep * (after[at]! - source + spread - aim));
    }
    after[f * SHAPE_COUNT + JAW_OPEN]! += sealed;
    after[f * SHAPE_COUNT + MOUTH_CLOSE]! += sealed;
    width.changes(f, JAW_OPEN, keep * sealed);
  }
  width.restore(after, track.confidence);
  applyOverrides(after, track, options);
  return { track, after, weight, lipPreservation: preserved };
}

/**
 * Plans an emotion edit: splits every coefficient into a slow part (feeling) and a fast one (speech, blinks), replaces
 * the slow part by what is asked for and leaves the fast one. Pure and repeatable: the same options and seed give the
 * same numbers.
 */
export function planEmotionEdit(performance: Performance, options: EmotionEditOptions): EditPlan {
  const envelope = options.envelope ?? emotionEnvelope(options.keys, performance.frameCount, options.rate);
  const wanted = options.actorIds ? new Set(options.actorIds) : null;
  return {
    edits: performance.tracks
      .filter((track) => wanted?.has(track.actorId) ?? true)
      .map((track) => editTrack(track, envelope, options)),
  };
}

/**
 * The manner of a reference clip: what its actor's face holds on average, beyond speech, [52]. Upper face and the
 * feeling shapes of the mouth; speech, blinks and gaze are left to the edited actor.
 */
export function measureManner(performance: Performance, actorId?: string): Float32Array {
  const sum = new Float64Array(SHAPE_COUNT);
  let total = 0;
  for (const track of performance.tracks) {
    if (actorId !== undefined && track.actorId !== actorId) continue;
    for (let f = 0; f < track.frameCount; f++) {
      const w = track.confidence[f]!;
      total += w;
      for (let k = 0; k < SHAPE_COUNT; k++) sum[k]! += w * track.coefficients[f * SHAPE_COUNT + k]!;
    }
  }
  return Float32Array.from(sum, (value, k) =>
    total > 0 && (SHAPE_ROLES[k] === 'affect' || SHAPE_ROLES[k] === 'mouth-affect' || SHAPE_ROLES[k] === 'articulator')
      ? value / total
      : 0,
  );
}
