import { useCallback, useEffect, useRef, useState } from 'react';
import { currentSequence, lengthOf } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { drawOverlays } from './overlays.ts';
import { usePlayback } from './playback.ts';
import { usePlayedFrames } from './played-frames.ts';
import { columnsOf, drawStage, layStage, needs, type Shown, zoomAt } from './stage.ts';
import { useStillFrames } from './still-frames.ts';
import { Transport } from './transport.tsx';
import { useMatte, useOverlayFaces } from './use-overlays.ts';
import { useRenderAhead } from './use-render-ahead.ts';
import { ViewerBar } from './viewer-bar.tsx';
import { WipeHandle } from './wipe-handle.tsx';

const LARGEST = 16;
/** Widths that pictures are asked for in; a small zoom asks for no new one. */
const STEP = 64;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Keeps canvases as large as their place, in device pixels. */
function useCanvasSize(canvases: readonly React.RefObject<HTMLCanvasElement | null>[]): Size {
  const [size, setSize] = useState<Size>({ width: 0, height: 0 });
  const kept = useRef(canvases);
  useEffect(() => {
    const place = kept.current[0]?.current?.parentElement;
    if (!place) return undefined;
    const watch = new ResizeObserver(() => {
      const width = Math.round(place.clientWidth * devicePixelRatio);
      const height = Math.round(place.clientHeight * devicePixelRatio);
      for (const { current } of kept.current) if (current) Object.assign(current, { width, height });
      setSize({ width, height });
    });
    watch.observe(place);
    return () => watch.disconnect();
  }, []);
  return size;
}

/** The picture under the playhead: edited, source, or both against one another, and what is drawn over it. */
export function Viewer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const over = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const shown = useRef<Shown>({ edited: null, source: null });
  const size = useCanvasSize([canvas, over]);
  const sequence = useStudio(currentSequence);
  const mode = useStudio((state) => state.viewerMode);
  const view = useStudio((state) => state.view);
  const wipe = useStudio((state) => state.wipe);
  const overlays = useStudio((state) => state.overlays);
  const length = useStudio(lengthOf);
  const paint = useRef(() => {});
  const onShown = useCallback(() => paint.current(), []);
  const columns = columnsOf(mode);
  const picture = { width: sequence?.width ?? 16, height: sequence?.height ?? 9 };
  const stage = layStage(size, picture, columns, view);
  const seen = size.width === 0 ? 0 : Math.min(picture.width, Math.ceil((picture.width * stage.scale) / STEP) * STEP);
  usePlayback();
  usePlayedFrames(() => seen, shown, onShown);
  const { message, untracked, preparing } = useStillFrames(seen, shown, onShown);
  useRenderAhead(seen);
  const faces = useOverlayFaces(
    overlays.some((kind) => kind === 'mesh' || kind === 'landmarks' || kind === 'faces'),
    overlays.includes('mesh'),
  );
  const matte = useMatte(overlays.includes('matte'));

  // Pictures are drawn without a render: while it plays, nothing else of the viewer changes.
  paint.current = () => {
    if (size.width > 0 && canvas.current) drawStage(canvas.current, shown.current, stage, mode, wipe);
  };
  useEffect(() => {
    paint.current();
    if (size.width > 0 && over.current)
      drawOverlays(
        over.current,
        stage,
        new Set(overlays),
        length > 0 ? faces : [],
        matte,
        needs(mode).includes('edited'),
      );
  });

  useEffect(() => {
    const element = place.current;
    if (!element) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const box = element.getBoundingClientRect();
      const pointer = {
        x: (event.clientX - box.left) * devicePixelRatio,
        y: (event.clientY - box.top) * devicePixelRatio,
      };
      const zoom = Math.max(0.05, Math.min(LARGEST, stage.scale * Math.exp(-event.deltaY / 400)));
      useStudio.setState({ view: zoomAt(size, picture, columns, view, zoom, pointer) });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  });

  const pan = (event: React.PointerEvent<HTMLDivElement>): void => {
    if (view.zoom === 0 || (event.buttons !== 1 && event.buttons !== 4)) return;
    useStudio.setState({
      view: {
        ...view,
        panX: view.panX + (event.movementX * devicePixelRatio) / stage.scale,
        panY: view.panY + (event.movementY * devicePixelRatio) / stage.scale,
      },
    });
  };

  return (
    <div className="viewer">
      <ViewerBar scale={stage.scale} />
      <div
        ref={place}
        className={view.zoom === 0 ? 'viewer-stage' : 'viewer-stage pannable'}
        onPointerDown={(event) => view.zoom !== 0 && event.currentTarget.setPointerCapture(event.pointerId)}
        onPointerMove={pan}
      >
        <canvas ref={canvas} role="img" aria-label="Picture at the playhead" />
        <canvas ref={over} role="img" className="over" aria-label="Overlays" data-testid="overlays" />
        {mode === 'wipe' && length > 0 && <WipeHandle stage={stage} />}
        {mode === 'split' && length > 0 && (
          <>
            <span className="side-name">Source</span>
            <span className="side-name right">Edited</span>
          </>
        )}
        {length === 0 && (
          <div className="empty-state over-stage">Import a clip, or drag one from the media to the timeline.</div>
        )}
        {untracked && length > 0 && (
          <div className="stage-note">Effects show once the faces of this clip are tracked (T).</div>
        )}
        {preparing && !message && <div className="stage-note">Source; the edit of this frame is being made.</div>}
        {message && <div className="stage-note warn">{message}</div>}
      </div>
      <Transport />
    </div>
  );
}
