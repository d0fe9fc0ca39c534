import { clamp, createRandom, mix, noise3, smoothstep } from './noise.ts';
import { type Formants, PHONES, type Phone, type TimedPhone } from './phones.ts';
import type { VoiceTimbre } from './variant.ts';

/** Samples per second of the synthesised voice. */
export const VOICE_RATE = 48_000;

/** A second-order resonator with a settable pole pair (Klatt 1980, eq. 1). */
class Resonator {
  private a = 1;
  private b = 0;
  private c = 0;
  private y1 = 0;
  private y2 = 0;

  tune(frequency: number, bandwidth: number): void {
    const r = Math.exp((-Math.PI * bandwidth) / VOICE_RATE);
    this.c = -r * r;
    this.b = 2 * r * Math.cos((2 * Math.PI * frequency) / VOICE_RATE);
    this.a = 1 - this.b - this.c;
  }

  step(x: number): number {
    const y = this.a * x + this.b * this.y1 + this.c * this.y2;
    this.y2 = this.y1;
    this.y1 = y;
    return y;
  }

  /** A band-pass of unit peak made from the same pole pair: what noise sources want. */
  stepBand(x: number, bandwidth: number): number {
    const before = this.y2;
    const y = this.step(x);
    return (y - before) * (1 / Math.max(1e-4, this.a)) * ((Math.PI * bandwidth) / VOICE_RATE) * 0.5;
  }
}

interface Frame {
  formants: [number, number, number];
  voice: number;
  breath: number;
  hiss: number;
  hissCentre: number;
  hissWidth: number;
  nasal: number;
  pitch: number;
}

const TRANSITION_SECONDS = 0.042;

function formantsWithin(phone: Phone, t: number): Formants {
  if (phone.glide === undefined) return phone.formants;
  const g = smoothstep(0.25, 0.9, t);
  return [0, 1, 2].map((k) => mix(phone.formants[k]!, phone.glide![k]!, g)) as unknown as Formants;
}

/** Control values at a moment: targets of the phone, blended with its neighbours over the transitions. */
function controlAt(line: readonly TimedPhone[], index: number, seconds: number, timbre: VoiceTimbre, out: Frame): void {
  const timed = line[index]!;
  const phone: Phone = PHONES[timed.name];
  const length = timed.endSeconds - timed.startSeconds;
  const t = (seconds - timed.startSeconds) / length;
  const half = Math.min(TRANSITION_SECONDS, length * 0.5);
  const into = seconds - timed.startSeconds;
  const left = timed.endSeconds - seconds;
  const neighbour = (at: number): Phone | undefined => {
    const n = line[at];
    return n === undefined || n.name === 'SIL' ? undefined : PHONES[n.name];
  };
  const own = formantsWithin(phone, t);
  const before = neighbour(index - 1);
  const after = neighbour(index + 1);
  const wBefore = before === undefined ? 0 : 0.5 * smoothstep(half, 0, into);
  const wAfter = after === undefined ? 0 : 0.5 * smoothstep(half, 0, left);
  const from = before === undefined ? own : (before.glide ?? before.formants);
  const to = after === undefined ? own : after.formants;
  for (let k = 0; k < 3; k += 1)
    out.formants[k] = (own[k]! * (1 - wBefore - wAfter) + from[k]! * wBefore + to[k]! * wAfter) * timbre.formantScale;
  const voiced = phone.voice > 0;
  let voice = phone.voice;
  let breath = phone.breath ?? 0;
  let hiss = 0;
  if (phone.stop !== undefined) {
    // Closed, then a burst, then (for voiceless stops) breath until the vowel sets in.
    const burst = t - phone.stop;
    const decay = Math.exp(-Math.max(0, burst * length) / (phone.hiss![1] > 3000 && phone.stop < 0.5 ? 0.05 : 0.011));
    hiss = burst > 0 ? phone.hiss![0] * decay : 0;
    voice = burst > 0 && voiced ? 0.5 : voice * (t < phone.stop ? 0.35 : 1);
    breath = burst > 0 ? breath : 0;
  } else if (phone.hiss !== undefined) hiss = phone.hiss[0] * smoothstep(0, 0.025, into) * smoothstep(0, 0.025, left);
  const edge = smoothstep(0, 0.03, into + (before === undefined || !voiced || before.voice === 0 ? 0 : 0.03));
  const tail = smoothstep(0, 0.05, left + (after === undefined || after.voice === 0 ? 0 : 0.05));
  out.voice = voice * edge * tail * (1 + 0.14 * timed.stress);
  out.breath = breath + 0.035 * (voice > 0.5 ? 1 : 0);
  out.hiss = hiss;
  out.hissCentre = (phone.hiss?.[1] ?? 4000) * mix(1, timbre.formantScale, 0.35);
  out.hissWidth = phone.hiss?.[2] ?? 2000;
  out.nasal = phone.nasal === true ? 1 : 0;
}

