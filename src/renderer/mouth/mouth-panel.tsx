import { type ReactNode, useMemo, useState } from 'react';
import { LIPS_CLOSED, type LipColumn } from '../../contract/lip-fit.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { type ClipPlace, performanceOf, placeOf } from '../panels/clip-place.ts';
import { Plot, type PlotLine, type PlotMark } from '../panels/plot.tsx';
import { clipToInspect, currentSequence } from '../state/queries.ts';
import { useStudio } from '../state/studio.ts';
import { MOUTH_COLOURS } from './close-up.ts';
import { closures, columnOf, type LipTable, lipsAt, worstFrames } from './lip-table.ts';
import { MouthViews } from './mouth-views.tsx';
import { useLipTable } from './use-lip-table.ts';

const HEIGHT = 76;
const millimetres = (cm: number): string => (cm * 10).toFixed(1);

function lines(
  table: LipTable,
  track: number,
  columns: readonly (readonly [LipColumn, string, boolean?])[],
): PlotLine[] {
  const { firstFrame } = table.tracks[track]!;
  return columns.map(([column, colour, dashed]) => ({
    colour,
    ...(dashed ? { dashed } : {}),
    stretches: [{ firstFrame, values: columnOf(table, track, column) }],
  }));
}

function marksOf(table: LipTable, track: number): PlotMark[] {
  const rows = [
    [LIPS_CLOSED.plate, MOUTH_COLOURS.plate],
    [LIPS_CLOSED.mesh, MOUTH_COLOURS.mesh],
    [LIPS_CLOSED.edit, MOUTH_COLOURS.edit],
  ] as const;
  return rows.flatMap(([bit, colour], index) =>
    closures(table, track, bit).map((one) => ({ ...one, colour, row: 2 - index })),
  );
}

/** Largest value of some columns, for the height of a plot; never less than `least`. */
function most(table: LipTable, track: number, columns: readonly LipColumn[], least: number): number {
  let top = least;
  for (const column of columns) for (const value of columnOf(table, track, column)) if (value > top) top = value;
  return top;
}

function Figures({ table, track, frame }: { table: LipTable; track: number; frame: number }) {
  const lips = lipsAt(table, track, frame);
  const value = (cm: number | undefined): string => (cm === undefined ? '-' : millimetres(cm));
  const touch = (bit: number): string => (lips && lips.closed & bit ? 'closed' : '');
  return (
    <table className="mouth-figures">
      <thead>
        <tr>
          <th>mm</th>
          <th style={{ color: MOUTH_COLOURS.plate }}>Plate</th>
          <th style={{ color: MOUTH_COLOURS.mesh }}>Mesh</th>
          <th style={{ color: MOUTH_COLOURS.edit }}>Edit</th>
        </tr>
      </thead>
      <tbody>
        <tr>
          <th>Gap</th>
          <td>{value(lips?.plateGap)}</td>
          <td>{value(lips?.meshGap)}</td>
          <td>{value(lips?.editGap)}</td>
        </tr>
        <tr>
          <th>Width</th>
          <td>{value(lips?.plateWidth)}</td>
          <td>{value(lips?.meshWidth)}</td>
          <td>{value(lips?.editWidth)}</td>
        </tr>
        <tr>
          <th>Lips</th>
          <td>{touch(LIPS_CLOSED.plate)}</td>
          <td>{touch(LIPS_CLOSED.mesh)}</td>
          <td>{touch(LIPS_CLOSED.edit)}</td>
        </tr>
        <tr>
          <th>Fit error</th>
          <td colSpan={3}>{lips ? `${millimetres(lips.error)} mm between plate and mesh` : ''}</td>
        </tr>
      </tbody>
    </table>
  );
}

function Curves({
  table,
  track,
  place,
  frame,
  children,
}: {
  table: LipTable;
  track: number;
  place: ClipPlace;
  frame: number;
  children: ReactNode;
}) {
  const drawn = useMemo(
    () => ({
      gap: lines(table, track, [
        ['plateGap', MOUTH_COLOURS.plate],
        ['meshGap', MOUTH_COLOURS.mesh, true],
        ['editGap', MOUTH_COLOURS.edit],
      ]),
      width: lines(table, track, [
        ['plateWidth', MOUTH_COLOURS.plate],
        ['meshWidth', MOUTH_COLOURS.mesh, true],
        ['editWidth', MOUTH_COLOURS.edit],
      ]),
      error: lines(table, track, [['error', '#ec8479']]),
      marks: marksOf(table, track),
      topGap: most(table, track, ['plateGap', 'meshGap', 'editGap'], 0.5),
      topWidth: most(table, track, ['plateWidth', 'meshWidth', 'editWidth'], 5),
      topError: most(table, track, ['error'], 0.2),
    }),
    [table, track],
  );
  const shared = { range: place.range, frame, height: HEIGHT, onSeek: place.seekMedia };
  return (
    <>
      <div className="curve">
        <span className="muted">Inner-lip gap; bars below: lips touch</span>
        <Plot
          {...shared}
          label="Inner-lip gap over time: plate, mesh and edit"
          lines={drawn.gap}
          marks={drawn.marks}
          span={[0, drawn.topGap]}
        />
      </div>
      {children}
      <div className="curve">
        <span className="muted">Width</span>
        <Plot
          {...shared}
          label="Width of the mouth over time: plate, mesh and edit"
          lines={drawn.width}
          span={[Math.min(3, drawn.topWidth - 1), drawn.topWidth]}
        />
      </div>
      <div className="curve">
        <span className="muted">Fit error</span>
        <Plot
          {...shared}
          label="Distance of the mesh's lips from the plate's over time"
          lines={drawn.error}
          span={[0, drawn.topError]}
          height={52}
        />
      </div>
    </>
  );
}

