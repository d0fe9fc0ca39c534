import type { EmotionLabel } from '../../contract/emotion.ts';
import { parameterOf } from '../../core/document/effect-schema.ts';
import { type ChoiceParameter, choiceAt, type NumberParameter, valueAt } from '../../core/document/parameter.ts';
import { toNumber } from '../../core/rational.ts';
import { smoothStep } from '../../core/smooth-step.ts';
import { EMOTION_COLOURS } from '../emotions.ts';
import { intensityKeys } from './hit.ts';
import type { DirectionBox, Row } from './layout.ts';
import { sight, type TimelineScene, type TimelineView, xOf } from './scene.ts';

/** Intensity at the top of the lane. */
export const TOP_INTENSITY = 1.5;
/** Seconds in which an emotion comes and goes, about; the engine's own curve depends on the emotion. */
const RAMP_SECONDS = 0.4;

/** Emotion and strength of a direction at its middle. */
export function directionLook({ effect }: DirectionBox): { label: EmotionLabel; intensity: number } {
  const middle = effect.range ? effect.range.start + effect.range.duration / 2 : 0;
  const label = choiceAt(parameterOf(effect, 'label') as ChoiceParameter, middle).from as EmotionLabel;
  return { label, intensity: valueAt(parameterOf(effect, 'intensity') as NumberParameter, middle) };
}

/** Height of an intensity above the bottom of a lane. */
export function heightOf(intensity: number, row: Pick<Row, 'height'>): number {
  return 3 + (Math.min(TOP_INTENSITY, intensity) / TOP_INTENSITY) * (row.height - 6);
}

/** Draws an emotion on its lane: as high as its intensity at each moment, its keys as diamonds. */
export function drawDirection(
  context: CanvasRenderingContext2D,
  box: DirectionBox,
  row: Row,
  view: TimelineView,
  scene: TimelineScene,
): void {
  const range = sight(view, box.start, box.end);
  if (!range) return;
  const { label } = directionLook(box);
  const { effect } = box;
  const intensity = parameterOf(effect, 'intensity') as NumberParameter;
  const origin = scene.origins.get(box.clip.id) ?? box.start;
  const media = scene.media[box.clip.media];
  const ratio = media ? toNumber(media.rate) / toNumber(scene.sequence.rate) : 1;
  const ramp = Math.min((box.end - box.start) / 2, RAMP_SECONDS * toNumber(scene.sequence.rate));
  const bottom = row.y + row.height;
  const topAt = (x: number): number => {
    const frame = view.scroll + x / view.pxPerFrame;
    const near = box.whole ? 1 : Math.min(1, (frame - box.start) / ramp, (box.end - frame) / ramp);
    return bottom - heightOf(valueAt(intensity, (frame - origin) * ratio), row) * smoothStep(near);
  };
  context.globalAlpha = effect.enabled ? 0.92 : 0.3;
  context.fillStyle = EMOTION_COLOURS[label];
  context.beginPath();
  context.moveTo(range.from, bottom);
  for (let x = range.from; x <= range.until; x += 2) context.lineTo(x, topAt(x));
  context.lineTo(range.until, bottom);
  context.closePath();
  context.fill();
  context.globalAlpha = 1;
  if (scene.selection.has(effect.id)) {
    context.strokeStyle = '#f2f2f0';
    context.lineWidth = 1.5;
    context.stroke();
  }
  if (range.until - range.from > 46) {
    const { intensity: shown } = directionLook(box);
    context.textBaseline = 'bottom';
    // Outlined: it lies on the colour where the emotion is strong, and on the ground where it is weak.
    const words = `${label} ${shown.toFixed(2)}`;
    const left = Math.max(4, xOf(view, box.start + (box.whole ? 0 : ramp)) + 2);
    context.strokeStyle = 'rgba(20, 21, 22, 0.85)';
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.strokeText(words, left, bottom - 3);
    context.fillStyle = '#f7f7f4';
    context.fillText(words, left, bottom - 3);
  }
  for (const key of intensityKeys(box)) {
    const x = xOf(view, origin + key.frame / ratio);
    if (x < range.from - 6 || x > range.until + 6) continue;
    const y = bottom - heightOf(key.value, row);
    context.fillStyle = '#f7f7f4';
    context.strokeStyle = '#17181a';
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x, y - 5);
    context.lineTo(x + 5, y);
    context.lineTo(x, y + 5);
    context.lineTo(x - 5, y);
    context.closePath();
    context.fill();
    context.stroke();
  }
}
