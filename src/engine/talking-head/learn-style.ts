import { TALKING_STYLE_VERSION, type TalkingStyle } from '../../contract/talking-style.ts';
import { LANDMARK_COUNT, SHAPE_COUNT, SHAPE_NAMES, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { toNumber } from '../../core/rational.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { type FaceModel, personaliseShapes } from '../capture/face-model/index.ts';
import { relativeGap } from '../compositing/lip-gap.ts';
import { accentAt, findAccents } from './accents.ts';
import { blinkStarts } from './blinks.ts';
import { builtInStyle } from './built-in-styles.ts';
import { calibrateStyle } from './calibrate-style.ts';
import { learnHabits } from './learn-habits.ts';
import { cutExcerpts, type HeadAngles, headAngles, tempoOf } from './learn-head.ts';
import { MouthShape } from './mouth-shape.ts';
import { clamp } from './noise.ts';
import { performSpeech } from './perform.ts';
import { correlation, deviation, lagOf, mean, quantile } from './statistics.ts';
import { column, type Look, looksOf, type StyleReference } from './style-looks.ts';

export type { StyleReference } from './style-looks.ts';

/** Speech (seconds) under which habits, blinks and head motion are chance rather than manner. */
export const FULL_STYLE_SECONDS = 20;
/** A mouth that follows its sound less than this (correlation of opening with what the sound asks for) is not in sync. */
const IN_SYNC = 0.22;
/** Longest lag that is looked for. */
const MOST_LAG = 0.2;
const AWAY = 0.12;

const POSTURE: readonly ShapeName[] = SHAPE_NAMES.filter((name) =>
  /^(mouth(Smile|Frown|Press|Dimple|UpperUp|LowerDown|Shrug)|brow|cheekSquint|eyeSquint|noseSneer)/.test(name),
);
const MOUTH_POSTURE = POSTURE.filter((name) => name.startsWith('mouth'));

/** Share of `target` (least squares) that `cause` explains, with its sign; 0 without variation. */
function slope(cause: Float32Array, target: Float32Array): number {
  const s = deviation(cause);
  return s > 1e-6 ? (correlation(cause, target) * deviation(target)) / s : 0;
}

interface Fast {
  readonly gain: number;
  readonly lagSeconds: number;
  readonly hold: number;
  readonly quality: number;
}

/** How the opening of the mouth follows what the sound asks for. */
function fitOpening(gap: Float32Array, expected: Float32Array, speaking: readonly boolean[], fps: number): Fast {
  const { lag, quality } = lagOf(expected, gap, Math.ceil(MOST_LAG * fps));
  const spoken = (values: Float32Array): number[] => Array.from(values).filter((_, i) => speaking[i]);
  const [own, rule] = [spoken(gap), spoken(expected)];
  const range = (values: number[]): number => quantile(values, 0.9) - quantile(values, 0.1);
  const ratio = range(rule) > 1e-4 ? range(own) / range(rule) : 1;
  const rest = quantile(own, 0.12) / Math.max(0.02, quantile(own, 0.9));
  const ruleRest = quantile(rule, 0.12) / Math.max(0.02, quantile(rule, 0.9));
  return {
    gain: clamp(ratio, 0.35, 2.2),
    lagSeconds: quality >= IN_SYNC ? clamp(lag / fps, -MOST_LAG, MOST_LAG) : 0,
    hold: clamp(0.15 + 0.6 * (rest - ruleRest), 0, 0.7),
    quality,
  };
}

function learnPosture(
  looks: readonly Look[],
  expected: Float32Array,
  names: readonly ShapeName[],
): Record<string, number> {
  const posture: Record<string, number> = {};
  const spoken = looks.flatMap(({ speaking }, i) => (speaking ? [i] : []));
  for (const name of names) {
    const values = column(looks, name);
    const k = shapeIndex(name);
    const own = quantile(
      Float32Array.from(spoken, (i) => values[i]!),
      0.5,
    );
    const rule = quantile(
      Float32Array.from(spoken, (i) => expected[i * SHAPE_COUNT + k]!),
      0.5,
    );
    const offset = clamp(own - rule, -0.25, 0.6);
    if (Math.abs(offset) > 0.03) posture[name] = round(offset);
  }
  return posture;
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Lids shutting, per minute, and the share of it that falls on the ends of phrases. */
function learnBlinks(looks: readonly Look[], speech: SpeechTrack): TalkingStyle['blinks'] {
  const [left, right] = [column(looks, 'eyeBlinkLeft'), column(looks, 'eyeBlinkRight')];
  const starts = blinkStarts(left.map((value, i) => (value + right[i]!) / 2));
  const atPauses = starts.filter((i) => {
    const { seconds } = looks[i]!;
    return speech.phrases.some(({ end }) => seconds - end > -0.15 && seconds - end < 0.45);
  }).length;
  const minutes = Math.max(1 / 60, ((looks.at(-1)?.seconds ?? 0) - (looks[0]?.seconds ?? 0)) / 60);
  return {
    perMinute: clamp(starts.length / minutes, 1, 80),
    atPauses: starts.length > 0 ? atPauses / starts.length : 0.5,
  };
}

/**
 * Measures how a person speaks: what the rules expect of the sound is compared with what the tracked face did, and the
 * style is tried on that sound and corrected. With
 * under {@link FULL_STYLE_SECONDS} seconds of speech only the mouth's amount, rest and lag are learnt; the notes say so.
 */
export function learnStyle(reference: StyleReference, model: FaceModel): TalkingStyle {
  const { speech, rate, performance, actorId } = reference;
  const neutral = builtInStyle('neutral');
  const looks = looksOf(reference);
  const fps = toNumber(rate);
  const speechSeconds = looks.filter(({ speaking }) => speaking).length / fps;
  const frames = Math.ceil(speech.seconds * fps) + 1;
  const rules = performSpeech(speech, {
    style: { ...neutral, brows: { accent: 0, wander: 0, raise: 0 } },
    rate,
    frames,
    seed: 1,
  });
  const actor = performance.actors.find(({ id }) => id === actorId)!;
  const lips = new MouthShape({ neutral: actor.neutral, shapes: personaliseShapes(model, actor.neutral).shapes });
  const expected = new Float32Array(looks.length * SHAPE_COUNT);
  const expectedGap = new Float32Array(looks.length);
  const gap = new Float32Array(looks.length);
  looks.forEach(({ track, row, seconds }, i) => {
    const frame = clamp(Math.round(seconds * fps - 0.5), 0, frames - 1);
    expected.set(rules.coefficients.subarray(frame * SHAPE_COUNT, (frame + 1) * SHAPE_COUNT), i * SHAPE_COUNT);
    expectedGap[i] = lips.gapAt(expected, i * SHAPE_COUNT);
    gap[i] = relativeGap(track.landmarks, track.pose, row, LANDMARK_COUNT);
  });
  const speaking = looks.map((look) => look.speaking);
  const opening = fitOpening(gap, expectedGap, speaking, fps);
  const notes: string[] = [];
  if (opening.quality < IN_SYNC)
    notes.push(
      'The mouth of the reference hardly follows its sound, so no lag was learnt. Is it the speaker who is seen?',
    );
  const full = speechSeconds >= (reference.fullFromSeconds ?? FULL_STYLE_SECONDS);
  if (!full)
    notes.push(
      `The reference has only ${speechSeconds.toFixed(1)} s of speech with a visible face; under ${FULL_STYLE_SECONDS} s only the mouth's amount, rest and lag are learnt.`,
    );
  const base: TalkingStyle = {
    ...neutral,
    version: TALKING_STYLE_VERSION,
    name: reference.name,
    learned: {
      reference: reference.reference,
      fingerprint: reference.fingerprint,
      speechSeconds: round(speechSeconds),
      depth: full ? 'full' : 'timing',
      notes,
    },
    mouth: { ...neutral.mouth, gain: round(opening.gain), lagSeconds: round(opening.lagSeconds) },
    posture: learnPosture(looks, expected, full ? POSTURE : MOUTH_POSTURE),
  };
  const head = headAngles(looks);
  const learned = full ? { ...base, ...learnManner(looks, expected, base, opening, head, reference) } : base;
  const filmed = { looks, head, speech, rate, lips };
  return calibrateStyle(learned, filmed, full ? POSTURE : MOUTH_POSTURE, full);
}

/** What takes longer to learn: habits of the mouth, blinks, brows, gaze and head. */
function learnManner(
  looks: readonly Look[],
  expected: Float32Array,
  base: TalkingStyle,
  opening: Fast,
  head: HeadAngles,
  { speech }: StyleReference,
): Partial<TalkingStyle> {
  const accents = findAccents(speech);
  const bumps = Float32Array.from(looks, ({ seconds }) => accentAt(accents, seconds, 0.14, 0.04));
  const brow = column(looks, 'browInnerUp');
  const sideMotion = (side: 'Left' | 'Right'): number =>
    (['mouthUpperUp', 'mouthLowerDown', 'mouthSmile'] as const).reduce(
      (sum, stem) => sum + deviation(column(looks, `${stem}${side}`)),
      0,
    );
  const [left, right] = [sideMotion('Left'), sideMotion('Right')];
  const ratio = (names: readonly ShapeName[]): number => {
    const own = mean(names.map((name) => deviation(column(looks, name))));
    const rule = mean(
      names.map((name) => deviation(Float32Array.from(looks, (_, i) => expected[i * SHAPE_COUNT + shapeIndex(name)]!))),
    );
    return rule > 1e-4 ? clamp(own / rule, 0.4, 2) : 1;
  };
  const away = looks.filter(({ track, row }) => Math.abs(track.gaze[row * 4]!) > AWAY).length / looks.length;
  const { posture } = base;
  return {
    mouth: {
      ...base.mouth,
      hold: round(opening.hold),
      // Half-way to what was measured: a correlation of tracked lips is weak evidence.
      spread: round((1 + ratio(['mouthStretchLeft', 'mouthStretchRight'])) / 2),
      round: round((1 + ratio(['mouthPucker', 'mouthFunnel'])) / 2),
      asymmetry: round(clamp((left - right) / Math.max(1e-3, left + right), -0.3, 0.3)),
    },
    habits: learnHabits(looks, expected, posture, opening.gain, opening.lagSeconds, speech),
    blinks: learnBlinks(looks, speech),
    brows: {
      accent: round(clamp(slope(bumps, brow), 0, 0.8)),
      wander: round(clamp(deviation(brow) * 0.8, 0, 0.4)),
      raise: 0,
    },
    gaze: { away: round(clamp(away, 0, 0.6)), reach: 0.16 },
    head: {
      yaw: round(clamp(deviation(head.yaw), 0.004, 0.25)),
      pitch: round(clamp(deviation(head.pitch), 0.004, 0.2)),
      roll: round(clamp(deviation(head.roll), 0.003, 0.2)),
      tempo: round(clamp(tempoOf(head.yaw, looks) / 2, 0.1, 2)),
      // The excerpts carry the nods that were filmed.
      nod: 0,
      beat: 0,
    },
    excerpts: cutExcerpts(looks, head, speech),
  };
}
