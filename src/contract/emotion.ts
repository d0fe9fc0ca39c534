import { EMOTION_LABELS } from '../core/document/effect-kinds.ts';
import { RetakeError } from '../core/errors.ts';

export { EMOTION_LABELS };

/** One of {@link EMOTION_LABELS}. */
export type EmotionLabel = (typeof EMOTION_LABELS)[number];

/** Largest intensity that an edit takes; 1 is a clear acted expression, beyond it exaggerates. */
export const MAX_INTENSITY = 1.5;

/** Whether a text is one of the emotion labels. */
export function isEmotionLabel(text: string): text is EmotionLabel {
  return (EMOTION_LABELS as readonly string[]).includes(text);
}

/** The label that a person typed, in any case. Throws `unknown-label` with the list of labels. */
export function parseEmotionLabel(text: string): EmotionLabel {
  const label = text.trim().toLowerCase();
  if (isEmotionLabel(label)) return label;
  throw new RetakeError(
    'unknown-label',
    `"${text}" is not an emotion that Retake knows. Use one of: ${EMOTION_LABELS.join(', ')}.`,
    { value: text, labels: EMOTION_LABELS },
  );
}
