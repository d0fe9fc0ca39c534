import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { EmotionLabel } from '../../contract/emotion.ts';
import type { EditRequest } from '../../core/document/edit.ts';
import { toNumber } from '../../core/rational.ts';
import { commandOf, tooltipOf } from '../commands.ts';
import { EMOTIONS } from '../emotions.ts';
import { beginGesture, currentSequence, edit, type Gesture, lengthOf, seek, useStudio } from '../state/studio.ts';
import { directionLook, drawTimeline, type TimelineView } from './draw.ts';
import {
  type ClipBox,
  type DirectionBox,
  layoutTimeline,
  mediaOrigin,
  type Row,
  RULER,
  snapped,
  toMediaFrames,
} from './layout.ts';

const EDGE = 7;
const SNAP = 9;
/** Seconds that an emotion dropped on the lane holds at first. */
const DROP_SECONDS = 2;

type Hit =
  | { readonly kind: 'ruler' }
  | { readonly kind: 'clip'; readonly box: ClipBox; readonly edge: 'start' | 'end' | null }
  | { readonly kind: 'direction'; readonly box: DirectionBox; readonly edge: 'start' | 'end' | null }
  | { readonly kind: 'empty'; readonly row: Row | undefined };

/** Waveforms, fetched once per media item. */
function usePeaks(): ReadonlyMap<string, Int8Array> {
  const sources = useStudio((state) => state.sources);
  const media = useStudio(({ project }) => project?.media);
  const [peaks, setPeaks] = useState<ReadonlyMap<string, Int8Array>>(new Map());
  const asked = useRef(new Set<string>());
  useEffect(() => {
    for (const { media: id, source } of Object.values(sources)) {
      if (!source || !media?.[id]?.hasAudio || asked.current.has(id)) continue;
      asked.current.add(id);
      void fetch(`/media/${source}/peaks?perSecond=100`)
        .then(async (answer) => (answer.ok ? new Int8Array(await answer.arrayBuffer()) : undefined))
        .then(
          (data) => data && setPeaks((old) => new Map(old).set(id, data)),
          () => undefined,
        );
    }
  }, [sources, media]);
  return peaks;
}

