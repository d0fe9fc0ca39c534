import { keyIndexAt, type NumberKey } from '../../core/document/parameter.ts';
import { type ClipBox, type DirectionBox, type Row, RULER, type TimelineLayout } from './layout.ts';

const EDGE = 7;
const KEY = 6;

/** What lies under the pointer. */
export type Hit =
  | { readonly kind: 'ruler' }
  | { readonly kind: 'clip'; readonly box: ClipBox; readonly edge: 'start' | 'end' | null }
  | {
      readonly kind: 'direction';
      readonly box: DirectionBox;
      readonly edge: 'start' | 'end' | null;
      /** Media frame of the intensity key under the pointer. */
      readonly key: number | null;
    }
  | { readonly kind: 'empty'; readonly row: Row | undefined };

/** Keys of the intensity of a direction; none where it is constant. */
export function intensityKeys({ effect }: DirectionBox): readonly NumberKey[] {
  const parameter = effect.parameters['intensity'];
  return parameter?.kind === 'keyed' ? (parameter.keys as readonly NumberKey[]) : [];
}

/** Finds what lies at a frame and a height of the timeline, from its top; `reach` is how many frames a pixel is. */
export function hitAt(
  layout: TimelineLayout,
  frame: number,
  y: number,
  framesPerPixel: number,
  mediaFrameOf: (box: DirectionBox, frame: number) => number,
): Hit {
  if (y < RULER) return { kind: 'ruler' };
  const row = layout.rows.find((one) => y >= one.y && y < one.y + one.height);
  const reach = EDGE * framesPerPixel;
  const edgeOf = (start: number, end: number): 'start' | 'end' | null => {
    const near = Math.min(reach, (end - start) / 4);
    return frame - start < near ? 'start' : end - frame < near ? 'end' : null;
  };
  if (row?.kind === 'direction') {
    const box = layout.directions.findLast(
      (one) => one.clip.track === row.track.id && frame >= one.start && frame < one.end,
    );
    if (!box) return { kind: 'empty', row };
    const keys = intensityKeys(box);
    const at = mediaFrameOf(box, frame);
    const index = keyIndexAt(keys, at);
    const key = [keys[index], keys[index + 1]].find(
      (one) => one && Math.abs(one.frame - at) <= Math.max(0.5, KEY * framesPerPixel),
    );
    return {
      kind: 'direction',
      box,
      key: key?.frame ?? null,
      edge: box.whole || key ? null : edgeOf(box.start, box.end),
    };
  }
  if (row?.kind === 'video' || row?.kind === 'audio') {
    const box = layout.clips.find((one) => one.track.id === row.track.id && frame >= one.start && frame < one.end);
    if (box) return { kind: 'clip', box, edge: edgeOf(box.start, box.end) };
  }
  return { kind: 'empty', row };
}

/** Clips and directions that a rectangle touches, by id. */
export function inRectangle(
  layout: TimelineLayout,
  from: { readonly frame: number; readonly y: number },
  to: { readonly frame: number; readonly y: number },
): string[] {
  const [left, right] = [Math.min(from.frame, to.frame), Math.max(from.frame, to.frame)];
  const [top, bottom] = [Math.min(from.y, to.y), Math.max(from.y, to.y)];
  return layout.clips
    .filter(({ start, end, y, height }) => start < right && end > left && y < bottom && y + height > top)
    .map(({ clip }) => clip.id);
}
