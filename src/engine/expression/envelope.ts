import { EMOTION_LABELS, type EmotionLabel } from '../../contract/emotion.ts';
import type { EmotionKey } from '../../contract/emotion-keys.ts';
import { type Rational, toNumber } from '../../core/rational.ts';
import { ONSET_SECONDS } from './prototypes.ts';

/** Intensity of each label over time, [frameCount] each; labels that never appear are missing. */
export type EmotionEnvelope = ReadonlyMap<EmotionLabel, Float32Array>;

/** Minimum-jerk ease (Flash and Hogan 1985): how a movement without effort goes from 0 to 1. */
export function minimumJerk(t: number): number {
  if (t <= 0) return 0;
  if (t >= 1) return 1;
  return t * t * t * (10 + t * (6 * t - 15));
}

/**
 * Keys to intensity curves. Before and at the first key its label holds; from every later key on the face moves to
 * the new label within that label's onset time (or the time to the next key, if that is shorter), while the old one
 * fades along the same ease.
 */
export function emotionEnvelope(keys: readonly EmotionKey[], frameCount: number, rate: Rational): EmotionEnvelope {
  const curves = new Map<EmotionLabel, Float32Array>();
  for (const label of EMOTION_LABELS)
    if (keys.some((key) => key.label === label)) curves.set(label, new Float32Array(frameCount));
  const fps = toNumber(rate);
  for (let frame = 0; frame < frameCount; frame++) {
    let index = keys.findLastIndex((key) => key.frame <= frame);
    if (index < 0) index = 0;
    const key = keys[index];
    if (!key) break;
    // Blend back through earlier keys, so that a key during an onset starts from where the face is.
    let share = 1;
    for (let i = index; i >= 0 && share > 1e-4; i--) {
      const current = keys[i]!;
      const next = keys[i + 1];
      const onset = Math.max(1, ONSET_SECONDS[current.label] * fps);
      const length = next ? Math.max(1, Math.min(onset, next.frame - current.frame)) : onset;
      const arrived = i === 0 ? 1 : minimumJerk((frame - current.frame + 1) / length);
      curves.get(current.label)![frame]! += share * arrived * current.intensity;
      share *= 1 - arrived;
    }
  }
  return curves;
}
