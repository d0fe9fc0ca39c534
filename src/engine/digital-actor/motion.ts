import { type ShapeName, shapeIndex } from '../../core/performance.ts';
import { type ActorState, rotationOf } from './frame-geometry.ts';
import { mouthAt, writeMouth } from './lip-motion.ts';
import { clamp, createRandom, gaussian, mix, noise3, smoothstep } from './noise.ts';
import type { TimedPhone } from './phones.ts';
import { NECK_PIVOT } from './scene.ts';

/** Mood that the actor plays; `neutral` leaves the face to the speech. */
export type ActorMood = 'neutral' | 'happy' | 'sad' | 'angry' | 'surprised';

/** All {@link ActorMood}s. */
export const ACTOR_MOODS: readonly ActorMood[] = ['neutral', 'happy', 'sad', 'angry', 'surprised'];

const both = (name: string, value: number): Partial<Record<ShapeName, number>> => ({
  [`${name}Left`]: value,
  [`${name}Right`]: value,
});

const MOODS: Readonly<Record<ActorMood, Partial<Record<ShapeName, number>>>> = {
  neutral: {},
  happy: {
    ...both('mouthSmile', 0.8),
    ...both('cheekSquint', 0.6),
    ...both('eyeSquint', 0.25),
    ...both('mouthUpperUp', 0.18),
    ...both('browOuterUp', 0.1),
  },
  sad: {
    browInnerUp: 0.8,
    ...both('mouthFrown', 0.65),
    ...both('browDown', 0.1),
    mouthShrugLower: 0.3,
    ...both('eyeSquint', 0.15),
  },
  angry: {
    ...both('browDown', 0.85),
    ...both('eyeSquint', 0.35),
    ...both('noseSneer', 0.4),
    ...both('mouthPress', 0.25),
    ...both('mouthFrown', 0.2),
  },
  surprised: { browInnerUp: 0.85, ...both('browOuterUp', 0.85), ...both('eyeWide', 0.7), jawOpen: 0.15 },
};

/** What {@link performLine} plays. */
export interface MotionOptions {
  readonly line: readonly TimedPhone[];
  readonly frames: number;
  /** Frames per second. */
  readonly rate: number;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly mood: ActorMood;
}

/** Pixels per centimetre for a picture of some height: head and shoulders. */
export function framingScale(height: number): number {
  return (21 * height) / 720;
}

interface Fixation {
  readonly from: number;
  readonly yaw: number;
  readonly pitch: number;
}

function planGaze(seconds: number, seed: number): Fixation[] {
  const random = createRandom(seed * 13 + 1);
  const out: Fixation[] = [{ from: -1, yaw: 0.01, pitch: -0.01 }];
  let at = 0.5;
  while (at < seconds) {
    // Mostly on the listener beside the lens, now and then away to think.
    const away = random() < 0.3;
    out.push({
      from: at,
      yaw: away ? (random() < 0.5 ? -1 : 1) * (0.14 + 0.1 * random()) : 0.03 * gaussian(random) * 0.6,
      pitch: away ? -0.06 + 0.1 * random() : 0.016 * gaussian(random),
    });
    at += away ? 0.35 + 0.4 * random() : 0.7 + 1.3 * random();
  }
  return out;
}

function gazeAt(plan: readonly Fixation[], t: number): [number, number] {
  let i = plan.length - 1;
  while (i > 0 && plan[i]!.from > t) i -= 1;
  const now = plan[i]!;
  const before = plan[Math.max(0, i - 1)]!;
  // A saccade of some 45 ms.
  const w = smoothstep(0, 0.045, t - now.from);
  return [mix(before.yaw, now.yaw, w), mix(before.pitch, now.pitch, w)];
}

