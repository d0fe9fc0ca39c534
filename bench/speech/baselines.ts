// What mouths were driven with before networks: loudness alone, and loudness with rules on formants.
import { ARTICULATOR_COUNT, visemeIndex } from '../../src/core/speech.ts';
import { Fourier } from '../../src/engine/speech/fft.ts';
import { frameCount, HOP } from '../../src/engine/speech/log-mel.ts';
import { smooth } from '../../src/engine/speech/smoothing.ts';

/** Visemes and articulation that a method hears. */
export interface Heard {
  readonly visemes: Int8Array;
  readonly articulation: Float32Array;
}

const FFT = 512;
const RATE = 16_000;
const ORDER = 18;

interface Acoustics {
  /** Level from 0 (quiet parts of the recording) to 1 (loud ones). */
  readonly level: Float32Array;
  /** Level above 4 kHz against that below 2 kHz, log10. */
  readonly hiss: Float32Array;
  readonly centre: Float32Array;
  readonly f1: Float32Array;
  readonly f2: Float32Array;
}

/** The two lowest formants out of a linear prediction of a frame, as peaks of its spectrum. */
function formants(frame: Float64Array, fourier: Fourier): [number, number] | null {
  const r = new Float64Array(ORDER + 1);
  for (let lag = 0; lag <= ORDER; lag += 1)
    for (let i = lag; i < frame.length; i += 1) r[lag]! += frame[i]! * frame[i - lag]!;
  if (r[0]! < 1e-4) return null;
  r[0]! *= 1 + 1e-6;
  const a = new Float64Array(ORDER + 1);
  a[0] = 1;
  let error = r[0]!;
  for (let i = 1; i <= ORDER; i += 1) {
    let sum = r[i]!;
    for (let j = 1; j < i; j += 1) sum += a[j]! * r[i - j]!;
    const reflection = -sum / error;
    const old = a.slice();
    for (let j = 1; j < i; j += 1) a[j] = old[j]! + reflection * old[i - j]!;
    a[i] = reflection;
    error *= 1 - reflection * reflection;
  }
  const re = new Float64Array(FFT);
  const im = new Float64Array(FFT);
  re.set(a);
  fourier.transform(re, im);
  const peaks: number[] = [];
  const inverse = (bin: number): number => re[bin]! ** 2 + im[bin]! ** 2;
  for (let bin = 7; bin < 122 && peaks.length < 2; bin += 1)
    if (inverse(bin) < inverse(bin - 1) && inverse(bin) <= inverse(bin + 1)) peaks.push((bin * RATE) / FFT);
  return peaks.length === 2 ? [peaks[0]!, peaks[1]!] : null;
}

function acoustics(samples: Float32Array): Acoustics {
  const frames = frameCount(samples.length);
  const fourier = new Fourier(FFT);
  const [level, hiss, centre, f1, f2] = Array.from({ length: 5 }, () => new Float32Array(frames)) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  let last: [number, number] = [500, 1500];
  for (let frame = 0; frame < frames; frame += 1) {
    const re = new Float64Array(FFT);
    const im = new Float64Array(FFT);
    for (let i = 0; i < 400; i += 1) {
      const at = frame * HOP - 200 + i;
      const value = (samples[at] ?? 0) - 0.97 * (samples[at - 1] ?? 0);
      re[i] = value * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / 400));
    }
    last = formants(re.slice(0, 400), fourier) ?? last;
    [f1[frame], f2[frame]] = last;
    fourier.transform(re, im);
    let [speech, low, high, weighted, all] = [0, 0, 0, 0, 0];
    for (let bin = 3; bin < 250; bin += 1) {
      const power = re[bin]! ** 2 + im[bin]! ** 2;
      if (bin >= 10 && bin < 110) speech += power;
      if (bin < 60) low += power;
      if (bin >= 130) high += power;
      if (bin < 200) {
        weighted += (power * bin * RATE) / FFT;
        all += power;
      }
    }
    level[frame] = 10 * Math.log10(speech + 1e-7);
    hiss[frame] = Math.log10(high + 1e-7) - Math.log10(low + 1e-7);
    centre[frame] = weighted / (all + 1e-9);
  }
  const sorted = level.slice().sort();
  const low = sorted[Math.floor(0.08 * frames)]!;
  const high = sorted[Math.min(frames - 1, Math.floor(0.97 * frames))]!;
  for (let frame = 0; frame < frames; frame += 1)
    level[frame] = Math.min(1, Math.max(0, (level[frame]! - low) / (high - low + 1e-3)));
  return { level, hiss, centre, f1, f2 };
}

/** The louder, the wider. */
export function hearEnergy(samples: Float32Array): Heard {
  const { level } = acoustics(samples);
  const near = smooth(level, 3);
  const wide = smooth(level, 7);
  const visemes = new Int8Array(level.length);
  const articulation = new Float32Array(level.length * ARTICULATOR_COUNT);
  for (let frame = 0; frame < level.length; frame += 1) {
    const silent = wide[frame]! < 0.12;
    visemes[frame] = visemeIndex(silent ? 'sil' : 'aa');
    const e = near[frame]!;
    articulation.set([0.8 * e, 0.1, 0.3 * e, silent ? 0.6 : Math.max(0, 0.5 - e)], frame * ARTICULATOR_COUNT);
  }
  return { visemes, articulation };
}

/** Loudness, first and second formant, hiss and dips of level, by rules. */
export function hearFormants(samples: Float32Array): Heard {
  const { level, hiss, centre, f1, f2 } = acoustics(samples);
  const frames = level.length;
  const e = smooth(level, 3);
  const wide = smooth(level, 20);
  const silence = smooth(level, 7);
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const open = smooth(f1, 2).map((value) => clamp((value - 280) / 500));
  const front = smooth(f2, 2).map((value) => clamp((value - 900) / 1300));
  const bright = smooth(centre, 2).map((value) => clamp((value - 500) / 2000));
  const visemes = new Int8Array(frames);
  const articulation = new Float32Array(frames * ARTICULATOR_COUNT);
  for (let frame = 0; frame < frames; frame += 1) {
    const silent = silence[frame]! < 0.12;
    const voiced = e[frame]! > 0.3 && hiss[frame]! < -0.3;
    const dip = hiss[frame]! < -0.1 ? clamp((wide[frame]! - level[frame]!) / 0.35) : 0;
    const close = silent ? 0.6 : dip;
    const jaw = 0.9 * e[frame]! * (0.35 + 0.65 * open[frame]!) * (hiss[frame]! > 0 ? 0.3 : 1);
    const round = voiced ? (1 - front[frame]!) * 0.8 * (1 - 0.5 * bright[frame]!) : 0.05;
    const spread = voiced ? 0.8 * front[frame]! : 0.3 * e[frame]!;
    articulation.set([jaw, round, spread, close], frame * ARTICULATOR_COUNT);
    const vowel = open[frame]! > 0.55 ? 'aa' : front[frame]! > 0.6 ? 'ih' : front[frame]! < 0.35 ? 'oh' : 'E';
    const name =
      close > 0.55 && !silent
        ? 'PP'
        : hiss[frame]! > 0.3 && !silent
          ? 'SS'
          : voiced && !silent
            ? vowel
            : silent
              ? 'sil'
              : 'DD';
    visemes[frame] = visemeIndex(name);
  }
  return { visemes, articulation };
}
