import { describe, expect, it } from 'vitest';
import { EMOTION_LABELS } from '../contract/emotion.ts';
import { EMOTION_PLACES, emotionAt } from './emotion-wheel.tsx';

describe('the emotion wheel', () => {
  it('finds each emotion where it stands, as strong as it is far out', () => {
    for (const label of EMOTION_LABELS) {
      const [v, a] = EMOTION_PLACES[label];
      expect(emotionAt(v, a)).toEqual({ label, intensity: 1 });
      if (label !== 'neutral') expect(emotionAt(v / 2, a / 2)).toEqual({ label, intensity: 0.5 });
    }
  });

  it('is neutral in the middle and never stronger than an edit can be', () => {
    expect(emotionAt(0.05, -0.1).label).toBe('neutral');
    expect(emotionAt(5, 3).intensity).toBe(1.5);
  });
});
