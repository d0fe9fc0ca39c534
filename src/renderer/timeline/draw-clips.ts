import { toNumber } from '../../core/rational.ts';
import type { ClipBox } from './layout.ts';
import { sight, type TimelineScene, type TimelineView, xOf } from './scene.ts';
import { thumbnailStep } from './thumbnails.ts';

const COLOURS = {
  video: { plain: '#3a4049', chosen: '#4d5561' },
  audio: { plain: '#2c3835', chosen: '#3d4f4a' },
} as const;
const OFF = '#2a2a2b';
const NAME = 16;

function drawWave(context: CanvasRenderingContext2D, box: ClipBox, view: TimelineView, scene: TimelineScene): void {
  const peaks = scene.peaks.get(box.clip.media);
  const range = sight(view, box.start, box.end);
  if (!peaks || !range) return;
  const fps = toNumber(scene.sequence.rate);
  const origin = scene.origins.get(box.clip.id) ?? box.start;
  const middle = box.y + box.height / 2 + 4;
  const half = box.height / 2 - 6;
  context.fillStyle = '#6f8f86';
  for (let x = range.from; x < range.until; x++) {
    const second = (view.scroll + x / view.pxPerFrame - origin) / fps;
    const next = (view.scroll + (x + 1) / view.pxPerFrame - origin) / fps;
    let low = 0;
    let high = 0;
    // At most some dozen peaks a pixel: further out nobody sees the others.
    const last = Math.floor(next * 100);
    const first = Math.max(0, Math.floor(second * 100));
    const stride = Math.max(1, Math.floor((last - first) / 24));
    for (let i = first; i <= last; i += stride) {
      low = Math.min(low, peaks[i * 2] ?? 0);
      high = Math.max(high, peaks[i * 2 + 1] ?? 0);
    }
    context.fillRect(x, middle - (high / 127) * half, 1, Math.max(1, ((high - low) / 127) * half));
  }
}

function drawThumbnails(
  context: CanvasRenderingContext2D,
  box: ClipBox,
  view: TimelineView,
  scene: TimelineScene,
): void {
  const media = scene.media[box.clip.media];
  const source = scene.sources.get(box.clip.media);
  const range = sight(view, box.start, box.end);
  const tall = box.height - NAME - 2;
  if (!media || !source || !range || tall < 16 || range.until - range.from < 24) return;
  const wide = (tall * media.width) / Math.max(1, media.height);
  const step = thumbnailStep(wide / view.pxPerFrame) / 2;
  const origin = scene.origins.get(box.clip.id) ?? box.start;
  const ratio = toNumber(media.rate) / toNumber(scene.sequence.rate);
  const last = (media.availableRange?.duration.value ?? 1) - 1;
  context.save();
  context.beginPath();
  context.rect(range.from, box.y + NAME, range.until - range.from - 1, tall);
  context.clip();
  // Counted from the start of the media, so that trimming does not change the pictures; of frames that are a step apart,
  // so that zooming asks for few new ones.
  const begin = xOf(view, origin);
  for (let tile = Math.floor((range.from - begin) / wide); begin + tile * wide < range.until; tile++) {
    const x = begin + tile * wide;
    const middle = ((tile + 0.5) * wide) / view.pxPerFrame;
    const frame = Math.max(0, Math.min(last, Math.floor((Math.floor(middle / step) + 0.5) * step * ratio)));
    const image = scene.thumbnails.get(source, frame);
    if (image) context.drawImage(image, x, box.y + NAME, wide, tall);
  }
  context.restore();
}

/** Draws a clip: name, thumbnails or waveform, and how many effects it has. */
export function drawClip(
  context: CanvasRenderingContext2D,
  box: ClipBox,
  view: TimelineView,
  scene: TimelineScene,
): void {
  const range = sight(view, box.start, box.end);
  if (!range) return;
  const { clip, track } = box;
  const chosen = scene.selection.has(clip.id);
  const width = range.until - range.from;
  context.fillStyle = clip.enabled ? COLOURS[track.kind][chosen ? 'chosen' : 'plain'] : OFF;
  context.fillRect(range.from, box.y, Math.max(1, width - 1), box.height);
  if (track.kind === 'audio') drawWave(context, box, view, scene);
  else drawThumbnails(context, box, view, scene);
  if (width > 24) {
    context.save();
    context.beginPath();
    context.rect(range.from, box.y, width - 4, NAME);
    context.clip();
    context.textBaseline = 'top';
    context.fillStyle = clip.enabled ? '#e4e4e2' : '#8a8b8d';
    const left = Math.max(4, range.from + 6);
    context.fillText(clip.name, left, box.y + 3);
    if (clip.effects.length > 0 && track.kind === 'video') {
      const after = left + context.measureText(clip.name).width + 8;
      context.fillStyle = '#e0a458';
      context.fillText(`${clip.effects.length} fx`, after, box.y + 3);
    }
    context.restore();
  }
  context.strokeStyle = chosen ? '#e0a458' : '#17181a';
  context.lineWidth = chosen ? 2 : 1;
  const x = xOf(view, box.start);
  context.strokeRect(x + 0.5, box.y + 0.5, Math.max(1, (box.end - box.start) * view.pxPerFrame - 2), box.height - 1);
}
