import { useEffect, useMemo, useRef, useState } from 'react';
import { evaluateFrame } from '../../core/document/evaluate.ts';
import { layOut } from '../../core/document/query.ts';
import { SHAPE_COUNT, SHAPE_NAMES, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { rationalTime, rescale } from '../../core/rational-time.ts';
import { sentenceOf } from '../engine/connection.ts';
import { currentSequence, inspectedClip, seek, useStudio } from '../state/studio.ts';
import { mediaOrigin } from '../timeline/layout.ts';

interface TrackInfo {
  readonly firstFrame: number;
  readonly frameCount: number;
}

interface Curves {
  readonly tracks: readonly TrackInfo[];
  /** All tracks one after the other, [rows, 52]. */
  readonly before: Float32Array;
  readonly after: Float32Array;
}

/** What speech and feeling are read from first. */
const FIRST: readonly ShapeName[] = [
  'jawOpen',
  'mouthSmileLeft',
  'mouthFrownLeft',
  'browInnerUp',
  'browDownLeft',
  'eyeBlinkLeft',
];
const HEIGHT = 74;

async function floats(path: string): Promise<Float32Array> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error('The curves of this clip cannot be read. Track it again.');
  return new Float32Array(await answer.arrayBuffer());
}

async function load(handle: string, performance: string, clip: string): Promise<Curves> {
  const base = `/performance/${handle}/${performance}`;
  const { tracks } = (await (await fetch(base)).json()) as { tracks: TrackInfo[] };
  const [after, ...parts] = await Promise.all([
    floats(`${base}/clip/${clip}/after`),
    ...tracks.map((_, index) => floats(`${base}/track/${index}/coefficients`)),
  ]);
  const before = new Float32Array(after!.length);
  let at = 0;
  for (const part of parts) {
    before.set(part, at);
    at += part.length;
  }
  return { tracks, before, after: after! };
}

/** Source and edit of one coefficient over the clip. */
function CurveRow({
  name,
  curves,
  range,
  frame,
  onSeek,
}: {
  name: ShapeName;
  curves: Curves;
  range: readonly [number, number];
  frame: number;
  onSeek: (mediaFrame: number) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shape = shapeIndex(name);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const [width, height] = [element.clientWidth, HEIGHT];
    element.width = width * devicePixelRatio;
    element.height = height * devicePixelRatio;
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.fillStyle = '#141516';
    context.fillRect(0, 0, width, height);
    context.strokeStyle = '#2a2b2e';
    for (const level of [0, 0.5, 1]) {
      const y = height - 6 - (level / 1.2) * (height - 12);
      context.beginPath();
      context.moveTo(0, y);
      context.lineTo(width, y);
      context.stroke();
    }
    const [from, until] = range;
    const xOf = (at: number): number => ((at - from) / Math.max(1, until - from)) * width;
    const line = (data: Float32Array, colour: string): void => {
      context.strokeStyle = colour;
      context.lineWidth = 1.5;
      let row = 0;
      for (const { firstFrame, frameCount } of curves.tracks) {
        context.beginPath();
        for (let r = 0; r < frameCount; r++) {
          const value = data[(row + r) * SHAPE_COUNT + shape] ?? 0;
          context.lineTo(xOf(firstFrame + r), height - 6 - (Math.min(1.2, value) / 1.2) * (height - 12));
        }
        context.stroke();
        row += frameCount;
      }
    };
    line(curves.before, '#6fa8dc');
    line(curves.after, '#e0a458');
    context.fillStyle = '#f2f2f0';
    context.fillRect(xOf(frame), 0, 1, height);
  }, [curves, frame, range, shape]);
  return (
    <div className="curve">
      <span className="muted">{name}</span>
      <canvas
        ref={canvas}
        style={{ height: HEIGHT }}
        aria-label={`${name} over time, source and edit`}
        onPointerDown={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          onSeek(range[0] + ((event.clientX - box.left) / box.width) * (range[1] - range[0]));
        }}
      />
    </div>
  );
}

/** What the actor did and what the edit makes of it, coefficient by coefficient. */
export function CurvesPanel() {
  const clip = useStudio(inspectedClip);
  const project = useStudio((state) => state.project);
  const open = useStudio((state) => state.open);
  const sequence = useStudio(currentSequence);
  const frame = useStudio((state) => state.frame);
  const revision = useStudio((state) => state.revision);
  const [curves, setCurves] = useState<Curves>();
  const [message, setMessage] = useState<string>();
  const [names, setNames] = useState<readonly ShapeName[]>(FIRST);
  const entry = Object.values(project?.performances ?? {}).find((one) => one.media === clip?.media);
  const [handle, performance, id] = [open?.handle, entry?.id, clip?.id];
  // biome-ignore lint/correctness/useExhaustiveDependencies: revision says that the edited curves are others now
  useEffect(() => {
    if (handle === undefined || performance === undefined || id === undefined) return undefined;
    let over = false;
    load(handle, performance, id).then(
      (loaded) => {
        if (over) return;
        setCurves(loaded);
        setMessage(undefined);
      },
      (thrown: unknown) => over || setMessage(sentenceOf(thrown)),
    );
    return () => {
      over = true;
    };
  }, [handle, performance, id, revision]);
  const place = useMemo(() => {
    if (!project || !sequence || !clip) return undefined;
    const placed = layOut(project, project.tracks[clip.track]!).find(({ item }) => item.id === clip.id);
    if (!placed) return undefined;
    const origin = mediaOrigin(project, clip, placed.start, sequence.rate);
    const { rate } = project.media[clip.media]!;
    const first = rescale(rationalTime(placed.start - origin, sequence.rate), rate, 'floor');
    const last = rescale(rationalTime(placed.end - origin, sequence.rate), rate, 'floor');
    return { origin, rate, range: [first, last] as const };
  }, [project, sequence, clip]);
  if (!clip || !entry || !place || !sequence || !project)
    return <div className="empty-state">Select a clip whose faces are tracked to see its curves.</div>;
  const shown =
    evaluateFrame(project, sequence.id, frame).layers.find((layer) => layer.clip.id === clip.id)?.mediaFrame ?? -1;
  const onSeek = (mediaFrame: number): void =>
    seek(place.origin + rescale(rationalTime(Math.round(mediaFrame), place.rate), sequence.rate, 'round'));
  return (
    <div className="curves">
      <div className="legend">
        <span style={{ color: '#6fa8dc' }}>Performed</span>
        <span style={{ color: '#e0a458' }}>Directed</span>
        <span className="spacer" />
        <select
          aria-label="Show another curve"
          value=""
          onChange={({ target }) =>
            setNames((old) => [target.value as ShapeName, ...old.filter((name) => name !== target.value)])
          }
        >
          <option value="">Add a curve</option>
          {SHAPE_NAMES.filter((name) => !names.includes(name)).map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </div>
      {message && <p className="warn">{message}</p>}
      {curves &&
        names.map((name) => (
          <CurveRow key={name} name={name} curves={curves} range={place.range} frame={shown} onSeek={onSeek} />
        ))}
    </div>
  );
}
