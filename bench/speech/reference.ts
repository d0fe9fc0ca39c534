import { visemeIndex } from '../../src/core/speech.ts';
import type { Aligner } from '../../src/engine/speech/aligner.ts';
import { blendPhones, phoneVisemes } from '../../src/engine/speech/dominance.ts';
import { frameCount } from '../../src/engine/speech/log-mel.ts';
import { type RawPhone, timedPhones } from '../../src/engine/speech/phones.ts';
import { transcriptWords } from '../../src/engine/speech/transcript.ts';
import type { Heard } from './baselines.ts';

/** What phones with times make of a mouth. */
export function saidOf(raw: readonly RawPhone[], samples: number): Heard {
  const frames = frameCount(samples);
  const end = raw.at(-1)?.end ?? 0;
  const phones = timedPhones([
    { symbol: '', start: 0, end: raw[0]?.start ?? 0 },
    ...raw,
    { symbol: '', start: end, end: Math.max(end, frames / 100) },
  ]);
  const visemes = phoneVisemes(phones, frames, visemeIndex).map((v) => Math.max(0, v));
  return { visemes, articulation: blendPhones(phones, frames) };
}

/** Forced alignment of the whole text with clean sound, without any doubt: the reference for recordings of people. */
export async function alignedReference(aligner: Aligner, samples: Float32Array, text: string): Promise<Heard | null> {
  const words = transcriptWords(text, 'en');
  await aligner.pronounce(words);
  const aligned = await aligner.align(samples.slice(), words);
  return aligned === null ? null : saidOf(aligned, samples.length);
}

/** Pink noise (Kellet's filter over seeded white noise) mixed in at a ratio in decibels. */
export function withPinkNoise(samples: Float32Array, ratioDb: number, seed: number): Float32Array {
  let state = seed >>> 0;
  const white = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  };
  const b = [0, 0, 0];
  const noise = new Float32Array(samples.length);
  for (let i = 0; i < noise.length; i += 1) {
    const w = white();
    b[0] = 0.99765 * b[0]! + w * 0.099046;
    b[1] = 0.963 * b[1]! + w * 0.2965164;
    b[2] = 0.57 * b[2]! + w * 1.0526913;
    noise[i] = b[0]! + b[1]! + b[2]! + w * 0.1848;
  }
  const power = (list: Float32Array): number => list.reduce((sum, value) => sum + value * value, 0) / list.length;
  const gain = Math.sqrt(power(samples) / power(noise) / 10 ** (ratioDb / 10));
  return samples.map((value, i) => value + gain * noise[i]!);
}
