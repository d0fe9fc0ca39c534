import { useEffect, useMemo, useState } from 'react';
import { SHAPE_COUNT, SHAPE_NAMES, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { EffectKeys } from '../curves/effect-keys.tsx';
import { type CapturedTrack, capturedInfo, clipTable, floatsAt } from '../engine/captured.ts';
import { sentenceOf } from '../engine/connection.ts';
import { clipToInspect, currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { type ClipPlace, performanceOf, placeOf } from './clip-place.ts';
import { Plot, type PlotLine } from './plot.tsx';

interface Curves {
  readonly tracks: readonly CapturedTrack[];
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

async function load(handle: string, performance: string, clip: string): Promise<Curves> {
  const { tracks } = await capturedInfo(handle, performance);
  const [after, ...parts] = await Promise.all([
    clipTable(handle, performance, clip, 'after'),
    ...tracks.map((_, index) => floatsAt(`/performance/${handle}/${performance}/track/${index}/coefficients`)),
  ]);
  const before = new Float32Array(after!.length);
  let at = 0;
  for (const part of parts) {
    before.set(part, at);
    at += part.length;
  }
  return { tracks, before, after: after! };
}

/** One coefficient of all tracks. */
function stretchesOf(curves: Curves, data: Float32Array, shape: number): PlotLine['stretches'] {
  let row = 0;
  return curves.tracks.map(({ firstFrame, frameCount }) => {
    const first = row;
    row += frameCount;
    return {
      firstFrame,
      values: Float32Array.from({ length: frameCount }, (_, r) => data[(first + r) * SHAPE_COUNT + shape]!),
    };
  });
}

/** Source and edit of one coefficient over the clip. */
function CurveRow({
  name,
  curves,
  place,
  frame,
}: {
  name: ShapeName;
  curves: Curves;
  place: ClipPlace;
  frame: number;
}) {
  const shape = shapeIndex(name);
  const lines = useMemo(
    () => [
      { colour: '#6fa8dc', stretches: stretchesOf(curves, curves.before, shape) },
      { colour: '#e0a458', stretches: stretchesOf(curves, curves.after, shape) },
    ],
    [curves, shape],
  );
  return (
    <div className="curve">
      <span className="muted">{name}</span>
      <Plot
        label={`${name} over time, source and edit`}
        lines={lines}
        range={place.range}
        frame={frame}
        span={[0, 1.2]}
        grid={[0, 0.5, 1]}
        height={HEIGHT}
        onSeek={place.seekMedia}
      />
    </div>
  );
}

/** What the actor did and what the edit makes of it, coefficient by coefficient. */
export function CurvesPanel() {
  const clip = useStudio(clipToInspect);
  const project = useStudio((state) => state.project);
  const open = useStudio((state) => state.open);
  const sequence = useStudio(currentSequence);
  const frame = useStudio((state) => state.frame);
  const revision = useStudio((state) => state.revision);
  const [curves, setCurves] = useState<Curves>();
  const [message, setMessage] = useState<string>();
  const [names, setNames] = useState<readonly ShapeName[]>(FIRST);
  const entry = project ? performanceOf(project, clip) : undefined;
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
  const place = useMemo(
    () => (project && sequence && clip ? placeOf(project, sequence, clip) : undefined),
    [project, sequence, clip],
  );
  if (!clip || !place) return <div className="empty-state">Track the faces of a clip (T) to see its curves.</div>;
  const shown = place.mediaFrameAt(frame);
  return (
    <div className="curves">
      <EffectKeys clip={clip} place={place} mediaFrame={shown} />
      {!entry && <p className="muted">Track the faces of this clip (T) to see its performance too.</p>}
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
      {curves && names.map((name) => <CurveRow key={name} name={name} curves={curves} place={place} frame={shown} />)}
    </div>
  );
}
