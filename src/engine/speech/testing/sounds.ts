import { SPEECH_SAMPLE_RATE } from '../../../core/speech.ts';
import { timedLine } from '../../digital-actor/phones.ts';
import { ACTOR_VARIANTS } from '../../digital-actor/variant.ts';
import { synthesiseVoice, VOICE_RATE } from '../../digital-actor/voice.ts';
import { arpabetToIpa, type RawPhone } from '../phones.ts';

/** A sound made here, and the phones in it. */
export interface SpokenLine {
  readonly samples: Float32Array;
  readonly phones: readonly RawPhone[];
}

/** The digital actor's line at the rate that speech is analysed at; its phones are known to the millisecond. */
export function spokenLine(seconds = 8, actor: keyof typeof ACTOR_VARIANTS = 'ada'): SpokenLine {
  const line = timedLine(seconds);
  const voice = synthesiseVoice(line, seconds, ACTOR_VARIANTS[actor].voice, 1);
  const step = VOICE_RATE / SPEECH_SAMPLE_RATE;
  const samples = Float32Array.from({ length: Math.floor(voice.length / step) }, (_, i) => {
    let sum = 0;
    for (let k = -1; k <= 1; k += 1) sum += voice[i * step + k] ?? 0;
    return sum / 3;
  });
  const phones = line.map((p) => ({
    symbol: arpabetToIpa(p.name) ?? '',
    start: p.startSeconds,
    end: p.endSeconds,
  }));
  return { samples, phones };
}

/** Numbers in -1..1 that are the same every time. */
export function noise(count: number, seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: count }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

/** Chords, a bass and a drum on every beat; nobody sings. */
export function music(seconds: number, beatsPerMinute: number): Float32Array {
  const out = new Float32Array(seconds * SPEECH_SAMPLE_RATE);
  const beat = 60 / beatsPerMinute;
  const hiss = noise(4000, 3);
  const chords = [
    [220, 277.2, 329.6],
    [196, 246.9, 293.7],
    [174.6, 220, 261.6],
    [196, 246.9, 293.7],
  ];
  for (let i = 0; i < out.length; i += 1) {
    const t = i / SPEECH_SAMPLE_RATE;
    const number = Math.floor(t / beat);
    const into = t - number * beat;
    let value = 0;
    for (const hertz of chords[Math.floor(number / 4) % 4]!)
      for (let harmonic = 1; harmonic < 8; harmonic += 1)
        value += (0.05 / harmonic) * Math.sin(2 * Math.PI * hertz * harmonic * t) * Math.exp(-into * 1.5);
    const drum = Math.floor(into * SPEECH_SAMPLE_RATE);
    if (drum < hiss.length) value += 0.3 * hiss[drum]! * Math.exp(-into * 30);
    out[i] = value;
  }
  return out;
}
