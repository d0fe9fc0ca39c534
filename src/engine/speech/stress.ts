import { SPEECH_RATE_HZ } from '../../core/speech.ts';
import { smooth } from './smoothing.ts';

/** Syllables come at 2 to 8 a second. */
const SYLLABLE_SMOOTHING = 6;
const LEAST_APART = 9;
/** A nucleus stands out of the valleys beside it by at least this. */
const LEAST_RISE_DB = 2;
/** Surroundings that a syllable is compared with. */
const NEIGHBOURHOOD_SECONDS = 2;
const PITCH_WEIGHT = 0.9;
const LENGTH_WEIGHT = 0.6;

/** A syllable: its loudest frame, and where it falls off on both sides. */
export interface Syllable {
  readonly peak: number;
  readonly start: number;
  readonly end: number;
  /** Emphasis among its neighbours, 0..1; 0.5 is ordinary. */
  readonly stress: number;
}

/** Peaks of the level within speech. */
export function syllables(loudnessDb: Float32Array, voice: Float32Array, pitchHz: Float32Array): Syllable[] {
  const level = smooth(loudnessDb, SYLLABLE_SMOOTHING);
  const peaks: { peak: number; start: number; end: number }[] = [];
  for (let i = 1; i < level.length - 1; i += 1) {
    if (voice[i]! < 0.5 || level[i]! < level[i - 1]! || level[i]! <= level[i + 1]!) continue;
    let start = i;
    while (start > 0 && level[start - 1]! <= level[start]! && voice[start - 1]! > 0.3) start -= 1;
    let end = i;
    while (end < level.length - 1 && level[end + 1]! <= level[end]! && voice[end + 1]! > 0.3) end += 1;
    if (level[i]! - Math.min(level[start]!, level[end]!) < LEAST_RISE_DB) continue;
    const last = peaks.at(-1);
    if (last !== undefined && i - last.peak < LEAST_APART) {
      if (level[i]! > level[last.peak]!) peaks[peaks.length - 1] = { peak: i, start: last.start, end };
      else last.end = end;
    } else peaks.push({ peak: i, start, end });
  }
  const semitones = peaks.map(({ peak, start, end }) => {
    let highest = 0;
    for (let frame = start; frame <= end; frame += 1)
      if (Math.abs(frame - peak) < 12) highest = Math.max(highest, pitchHz[frame]!);
    return highest > 0 ? 12 * Math.log2(highest / 100) : Number.NaN;
  });
  const neighbours = (index: number): number[] => {
    const reach = NEIGHBOURHOOD_SECONDS * SPEECH_RATE_HZ;
    const out = [index];
    const isNear = (k: number): boolean => Math.abs(peaks[k]!.peak - peaks[index]!.peak) <= reach;
    for (let k = index - 1; k >= 0 && isNear(k); k -= 1) out.push(k);
    for (let k = index + 1; k < peaks.length && isNear(k); k += 1) out.push(k);
    return out;
  };
  return peaks.map((own, index) => {
    const near = neighbours(index);
    const standing = (value: (k: number) => number, least: number): number => {
      const values = near.map(value).filter(Number.isFinite);
      const mine = value(index);
      if (values.length < 2 || !Number.isFinite(mine)) return 0;
      const mean = values.reduce((a, b) => a + b, 0) / values.length;
      const spread = Math.sqrt(values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length);
      return (mine - mean) / Math.max(least, spread);
    };
    const score =
      standing((k) => level[peaks[k]!.peak]!, 2) +
      PITCH_WEIGHT * standing((k) => semitones[k]!, 1) +
      LENGTH_WEIGHT * standing((k) => peaks[k]!.end - peaks[k]!.start, 4);
    return { ...own, stress: 1 / (1 + Math.exp(-score)) };
  });
}

/** Emphasis per frame: a hump over each syllable as high as its stress, 0 in pauses. */
export function stressCurve(list: readonly Syllable[], frames: number): Float32Array {
  const out = new Float32Array(frames);
  for (const { peak, start, end, stress } of list)
    for (let frame = start; frame <= end; frame += 1) {
      const reach = frame < peak ? peak - start : end - peak;
      const hump = 0.5 + 0.5 * Math.cos((Math.PI * (frame - peak)) / (reach + 1));
      out[frame] = Math.max(out[frame]!, stress * hump);
    }
  return out;
}

/** Stress of the syllable that is spoken at a moment; ordinary (0.5) between syllables. */
export function stressLookup(list: readonly Syllable[]): (seconds: number) => number {
  return (seconds) => {
    const frame = seconds * SPEECH_RATE_HZ;
    let low = 0;
    let high = list.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const syllable = list[middle]!;
      if (frame < syllable.start) high = middle - 1;
      else if (frame > syllable.end) low = middle + 1;
      else return syllable.stress;
    }
    return 0.5;
  };
}
