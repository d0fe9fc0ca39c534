import { SPEECH_RATE_HZ } from '../../core/speech.ts';
import { smooth } from './smoothing.ts';
import type { Syllable } from './stress.ts';

const SLOWEST_BPM = 60;
const FASTEST_BPM = 200;
/** Tempo that people tap to when several fit (Parncutt 1994). */
const COMMON_BPM = 115;
const COMMON_WIDTH_OCTAVES = 1;
/** Autocorrelation at the beat against none at all: speech stays below, music above. */
const STEADY = 0.32;
/** Beats are sought in stretches of this length, so that a song may change its pace. */
const STRETCH_SECONDS = 30;
const LEAST_SECONDS = 4;
const TIGHTNESS = 60;
/** Syllables that count as a beat of plain speech. */
const STRESSED = 0.6;

/** Beats of a recording. */
export interface Beats {
  readonly beats: readonly number[];
  /** Beats per minute, or null where no steady beat is heard. */
  readonly tempo: number | null;
}

/** Most likely frames per beat of an onset curve, and how steady it is (0..1). */
function pace(onset: Float32Array): { lag: number; steadiness: number } {
  const fastest = Math.round((60 * SPEECH_RATE_HZ) / FASTEST_BPM);
  const slowest = Math.round((60 * SPEECH_RATE_HZ) / SLOWEST_BPM);
  const mean = onset.reduce((a, b) => a + b, 0) / onset.length;
  const correlate = (lag: number): number => {
    let sum = 0;
    for (let i = 0; i + lag < onset.length; i += 1) sum += (onset[i]! - mean) * (onset[i + lag]! - mean);
    return sum / (onset.length - lag);
  };
  const power = correlate(0);
  if (power <= 0) return { lag: 0, steadiness: 0 };
  let best = { lag: 0, value: 0, steadiness: 0 };
  for (let lag = fastest; lag <= slowest && 2 * lag < onset.length; lag += 1) {
    // A beat repeats: two and four of them later the onsets meet again.
    const several = [1, 2, 4].filter((times) => times * lag < onset.length * 0.7);
    const steadiness = several.reduce((sum, times) => sum + correlate(times * lag), 0) / several.length / power;
    const octaves = Math.log2((60 * SPEECH_RATE_HZ) / lag / COMMON_BPM);
    const value = steadiness * Math.exp(-0.5 * (octaves / COMMON_WIDTH_OCTAVES) ** 2);
    if (value > best.value) best = { lag, value, steadiness };
  }
  return best;
}

/** Frames of beats by dynamic programming over onsets at a known pace (Ellis 2007, "Beat tracking by dynamic programming"). */
function follow(onset: Float32Array, lag: number): number[] {
  const score = new Float64Array(onset.length);
  const before = new Int32Array(onset.length).fill(-1);
  for (let i = 0; i < onset.length; i += 1) {
    let best = 0;
    for (let j = Math.max(0, i - 2 * lag); j <= i - Math.floor(lag / 2); j += 1) {
      const value = score[j]! - TIGHTNESS * Math.log((i - j) / lag) ** 2;
      if (value > best) {
        best = value;
        before[i] = j;
      }
    }
    score[i] = onset[i]! + best;
  }
  let at = onset.length - 1;
  for (let i = Math.max(0, onset.length - lag); i < onset.length; i += 1) if (score[i]! > score[at]!) at = i;
  const out: number[] = [];
  for (; at >= 0; at = before[at]!) out.push(at);
  return out.reverse();
}

/** The steady beat under a recording, or else the times of its stressed syllables. */
export function findBeats(onset: Float32Array, list: readonly Syllable[]): Beats {
  const curve = smooth(onset, 2);
  const found: number[] = [];
  const paces: number[] = [];
  const stretch = STRETCH_SECONDS * SPEECH_RATE_HZ;
  for (let start = 0; start < curve.length; start += stretch) {
    const part = curve.slice(start, start + stretch);
    if (part.length < LEAST_SECONDS * SPEECH_RATE_HZ) break;
    const deviation = Math.sqrt(part.reduce((sum, value) => sum + value * value, 0) / part.length);
    const { lag, steadiness } = pace(part);
    if (steadiness < STEADY) continue;
    const scaled = part.map((value) => value / Math.max(1e-6, deviation));
    for (const frame of follow(scaled, lag)) found.push((start + frame) / SPEECH_RATE_HZ);
    paces.push(lag);
  }
  const stretches = Math.max(1, Math.floor(curve.length / stretch));
  if (paces.length * 2 > stretches) {
    const lag = paces.sort((a, b) => a - b)[paces.length >> 1]!;
    return { beats: found, tempo: (60 * SPEECH_RATE_HZ) / lag };
  }
  const beats = list.filter(({ stress }) => stress >= STRESSED).map(({ peak }) => peak / SPEECH_RATE_HZ);
  return { beats, tempo: null };
}
