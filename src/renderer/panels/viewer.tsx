import { useEffect, useRef, useState } from 'react';
import { evaluateSound } from '../../core/document/evaluate.ts';
import { toNumber } from '../../core/rational.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { commandOf, tooltipOf } from '../commands.ts';
import { sentenceOf } from '../engine/connection.ts';
import { frames, toBitmap } from '../engine/frames.ts';
import { currentSequence, lengthOf, seek, useStudio, type ViewerMode } from '../state/studio.ts';

const MODES: readonly (readonly [ViewerMode, string])[] = [
  ['edited', 'Edited'],
  ['source', 'Source'],
  ['split', 'Side by side'],
  ['wipe', 'Wipe'],
  ['difference', 'Difference'],
];

/** How long the playhead rests before the full picture is asked for. */
const REST_MS = 250;

type Shown = { readonly edited: ImageBitmap | null; readonly source: ImageBitmap | null };

/** Draws what the mode asks for, fitted into the canvas; `zoom` 0 fits, 1 is pixel for pixel. */
function draw(canvas: HTMLCanvasElement, shown: Shown, mode: ViewerMode, wipe: number, zoom: number): void {
  const context = canvas.getContext('2d');
  const one = shown.edited ?? shown.source;
  if (!context) return;
  context.globalCompositeOperation = 'source-over';
  context.fillStyle = '#0e0f10';
  context.fillRect(0, 0, canvas.width, canvas.height);
  if (!one) return;
  const columns = mode === 'split' ? 2 : 1;
  const fit = Math.min(canvas.width / (one.width * columns), canvas.height / one.height);
  const scale = zoom === 0 ? fit : zoom * devicePixelRatio;
  const [width, height] = [one.width * scale, one.height * scale];
  const left = (canvas.width - width * columns) / 2;
  const top = (canvas.height - height) / 2;
  context.imageSmoothingQuality = 'high';
  const put = (image: ImageBitmap | null, x: number): void => {
    if (image) context.drawImage(image, x, top, width, height);
  };
  if (mode === 'split') {
    put(shown.source, left);
    put(shown.edited, left + width);
    return;
  }
  put(mode === 'source' ? shown.source : (shown.edited ?? shown.source), left);
  if (mode === 'wipe' && shown.source) {
    const x = left + width * wipe;
    context.save();
    context.beginPath();
    context.rect(left, top, width * wipe, height);
    context.clip();
    put(shown.source, left);
    context.restore();
    context.fillStyle = '#e0a458';
    context.fillRect(x - 1, top, 2, height);
  }
  if (mode === 'difference' && shown.source) {
    context.globalCompositeOperation = 'difference';
    put(shown.source, left);
  }
}

const needs = (mode: ViewerMode): readonly ('edited' | 'source')[] =>
  mode === 'edited' ? ['edited'] : mode === 'source' ? ['source'] : ['edited', 'source'];

