import type { EmotionLabel } from '../../contract/emotion.ts';
import { parameterOf } from '../../core/document/effect-schema.ts';
import type { ChoiceParameter, NumberParameter } from '../../core/document/parameter.ts';
import { choiceAt, valueAt } from '../../core/document/parameter.ts';
import type { Sequence } from '../../core/document/schema.ts';
import { toNumber } from '../../core/rational.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { EMOTION_COLOURS } from '../emotions.ts';
import { type ClipBox, type DirectionBox, RULER, rulerStep, type TimelineLayout } from './layout.ts';

/** How the timeline is looked at. */
export interface TimelineView {
  readonly pxPerFrame: number;
  /** First frame at the left edge, may be fractional. */
  readonly scroll: number;
  readonly width: number;
  readonly height: number;
}

/** What the drawing needs besides the layout. */
export interface TimelineScene {
  readonly layout: TimelineLayout;
  readonly sequence: Sequence;
  readonly selection: ReadonlySet<string>;
  readonly frame: number;
  readonly length: number;
  /** Pairs of minimum and maximum per 1/100 s by media id. */
  readonly peaks: ReadonlyMap<string, Int8Array>;
  /** Where each clip's media starts on the timeline, in frames, by clip id. */
  readonly origins: ReadonlyMap<string, number>;
  readonly readOnly: boolean;
}

const FONT = '11px system-ui, sans-serif';

/** Emotion and strength of a direction box at its middle. */
export function directionLook({ effect }: DirectionBox): { label: EmotionLabel; intensity: number } {
  const middle = effect.range ? effect.range.start + effect.range.duration / 2 : 0;
  const label = choiceAt(parameterOf(effect, 'label') as ChoiceParameter, middle).from as EmotionLabel;
  return { label, intensity: valueAt(parameterOf(effect, 'intensity') as NumberParameter, middle) };
}

function drawRuler(context: CanvasRenderingContext2D, view: TimelineView, sequence: Sequence): void {
  const fps = toNumber(sequence.rate);
  const step = rulerStep(view.pxPerFrame, fps, 90);
  context.fillStyle = '#1b1c1e';
  context.fillRect(0, 0, view.width, RULER);
  context.font = FONT;
  context.textBaseline = 'middle';
  for (let frame = Math.floor(view.scroll / step) * step; ; frame += step) {
    const x = (frame - view.scroll) * view.pxPerFrame;
    if (x > view.width) break;
    context.fillStyle = '#4a4c50';
    context.fillRect(Math.round(x), RULER - 8, 1, 8);
    context.fillStyle = '#a3a4a6';
    if (frame >= 0) context.fillText(formatTimecode(sequence.startFrame + frame, sequence.rate), x + 4, RULER / 2);
  }
}

function drawWave(context: CanvasRenderingContext2D, box: ClipBox, view: TimelineView, scene: TimelineScene): void {
  const peaks = scene.peaks.get(box.clip.media);
  if (!peaks) return;
  const fps = toNumber(scene.sequence.rate);
  const origin = scene.origins.get(box.clip.id) ?? box.start;
  const from = Math.max(0, Math.floor((box.start - view.scroll) * view.pxPerFrame));
  const until = Math.min(view.width, Math.ceil((box.end - view.scroll) * view.pxPerFrame));
  const middle = box.y + box.height / 2 + 4;
  context.fillStyle = '#6f8f86';
  for (let x = from; x < until; x++) {
    const second = (view.scroll + x / view.pxPerFrame - origin) / fps;
    const next = (view.scroll + (x + 1) / view.pxPerFrame - origin) / fps;
    let low = 0;
    let high = 0;
    for (let i = Math.max(0, Math.floor(second * 100)); i <= Math.floor(next * 100); i++) {
      low = Math.min(low, peaks[i * 2] ?? 0);
      high = Math.max(high, peaks[i * 2 + 1] ?? 0);
    }
    const half = box.height / 2 - 6;
    context.fillRect(x, middle - (high / 127) * half, 1, Math.max(1, ((high - low) / 127) * half));
  }
}

