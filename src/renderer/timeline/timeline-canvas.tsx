import { useEffect, useMemo, useRef, useState } from 'react';
import type { EmotionLabel } from '../../contract/emotion.ts';
import { openMenu } from '../panels/context-menu.tsx';
import { MEDIA_DRAG, placeMedia } from '../state/media.ts';
import { currentSequence, lengthOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { fitScale, panTimeline, scaleNow, scaleTracks, useTimelineLook, zoomTimeline } from '../state/timeline-view.ts';
import { direct } from './direct.ts';
import { drawTimeline } from './draw.ts';
import {
  addIntensityKey,
  clipStart,
  type Ground,
  marquee,
  pressClip,
  pressDirection,
  scrub,
  snapTo,
} from './gestures.ts';
import { type Hit, hitAt } from './hit.ts';
import { useLaneData } from './lane-data.ts';
import { type DirectionBox, mediaOrigin, type TimelineLayout, toMediaFrames } from './layout.ts';
import { timelineMenu } from './menus.ts';
import { Playhead } from './playhead.tsx';
import type { Marquee } from './scene.ts';
import { useSpeechData } from './speech-data.ts';
import { ThumbnailCache } from './thumbnails.ts';
import { usePeaks } from './use-peaks.ts';

/** How the canvas takes a place on it: cursor by what can be done there. */
function cursorOf(hit: Hit, blade: boolean): string {
  if (hit.kind === 'clip' && blade) return 'crosshair';
  if (hit.kind === 'direction' && hit.key !== null) return 'grab';
  if ((hit.kind === 'clip' || hit.kind === 'direction') && hit.edge) return 'ew-resize';
  return hit.kind === 'direction' ? 'move' : 'default';
}

/** The timeline itself, drawn on a canvas: only when something on it changed, and only what is in sight. */
export function TimelineCanvas({ layout }: { layout: TimelineLayout }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const project = useStudio((state) => state.project);
  const sequence = useStudio(currentSequence);
  const selection = useStudio((state) => state.selection);
  const length = useStudio(lengthOf);
  const readOnly = useStudio(({ open }) => open?.readOnly === true);
  const sources = useStudio((state) => state.sources);
  const prepared = useStudio((state) => state.prepared);
  const look = useTimelineLook();
  const peaks = usePeaks();
  const lanes = useLaneData();
  const speech = useSpeechData();
  const [height, setHeight] = useState(240);
  const [rectangle, setRectangle] = useState<Marquee | null>(null);
  const [loaded, setLoaded] = useState(0);
  const thumbnails = useMemo(() => new ThumbnailCache(() => setLoaded((count) => count + 1)), []);
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
  const names = useMemo(
    () => new Map(Object.values(sources).flatMap(({ media, source }) => (source ? [[media, source]] : []))),
    [sources],
  );
  const chosen = useMemo(() => new Set(selection), [selection]);
  const { width } = look;
  const pxPerFrame = look.pxPerFrame ?? fitScale(width, length);
  const scrollY = Math.min(look.scrollY, Math.max(0, layout.height - height));

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => {
      useTimelineLook.setState({ width: element.clientWidth });
      setHeight(element.clientHeight);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: loaded says that more thumbnails are there
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d', { alpha: false });
    if (!element || !context || !sequence || !project) return undefined;
    const handle = requestAnimationFrame(() => {
      const wide = Math.round(width * devicePixelRatio);
      const tall = Math.round(height * devicePixelRatio);
      if (element.width !== wide) element.width = wide;
      if (element.height !== tall) element.height = tall;
      context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
      drawTimeline(
        context,
        { pxPerFrame, scroll: look.scroll, scrollY, width, height },
        {
          layout,
          sequence,
          media: project.media,
          selection: chosen,
          length,
          peaks,
          lanes,
          speech,
          thumbnails,
          sources: names,
          origins,
          marquee: rectangle,
          snapAt: look.snapAt,
          prepared,
        },
      );
    });
    return () => cancelAnimationFrame(handle);
  }, [
    layout,
    sequence,
    project,
    chosen,
    length,
    peaks,
    lanes,
    speech,
    names,
    origins,
    rectangle,
    pxPerFrame,
    look.scroll,
    look.snapAt,
    prepared,
    scrollY,
    width,
    height,
    loaded,
    thumbnails,
  ]);

  const at = (clientX: number, clientY: number): { frame: number; y: number } => {
    const box = canvas.current!.getBoundingClientRect();
    const y = clientY - box.top;
    // The ruler does not scroll.
    return { frame: look.scroll + (clientX - box.left) / scaleNow(), y: y < 24 ? y : y + scrollY };
  };
  const ground: Ground | null =
    project && sequence ? { project, sequence, layout, readOnly, at, onMarquee: setRectangle } : null;
  const find = (event: React.MouseEvent): { hit: Hit; frame: number; y: number } | null => {
    if (!ground) return null;
    const { frame, y } = at(event.clientX, event.clientY);
    const mediaFrameOf = (box: DirectionBox, where: number): number => {
      const origin = mediaOrigin(ground.project, box.clip, clipStart(ground, box), ground.sequence.rate);
      return toMediaFrames(ground.project, box.clip, Math.floor(where) - origin, ground.sequence.rate);
    };
    return { hit: hitAt(layout, frame, y, 1 / scaleNow(), mediaFrameOf), frame, y };
  };

  const onPointerDown = (event: React.PointerEvent<HTMLCanvasElement>): void => {
    const found = find(event);
    if (event.button === 1) {
      event.preventDefault();
      event.currentTarget.setPointerCapture(event.pointerId);
      return;
    }
    if (event.button !== 0 || !found || !ground) return;
    const { hit } = found;
    if (hit.kind === 'ruler') scrub(event, ground);
    else if (hit.kind === 'clip') pressClip(event, ground, hit);
    else if (hit.kind === 'direction') pressDirection(event, ground, hit);
    else marquee(event, ground);
  };

  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const x = event.clientX - element.getBoundingClientRect().left;
      if (event.ctrlKey || event.metaKey) zoomTimeline(Math.exp(-event.deltaY / 300), x);
      else if (event.altKey) scaleTracks(Math.exp(-event.deltaY / 500));
      else if (event.shiftKey) panTimeline(0, event.deltaY || event.deltaX);
      else panTimeline(event.deltaX + event.deltaY);
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, []);

  const onDrop = (event: React.DragEvent<HTMLCanvasElement>): void => {
    const label = event.dataTransfer.getData('application/x-retake-emotion') as EmotionLabel | '';
    const media = event.dataTransfer.getData(MEDIA_DRAG);
    const { frame, y } = at(event.clientX, event.clientY);
    const row = layout.rows.find((one) => y >= one.y && y < one.y + one.height);
    if (media && ground) {
      event.preventDefault();
      const to = snapTo(ground, frame, new Set());
      useTimelineLook.setState({ snapAt: null });
      void placeMedia(media, Math.max(0, to), row?.track.id, event.ctrlKey || event.metaKey);
    }
    if (!label) return;
    event.preventDefault();
    void direct(label, frame, 1, row?.kind === 'audio' ? undefined : row?.track.id);
  };

  return (
    <div ref={place} className="timeline-place">
      <canvas
        ref={canvas}
        className="timeline-canvas"
        tabIndex={0}
        aria-label="Timeline. Arrows move the playhead, Ctrl+K lists all commands."
        data-testid="timeline"
        onPointerDown={onPointerDown}
        onPointerMove={(event) => {
          if (event.buttons === 4) panTimeline(-event.movementX, -event.movementY);
          const found = event.buttons === 0 ? find(event) : null;
          if (found) event.currentTarget.style.cursor = cursorOf(found.hit, useStudio.getState().tool === 'blade');
        }}
        onDoubleClick={(event) => {
          const found = find(event);
          if (ground && found?.hit.kind === 'direction') addIntensityKey(ground, found.hit.box, found.frame, found.y);
        }}
        onContextMenu={(event) => {
          event.preventDefault();
          const found = find(event);
          if (ground && found)
            openMenu(event.clientX, event.clientY, timelineMenu(ground, found.hit, found.frame, found.y));
        }}
        onDragOver={(event) => {
          const { types } = event.dataTransfer;
          if (types.includes(MEDIA_DRAG) && ground && !readOnly)
            snapTo(ground, at(event.clientX, event.clientY).frame, new Set(), true);
          else if (!types.includes('application/x-retake-emotion') || readOnly) return;
          event.preventDefault();
        }}
        onDragLeave={() => useTimelineLook.setState({ snapAt: null })}
        onDrop={onDrop}
      />
      <Playhead />
    </div>
  );
}