/** Tracks, clips, and the lane on which emotions are directed. */
export function Timeline() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const project = useStudio((state) => state.project);
  const sequence = useStudio(currentSequence);
  const selection = useStudio((state) => state.selection);
  const frame = useStudio((state) => state.frame);
  const length = useStudio(lengthOf);
  const snapping = useStudio((state) => state.snapping);
  const tool = useStudio((state) => state.tool);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  const peaks = usePeaks();
  const [size, setSize] = useState({ width: 800, height: 240 });
  const [zoom, setZoom] = useState<number | null>(null);
  const [scroll, setScroll] = useState(0);
  const layout = useMemo(
    () =>
      project && sequence ? layoutTimeline(project, sequence) : { rows: [], clips: [], directions: [], height: RULER },
    [project, sequence],
  );
  const origins = useMemo(
    () =>
      new Map(
        layout.clips.map(({ clip, start }) => [
          clip.id,
          project && sequence ? mediaOrigin(project, clip, start, sequence.rate) : 0,
        ]),
      ),
    [layout, project, sequence],
  );
  // Without a zoom of its own it shows everything, with some room to drop clips behind.
  const fit = size.width / Math.max(50, length * 1.08);
  const pxPerFrame = zoom ?? fit;
  const view: TimelineView = { pxPerFrame, scroll, width: size.width, height: size.height };

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context || !sequence) return;
    const [width, height] = [Math.round(size.width * devicePixelRatio), Math.round(size.height * devicePixelRatio)];
    if (element.width !== width) element.width = width;
    if (element.height !== height) element.height = height;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    drawTimeline(context, view, {
      layout,
      sequence,
      selection: new Set(selection),
      frame,
      length,
      peaks,
      origins,
      readOnly,
    });
  });

  const frameAt = (x: number): number => scroll + x / pxPerFrame;
  const hitAt = (x: number, y: number): Hit => {
    if (y < RULER) return { kind: 'ruler' };
    const row = layout.rows.find((one) => y >= one.y && y < one.y + one.height);
    const at = frameAt(x);
    const reach = EDGE / pxPerFrame;
    const edgeOf = (start: number, end: number): 'start' | 'end' | null =>
      at - start < Math.min(reach, (end - start) / 4)
        ? 'start'
        : end - at < Math.min(reach, (end - start) / 4)
          ? 'end'
          : null;
    if (row?.kind === 'direction') {
      const box = layout.directions.findLast(
        (one) => one.clip.track === row.track.id && at >= one.start && at < one.end,
      );
      if (box) return { kind: 'direction', box, edge: box.whole ? null : edgeOf(box.start, box.end) };
    } else if (row) {
      const box = layout.clips.find((one) => one.track.id === row.track.id && at >= one.start && at < one.end);
      if (box) return { kind: 'clip', box, edge: edgeOf(box.start, box.end) };
    }
    return { kind: 'empty', row };
  };

  const snap = (at: number, without: ReadonlySet<string> = new Set()): number => {
    if (!snapping) return Math.round(at);
    const targets = [
      0,
      useStudio.getState().frame,
      ...layout.clips.flatMap(({ clip, start, end }) => (without.has(clip.id) ? [] : [start, end])),
    ];
    return Math.round(snapped(at, targets, SNAP / pxPerFrame));
  };

  const scrub = (event: React.PointerEvent): void => {
    const target = event.currentTarget as HTMLCanvasElement;
    const left = target.getBoundingClientRect().left;
    const to = (x: number): void => seek(Math.floor(frameAt(x - left)));
    useStudio.setState({ playing: false });
    to(event.clientX);
    drag(event, ({ clientX }) => to(clientX));
  };

  /** Follows the pointer until it is let go. */
  const drag = (
    event: React.PointerEvent,
    move: (event: PointerEvent) => void,
    end: (event: PointerEvent) => void = () => {},
  ): void => {
    const target = event.currentTarget as HTMLElement;
    target.setPointerCapture(event.pointerId);
    const stop = (last: PointerEvent): void => {
      target.removeEventListener('pointermove', move);
      target.removeEventListener('pointerup', stop);
      target.removeEventListener('pointercancel', stop);
      end(last);
    };
    target.addEventListener('pointermove', move);
    target.addEventListener('pointerup', stop);
    target.addEventListener('pointercancel', stop);
  };

  /** A gesture whose edits follow from how far the pointer went. */
  const gesture = (
    event: React.PointerEvent,
    label: string,
    edits: (frames: number, pixelsUp: number, pointer: PointerEvent) => readonly EditRequest[],
  ): void => {
    if (readOnly) return;
    const [x, y] = [event.clientX, event.clientY];
    let started: Promise<Gesture | undefined> | undefined;
    drag(
      event,
      (pointer) => {
        if (!started && Math.hypot(pointer.clientX - x, pointer.clientY - y) < 3) return;
        started ??= beginGesture(label);
        const wanted = edits((pointer.clientX - x) / pxPerFrame, y - pointer.clientY, pointer);
        void started.then((running) => running?.update(wanted));
      },
      () => void started?.then((running) => running?.finish()),
    );
  };

  const onClip = (event: React.PointerEvent, { box, edge }: Extract<Hit, { kind: 'clip' }>): void => {
    const { clip } = box;
    if (tool === 'blade') {
      const rect = event.currentTarget.getBoundingClientRect();
      void edit([{ edit: 'split', args: { clips: [clip.id], frame: snap(frameAt(event.clientX - rect.left)) } }]);
      return;
    }
    const group =
      clip.link === null
        ? [clip.id]
        : layout.clips.filter((one) => one.clip.link === clip.link).map((one) => one.clip.id);
    const adds = event.shiftKey || event.ctrlKey || event.metaKey;
    const held = selection.includes(clip.id);
    useStudio.setState({ selection: adds ? [...new Set([...selection, ...group])] : held ? selection : group });
    if (edge) {
      const mode = event.altKey ? 'roll' : event.shiftKey ? 'plain' : 'ripple';
      const at = edge === 'start' ? box.start : box.end;
      gesture(event, `Trim ${edge}`, (frames) => {
        const delta = snap(at + frames, new Set(group)) - at;
        return delta === 0 ? [] : [{ edit: 'trim', args: { clip: clip.id, edge, delta, mode } }];
      });
      return;
    }
    const clips = held ? selection.filter((id) => project?.items[id]?.type === 'clip') : group;
    gesture(event, 'Move clip', (frames, _up, pointer) => {
      const rect = canvas.current?.getBoundingClientRect();
      const row = layout.rows.find(
        (one) => rect && pointer.clientY - rect.top >= one.y && pointer.clientY - rect.top < one.y + one.height,
      );
      const track = row && row.kind === box.track.kind && row.track.id !== clip.track ? row.track.id : undefined;
      const moved = box.start + frames;
      const toStart = snap(moved, new Set(clips)) - box.start;
      const toEnd = snap(moved + box.end - box.start, new Set(clips)) - box.end;
      const exact = Math.round(frames);
      const delta = toStart !== exact ? toStart : toEnd;
      if (delta === 0 && track === undefined) return [];
      return [{ edit: 'move', args: { clips, delta, ...(track === undefined ? {} : { track }) } }];
    });
  };

  const onDirection = (event: React.PointerEvent, { box, edge }: Extract<Hit, { kind: 'direction' }>): void => {
    if (!project || !sequence) return;
    const { effect, clip } = box;
    useStudio.setState({ selection: [effect.id, clip.id] });
    const { intensity } = directionLook(box);
    gesture(event, edge ? 'Change range' : 'Direct emotion', (frames, up) => {
      const by = toMediaFrames(project, clip, Math.round(frames), sequence.rate);
      const edits: EditRequest[] = [];
      if (effect.range && by !== 0) {
        const { start, duration } = effect.range;
        const range =
          edge === 'start'
            ? { start: Math.min(start + by, start + duration - 2), duration: Math.max(2, duration - by) }
            : edge === 'end'
              ? { start, duration: Math.max(2, duration + by) }
              : { start: start + by, duration };
        edits.push({ edit: 'setEffect', args: { effect: effect.id, range } });
      }
      if (!edge && Math.abs(up) > 4 && effect.parameters['intensity']?.kind !== 'keyed')
        edits.push({
          edit: 'setParameter',
          args: {
            effect: effect.id,
            parameter: 'intensity',
            value: { kind: 'constant', value: Math.max(0, Math.min(1.5, Math.round((intensity + up / 60) * 20) / 20)) },
          },
        });
      return edits;
    });
  };

  const onPointerDown = (event: React.PointerEvent<HTMLCanvasElement>): void => {
    if (event.button !== 0) return;
    const rect = event.currentTarget.getBoundingClientRect();
    const hit = hitAt(event.clientX - rect.left, event.clientY - rect.top);
    if (hit.kind === 'ruler') scrub(event);
    else if (hit.kind === 'clip') onClip(event, hit);
    else if (hit.kind === 'direction') onDirection(event, hit);
    else {
      useStudio.setState({ selection: [] });
      scrub(event);
    }
  };

  const cursorAt = (event: React.PointerEvent<HTMLCanvasElement>): void => {
    const rect = event.currentTarget.getBoundingClientRect();
    const hit = hitAt(event.clientX - rect.left, event.clientY - rect.top);
    const edge = (hit.kind === 'clip' || hit.kind === 'direction') && hit.edge;
    event.currentTarget.style.cursor =
      tool === 'blade' && hit.kind === 'clip'
        ? 'crosshair'
        : edge
          ? 'ew-resize'
          : hit.kind === 'direction'
            ? 'move'
            : 'default';
  };

  const onWheel = useCallback(
    (event: WheelEvent): void => {
      event.preventDefault();
      const element = canvas.current;
      if (!element) return;
      if (event.ctrlKey || event.metaKey) {
        const x = event.clientX - element.getBoundingClientRect().left;
        const at = scroll + x / pxPerFrame;
        const next = Math.max(fit / 4, Math.min(60, pxPerFrame * Math.exp(-event.deltaY / 300)));
        setZoom(next);
        setScroll(Math.max(0, at - x / next));
      } else
        setScroll((old) =>
          Math.max(0, Math.min(Math.max(0, length - 10), old + (event.deltaX + event.deltaY) / pxPerFrame)),
        );
    },
    [fit, length, pxPerFrame, scroll],
  );
  useEffect(() => {
    const element = canvas.current;
    element?.addEventListener('wheel', onWheel, { passive: false });
    return () => element?.removeEventListener('wheel', onWheel);
  }, [onWheel]);

  /** Puts an emotion on the clip at a frame: a stretch of two seconds around it, or what the clip has. */
  const direct = async (label: EmotionLabel, at: number, trackId: string | undefined): Promise<void> => {
    if (!project || !sequence) return;
    const box = layout.clips.find(
      ({ track, start, end }) =>
        track.kind === 'video' && (trackId === undefined || track.id === trackId) && at >= start && at < end,
    );
    if (!box) return;
    const half = (DROP_SECONDS / 2) * toNumber(sequence.rate);
    const from = Math.max(box.start, Math.round(at - half));
    const until = Math.min(box.end, Math.round(at + half));
    const origin = origins.get(box.clip.id) ?? box.start;
    const start = toMediaFrames(project, box.clip, from - origin, sequence.rate);
    const duration = Math.max(2, toMediaFrames(project, box.clip, until - from, sequence.rate));
    const change = await edit(
      [
        {
          edit: 'addEffect',
          args: {
            clips: [box.clip.id],
            kind: 'emotion',
            range: { start, duration },
            parameters: { label: { kind: 'constant', value: label } },
          },
        },
      ],
      `Direct ${label}`,
    );
    const made = change?.created[0];
    if (made) useStudio.setState({ selection: [made, box.clip.id] });
  };

  const onDrop = (event: React.DragEvent<HTMLCanvasElement>): void => {
    const label = event.dataTransfer.getData('application/x-retake-emotion') as EmotionLabel | '';
    if (!label) return;
    event.preventDefault();
    const rect = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - rect.left, event.clientY - rect.top];
    const row = layout.rows.find((one) => y >= one.y && y < one.y + one.height);
    void direct(label, frameAt(x), row?.kind === 'audio' ? undefined : row?.track.id);
  };

  return (
    <div className="timeline">
      <div className="timeline-bar">
        {(['tool.select', 'tool.blade'] as const).map((id) => (
          <button
            key={id}
            type="button"
            className={id === `tool.${tool}` ? 'chosen' : 'quiet'}
            aria-pressed={id === `tool.${tool}`}
            title={tooltipOf(id)}
            onClick={commandOf(id).run}
          >
            {id === 'tool.select' ? 'Select' : 'Blade'}
          </button>
        ))}
        <button
          type="button"
          className={snapping ? 'chosen' : 'quiet'}
          aria-pressed={snapping}
          title={tooltipOf('snapping')}
          onClick={commandOf('snapping').run}
        >
          Snap
        </button>
        <button type="button" className="quiet" title={tooltipOf('split')} onClick={commandOf('split').run}>
          Split
        </button>
        <span className="divider" />
        <span className="muted">Direct</span>
        {EMOTIONS.map(({ label, colour }) => (
          <button
            key={label}
            type="button"
            className="emotion-chip"
            draggable
            title={`Drag to the Direction lane, or click to put ${label} at the playhead`}
            style={{ '--emotion': colour } as React.CSSProperties}
            onDragStart={(event) => event.dataTransfer.setData('application/x-retake-emotion', label)}
            onClick={() => void direct(label, frame, undefined)}
          >
            {label}
          </button>
        ))}
        <span className="spacer" />
        <label className="inline">
          Zoom
          <input
            type="range"
            aria-label="Zoom of the timeline"
            min={Math.log(fit / 4)}
            max={Math.log(60)}
            step={0.01}
            value={Math.log(pxPerFrame)}
            onChange={({ target }) => setZoom(Math.exp(Number(target.value)))}
          />
        </label>
        <button
          type="button"
          className="quiet"
          onClick={() => {
            setZoom(null);
            setScroll(0);
          }}
        >
          Fit
        </button>
      </div>
      <div className="timeline-body">
        <div className="track-heads" style={{ paddingTop: RULER }}>
          {layout.rows.map(({ kind, name, track, height }) => (
            <div key={`${track.id}-${kind}`} className={`track-head ${kind}`} style={{ height }}>
              <span>{name}</span>
              {kind !== 'direction' && (
                <button
                  type="button"
                  className={track.muted ? 'chosen' : 'quiet'}
                  aria-pressed={track.muted}
                  title={kind === 'video' ? 'Hide the track' : 'Mute the track'}
                  onClick={() => void edit([{ edit: 'setTrack', args: { track: track.id, muted: !track.muted } }])}
                >
                  {kind === 'video' ? 'Hide' : 'Mute'}
                </button>
              )}
            </div>
          ))}
        </div>
        <canvas
          ref={canvas}
          className="timeline-canvas"
          tabIndex={0}
          aria-label="Timeline. Arrows move the playhead, Ctrl+K lists all commands."
          data-testid="timeline"
          style={{ minHeight: layout.height }}
          onPointerDown={onPointerDown}
          onPointerMove={cursorAt}
          onDragOver={(event) =>
            event.dataTransfer.types.includes('application/x-retake-emotion') && event.preventDefault()
          }
          onDrop={onDrop}
        />
      </div>
    </div>
  );
}