function planBlinks(line: readonly TimedPhone[], seconds: number, seed: number): number[] {
  const random = createRandom(seed * 29 + 7);
  const out: number[] = [];
  let last = -2;
  // At the ends of phrases, and whenever it has been too long.
  const ends = line.filter((p) => p.name === 'SIL' && p.startSeconds > 0.3).map((p) => p.startSeconds + 0.05);
  for (let t = 0.85 + 0.3 * random(); t < seconds; t += 0.1) {
    const phraseEnd = ends.some((e) => Math.abs(e - t) < 0.06);
    if (t - last > (phraseEnd ? 1.1 : 2.4 + 1.6 * random())) {
      out.push(t);
      last = t;
    }
  }
  return out;
}

/** Closure of the lids, 0..1, for a blink at 0: shuts in 75 ms, stays 40 ms, opens in 170 ms. */
function blinkShape(t: number): number {
  if (t < 0 || t > 0.29) return 0;
  if (t < 0.075) return smoothstep(0, 0.075, t);
  if (t < 0.115) return 1;
  return 1 - smoothstep(0, 1, ((t - 0.115) / 0.175) ** 0.8);
}

function quaternionOf(yaw: number, pitch: number, roll: number): [number, number, number, number] {
  const [cy, sy] = [Math.cos(yaw / 2), Math.sin(yaw / 2)];
  const [cx, sx] = [Math.cos(pitch / 2), Math.sin(pitch / 2)];
  const [cz, sz] = [Math.cos(roll / 2), Math.sin(roll / 2)];
  // Yaw after pitch after roll.
  const a = [cy * sx, sy * cx, -sy * sx, cy * cx] as const;
  return [a[0] * cz + a[1] * sz, a[1] * cz - a[0] * sz, a[2] * cz + a[3] * sz, a[3] * cz - a[2] * sz];
}