/** Pitch at a moment: declination within the phrase, a rise on every stress, a fall at the end. */
function pitchCurve(line: readonly TimedPhone[], timbre: VoiceTimbre): (seconds: number) => number {
  const phrases: { start: number; end: number }[] = [];
  for (const p of line) {
    if (p.name === 'SIL') continue;
    const last = phrases.at(-1);
    if (last !== undefined && p.startSeconds - last.end < 0.05) last.end = p.endSeconds;
    else phrases.push({ start: p.startSeconds, end: p.endSeconds });
  }
  const stressed = line.filter((p) => p.stress > 0);
  return (seconds) => {
    const phrase = phrases.find((p) => seconds >= p.start - 0.02 && seconds <= p.end + 0.02);
    if (phrase === undefined) return timbre.pitch;
    const u = clamp((seconds - phrase.start) / (phrase.end - phrase.start), 0, 1);
    let semitones = 2.2 - 4.4 * u - 2.4 * smoothstep(0.86, 1, u);
    for (const p of stressed) {
      const middle = p.startSeconds + 0.4 * (p.endSeconds - p.startSeconds);
      semitones += 2.1 * p.stress * Math.exp(-(((seconds - middle) / 0.1) ** 2));
    }
    return timbre.pitch * 2 ** (semitones / 12);
  };
}

/** Speaks a line: mono samples in -1..1 at {@link VOICE_RATE}. The same input gives the same samples. */
export function synthesiseVoice(
  line: readonly TimedPhone[],
  seconds: number,
  timbre: VoiceTimbre,
  seed: number,
): Float32Array {
  const out = new Float32Array(Math.round(seconds * VOICE_RATE));
  const random = createRandom(seed * 101 + 17);
  const pitch = pitchCurve(line, timbre);
  const cascade = Array.from({ length: 6 }, () => new Resonator());
  const nasalPole = new Resonator();
  const hissFilter = new Resonator();
  const hissSecond = new Resonator();
  const frame: Frame = {
    formants: [500, 1500, 2500],
    voice: 0,
    breath: 0,
    hiss: 0,
    hissCentre: 4000,
    hissWidth: 2000,
    nasal: 0,
    pitch: 0,
  };
  let phase = 0;
  let index = 0;
  let tilt = 0;
  let flow = 0;
  let voice = 0;
  let breath = 0;
  let hiss = 0;
  let nasal = 0;
  const step = 96;
  for (let i = 0; i < out.length; i += 1) {
    const t = i / VOICE_RATE;
    if (i % step === 0) {
      while (index + 1 < line.length && line[index]!.endSeconds <= t) index += 1;
      controlAt(line, index, t, timbre, frame);
      frame.pitch = pitch(t) * (1 + 0.006 * noise3(t * 11, seed, 3));
      const [f1, f2, f3] = frame.formants;
      cascade[0]!.tune(f1, 60 + 0.05 * f1 + 60 * frame.nasal);
      cascade[1]!.tune(f2, 80 + 0.02 * f2 + 60 * frame.nasal);
      cascade[2]!.tune(f3, 120 + 0.015 * f3);
      cascade[3]!.tune(3450 * timbre.formantScale, 220);
      cascade[4]!.tune(4300 * timbre.formantScale, 280);
      cascade[5]!.tune(5600 * timbre.formantScale, 900);
      nasalPole.tune(270 * timbre.formantScale, 110);
      hissFilter.tune(frame.hissCentre, frame.hissWidth);
      hissSecond.tune(frame.hissCentre * 1.25, frame.hissWidth * 1.2);
    }
    voice += (frame.voice - voice) * 0.0035;
    breath += (frame.breath - breath) * 0.004;
    hiss += (frame.hiss - hiss) * 0.012;
    nasal += (frame.nasal - nasal) * 0.003;
    // Glottal flow after Rosenberg: opens over 40 % of the period, closes over 16 %; its slope excites the tract.
    phase += frame.pitch / VOICE_RATE;
    if (phase >= 1) phase -= 1;
    const opening = 0.42;
    const closing = 0.17 + 0.1 * timbre.breath;
    const next =
      phase < opening
        ? 0.5 * (1 - Math.cos((Math.PI * phase) / opening))
        : phase < opening + closing
          ? Math.cos((Math.PI / 2) * ((phase - opening) / closing))
          : 0;
    const slope = (next - flow) * (VOICE_RATE / frame.pitch) * 0.12;
    flow = next;
    tilt += (slope - tilt) * (0.5 - 0.22 * timbre.breath);
    const noise = random() * 2 - 1;
    const open = phase < opening + closing ? 1 : 0.3;
    const source = voice * tilt + noise * (breath * 0.3 + voice * timbre.breath * 0.09 * open);
    let y = source;
    for (const resonator of cascade) y = resonator.step(y);
    // Lips shut for a nasal: the murmur of the nose takes over and the formants sink.
    const murmur = nasalPole.step(source);
    y = y * (1 - 0.72 * nasal) + 0.55 * nasal * murmur;
    const friction =
      (hissFilter.stepBand(noise, frame.hissWidth) + 0.6 * hissSecond.stepBand(noise, frame.hissWidth)) * hiss;
    out[i] = y + friction * 1.35;
  }
  let peak = 0;
  let mean = 0;
  for (let i = 0; i < out.length; i += 1) {
    // Lips radiate no steady pressure.
    mean += (out[i]! - mean) * 0.004;
    out[i] = out[i]! - mean;
    peak = Math.max(peak, Math.abs(out[i]!));
  }
  const gain = peak > 0 ? 0.72 / peak : 0;
  for (let i = 0; i < out.length; i += 1) {
    const fadeOut = Math.min(1, (out.length - i) / 960);
    out[i] = Math.tanh(out[i]! * gain * 1.5) * 0.7 * fadeOut + (random() - 0.5) * 6e-5;
  }
  return out;
}
