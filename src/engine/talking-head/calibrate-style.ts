import type { TalkingStyle } from '../../contract/talking-style.ts';
import { isShapeName, SHAPE_COUNT, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { blinkStarts } from './blinks.ts';
import type { HeadAngles } from './learn-head.ts';
import type { MouthShape } from './mouth-shape.ts';
import { clamp } from './noise.ts';
import { HEAD_SIZE, performSpeech } from './perform.ts';
import { deviation, mean, quantile } from './statistics.ts';
import type { Look } from './style-looks.ts';

const ROUNDS = 4;
const SEEDS = [1, 2];
/** Share of a difference that one round takes away: the parts of a style pull at each other. */
const STEP = 0.8;
/** A posture smaller than this is none. */
const FELT = 0.01;

/** What a calibration compares: the person as filmed, and where in the sound each look is. */
export interface Filmed {
  readonly looks: readonly Look[];
  readonly head: HeadAngles;
  readonly speech: SpeechTrack;
  readonly rate: Rational;
  readonly lips: MouthShape;
}

interface Manner {
  /** Opening of the lips while speaking: what lies between its quiet and its wide moments, and its middle. */
  readonly range: number;
  readonly middle: number;
  readonly means: Float32Array;
  readonly brow: number;
  readonly blinks: number;
  readonly head: readonly [number, number, number];
}

function mannerOf(coefficients: Float32Array, head: HeadAngles, { looks, lips }: Filmed): Manner {
  const gap: number[] = [];
  looks.forEach(({ speaking }, i) => {
    if (speaking) gap.push(lips.gapAt(coefficients, i * SHAPE_COUNT));
  });
  const column = (name: ShapeName): Float32Array =>
    Float32Array.from(looks, (_, i) => coefficients[i * SHAPE_COUNT + shapeIndex(name)]!);
  const means = new Float32Array(SHAPE_COUNT);
  for (let at = 0; at < coefficients.length; at++) means[at % SHAPE_COUNT]! += coefficients[at]! / looks.length;
  const [left, right] = [column('eyeBlinkLeft'), column('eyeBlinkRight')];
  return {
    range: quantile(gap, 0.9) - quantile(gap, 0.1),
    middle: quantile(gap, 0.5),
    means,
    brow: deviation(column('browInnerUp')),
    blinks: blinkStarts(left.map((value, i) => (value + right[i]!) / 2)).length,
    head: [deviation(head.yaw), deviation(head.pitch), deviation(head.roll)],
  };
}

/** What the style makes of the person's own sound, at the moments of the looks; the mean of some seeds. */
function tried(style: TalkingStyle, filmed: Filmed): Manner {
  const { looks, speech, rate } = filmed;
  const fps = toNumber(rate);
  const frames = Math.ceil(speech.seconds * fps) + 1;
  const runs = SEEDS.map((seed) => {
    const performance = performSpeech(speech, { style, rate, frames, seed });
    const coefficients = new Float32Array(looks.length * SHAPE_COUNT);
    const rows = looks.map(({ seconds }) => clamp(Math.round(seconds * fps - 0.5), 0, frames - 1));
    rows.forEach((row, i) => {
      coefficients.set(performance.coefficients.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT), i * SHAPE_COUNT);
    });
    const angle = (k: number): Float32Array => Float32Array.from(rows, (row) => performance.head[row * HEAD_SIZE + k]!);
    return mannerOf(coefficients, { yaw: angle(0), pitch: angle(1), roll: angle(2) }, filmed);
  });
  const average = (read: (run: Manner) => number): number => mean(runs.map(read));
  return {
    range: average((run) => run.range),
    middle: average((run) => run.middle),
    means: Float32Array.from({ length: SHAPE_COUNT }, (_, k) => average((run) => run.means[k]!)),
    brow: average((run) => run.brow),
    blinks: average((run) => run.blinks),
    head: [average((run) => run.head[0]), average((run) => run.head[1]), average((run) => run.head[2])],
  };
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;
/** A factor that brings `own` a step nearer to `wanted`. */
const towards = (wanted: number, own: number): number => (own > 1e-4 ? clamp((wanted / own) ** STEP, 0.5, 2) : 1);

/**
 * A style corrected by trying it: it speaks the reference's own sound, and what comes out is compared with what was
 * filmed there. `postures` are the shapes whose middle is matched; `whole` also matches brows, blinks and head.
 */
export function calibrateStyle(
  style: TalkingStyle,
  filmed: Filmed,
  postures: readonly ShapeName[],
  whole: boolean,
): TalkingStyle {
  const { looks, lips } = filmed;
  if (!looks.some(({ speaking }) => speaking)) return style;
  const coefficients = new Float32Array(looks.length * SHAPE_COUNT);
  looks.forEach(({ track, row }, i) => {
    coefficients.set(track.coefficients.subarray(row * SHAPE_COUNT, (row + 1) * SHAPE_COUNT), i * SHAPE_COUNT);
  });
  const wanted = mannerOf(coefficients, filmed.head, filmed);
  const probe = new Float32Array(SHAPE_COUNT);
  const shut = lips.gapAt(probe, 0);
  probe[shapeIndex('jawOpen')] = 0.25;
  const gapPerJaw = Math.max(0.05, (lips.gapAt(probe, 0) - shut) / 0.25);
  let best = style;
  for (let turn = 0; turn < ROUNDS; turn++) {
    const own = tried(best, filmed);
    const posture: Record<string, number> = { ...best.posture };
    for (const name of postures) {
      const k = shapeIndex(name);
      posture[name] = clamp((posture[name] ?? 0) + STEP * (wanted.means[k]! - own.means[k]!), -0.35, 0.6);
    }
    const parted = (posture['jawOpen'] ?? 0) + (STEP * (wanted.middle - own.middle)) / gapPerJaw;
    posture['jawOpen'] = clamp(parted, -0.15, 0.3);
    best = {
      ...best,
      mouth: { ...best.mouth, gain: round(clamp(best.mouth.gain * towards(wanted.range, own.range), 0.2, 2.5)) },
      posture,
    };
    if (!whole) continue;
    const scale = wanted.head.map((value, k) => towards(value, own.head[k]!));
    best = {
      ...best,
      brows: { ...best.brows, wander: round(clamp(best.brows.wander * towards(wanted.brow, own.brow), 0, 0.8)) },
      blinks: {
        ...best.blinks,
        perMinute: clamp(best.blinks.perMinute * (wanted.blinks > 0 ? towards(wanted.blinks, own.blinks) : 1), 1, 80),
      },
      excerpts: best.excerpts.map((excerpt) => ({
        ...excerpt,
        yaw: excerpt.yaw.map((value) => round(value * scale[0]!)),
        pitch: excerpt.pitch.map((value) => round(value * scale[1]!)),
        roll: excerpt.roll.map((value) => round(value * scale[2]!)),
      })),
    };
  }
  const felt = Object.entries(best.posture).filter(([name, value]) => isShapeName(name) && Math.abs(value) >= FELT);
  return { ...best, posture: Object.fromEntries(felt.map(([name, value]) => [name, round(value)])) };
}
