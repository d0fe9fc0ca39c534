import type { EditRequest } from '../../core/document/edit.ts';
import type { NumberKey } from '../../core/document/parameter.ts';
import type { Project, Sequence } from '../../core/document/schema.ts';
import { withLinked } from '../state/clips.ts';
import { beginGesture, edit, type Gesture } from '../state/editing.ts';
import { seek } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { scaleNow, useTimelineLook } from '../state/timeline-view.ts';
import { draggedRange } from './direction-range.ts';
import { directionLook, TOP_INTENSITY } from './draw-direction.ts';
import { type Hit, inRectangle, intensityKeys } from './hit.ts';
import { type ClipBox, type DirectionBox, mediaOrigin, snapped, type TimelineLayout, toMediaFrames } from './layout.ts';
import type { Marquee } from './scene.ts';

const SNAP = 9;
/** Pixels that a pointer moves before it means a drag. */
const SLACK = 3;

/** What gestures on the canvas need to know. */
export interface Ground {
  readonly project: Project;
  readonly sequence: Sequence;
  readonly layout: TimelineLayout;
  readonly readOnly: boolean;
  /** Frame and height under a point of the window. */
  at(clientX: number, clientY: number): { frame: number; y: number };
  onMarquee(marquee: Marquee | null): void;
}

/** Follows the pointer until it is let go. */
function follow(
  event: React.PointerEvent,
  move: (event: PointerEvent) => void,
  end: (event: PointerEvent) => void = () => {},
): void {
  const target = event.currentTarget as HTMLElement;
  target.setPointerCapture(event.pointerId);
  const stop = (last: PointerEvent): void => {
    target.removeEventListener('pointermove', move);
    target.removeEventListener('pointerup', stop);
    target.removeEventListener('pointercancel', stop);
    useTimelineLook.setState({ snapAt: null });
    end(last);
  };
  target.addEventListener('pointermove', move);
  target.addEventListener('pointerup', stop);
  target.addEventListener('pointercancel', stop);
}

/** A gesture whose edits follow from how far the pointer went. */
function gesture(
  event: React.PointerEvent,
  ground: Ground,
  label: string,
  edits: (frames: number, pixelsUp: number, pointer: PointerEvent) => readonly EditRequest[],
  onClick: () => void = () => {},
): void {
  if (ground.readOnly) {
    onClick();
    return;
  }
  const [x, y] = [event.clientX, event.clientY];
  let started: Promise<Gesture | undefined> | undefined;
  follow(
    event,
    (pointer) => {
      if (!started && Math.hypot(pointer.clientX - x, pointer.clientY - y) < SLACK) return;
      started ??= beginGesture(label);
      const wanted = edits((pointer.clientX - x) / scaleNow(), y - pointer.clientY, pointer);
      void started.then((running) => running?.update(wanted));
    },
    () => {
      if (started) void started.then((running) => running?.finish());
      else onClick();
    },
  );
}

/**
 * Where a frame snaps to: cuts, playhead, markers, in and out; `without` are clips that are moving themselves. The line
 * shows where it snapped, or (always) where it would be.
 */
export function snapTo(ground: Ground, frame: number, without: ReadonlySet<string>, always = false): number {
  const { snapping, frame: playhead } = useStudio.getState();
  if (!snapping) {
    if (always) useTimelineLook.setState({ snapAt: Math.round(frame) });
    return Math.round(frame);
  }
  const { sequence, layout } = ground;
  const targets = [
    0,
    playhead,
    ...sequence.markers.map((marker) => marker.frame),
    ...[sequence.inPoint, sequence.outPoint].filter((point) => point !== null),
    ...layout.clips.flatMap(({ clip, start, end }) => (without.has(clip.id) ? [] : [start, end])),
  ];
  const to = snapped(frame, targets, SNAP / scaleNow());
  useTimelineLook.setState({ snapAt: to === frame && !always ? null : Math.round(to) });
  return Math.round(to);
}

/** Moves the playhead with the pointer. */
export function scrub(event: React.PointerEvent, ground: Ground): void {
  useStudio.setState({ playing: false });
  const to = (x: number, y: number): void => seek(Math.floor(ground.at(x, y).frame));
  to(event.clientX, event.clientY);
  follow(event, ({ clientX, clientY }) => to(clientX, clientY));
}