function drawClip(context: CanvasRenderingContext2D, box: ClipBox, view: TimelineView, scene: TimelineScene): void {
  const x = (box.start - view.scroll) * view.pxPerFrame;
  const width = (box.end - box.start) * view.pxPerFrame;
  if (x > view.width || x + width < 0) return;
  const chosen = scene.selection.has(box.clip.id);
  context.fillStyle = box.track.kind === 'video' ? (chosen ? '#4d5561' : '#3a4049') : chosen ? '#3d4f4a' : '#2c3835';
  if (!box.clip.enabled) context.fillStyle = '#2a2a2b';
  context.fillRect(x, box.y, Math.max(1, width - 1), box.height);
  if (box.track.kind === 'audio') drawWave(context, box, view, scene);
  if (width > 24) {
    context.save();
    context.beginPath();
    context.rect(Math.max(0, x), box.y, Math.min(width, view.width) - 4, box.height);
    context.clip();
    context.font = FONT;
    context.textBaseline = 'top';
    context.fillStyle = '#e4e4e2';
    context.fillText(box.clip.name, Math.max(4, x + 6), box.y + 5);
    if (box.clip.effects.length > 0 && box.track.kind === 'video') {
      context.fillStyle = '#e0a458';
      context.fillText(`${box.clip.effects.length} fx`, Math.max(4, x + 6), box.y + 20);
    }
    context.restore();
  }
  context.strokeStyle = chosen ? '#e0a458' : '#17181a';
  context.lineWidth = chosen ? 2 : 1;
  context.strokeRect(x + 0.5, box.y + 0.5, Math.max(1, width - 2), box.height - 1);
}

function drawDirection(
  context: CanvasRenderingContext2D,
  box: DirectionBox,
  y: number,
  height: number,
  view: TimelineView,
  scene: TimelineScene,
): void {
  const x = (box.start - view.scroll) * view.pxPerFrame;
  const width = (box.end - box.start) * view.pxPerFrame;
  if (x > view.width || x + width < 0) return;
  const { label, intensity } = directionLook(box);
  const tall = Math.max(4, Math.min(1, intensity / 1.5) * height);
  const slope = box.whole ? 0 : Math.min(width / 3, 18);
  context.globalAlpha = box.effect.enabled ? 1 : 0.35;
  context.fillStyle = EMOTION_COLOURS[label];
  context.beginPath();
  context.moveTo(x, y + height);
  context.lineTo(x + slope, y + height - tall);
  context.lineTo(x + width - slope, y + height - tall);
  context.lineTo(x + width, y + height);
  context.closePath();
  context.fill();
  context.globalAlpha = 1;
  if (scene.selection.has(box.effect.id)) {
    context.strokeStyle = '#f2f2f0';
    context.lineWidth = 1.5;
    context.stroke();
  }
  if (width > 40) {
    context.font = FONT;
    context.textBaseline = 'bottom';
    context.fillStyle = '#111213';
    context.fillText(`${label} ${intensity.toFixed(2)}`, Math.max(4, x + slope + 4), y + height - 3);
  }
}

/** Draws the whole timeline; `context` is scaled to CSS pixels. */
export function drawTimeline(context: CanvasRenderingContext2D, view: TimelineView, scene: TimelineScene): void {
  context.fillStyle = '#141516';
  context.fillRect(0, 0, view.width, view.height);
  const { layout, sequence } = scene;
  for (const row of layout.rows) {
    context.fillStyle = row.kind === 'direction' ? '#17181a' : '#1d1e20';
    context.fillRect(0, row.y, view.width, row.height);
  }
  for (const box of layout.clips) drawClip(context, box, view, scene);
  for (const box of layout.directions) {
    const row = layout.rows.find(({ kind, track }) => kind === 'direction' && track.id === box.clip.track);
    if (row) drawDirection(context, box, row.y, row.height, view, scene);
  }
  const xOf = (frame: number): number => (frame - view.scroll) * view.pxPerFrame;
  if (sequence.inPoint !== null || sequence.outPoint !== null) {
    context.fillStyle = 'rgba(224, 164, 88, 0.10)';
    const from = xOf(sequence.inPoint ?? 0);
    context.fillRect(from, RULER, xOf(sequence.outPoint ?? scene.length) - from, view.height);
  }
  drawRuler(context, view, sequence);
  for (const { frame } of sequence.markers) {
    context.fillStyle = '#d9594c';
    context.fillRect(xOf(frame) - 2, RULER - 6, 5, 6);
  }
  const x = Math.round(xOf(scene.frame));
  context.fillStyle = '#e0a458';
  context.fillRect(x, 0, 1, view.height);
  context.beginPath();
  context.moveTo(x - 5, 0);
  context.lineTo(x + 6, 0);
  context.lineTo(x + 0.5, 9);
  context.fill();
}
