import { ARTICULATOR_COUNT, SPEECH_RATE_HZ, type SpeechPhone } from '../../core/speech.ts';
import { PHONE_SHAPES } from './phones.ts';

/** Seconds after which the pull of a phone has fallen to 1/e, per articulator: before its core, and after it. */
const ONSET_SECONDS = [0.06, 0.09, 0.07, 0.022] as const;
const OFFSET_SECONDS = [0.06, 0.07, 0.07, 0.022] as const;
/** Share of a phone at either end in which its pull is already fading. */
const VOWEL_EDGE = 0.25;
const CONSONANT_EDGE = 0.1;
/** Beyond this many time constants a phone does nothing. */
const REACH = 7;
/** How far the jaw of an emphasised vowel goes beyond that of an ordinary one, and a weak one stays behind. */
const STRESS_GAIN = 0.3;

/** Emphasis at a moment, 0..1; 0.5 is ordinary. */
export type StressAt = (seconds: number) => number;

/**
 * Articulator curves from phones, by dominance blending (Cohen & Massaro 1993, "Modeling coarticulation in synthetic
 * visual speech"): each phone pulls towards its targets with a strength that is full in its core and decays
 * exponentially before and after, and a frame is the weighted mean of all pulls. So lips round ahead of an "oo", the jaw
 * of a short vowel falls short, and the closure of b, p, m is neither shortened nor left out.
 */
export function blendPhones(phones: readonly SpeechPhone[], frames: number, stressAt?: StressAt): Float32Array {
  const sum = new Float64Array(frames * ARTICULATOR_COUNT);
  const weight = new Float64Array(frames * ARTICULATOR_COUNT);
  for (const { phone, start, end } of phones) {
    const shape = PHONE_SHAPES.get(phone);
    if (shape === undefined) continue;
    const edge = (shape.vowel ? VOWEL_EDGE : CONSONANT_EDGE) * (end - start);
    const coreStart = start + edge;
    const coreEnd = end - edge;
    const emphasis = shape.vowel && stressAt !== undefined ? stressAt((start + end) / 2) - 0.5 : 0;
    for (let articulator = 0; articulator < ARTICULATOR_COUNT; articulator += 1) {
      const onset = ONSET_SECONDS[articulator]!;
      const offset = OFFSET_SECONDS[articulator]!;
      const strength = shape.dominance[articulator]!;
      const plain = shape.target[articulator]!;
      const target = articulator === 0 ? Math.min(1, plain * (1 + STRESS_GAIN * emphasis)) : plain;
      const first = Math.max(0, Math.ceil((coreStart - REACH * onset) * SPEECH_RATE_HZ));
      const last = Math.min(frames - 1, Math.floor((coreEnd + REACH * offset) * SPEECH_RATE_HZ));
      for (let frame = first; frame <= last; frame += 1) {
        const seconds = frame / SPEECH_RATE_HZ;
        const ahead = Math.max(0, coreStart - seconds) / onset;
        const behind = Math.max(0, seconds - coreEnd) / offset;
        const pull = strength * Math.exp(-ahead - behind);
        const cell = frame * ARTICULATOR_COUNT + articulator;
        sum[cell]! += pull * target;
        weight[cell]! += pull;
      }
    }
  }
  const rest = PHONE_SHAPES.get('sil')!.target;
  const out = new Float32Array(sum.length);
  // A trace of rest weighs nothing beside a phone and rules where none is near.
  const trace = 1e-3;
  for (let cell = 0; cell < sum.length; cell += 1)
    out[cell] = (sum[cell]! + trace * rest[cell % ARTICULATOR_COUNT]!) / (weight[cell]! + trace);
  return out;
}

/** Viseme column of every frame; -1 where no phone is. */
export function phoneVisemes(
  phones: readonly SpeechPhone[],
  frames: number,
  column: (viseme: SpeechPhone['viseme']) => number,
): Int8Array {
  const out = new Int8Array(frames).fill(-1);
  for (const { start, end, viseme } of phones) {
    const first = Math.max(0, Math.ceil(start * SPEECH_RATE_HZ));
    const until = Math.min(frames, Math.ceil(end * SPEECH_RATE_HZ));
    out.fill(column(viseme), first, Math.max(first, until));
  }
  return out;
}