/** Draws a rectangle around clips to select them; a click alone selects nothing. */
export function marquee(event: React.PointerEvent, ground: Ground): void {
  const adds = event.shiftKey || event.ctrlKey || event.metaKey;
  const before = adds ? useStudio.getState().selection : [];
  const from = ground.at(event.clientX, event.clientY);
  useStudio.setState({ selection: before });
  follow(
    event,
    (pointer) => {
      const to = ground.at(pointer.clientX, pointer.clientY);
      ground.onMarquee({ from, to });
      const inside = withLinked(inRectangle(ground.layout, from, to));
      useStudio.setState({ selection: [...new Set([...before, ...inside])] });
    },
    () => ground.onMarquee(null),
  );
}

function trim(event: React.PointerEvent, ground: Ground, box: ClipBox, edge: 'start' | 'end', group: string[]): void {
  const mode = event.altKey ? 'roll' : event.shiftKey ? 'plain' : 'ripple';
  const at = edge === 'start' ? box.start : box.end;
  gesture(event, ground, `Trim ${edge}`, (frames) => {
    const delta = snapTo(ground, at + frames, new Set(group)) - at;
    return delta === 0 ? [] : [{ edit: 'trim', args: { clip: box.clip.id, edge, delta, mode } }];
  });
}

/** Slips or slides the clip: Alt drags what it shows, Alt and Shift the clip between its neighbours. */
function slip(event: React.PointerEvent, ground: Ground, box: ClipBox): void {
  const { id } = box.clip;
  const slide = event.shiftKey;
  gesture(event, ground, slide ? 'Slide clip' : 'Slip clip', (frames) => {
    const delta = Math.round(frames);
    if (delta === 0) return [];
    return slide
      ? [{ edit: 'slide', args: { clip: id, delta } }]
      : [{ edit: 'slip', args: { clips: [id], delta: -delta } }];
  });
}

/** Moves clips; a press that does not move selects the one that was pressed. */
function move(
  event: React.PointerEvent,
  ground: Ground,
  box: ClipBox,
  clips: readonly string[],
  group: readonly string[],
): void {
  const { layout } = ground;
  const without = new Set(clips);
  const edits = (frames: number, _up: number, pointer: PointerEvent): EditRequest[] => {
    const { y } = ground.at(pointer.clientX, pointer.clientY);
    const row = layout.rows.find((one) => y >= one.y && y < one.y + one.height);
    const other = row && row.kind === box.track.kind && row.track.id !== box.track.id;
    const track = other && clips.length <= 2 ? row.track.id : undefined;
    const moved = box.start + frames;
    const toStart = snapTo(ground, moved, without) - box.start;
    const exact = Math.round(frames);
    const delta = toStart !== exact ? toStart : snapTo(ground, moved + box.end - box.start, without) - box.end;
    if (delta === 0 && track === undefined) return [];
    const ordered = [box.clip.id, ...clips.filter((id) => id !== box.clip.id)];
    return [{ edit: 'move', args: { clips: ordered, delta, ...(track === undefined ? {} : { track }) } }];
  };
  const label = clips.length > 2 ? 'Move clips' : 'Move clip';
  gesture(event, ground, label, edits, () => useStudio.setState({ selection: group }));
}

/** A press on a clip: the blade cuts, edges trim, else it is selected and moves. */
export function pressClip(event: React.PointerEvent, ground: Ground, hit: Extract<Hit, { kind: 'clip' }>): void {
  const { box, edge } = hit;
  const { clip } = box;
  const { tool, selection } = useStudio.getState();
  if (tool === 'blade') {
    const frame = snapTo(ground, ground.at(event.clientX, event.clientY).frame, new Set());
    useTimelineLook.setState({ snapAt: null });
    if (!ground.readOnly) void edit([{ edit: 'split', args: { clips: [clip.id], frame } }]);
    return;
  }
  const group = withLinked([clip.id]);
  const held = selection.includes(clip.id);
  const adds = !edge && (event.ctrlKey || event.metaKey || (event.shiftKey && !event.altKey));
  if (adds) {
    const chosen = held ? selection.filter((id) => !group.includes(id)) : [...new Set([...selection, ...group])];
    useStudio.setState({ selection: chosen });
    return;
  }
  if (!held) useStudio.setState({ selection: group });
  if (edge) trim(event, ground, box, edge, group);
  else if (event.altKey) slip(event, ground, box);
  else {
    const clips = held ? selection.filter((id) => ground.project.items[id]?.type === 'clip') : group;
    move(event, ground, box, clips, group);
  }
}

