import type { TalkingStyle } from '../../contract/talking-style.ts';
import { isShapeName, shapeIndex } from '../../core/performance.ts';
import { ARTICULATOR_COUNT, type SpeechTrack } from '../../core/speech.ts';
import { clamp } from './noise.ts';

/** Speech features that habits are regressed on: the four articulators, loudness over the median (10 dB), and stress. */
export const HABIT_FEATURES = ['jaw', 'round', 'spread', 'close', 'loudness', 'stress'] as const;

/** Most that a habit may add to a shape. */
const MOST = 0.35;

/** Features of a moment of speech, in the order of {@link HABIT_FEATURES}. */
export function featuresAt(track: SpeechTrack, level: number, t: number, out: Float64Array): void {
  const i = clamp(Math.round(t * track.rateHz - 0.5), 0, Math.max(0, track.frames - 1));
  for (let a = 0; a < 4; a++) out[a] = track.articulation[i * ARTICULATOR_COUNT + a] ?? 0;
  out[4] = clamp(((track.loudnessDb[i] ?? level) - level) / 10, -2, 2) * (track.voice[i] ?? 0);
  out[5] = track.stress[i] ?? 0;
}

/** Median level of what is spoken, decibels. */
export function medianLevel(track: SpeechTrack): number {
  const levels = Array.from(track.loudnessDb).filter((_, i) => track.voice[i]! > 0.5);
  levels.sort((a, b) => a - b);
  return levels[levels.length >> 1] ?? -30;
}

/** Adds a person's habits to mouth shapes. */
export interface HabitOffsets {
  /** Adds what the habits say at moment `t`, `share` (0..1) of it, to the 52 coefficients from `at` on. */
  addTo(coefficients: Float32Array, at: number, t: number, share: number): void;
}

/** The habits of a style on a recording; undefined where the style has none. */
export function habitOffsets(habits: TalkingStyle['habits'], track: SpeechTrack): HabitOffsets | undefined {
  if (!habits) return undefined;
  const rows = Object.entries(habits.weights).filter(([name]) => isShapeName(name));
  const columns = rows.map(([name]) => shapeIndex(name as never));
  const level = medianLevel(track);
  const features = new Float64Array(HABIT_FEATURES.length);
  const order = HABIT_FEATURES.map((name) => habits.features.indexOf(name));
  return {
    addTo(coefficients, at, t, share) {
      if (share <= 0) return;
      featuresAt(track, level, t, features);
      rows.forEach(([, weights], r) => {
        let sum = 0;
        order.forEach((column, f) => {
          if (column >= 0) sum += features[f]! * (weights[column] ?? 0);
        });
        coefficients[at + columns[r]!]! += share * clamp(sum, -MOST, MOST);
      });
    },
  };
}