/** Keeps the canvas as large as its place, in device pixels. */
function useCanvasSize(canvas: React.RefObject<HTMLCanvasElement | null>): number {
  const [size, setSize] = useState(0);
  useEffect(() => {
    const element = canvas.current;
    if (!element) return undefined;
    const watch = new ResizeObserver(() => {
      element.width = Math.round(element.clientWidth * devicePixelRatio);
      element.height = Math.round(element.clientHeight * devicePixelRatio);
      setSize(element.width * 10_000 + element.height);
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [canvas]);
  return size;
}

/** Runs the playhead by the clock: frames that come late are left out rather than shown late. */
function usePlayback(): void {
  const playing = useStudio((state) => state.playing);
  useEffect(() => {
    if (!playing) return undefined;
    const state = useStudio.getState();
    const sequence = currentSequence(state);
    if (!sequence || !state.project) return undefined;
    const fps = toNumber(sequence.rate);
    const length = lengthOf(state);
    const inside = state.loop ? [sequence.inPoint ?? 0, sequence.outPoint ?? length] : [0, length];
    const [first, until] = inside as [number, number];
    let from = state.frame >= until - 1 || state.frame < first ? first : state.frame;
    let started = performance.now();
    let handle = 0;
    const sounds = startSound(from);
    const tick = (): void => {
      const frame = from + Math.floor(((performance.now() - started) / 1000) * fps);
      if (frame >= until) {
        if (!useStudio.getState().loop) {
          useStudio.setState({ playing: false, frame: until - 1 });
          return;
        }
        [from, started] = [first, performance.now()];
        sounds.restart(first);
      } else seek(frame);
      handle = requestAnimationFrame(tick);
    };
    handle = requestAnimationFrame(tick);
    return () => {
      cancelAnimationFrame(handle);
      sounds.stop();
    };
  }, [playing]);
}

/** Frames that are asked for at once while it plays: one decodes, the others are composed and encoded. */
const LANES = 3;

/**
 * Keeps pictures coming while it plays: each lane asks for the frame that will be due when its answer is likely to be
 * there, and what comes later than a newer one is not shown.
 */
function usePlayedFrames(
  canvas: React.RefObject<HTMLCanvasElement | null>,
  shown: React.RefObject<Shown>,
  onShown: () => void,
): void {
  const playing = useStudio((state) => state.playing);
  const tell = useRef(onShown);
  tell.current = onShown;
  useEffect(() => {
    if (!playing) return undefined;
    let over = false;
    let [asked, newest, wait] = [-1, -1, 3];
    const lane = async (index: number): Promise<void> => {
      while (!over) {
        const state = useStudio.getState();
        const sequence = currentSequence(state);
        if (!state.open || !sequence) return;
        if (state.frame < asked - 3 * LANES * Math.max(4, wait)) [asked, newest] = [-1, -1]; // it looped
        const frame = Math.min(lengthOf(state) - 1, Math.max(asked + 1, state.frame + Math.round(wait)));
        asked = frame;
        const began = state.frame;
        const sides = needs(state.viewerMode);
        const bitmaps = await Promise.all(
          sides.map(async (side) => {
            const answer = await frames.request({
              stream: `play-${side}-${index}`,
              handle: state.open!.handle,
              sequence: sequence.id,
              frame,
              side,
              quality: 'half',
              width: Math.max(64, Math.min(960, canvas.current?.width ?? 640)),
              mode: 'queue',
            });
            return [side, answer ? await toBitmap(answer) : null] as const;
          }),
        );
        if (over) return;
        // How many frames went by meanwhile, smoothed: that far ahead the next wish looks.
        const passed = useStudio.getState().frame - began;
        if (passed >= 0) wait = 0.7 * wait + 0.3 * Math.min(50, passed);
        if (frame > newest) {
          newest = frame;
          shown.current = { ...shown.current, ...Object.fromEntries(bitmaps) };
          tell.current();
        }
      }
    };
    for (let index = 0; index < LANES; index++) lane(index).catch(() => undefined);
    return () => {
      over = true;
    };
  }, [playing, canvas, shown]);
}

/** Plays the sound clips of the sequence from a frame on. */
function startSound(from: number): { restart: (frame: number) => void; stop: () => void } {
  let elements: HTMLAudioElement[] = [];
  let timers: ReturnType<typeof setTimeout>[] = [];
  const stop = (): void => {
    for (const element of elements) element.pause();
    for (const timer of timers) clearTimeout(timer);
    elements = [];
    timers = [];
  };
  const restart = (frame: number): void => {
    stop();
    const { project, sequence: id, sources } = useStudio.getState();
    const sequence = currentSequence(useStudio.getState());
    if (!project || !sequence || id === null) return;
    const fps = toNumber(sequence.rate);
    for (const span of evaluateSound(project, id, frame, lengthOf(useStudio.getState()))) {
      const source = sources[span.media.id]?.source;
      if (!source) continue;
      const element = new Audio(`/media/${source}/sound`);
      element.currentTime = Math.max(0, span.mediaSeconds);
      elements.push(element);
      timers.push(
        setTimeout(() => void element.play().catch(() => undefined), ((span.from - frame) / fps) * 1000),
        setTimeout(() => element.pause(), ((span.until - frame) / fps) * 1000),
      );
    }
  };
  restart(from);
  return { restart, stop };
}

/** The picture under the playhead: edited, source, or both against one another. */
export function Viewer() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useRef<Shown>({ edited: null, source: null });
  const size = useCanvasSize(canvas);
  const sequence = useStudio(currentSequence);
  const open = useStudio((state) => state.open);
  const revision = useStudio((state) => state.revision);
  const frame = useStudio((state) => state.frame);
  const playing = useStudio((state) => state.playing);
  const loop = useStudio((state) => state.loop);
  const mode = useStudio((state) => state.viewerMode);
  const length = useStudio(lengthOf);
  const online = useStudio(({ connection }) => connection === 'online');
  const tracks = useStudio(({ project }) => Object.keys(project?.performances ?? {}).length);
  const [wipe, setWipe] = useState(0.5);
  const [zoom, setZoom] = useState(0);
  const [message, setMessage] = useState<string>();
  const [untracked, setUntracked] = useState(false);
  const [, redraw] = useState(0);
  usePlayback();
  usePlayedFrames(canvas, shown, () => redraw((count) => count + 1));
  // A view that changes shows what is there until its own pictures come.
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision and tracks say that the same frame looks different
  useEffect(() => {
    if (!open || !sequence || !online || length === 0 || size === 0 || playing) return undefined;
    let over = false;
    const ask = async (side: 'edited' | 'source', quality: 'half' | 'full'): Promise<void> => {
      const answer = await frames.request({
        stream: `viewer-${side}`,
        handle: open.handle,
        sequence: sequence.id,
        frame,
        side,
        quality,
        width: Math.max(64, Math.min(1920, canvas.current?.width ?? 960)),
      });
      if (!answer || over) return;
      const layers = (answer.notes as { layers?: { untracked?: boolean }[] } | null)?.layers ?? [];
      if (side === 'edited') setUntracked(layers.some((layer) => layer.untracked === true));
      const bitmap = await toBitmap(answer);
      // Spread after the wait: the other side may have come meanwhile.
      shown.current = { ...shown.current, [side]: bitmap };
      setMessage(undefined);
      redraw((count) => count + 1);
    };
    const askAll = (quality: 'half' | 'full'): void => {
      for (const side of needs(mode)) ask(side, quality).catch((thrown: unknown) => setMessage(sentenceOf(thrown)));
    };
    // Quick while the playhead moves (a proxy, where there is one), whole where it rests.
    const large = sequence.width * sequence.height >= 1280 * 720;
    askAll(large ? 'half' : 'full');
    const rest = large ? setTimeout(() => askAll('full'), REST_MS) : undefined;
    return () => {
      clearTimeout(rest);
      over = true;
    };
  }, [open, sequence?.id, frame, revision, mode, online, length, playing, tracks, size]);
  useEffect(() => {
    if (size > 0 && canvas.current) draw(canvas.current, shown.current, mode, wipe, zoom);
  });
  const rate = sequence?.rate;
  return (
    <div className="viewer">
      <div className="viewer-bar">
        {MODES.map(([id, label]) => (
          <button
            key={id}
            type="button"
            className={mode === id ? 'chosen' : 'quiet'}
            aria-pressed={mode === id}
            title={tooltipOf(`view.${id}`)}
            onClick={() => useStudio.setState({ viewerMode: id })}
          >
            {label}
          </button>
        ))}
        <span className="spacer" />
        <label className="inline">
          Zoom
          <select value={zoom} onChange={({ target }) => setZoom(Number(target.value))}>
            <option value={0}>Fit</option>
            <option value={0.5}>50 %</option>
            <option value={1}>100 %</option>
            <option value={2}>200 %</option>
          </select>
        </label>
      </div>
      <div className="viewer-stage">
        <canvas ref={canvas} aria-label="Picture at the playhead" />
        {mode === 'wipe' && (
          <input
            className="wipe"
            type="range"
            aria-label="Place of the wipe"
            min={0}
            max={1}
            step={0.005}
            value={wipe}
            onChange={({ target }) => setWipe(Number(target.value))}
          />
        )}
        {length === 0 && (
          <div className="empty-state over-stage">Import a clip, or drag one from the media to the timeline.</div>
        )}
        {untracked && length > 0 && (
          <div className="stage-note">Effects show once the faces of this clip are tracked (T).</div>
        )}
        {message && <div className="stage-note warn">{message}</div>}
      </div>
      <div className="transport">
        <span className="timecode" data-testid="timecode">
          {rate ? formatTimecode((sequence?.startFrame ?? 0) + frame, rate, sequence?.dropFrame) : '--:--:--:--'}
        </span>
        <div className="transport-buttons">
          {(
            [
              ['start', '|\u25c2'],
              ['step.back', '\u25c2'],
              ['play', playing ? '\u25a0' : '\u25b6'],
              ['step.forward', '\u25b8'],
              ['end', '\u25b8|'],
            ] as const
          ).map(([id, sign]) => (
            <button
              key={id}
              type="button"
              title={tooltipOf(id)}
              aria-label={commandOf(id).label}
              onClick={commandOf(id).run}
            >
              {sign}
            </button>
          ))}
          <button
            type="button"
            className={loop ? 'chosen' : 'quiet'}
            aria-pressed={loop}
            title={tooltipOf('loop')}
            onClick={commandOf('loop').run}
          >
            Loop
          </button>
        </div>
        <span className="timecode muted">{rate ? formatTimecode(length, rate) : ''}</span>
      </div>
    </div>
  );
}