const held = (value: number): number => Math.max(0, Math.min(TOP_INTENSITY, Math.round(value * 20) / 20));

function dragKey(
  event: React.PointerEvent,
  ground: Ground,
  box: DirectionBox,
  key: NumberKey,
  rowHeight: number,
): void {
  const { effect, clip } = box;
  gesture(event, ground, 'Move intensity key', (frames, up) => {
    const by = toMediaFrames(ground.project, clip, Math.round(frames), ground.sequence.rate);
    const taken = intensityKeys(box).some((one) => one !== key && one.frame === key.frame + by);
    const value = held(key.value + (up / (rowHeight - 6)) * TOP_INTENSITY);
    const to = taken ? key.frame : key.frame + by;
    return [{ edit: 'moveKey', args: { effect: effect.id, parameter: 'intensity', from: key.frame, to, value } }];
  });
}

/** Media frames [start, end) that the clip of a direction shows. */
function framesShown(ground: Ground, box: DirectionBox): { start: number; end: number } {
  const { project, sequence, layout } = ground;
  const { start, end } = layout.clips.find(({ clip }) => clip.id === box.clip.id) ?? box;
  const origin = mediaOrigin(project, box.clip, start, sequence.rate);
  const frame = (at: number): number => toMediaFrames(project, box.clip, at - origin, sequence.rate);
  return { start: frame(start), end: frame(end) };
}

/** A press on an emotion: its keys and edges move, its body moves in time and, up and down, in intensity. */
export function pressDirection(
  event: React.PointerEvent,
  ground: Ground,
  { box, edge, key }: Extract<Hit, { kind: 'direction' }>,
): void {
  const { effect, clip } = box;
  useStudio.setState({ selection: [effect.id, clip.id] });
  const keys = intensityKeys(box);
  const row = ground.layout.rows.find((one) => one.kind === 'direction' && one.track.id === clip.track)!;
  const pressed = keys.find(({ frame }) => frame === key);
  if (pressed) {
    dragKey(event, ground, box, pressed, row.height);
    return;
  }
  const { intensity } = directionLook(box);
  const shown = framesShown(ground, box);
  const pulled = edge === null ? null : edge === 'start' ? box.start : box.end;
  gesture(event, ground, edge ? 'Change range' : 'Direct emotion', (frames, up) => {
    const moved = pulled === null ? Math.round(frames) : snapTo(ground, pulled + frames, new Set()) - pulled;
    const by = toMediaFrames(ground.project, clip, moved, ground.sequence.rate);
    const edits: EditRequest[] = [];
    if (effect.range && by !== 0)
      edits.push({
        edit: 'setEffect',
        args: { effect: effect.id, range: draggedRange(effect.range, edge, by, shown) },
      });
    const rise = (up / (row.height - 6)) * TOP_INTENSITY;
    if (!edge && Math.abs(up) > 4) {
      const value =
        keys.length > 0
          ? { kind: 'keyed' as const, keys: keys.map((one) => ({ ...one, value: held(one.value + rise) })) }
          : { kind: 'constant' as const, value: held(intensity + rise) };
      edits.push({ edit: 'setParameter', args: { effect: effect.id, parameter: 'intensity', value } });
    }
    return edits;
  });
}

/** Puts a key of intensity on an emotion, as high as the pointer. */
export function addIntensityKey(ground: Ground, box: DirectionBox, frame: number, y: number): void {
  const row = ground.layout.rows.find((one) => one.kind === 'direction' && one.track.id === box.clip.track);
  if (!row || ground.readOnly) return;
  const value = held(((row.y + row.height - y - 3) / (row.height - 6)) * TOP_INTENSITY);
  const origin = mediaOrigin(ground.project, box.clip, clipStart(ground, box), ground.sequence.rate);
  const at = toMediaFrames(ground.project, box.clip, Math.floor(frame) - origin, ground.sequence.rate);
  const key = { frame: at, value, interpolation: 'bezier' as const, out: null, in: null };
  void edit([{ edit: 'setKey', args: { effect: box.effect.id, parameter: 'intensity', key } }]);
}

/** First sequence frame of the clip of a direction. */
export function clipStart({ layout }: Ground, { clip, start }: DirectionBox): number {
  return layout.clips.find((one) => one.clip.id === clip.id)?.start ?? start;
}
