import { type HeadExcerpt, TALKING_STYLE_VERSION, type TalkingStyle } from '../../contract/talking-style.ts';
import {
  type FaceTrack,
  LANDMARK_COUNT,
  type Performance,
  POSE_SIZE,
  SHAPE_COUNT,
  SHAPE_NAMES,
  type ShapeName,
  shapeIndex,
} from '../../core/performance.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { type FaceModel, personaliseShapes } from '../capture/face-model/index.ts';
import { poseAngles } from '../capture/index.ts';
import { relativeGap } from '../compositing/lip-gap.ts';
import { accentAt, findAccents } from './accents.ts';
import { builtInStyle } from './built-in-styles.ts';
import { featuresAt, HABIT_FEATURES, medianLevel } from './habits.ts';
import { MouthShape } from './mouth-shape.ts';
import { clamp } from './noise.ts';
import { performSpeech } from './perform.ts';
import { correlation, deviation, lagOf, mean, quantile, ridge } from './statistics.ts';

/** Speech (seconds) under which habits, blinks and head motion are chance rather than manner. */
export const FULL_STYLE_SECONDS = 20;
/** A mouth that follows its sound less than this (correlation of opening with what the sound asks for) is not in sync. */
const IN_SYNC = 0.22;
/** Longest lag that is looked for. */
const MOST_LAG = 0.2;
const TRUSTED = 0.5;
const BLINK = 0.45;
const AWAY = 0.12;
/** Filmed head motion is kept at this rate and in pieces of this length. */
const EXCERPT_RATE = 12.5;
const EXCERPT_SECONDS = 3.2;
const MOST_EXCERPTS = 24;
const RIDGE = 0.02;

const MOUTH_HABITS: readonly ShapeName[] = [
  'jawOpen',
  'mouthFunnel',
  'mouthPucker',
  'mouthLowerDownLeft',
  'mouthLowerDownRight',
  'mouthUpperUpLeft',
  'mouthUpperUpRight',
  'mouthSmileLeft',
  'mouthSmileRight',
  'mouthStretchLeft',
  'mouthStretchRight',
];
const POSTURE: readonly ShapeName[] = SHAPE_NAMES.filter((name) =>
  /^(mouth(Smile|Frown|Press|Dimple|UpperUp|LowerDown|Shrug)|brow|cheekSquint|eyeSquint|noseSneer)/.test(name),
);
const MOUTH_POSTURE = POSTURE.filter((name) => name.startsWith('mouth'));

/** What a style is learnt from. */
export interface StyleReference {
  readonly performance: Performance;
  readonly actorId: string;
  /** The clip's own sound. */
  readonly speech: SpeechTrack;
  readonly rate: Rational;
  /** Seconds of the sound's clock at clip frame `frame`. */
  readonly secondsOf: (frame: number) => number;
  readonly name: string;
  readonly reference: string;
  readonly fingerprint: string;
  /** Seconds of speech from which everything is learnt; FULL_STYLE_SECONDS unless a measurement wants less. */
  readonly fullFromSeconds?: number;
}

/** A frame of the person, in the order of time. */
interface Look {
  readonly track: FaceTrack;
  readonly row: number;
  readonly seconds: number;
  readonly speaking: boolean;
}

function looksOf({ performance, actorId, speech, secondsOf }: StyleReference): Look[] {
  const looks: Look[] = [];
  for (const track of performance.tracks) {
    if (track.actorId !== actorId) continue;
    for (let row = 0; row < track.frameCount; row++) {
      if (track.confidence[row]! < TRUSTED) continue;
      const seconds = secondsOf(track.firstFrame + row);
      const at = Math.round(seconds * speech.rateHz);
      looks.push({ track, row, seconds, speaking: (speech.voice[at] ?? 0) > 0.5 });
    }
  }
  return looks.sort((a, b) => a.seconds - b.seconds);
}

const column = (looks: readonly Look[], name: ShapeName): Float32Array =>
  Float32Array.from(looks, ({ track, row }) => track.coefficients[row * SHAPE_COUNT + shapeIndex(name)]!);