/** How the reconstructed mouth fits the plate, and what the edit does to it: pictures, curves, the worst frames. */
export function MouthPanel() {
  const project = useStudio((state) => state.project);
  const sequence = useStudio(currentSequence);
  const frame = useStudio((state) => state.frame);
  const clip = useStudio(clipToInspect);
  const [chosen, setChosen] = useState(0);
  const [edited, setEdited] = useState(false);
  const [contours, setContours] = useState(true);
  const { table, message } = useLipTable(project, clip);
  const place = useMemo(
    () => (project && sequence && clip ? placeOf(project, sequence, clip) : undefined),
    [project, sequence, clip],
  );
  const worst = useMemo(() => (table && place ? worstFrames(table, place.range) : []), [table, place]);
  if (!project || !sequence || !clip || !place || !performanceOf(project, clip))
    return <div className="empty-state">Track the faces of a clip (T) to see how its mouth fits.</div>;
  const mediaFrame = place.mediaFrameAt(frame);
  const here = (table?.tracks ?? []).flatMap(({ firstFrame, frameCount }, index) =>
    mediaFrame >= firstFrame && mediaFrame < firstFrame + frameCount ? [index] : [],
  );
  const track = here.includes(chosen) ? chosen : (here[0] ?? 0);
  const step = (by: 1 | -1): void => {
    const ordered = worst.map((one) => one.frame).sort((a, b) => a - b);
    const next = by > 0 ? ordered.find((at) => at > mediaFrame) : ordered.findLast((at) => at < mediaFrame);
    const to = next ?? (by > 0 ? ordered[0] : ordered.at(-1));
    if (to !== undefined) place.seekMedia(to);
  };
  return (
    <div className="mouth-panel">
      <div className="inline-bar">
        <button
          type="button"
          className={edited ? 'quiet' : 'chosen'}
          aria-pressed={!edited}
          onClick={() => setEdited(false)}
        >
          Source
        </button>
        <button
          type="button"
          className={edited ? 'chosen' : 'quiet'}
          aria-pressed={edited}
          onClick={() => setEdited(true)}
        >
          Edit
        </button>
        <span className="spacer" />
        {here.length > 1 && (
          <select aria-label="Face" value={track} onChange={({ target }) => setChosen(Number(target.value))}>
            {here.map((index) => (
              <option key={index} value={index}>{`Face ${here.indexOf(index) + 1}`}</option>
            ))}
          </select>
        )}
        <label className="inline">
          <input type="checkbox" checked={contours} onChange={({ target }) => setContours(target.checked)} /> Contours
        </label>
      </div>
      <MouthViews clip={clip} track={track} edited={edited} contours={contours} />
      {message && <p className="warn">{message}</p>}
      {table && (
        <Curves table={table} track={track} place={place} frame={mediaFrame}>
          <div className="inline-bar">
            <strong>Worst frames</strong>
            <span className="spacer" />
            <button type="button" onClick={() => step(-1)} aria-label="Previous of the worst frames">
              {'\u2039'}
            </button>
            <button type="button" onClick={() => step(1)} aria-label="Next of the worst frames">
              {'\u203a'}
            </button>
          </div>
          <ul className="worst-frames">
            {worst.map((one) => (
              <li key={`${one.track} ${one.frame}`}>
                <button
                  type="button"
                  className={one.frame === mediaFrame ? 'chosen' : 'quiet'}
                  onClick={() => {
                    setChosen(one.track);
                    place.seekMedia(one.frame);
                  }}
                >
                  <span className="numbers">
                    {formatTimecode(
                      sequence.startFrame + place.sequenceFrame(one.frame),
                      sequence.rate,
                      sequence.dropFrame,
                    )}
                  </span>
                  <span className={one.lostClosure ? 'warn' : 'muted'}>
                    {one.lostClosure ? 'closure lost' : `${millimetres(one.error)} mm`}
                  </span>
                </button>
              </li>
            ))}
          </ul>
          <Figures table={table} track={track} frame={mediaFrame} />
        </Curves>
      )}
    </div>
  );
}
