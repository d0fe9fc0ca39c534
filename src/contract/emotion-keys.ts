import { RetakeError } from '../core/errors.ts';
import { frameToSeconds, type Rational } from '../core/rational.ts';
import { parsePosition } from '../core/timecode.ts';
import { type EmotionLabel, MAX_INTENSITY, parseEmotionLabel } from './emotion.ts';

/** From this frame on the edit moves towards `label` at `intensity` (0..1.5). */
export interface EmotionKey {
  readonly frame: number;
  readonly label: EmotionLabel;
  readonly intensity: number;
}

const FORM =
  'Write keys as POSITION:LABEL@INTENSITY with spaces between them, for example "0s:neutral 2s:happy@1 4s:sad@0.6". ' +
  'A position is seconds (2s), frames (50) or timecode (00:00:02:00); intensity is 0 to 1.5 and 1 when left out.';

function parseKey(text: string, rate: Rational): EmotionKey {
  // Timecode has colons of its own, so the label starts after the last one.
  const colon = text.lastIndexOf(':');
  if (colon <= 0)
    throw new RetakeError('invalid-argument', `"${text}" is not an emotion key. ${FORM}`, { value: text });
  const frame = parsePosition(text.slice(0, colon), rate);
  const [labelText, intensityText, ...rest] = text.slice(colon + 1).split('@');
  if (rest.length > 0)
    throw new RetakeError('invalid-argument', `"${text}" has more than one @. ${FORM}`, { value: text });
  const label = parseEmotionLabel(labelText ?? '');
  if (intensityText === undefined) return { frame, label, intensity: 1 };
  const intensity = /^\d*\.?\d+$/.test(intensityText) ? Number(intensityText) : Number.NaN;
  if (!(intensity >= 0 && intensity <= MAX_INTENSITY))
    throw new RetakeError(
      'invalid-argument',
      `"${intensityText}" in "${text}" is not an intensity. Give a number from 0 to ${MAX_INTENSITY}.`,
      { value: text },
    );
  return { frame, label, intensity };
}

/**
 * Keys as a person types them: `0s:neutral 2s:happy@1 4s:sad@0.6`. Positions in seconds, frames or timecode at
 * `rate`, strictly rising; commas and white space separate. Throws `invalid-argument` or `unknown-label`.
 */
export function parseEmotionKeys(text: string, rate: Rational): EmotionKey[] {
  const keys = text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map((part) => parseKey(part, rate));
  if (keys.length === 0) throw new RetakeError('invalid-argument', `There is no emotion key in "${text}". ${FORM}`);
  keys.forEach((key, index) => {
    const previous = keys[index - 1];
    if (previous && previous.frame >= key.frame)
      throw new RetakeError(
        'invalid-argument',
        `The key at frame ${key.frame} (${key.label}) comes after the one at frame ${previous.frame} (${previous.label}). Give keys in rising order, one per frame.`,
        { frame: key.frame },
      );
  });
  return keys;
}

/** Keys in the form that {@link parseEmotionKeys} reads, positions in frames. */
export function formatEmotionKeys(keys: readonly EmotionKey[]): string {
  return keys.map((key) => `${key.frame}:${key.label}@${key.intensity}`).join(' ');
}

/** A key with its position in seconds, for provenance and JSON. */
export function describeEmotionKey(key: EmotionKey, rate: Rational): EmotionKey & { readonly seconds: number } {
  return { ...key, seconds: Math.round(frameToSeconds(key.frame, rate) * 1e6) / 1e6 };
}