/** Plays the whole clip: one state per frame. The same options give the same states. */
export function performLine(options: MotionOptions): ActorState[] {
  const { line, frames, rate, width, height, seed, mood } = options;
  const seconds = frames / rate;
  const gazePlan = planGaze(seconds, seed);
  const blinks = planBlinks(line, seconds, seed);
  const stressed = line.filter((p) => p.stress > 0);
  const spoken = line.filter((p) => p.name !== 'SIL');
  const lastSound = spoken.at(-1)?.endSeconds ?? seconds;
  const scale = framingScale(height);
  const states: ActorState[] = [];
  const wander = (t: number, speed: number, lane: number): number =>
    0.7 * noise3(t * speed, seed * 3.7 + 0.5, lane * 5.3) +
    0.3 * noise3(t * speed * 2.3, seed * 1.9 + 0.5, lane * 5.3 + 2);
  for (let frame = 0; frame < frames; frame += 1) {
    const t = (frame + 0.5) / rate;
    const coefficients = new Float32Array(52);
    const add = (name: ShapeName, value: number): void => {
      const i = shapeIndex(name);
      coefficients[i] = clamp(coefficients[i]! + value, 0, 1);
    };
    writeMouth(mouthAt(line, t), mood === 'happy' || mood === 'surprised' ? 1.08 : 1, coefficients);
    const shut =
      coefficients[shapeIndex('jawOpen')]! > 1e-4
        ? coefficients[shapeIndex('mouthClose')]! / coefficients[shapeIndex('jawOpen')]!
        : 0;
    // A mood rises from a neutral face and leaves it neutral again: the tracker can tell the person from the mood.
    const ramp = Math.min(0.9, seconds * 0.15);
    const played =
      smoothstep(0.1 * ramp, 1.1 * ramp, t) * smoothstep(seconds, seconds - ramp, t) * (0.85 + 0.3 * wander(t, 0.5, 9));
    for (const [name, value] of Object.entries(MOODS[mood]) as [ShapeName, number][]) {
      // Lips that are shut stay shut under a mood.
      const opensLips = name.startsWith('mouthUpperUp') || name === 'jawOpen';
      add(name, value * played * (opensLips ? 1 - shut : 1));
    }
    if (MOODS[mood].jawOpen !== undefined)
      coefficients[shapeIndex('mouthClose')] = shut * coefficients[shapeIndex('jawOpen')]!;
    let accent = 0;
    for (const p of stressed) {
      const middle = p.startSeconds + 0.35 * (p.endSeconds - p.startSeconds);
      accent += 0.5 * p.stress * Math.exp(-(((t - middle) / 0.13) ** 2));
    }
    const brow = mood === 'neutral' || mood === 'happy' ? 1 : 0.35;
    add('browInnerUp', brow * (0.04 + 0.2 * accent + 0.1 * Math.max(0, wander(t, 0.5, 1))));
    add('browOuterUpLeft', brow * (0.16 * accent + 0.08 * Math.max(0, wander(t, 0.4, 2))));
    add('browOuterUpRight', brow * (0.14 * accent + 0.08 * Math.max(0, wander(t, 0.45, 2))));
    const warmth = mood === 'neutral' ? smoothstep(lastSound + 0.05, lastSound + 0.7, t) : 0;
    add('mouthSmileLeft', 0.34 * warmth);
    add('mouthSmileRight', 0.28 * warmth);
    add('cheekSquintLeft', 0.2 * warmth);
    add('cheekSquintRight', 0.18 * warmth);
    let blink = 0;
    for (const b of blinks) blink = Math.max(blink, blinkShape(t - b));
    add('eyeBlinkLeft', blink);
    add('eyeBlinkRight', clamp(blink * 0.99, 0, 1));

    // Head: slow wandering, a turn between the phrases, a nod on every stress.
    const turn = 0.2 * (smoothstep(0.3, 0.46, t / seconds) * -1.5 + smoothstep(0.62, 0.8, t / seconds) * 1.3 + 0.35);
    const yaw = clamp(turn + 0.27 * wander(t, 0.42, 3), -0.21, 0.21);
    const pitch = 0.02 + 0.075 * wander(t, 0.5, 4) + 0.038 * accent - 0.018 * warmth;
    const roll = 0.06 * wander(t, 0.38, 5) - 0.18 * yaw;
    const q = quaternionOf(yaw, pitch, roll);
    const pose = new Float32Array(7);
    pose.set(q);
    const r = rotationOf(q);
    const pivot = [0, 1].map(
      (k) => r[k * 3]! * NECK_PIVOT[0] + r[k * 3 + 1]! * NECK_PIVOT[1] + r[k * 3 + 2]! * NECK_PIVOT[2],
    );
    const breath = Math.sin((t / 3.9) * 2 * Math.PI + seed);
    const s = scale * (1 + 0.012 * wander(t, 0.3, 8));
    // The foot of the neck sways a little; the head turns about it.
    const footX = width / 2 + scale * 0.35 * wander(t, 0.3, 6);
    const footY = height * 0.475 - scale * NECK_PIVOT[1] + scale * (0.15 * wander(t, 0.33, 7) - 0.05 * breath);
    pose[4] = footX - s * pivot[0]!;
    pose[5] = footY + s * pivot[1]!;
    pose[6] = s;
    const [eyeYaw, eyePitch] = gazeAt(gazePlan, t);
    // The eyes hold the world still while the head moves.
    const gazeYaw = clamp(eyeYaw - yaw * 0.9 + 0.004 * wander(t, 9, 10), -0.5, 0.5);
    const gazePitch = clamp(eyePitch + pitch * 0.9 + 0.003 * wander(t, 8, 11), -0.4, 0.4);
    const gaze = Float32Array.from([gazeYaw - 0.012, gazePitch, gazeYaw + 0.012, gazePitch]);
    const look = (name: ShapeName, value: number): void => add(name, Math.max(0, value) / 0.6);
    look('eyeLookOutLeft', gazeYaw);
    look('eyeLookInRight', gazeYaw);
    look('eyeLookInLeft', -gazeYaw);
    look('eyeLookOutRight', -gazeYaw);
    for (const side of ['Left', 'Right'] as const) {
      look(`eyeLookUp${side}`, gazePitch);
      look(`eyeLookDown${side}`, -gazePitch);
    }
    states.push({ coefficients, pose, gaze, breath });
  }
  return states;
}
