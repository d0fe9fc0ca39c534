import type { Sequence } from '../../core/document/schema.ts';
import { toNumber } from '../../core/rational.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { drawClip } from './draw-clips.ts';
import { drawDirection } from './draw-direction.ts';
import { drawLane } from './draw-lanes.ts';
import { RULER, rulerStep } from './layout.ts';
import { sight, type TimelineScene, type TimelineView, xOf } from './scene.ts';

const FONT = '11px system-ui, sans-serif';

function drawRuler(context: CanvasRenderingContext2D, view: TimelineView, sequence: Sequence): void {
  const step = rulerStep(view.pxPerFrame, toNumber(sequence.rate), 90);
  context.fillStyle = '#1b1c1e';
  context.fillRect(0, 0, view.width, RULER);
  context.textBaseline = 'middle';
  for (let frame = Math.floor(view.scroll / step) * step; ; frame += step) {
    const x = xOf(view, frame);
    if (x > view.width) break;
    context.fillStyle = '#4a4c50';
    context.fillRect(Math.round(x), RULER - 8, 1, 8);
    context.fillStyle = '#a3a4a6';
    if (frame >= 0)
      context.fillText(
        formatTimecode(sequence.startFrame + frame, sequence.rate, sequence.dropFrame),
        x + 4,
        RULER / 2,
      );
  }
}

function drawRange(context: CanvasRenderingContext2D, view: TimelineView, scene: TimelineScene): void {
  const { inPoint, outPoint } = scene.sequence;
  if (inPoint === null && outPoint === null) return;
  const from = xOf(view, inPoint ?? 0);
  const until = xOf(view, outPoint ?? scene.length);
  context.fillStyle = 'rgba(0, 0, 0, 0.35)';
  context.fillRect(0, RULER, Math.max(0, from), view.height);
  context.fillRect(until, RULER, Math.max(0, view.width - until), view.height);
  context.fillStyle = '#e0a458';
  context.fillRect(from, RULER - 6, until - from, 3);
}

/** A line under the ruler: what of the edit is rendered ahead, and, lower and red, what is not yet. */
function drawPrepared(context: CanvasRenderingContext2D, view: TimelineView, { prepared }: TimelineScene): void {
  if (!prepared) return;
  for (const [runs, colour, tall] of [
    [prepared.waiting, '#a4504a', 1],
    [prepared.ready, '#4fb39a', 2],
  ] as const) {
    context.fillStyle = colour;
    for (const [start, end] of runs) {
      const range = sight(view, start, end);
      if (range) context.fillRect(range.from, RULER - tall, range.until - range.from, tall);
    }
  }
}

/** Draws the timeline but for its playhead; `context` is scaled to CSS pixels. */
export function drawTimeline(context: CanvasRenderingContext2D, view: TimelineView, scene: TimelineScene): void {
  context.font = FONT;
  context.fillStyle = '#141516';
  context.fillRect(0, 0, view.width, view.height);
  const { layout, sequence, marquee, snapAt } = scene;
  const until = view.scroll + view.width / view.pxPerFrame;
  const seen = layout.clips.filter(({ start, end }) => end > view.scroll && start < until);
  context.save();
  context.translate(0, -view.scrollY);
  for (const row of layout.rows) {
    context.fillStyle = row.kind === 'video' || row.kind === 'audio' ? '#1d1e20' : '#17181a';
    context.fillRect(0, row.y, view.width, row.height);
    context.textBaseline = 'middle';
    drawLane(
      context,
      row,
      seen.filter(({ track }) => track.id === row.track.id),
      view,
      scene,
    );
  }
  for (const box of seen) drawClip(context, box, view, scene);
  for (const box of layout.directions) {
    if (box.end <= view.scroll || box.start >= until) continue;
    const row = layout.rows.find(({ kind, track }) => kind === 'direction' && track.id === box.clip.track);
    if (row) drawDirection(context, box, row, view, scene);
  }
  if (marquee) {
    const { from, to } = marquee;
    context.fillStyle = 'rgba(224, 164, 88, 0.14)';
    context.strokeStyle = '#e0a458';
    context.lineWidth = 1;
    const box = [xOf(view, from.frame), from.y, (to.frame - from.frame) * view.pxPerFrame, to.y - from.y] as const;
    context.fillRect(...box);
    context.strokeRect(...box);
  }
  context.restore();
  drawRuler(context, view, sequence);
  drawRange(context, view, scene);
  drawPrepared(context, view, scene);
  for (const { frame } of sequence.markers) {
    context.fillStyle = '#7fb7e6';
    context.fillRect(xOf(view, frame) - 2, RULER - 7, 5, 7);
  }
  if (snapAt !== null) {
    context.fillStyle = '#7fe3c4';
    context.fillRect(Math.round(xOf(view, snapAt)), RULER, 1, view.height);
  }
}
