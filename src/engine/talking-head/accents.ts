import type { SpeechTrack } from '../../core/speech.ts';

/** A stressed syllable. */
export interface Accent {
  readonly seconds: number;
  /** 0..1. */
  readonly strength: number;
}

/** Two accents of one speaker lie at least this far apart. */
const SHORTEST_GAP = 0.22;
const WEAKEST = 0.3;

/** Peaks of the stress curve, the stronger of neighbours. */
export function findAccents(track: SpeechTrack): Accent[] {
  const { stress, voice, rateHz } = track;
  const accents: Accent[] = [];
  for (let i = 1; i < track.frames - 1; i++) {
    const strength = stress[i]!;
    if (strength < WEAKEST || voice[i]! < 0.4 || strength < stress[i - 1]! || strength <= stress[i + 1]!) continue;
    const seconds = (i + 0.5) / rateHz;
    const last = accents.at(-1);
    if (last && seconds - last.seconds < SHORTEST_GAP) {
      if (last.strength < strength) accents[accents.length - 1] = { seconds, strength };
    } else accents.push({ seconds, strength });
  }
  return accents;
}

/** Sum of bumps of a width (seconds) around accents, at moment `t`; `lead` seconds before the syllable. */
export function accentAt(accents: readonly Accent[], t: number, width: number, lead = 0): number {
  let low = 0;
  let high = accents.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (accents[middle]!.seconds < t + lead - 3 * width) low = middle + 1;
    else high = middle;
  }
  let sum = 0;
  for (let k = low; k < accents.length && accents[k]!.seconds < t + lead + 3 * width; k++) {
    const d = (t + lead - accents[k]!.seconds) / width;
    sum += accents[k]!.strength * Math.exp(-d * d);
  }
  return sum;
}
