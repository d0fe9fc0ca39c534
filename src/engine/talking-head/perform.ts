import type { TalkingStyle } from '../../contract/talking-style.ts';
import { isShapeName, SHAPE_COUNT, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import type { SpeechTrack } from '../../core/speech.ts';
import { accentAt, findAccents } from './accents.ts';
import { articulate } from './articulate.ts';
import { BLINK_PEAK, blinkAt, planBlinks } from './blinks.ts';
import { gazeAt, planGaze } from './gaze.ts';
import { habitOffsets } from './habits.ts';
import { HEAD_LIMIT, HeadMotion, type HeadTurn } from './head-motion.ts';
import { clamp, smoothStep, wander } from './noise.ts';
import { CHANNEL_COUNT } from './viseme-targets.ts';

/** Floats per frame in {@link TalkingPerformance.head}. */
export const HEAD_SIZE = 4;

/** What a face does while it says a recording, one row per frame of the video. */
export interface TalkingPerformance {
  readonly rate: Rational;
  readonly frames: number;
  /** [frames, 52] what speech and style add to a resting face. */
  readonly coefficients: Float32Array;
  /** [frames, 4] yaw to the image right, pitch up, roll clockwise in the image (radians), breath -1..1. */
  readonly head: Float32Array;
  /** [frames, 2] radians to the image right and up, in the world: eyes hold it while the head moves. */
  readonly gaze: Float32Array;
  /** [frames] 0..1: lips that must touch. */
  readonly shut: Float32Array;
  /** [frames] 0..1: tip of the tongue behind the upper teeth. */
  readonly tongue: Float32Array;
  /** [frames] 0..1: how much the face is busy speaking. */
  readonly engaged: Float32Array;
  /** Frames in which lips touch on p, b and m: one list per closure. */
  readonly closures: readonly (readonly number[])[];
}

/** What {@link performSpeech} is given. */
export interface PerformOptions {
  readonly style: TalkingStyle;
  readonly rate: Rational;
  readonly frames: number;
  readonly seed: number;
  /** Factors over the style at a frame, as keys on a timeline set them: how far the mouth opens, how far the head moves. */
  readonly scaleAt?: (frame: number) => { readonly mouth: number; readonly head: number };
}

/** Width of a brow's accent, and how long before the syllable it peaks, seconds. */
const BROW_WIDTH = 0.14;
const BROW_LEAD = 0.04;
/** Shut lips press a little, so that they touch whatever face they are on. */
const PRESS = 0.06;

interface Mouth {
  jaw: number;
  pucker: number;
  funnel: number;
  stretch: number;
  upper: number;
  lower: number;
  tuck: number;
  shut: number;
}

/** Mouth shapes of a moment. `mouthClose` answers `jawOpen` one to one where lips are shut: the face model defines it so. */
function writeMouth(mouth: Mouth, asymmetry: number, out: Float32Array, at: number): void {
  const { shut, tuck } = mouth;
  const open = 1 - shut;
  const set = (name: ShapeName, value: number): void => {
    out[at + shapeIndex(name)] = clamp(value, 0, 1);
  };
  const jaw = mouth.jaw * (1 - 0.35 * shut);
  set('jawOpen', jaw);
  set('mouthClose', jaw * shut + PRESS * smoothStep(0.7, 1, shut));
  set('mouthPucker', mouth.pucker * (0.5 + 0.5 * open));
  set('mouthFunnel', mouth.funnel * (0.15 + 0.85 * open));
  for (const [side, sign] of [
    ['Left', 1],
    ['Right', -1],
  ] as const) {
    const gain = 1 + sign * asymmetry;
    set(`mouthStretch${side}`, mouth.stretch * 0.75 * gain * (0.3 + 0.7 * open));
    set(`mouthUpperUp${side}`, mouth.upper * gain * open);
    set(`mouthLowerDown${side}`, mouth.lower * gain * open * (1 - tuck));
    set(`mouthPress${side}`, 0.28 * smoothStep(0.6, 1, shut));
  }
  set('mouthRollLower', tuck * 0.55 + 0.1 * shut);
  set('mouthRollUpper', 0.08 * shut);
  set('mouthShrugUpper', 0.1 * tuck);
}

/** Every closure within the frames owns at least one with lips wholly shut, whatever the frame rate; sound may go on after the last. */
function sealFrames(
  closures: readonly { readonly start: number; readonly end: number }[],
  frames: number,
  fps: number,
  lag: number,
  shut: Float32Array,
): number[][] {
  const within = closures.filter(({ start, end }) => end + lag > 0 && (start + lag) * fps < frames);
  return within.map(({ start, end }) => {
    const inside: number[] = [];
    for (let f = Math.ceil((start + lag) * fps - 0.5); (f + 0.5) / fps < end + lag; f++)
      if (f >= 0 && f < frames) inside.push(f);
    if (inside.length === 0) {
      const nearest = Math.round(((start + end) / 2 + lag) * fps - 0.5);
      inside.push(clamp(nearest, 0, frames - 1));
    }
    for (const f of inside) shut[f] = 1;
    return inside;
  });
}

/** Turns a recording's analysis into the motion of a face. The same track, style, rate and seed give the same numbers. */
export function performSpeech(track: SpeechTrack, options: PerformOptions): TalkingPerformance {
  const { style, rate, frames, seed, scaleAt } = options;
  const fps = toNumber(rate);
  const seconds = frames / fps;
  const speech = articulate(track);
  const { mouth, brows } = style;
  const result = {
    coefficients: new Float32Array(frames * SHAPE_COUNT),
    head: new Float32Array(frames * HEAD_SIZE),
    gaze: new Float32Array(frames * 2),
    shut: new Float32Array(frames),
    tongue: new Float32Array(frames),
    engaged: new Float32Array(frames),
  };
  const { coefficients } = result;
  const sample = (values: Float32Array, stride: number, column: number, t: number): number => {
    const p = clamp(t * speech.rateHz - 0.5, 0, Math.max(0, speech.frames - 1));
    const i = Math.floor(p);
    const next = Math.min(speech.frames - 1, i + 1);
    const a = values[i * stride + column] ?? 0;
    return a + ((values[next * stride + column] ?? 0) - a) * (p - i);
  };
  for (let f = 0; f < frames; f++) {
    const t = (f + 0.5) / fps - mouth.lagSeconds;
    result.shut[f] = t < speech.frames / speech.rateHz ? sample(speech.shut, 1, 0, t) : 0;
    result.engaged[f] = sample(speech.engaged, 1, 0, t);
  }
  const closures = sealFrames(speech.closures, frames, fps, mouth.lagSeconds, result.shut);
  const accents = findAccents(track);
  const head = new HeadMotion(track, seconds, style, accents, seed * 31 + 11);
  const looks = planGaze(track, seconds, style.gaze, seed * 31 + 12);
  const blinks = planBlinks(track, seconds, style.blinks, seed * 31 + 13).map((at) => snapBlink(at, fps));
  const habits = habitOffsets(style.habits, track);
  const posture = Object.entries(style.posture).flatMap(([name, amount]) =>
    isShapeName(name) && name !== 'jawOpen' ? [[name, amount] as const] : [],
  );
  // A jaw that hangs is part of the opening, so that lips still meet over it.
  const parted = style.posture['jawOpen'] ?? 0;
  const turn: HeadTurn = { yaw: 0, pitch: 0, roll: 0, breath: 0 };
  let held = 0;
  let blink = 0;
  for (let f = 0; f < frames; f++) {
    const now = (f + 0.5) / fps;
    const t = now - mouth.lagSeconds;
    const at = f * SHAPE_COUNT;
    const engaged = result.engaged[f]!;
    const shut = result.shut[f]!;
    const value = (channel: number): number => sample(speech.channels, CHANNEL_COUNT, channel, t);
    const jaw = value(0);
    // What a mumbler does not close between syllables.
    held = Math.max(jaw, held * Math.exp(-1 / (fps * 0.25)));
    const scale = scaleAt?.(f);
    const gain = mouth.gain * (scale?.mouth ?? 1);
    const moved = (jaw + (held - jaw) * mouth.hold * engaged) * gain;
    const opened = Math.max(0, moved + parted * engaged);
    const lips = Math.sqrt(gain);
    writeMouth(
      {
        jaw: opened,
        pucker: value(1) * mouth.round,
        funnel: value(2) * mouth.round,
        stretch: value(3) * mouth.spread,
        upper: value(4) * lips,
        lower: value(5) * lips,
        tuck: value(6),
        shut,
      },
      mouth.asymmetry,
      coefficients,
      at,
    );
    result.tongue[f] = value(7);
    habits?.addTo(coefficients, at, t, engaged * (1 - shut));
    for (const [name, amount] of posture) coefficients[at + shapeIndex(name)]! += amount * (0.35 + 0.65 * engaged);
    const accent = accentAt(accents, now, BROW_WIDTH, BROW_LEAD) * engaged;
    const idle = brows.wander * Math.max(0, 0.5 + wander(seed * 31 + 14, now * 0.45));
    const lift = brows.raise + brows.accent * accent + idle;
    coefficients[at + shapeIndex('browInnerUp')]! += lift;
    coefficients[at + shapeIndex('browOuterUpLeft')]! += lift * (0.62 + 0.12 * wander(seed * 31 + 15, now * 0.3));
    coefficients[at + shapeIndex('browOuterUpRight')]! += lift * (0.58 + 0.12 * wander(seed * 31 + 16, now * 0.3));
    while (blink < blinks.length - 1 && now > blinks[blink]! + 0.4) blink++;
    const closed = blinks.length > 0 ? blinkAt(now - blinks[blink]!) : 0;
    coefficients[at + shapeIndex('eyeBlinkLeft')]! += closed;
    coefficients[at + shapeIndex('eyeBlinkRight')]! += closed * 0.99;
    head.at(now, engaged, turn);
    const swing = scale?.head ?? 1;
    const angle = (value: number): number => clamp(value * swing, -HEAD_LIMIT, HEAD_LIMIT);
    result.head.set([angle(turn.yaw), angle(turn.pitch), angle(turn.roll), turn.breath], f * HEAD_SIZE);
    const [lookYaw, lookPitch] = gazeAt(looks, now, seed * 31 + 17);
    result.gaze[f * 2] = lookYaw;
    result.gaze[f * 2 + 1] = lookPitch;
  }
  return { rate, frames, ...result, closures };
}

/** Moves a blink so that one frame shows it wholly shut: between two frames it would never close. */
function snapBlink(start: number, fps: number): number {
  const frame = Math.round((start + BLINK_PEAK) * fps - 0.5);
  return (frame + 0.5) / fps - BLINK_PEAK;
}