function headAngles(looks: readonly Look[]): { yaw: Float32Array; pitch: Float32Array; roll: Float32Array } {
  const angles = looks.map(({ track, row }) => {
    const [x, y, z, w, tx, ty, scale] = Array.from(track.pose.subarray(row * POSE_SIZE, (row + 1) * POSE_SIZE)) as [
      number,
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return poseAngles({ rotation: [x, y, z, w], tx, ty, scale });
  });
  const centred = (values: number[]): Float32Array => {
    const middle = quantile(values, 0.5);
    return Float32Array.from(values, (value) => value - middle);
  };
  return {
    yaw: centred(angles.map(({ yawRad }) => yawRad)),
    pitch: centred(angles.map(({ pitchRad }) => pitchRad)),
    roll: centred(angles.map(({ rollRad }) => rollRad)),
  };
}

/** Changes of direction of a curve per second, ignoring those smaller than a tenth of its spread. */
function tempoOf(values: Float32Array, looks: readonly Look[]): number {
  const least = deviation(values) * 0.25;
  let extreme = values[0] ?? 0;
  let rising: boolean | null = null;
  let turns = 0;
  for (const value of values) {
    if (rising !== false && value > extreme) extreme = value;
    else if (rising !== true && value < extreme) extreme = value;
    else if (Math.abs(value - extreme) > least) {
      if (rising !== null) turns++;
      rising = value > extreme;
      extreme = value;
    }
    if (rising === null && Math.abs(value - (values[0] ?? 0)) > least) rising = value > (values[0] ?? 0);
  }
  return turns / Math.max(1, (looks.at(-1)?.seconds ?? 0) - (looks[0]?.seconds ?? 0));
}

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

function learnHabits(
  looks: readonly Look[],
  expected: Float32Array,
  posture: Readonly<Record<string, number>>,
  gain: number,
  lag: number,
  speech: SpeechTrack,
): TalkingStyle['habits'] {
  const spoken = looks.flatMap(({ speaking }, i) => (speaking ? [i] : []));
  const n = spoken.length;
  const [k, m] = [HABIT_FEATURES.length, MOUTH_HABITS.length];
  const x = new Float64Array(n * k);
  const y = new Float64Array(n * m);
  const level = medianLevel(speech);
  const columns = MOUTH_HABITS.map((name) => column(looks, name));
  spoken.forEach((i, row) => {
    featuresAt(speech, level, looks[i]!.seconds - lag, x.subarray(row * k, (row + 1) * k));
    MOUTH_HABITS.forEach((name, c) => {
      const rule = expected[i * SHAPE_COUNT + shapeIndex(name)]! * (name === 'jawOpen' ? gain : 1);
      y[row * m + c] = columns[c]![i]! - rule - (posture[name] ?? 0);
    });
  });
  for (const [values, width] of [
    [x, k],
    [y, m],
  ] as const)
    for (let c = 0; c < width; c++) {
      let middle = 0;
      for (let row = 0; row < n; row++) middle += values[row * width + c]! / n;
      for (let row = 0; row < n; row++) values[row * width + c]! -= middle;
    }
  const weights = ridge(x, y, n, k, m, RIDGE);
  return {
    features: [...HABIT_FEATURES],
    weights: Object.fromEntries(MOUTH_HABITS.map((name, c) => [name, weights[c]!.map(round)])),
  };
}

/** Lids shutting, per minute, and the share of it that falls on the ends of phrases. */
function learnBlinks(looks: readonly Look[], speech: SpeechTrack): TalkingStyle['blinks'] {
  const lids = column(looks, 'eyeBlinkLeft').map(
    (value, i) => (value + column(looks.slice(i, i + 1), 'eyeBlinkRight')[0]!) / 2,
  );
  const open = quantile(lids, 0.5);
  let shut = false;
  let count = 0;
  let atPauses = 0;
  lids.forEach((value, i) => {
    if (!shut && value - open > BLINK) {
      shut = true;
      count++;
      const { seconds } = looks[i]!;
      if (speech.phrases.some(({ end }) => seconds - end > -0.15 && seconds - end < 0.45)) atPauses++;
    } else if (shut && value - open < BLINK * 0.5) shut = false;
  });
  const minutes = Math.max(1 / 60, ((looks.at(-1)?.seconds ?? 0) - (looks[0]?.seconds ?? 0)) / 60);
  return { perMinute: clamp(count / minutes, 2, 60), atPauses: count > 0 ? atPauses / count : 0.5 };
}

function cutExcerpts(
  looks: readonly Look[],
  head: { yaw: Float32Array; pitch: Float32Array; roll: Float32Array },
  speech: SpeechTrack,
): HeadExcerpt[] {
  const excerpts: HeadExcerpt[] = [];
  let first = 0;
  for (let i = 1; i <= looks.length; i++) {
    const broken = i === looks.length || looks[i]!.seconds - looks[i - 1]!.seconds > 0.2;
    const long = !broken && looks[i]!.seconds - looks[first]!.seconds >= EXCERPT_SECONDS;
    if (!broken && !long) continue;
    const [from, until] = [looks[first]!.seconds, looks[i - 1]!.seconds];
    if (until - from > EXCERPT_SECONDS * 0.5) {
      const count = Math.floor((until - from) * EXCERPT_RATE);
      const read = (values: Float32Array): number[] =>
        Array.from({ length: count }, (_, s) => {
          const t = from + s / EXCERPT_RATE;
          let k = first;
          while (k < i - 2 && looks[k + 1]!.seconds <= t) k++;
          const share = clamp(
            (t - looks[k]!.seconds) / Math.max(1e-3, looks[k + 1]!.seconds - looks[k]!.seconds),
            0,
            1,
          );
          return round(values[k]! + (values[k + 1]! - values[k]!) * share);
        });
      const rows = Array.from(
        { length: Math.max(1, Math.round((until - from) * speech.rateHz)) },
        (_, s) => Math.round(from * speech.rateHz) + s,
      );
      excerpts.push({
        rateHz: EXCERPT_RATE,
        yaw: read(head.yaw),
        pitch: read(head.pitch),
        roll: read(head.roll),
        stress: round(clamp(mean(rows.map((at) => speech.stress[at] ?? 0)), 0, 1)),
        speaking: round(clamp(mean(rows.map((at) => ((speech.voice[at] ?? 0) > 0.5 ? 1 : 0))), 0, 1)),
      });
    }
    first = i;
  }
  return excerpts.slice(0, MOST_EXCERPTS);
}

/**
 * Measures how a person speaks: what the rules expect of the sound is compared with what the tracked face did. With
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
  if (!full) return base;
  return { ...base, ...learnManner(looks, expected, base, opening, reference) };
}

/** What takes longer to learn: habits of the mouth, blinks, brows, gaze and head. */
function learnManner(
  looks: readonly Look[],
  expected: Float32Array,
  base: TalkingStyle,
  opening: Fast,
  { speech }: StyleReference,
): Partial<TalkingStyle> {
  const accents = findAccents(speech);
  const bumps = Float32Array.from(looks, ({ seconds }) => accentAt(accents, seconds, 0.14, 0.04));
  const brow = column(looks, 'browInnerUp');
  const head = headAngles(looks);
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
