import { DEPICTED_COLUMNS } from '../../contract/depicted.ts';
import { toNumber } from '../../core/rational.ts';
import { EMOTION_PLACES } from '../emotion-wheel.tsx';
import { EMOTION_COLOURS } from '../emotions.ts';
import { drawSpeech } from './draw-speech.ts';
import type { LaneData } from './lane-data.ts';
import type { ClipBox, Row } from './layout.ts';
import { sight, type TimelineScene, type TimelineView } from './scene.ts';

/** From the bottom up: neutral last, so that what is depicted stands on the ground. */
const STACK = DEPICTED_COLUMNS.map((label, column) => ({ label, column }));

/** Media frame at a pixel. */
type ValueAt = (x: number) => number;

/** A stretch of a lane that is in sight: where it lies, and what was captured there. */
interface LaneStretch {
  readonly context: CanvasRenderingContext2D;
  readonly data: LaneData;
  readonly row: Row;
  readonly range: { readonly from: number; readonly until: number };
  readonly at: ValueAt;
}

/** A bar of one pixel from the ground of a row up. */
function bar({ context, row }: LaneStretch, x: number, tall: number): void {
  context.fillRect(x, row.y + row.height - tall, 1, tall);
}

function say({ context, row, range }: LaneStretch, text: string): void {
  context.fillStyle = '#77787b';
  context.fillText(text, range.from + 6, row.y + row.height / 2);
}

/** Media frame at each pixel of a clip. */
function frameAt(box: ClipBox, view: TimelineView, scene: TimelineScene): ValueAt {
  const origin = scene.origins.get(box.clip.id) ?? box.start;
  const media = scene.media[box.clip.media];
  if (media?.availableRange === null) return () => 0; // a still has one frame, however long it lies there
  const ratio = media ? toNumber(media.rate) / toNumber(scene.sequence.rate) : 1;
  return (x) => (view.scroll + x / view.pxPerFrame - origin) * ratio;
}

/** Mean of a column over the frames that a pixel covers, at least the one it begins in; NaN where there is none. */
export function average(data: Float32Array, width: number, column: number, from: number, until: number): number {
  let [sum, count] = [0, 0];
  const first = Math.max(0, Math.floor(from));
  for (let frame = first; frame < Math.max(first + 1, until); frame++) {
    const value = data[frame * width + column];
    if (value === undefined || Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? Number.NaN : sum / count;
}

function drawDepicted(lane: LaneStretch): void {
  const { context, data, row, range, at } = lane;
  if (!data.depicted) {
    say(lane, 'not read yet');
    return;
  }
  const width = DEPICTED_COLUMNS.length;
  const step = 2;
  for (let x = range.from; x < range.until; x += step) {
    let y = row.y + row.height;
    for (const { label, column } of STACK) {
      const value = average(data.depicted, width, column, at(x), at(x + step));
      if (Number.isNaN(value)) break;
      const tall = value * row.height;
      context.fillStyle = label === 'neutral' ? '#2b2c2f' : EMOTION_COLOURS[label];
      context.fillRect(x, y - tall, step, tall);
      y -= tall;
    }
  }
}

/** Where the depicted emotions lie on the plane of valence and arousal, weighed by how much of each there is. */
const AFFECT = DEPICTED_COLUMNS.map((label) => EMOTION_PLACES[label]);
const AFFECT_COLOURS = ['#e0a458', '#7fb7e6'] as const;

function drawAffect({ context, data, row, range, at }: LaneStretch): void {
  const { depicted } = data;
  if (!depicted) return;
  const middle = row.y + row.height / 2;
  context.fillStyle = '#2b2c2f';
  context.fillRect(range.from, Math.round(middle), range.until - range.from, 1);
  context.lineWidth = 1.5;
  AFFECT_COLOURS.forEach((colour, axis) => {
    context.strokeStyle = colour;
    context.beginPath();
    let pen = false;
    for (let x = range.from; x < range.until; x += 2) {
      let sum = 0;
      for (let column = 0; column < AFFECT.length; column++)
        sum += AFFECT[column]![axis]! * average(depicted, AFFECT.length, column, at(x), at(x + 2));
      if (Number.isNaN(sum)) pen = false;
      else {
        const y = middle - (Math.max(-1, Math.min(1, sum)) * (row.height - 4)) / 2;
        if (pen) context.lineTo(x, y);
        else context.moveTo(x, y);
        pen = true;
      }
    }
    context.stroke();
  });
}

function drawJaw(lane: LaneStretch): void {
  const { context, data, row, range, at } = lane;
  context.fillStyle = '#6f8f86';
  for (let x = range.from; x < range.until; x++) {
    const value = average(data.jaw, 1, 0, at(x), at(x + 1));
    if (Number.isNaN(value)) continue;
    const tall = Math.max(1, Math.min(1, value * 1.6) * (row.height - 3));
    bar(lane, x, tall);
  }
}

function drawConfidence(lane: LaneStretch): void {
  const { context, data, row, range, at } = lane;
  for (let x = range.from; x < range.until; x++) {
    const value = average(data.confidence, 1, 0, at(x), at(x + 1));
    const reason = data.reason[Math.max(0, Math.floor(at(x)))];
    const none = Number.isNaN(value);
    // Colour says what height says too: short and red is not to be trusted.
    context.fillStyle = none || reason !== 0 ? '#d9594c' : value < 0.5 ? '#e3b341' : '#5f7f5a';
    const tall = none ? 3 : Math.max(2, value * (row.height - 2));
    bar(lane, x, tall);
  }
}

function drawSharpness(lane: LaneStretch): void {
  const { context, data, row, range, at } = lane;
  if (!data.blur) {
    say(lane, 'not measured yet');
    return;
  }
  for (let x = range.from; x < range.until; x++) {
    const score = average(data.blur, 2, 0, at(x), at(x + 1));
    if (Number.isNaN(score)) continue;
    // Tall is sharp; what is restored has another colour.
    const tall = Math.max(2, (1 - score) * (row.height - 2));
    context.fillStyle = average(data.blur, 2, 1, at(x), at(x + 1)) > 0 ? '#c9a34a' : '#5f7f5a';
    bar(lane, x, tall);
  }
}

const DRAW = {
  depicted: drawDepicted,
  affect: drawAffect,
  speech: drawJaw,
  confidence: drawConfidence,
  sharpness: drawSharpness,
} as const;

/** Draws what was captured of the clips of a row's track. */
export function drawLane(
  context: CanvasRenderingContext2D,
  row: Row,
  boxes: readonly ClipBox[],
  view: TimelineView,
  scene: TimelineScene,
): void {
  if (row.kind === 'video' || row.kind === 'audio' || row.kind === 'direction') return;
  for (const box of boxes) {
    if (row.kind === 'visemes') {
      drawSpeech(context, row, box, view, scene);
      continue;
    }
    const data = scene.lanes.get(box.clip.media);
    const range = data && sight(view, box.start, box.end);
    if (data && range) DRAW[row.kind]({ context, data, row, range, at: frameAt(box, view, scene) });
  }
}
