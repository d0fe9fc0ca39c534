import { EMOTION_LABELS, type EmotionLabel } from '../contract/emotion.ts';

/** Colour of each emotion, wherever it stands: far apart for eyes that tell colours badly, of one weight on grey. */
export const EMOTION_COLOURS: Readonly<Record<EmotionLabel, string>> = {
  neutral: '#9a9a96',
  happy: '#e3b341',
  sad: '#5b8fd6',
  angry: '#d9594c',
  surprised: '#d58ad0',
  afraid: '#8d7be0',
  disgusted: '#7faa4f',
  contempt: '#4fa3a0',
};

/** In the order of the palette. */
export const EMOTIONS = EMOTION_LABELS.map((label) => ({ label, colour: EMOTION_COLOURS[label] }));
