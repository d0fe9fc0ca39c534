import { toNumber } from '../../core/rational.ts';
import type { Viseme } from '../../core/speech.ts';
import type { ClipBox, Row } from './layout.ts';
import { sight, type TimelineScene, type TimelineView, xOf } from './scene.ts';

/** How far a mouth opens for a sound, as the height of its block, and a colour for how it is made. */
const LOOKS: Readonly<Record<Viseme, readonly [share: number, colour: string]>> = {
  sil: [0, '#2b2c2f'],
  PP: [0.25, '#d9786c'],
  FF: [0.35, '#e0a458'],
  TH: [0.5, '#7f9fc4'],
  DD: [0.5, '#7f9fc4'],
  kk: [0.55, '#7f9fc4'],
  CH: [0.55, '#7f9fc4'],
  SS: [0.45, '#7f9fc4'],
  nn: [0.5, '#7f9fc4'],
  RR: [0.55, '#7f9fc4'],
  aa: [1, '#6fb08a'],
  E: [0.85, '#6fb08a'],
  ih: [0.7, '#6fb08a'],
  oh: [0.9, '#6fb08a'],
  ou: [0.7, '#6fb08a'],
};
/** Width at which a sound has its name in it. */
const NAMED = 14;

/** Draws what a clip says: blocks as tall as the mouth is open, with the sound's name where there is room. */
export function drawSpeech(
  context: CanvasRenderingContext2D,
  row: Row,
  box: ClipBox,
  view: TimelineView,
  scene: TimelineScene,
): void {
  const range = sight(view, box.start, box.end);
  const outline = scene.speech.get(box.clip.id);
  if (!range || !outline) return;
  const origin = scene.origins.get(box.clip.id) ?? box.start;
  const fps = toNumber(scene.sequence.rate);
  const at = (seconds: number): number => xOf(view, origin + seconds * fps);
  const room = row.height - 2;
  context.textBaseline = 'middle';
  for (const { start, end, viseme, phone } of outline.visemes) {
    const from = Math.max(range.from, at(start));
    const until = Math.min(range.until, at(end));
    if (until <= from) continue;
    const [share, colour] = LOOKS[viseme];
    context.fillStyle = colour;
    context.fillRect(from, row.y + row.height - share * room, Math.max(1, until - from - 0.5), share * room);
    if (until - from < NAMED) continue;
    context.fillStyle = '#f1f1f2';
    context.fillText(phone ?? viseme, from + 3, row.y + row.height / 2);
  }
}
