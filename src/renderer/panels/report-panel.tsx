import { useEffect, useState } from 'react';
import type { FrameNote, Job } from '../../contract/jobs.ts';
import { evaluateFrame } from '../../core/document/evaluate.ts';
import { formatTimecode } from '../../core/timecode.ts';
import { type FlaggedRun, flaggedRuns, reasonWords } from '../report/flagged.ts';
import { FramePair } from '../report/frame-pair.tsx';
import { currentSequence, seek } from '../state/queries.ts';
import { ask, useStudio } from '../state/studio.ts';
import { ProgressLine } from './progress-line.tsx';

/** So many stretches have a picture; a list of more helps nobody. */
const MOST = 24;

interface Payload {
  readonly project?: string;
  readonly sequence?: string;
}

function Flagged({ runs, sequence }: { runs: readonly FlaggedRun[]; sequence: string }) {
  const shown = useStudio(currentSequence);
  if (!shown) return null;
  return (
    <ul className="flagged">
      {runs.slice(0, MOST).map(({ from, until, reason }) => (
        <li key={`${from} ${reason}`}>
          <button type="button" title="Go to this frame" onClick={() => seek(from)}>
            <FramePair sequence={sequence} frame={from} />
            <span className="numbers">
              {formatTimecode(shown.startFrame + from, shown.rate, shown.dropFrame)}
              {until - from > 1 ? ` and ${until - from - 1} more` : ''}
            </span>
            <span className="muted">{reasonWords(reason)}</span>
          </button>
        </li>
      ))}
      {runs.length > MOST && <li className="muted">{`${runs.length - MOST} more stretches`}</li>}
    </ul>
  );
}

/** Measures the finished film against the clip that it was made of; only where it is one clip. */
function Measure({ job, sequence }: { job: Job; sequence: string }) {
  const project = useStudio((state) => state.project);
  const running = useStudio(({ work, measured }) => work[measured[job.id] ?? '']);
  const wanted = useStudio(({ reports }) => reports.includes(job.id));
  const first = project ? evaluateFrame(project, sequence, job.spec.range?.from ?? 0).layers.at(-1) : undefined;
  const tracks = project?.sequences[sequence]?.tracks ?? [];
  const clips = tracks.flatMap((id) => (project?.tracks[id]?.kind === 'video' ? project.tracks[id].items : []));
  const path = first?.media.path;
  const begin = (): void => {
    if (clips.length !== 1 || !path) return;
    void ask((client) => client.work.report({ before: path, after: job.spec.out })).then(
      (made) => made && useStudio.setState(({ measured }) => ({ measured: { ...measured, [job.id]: made.work } })),
    );
  };
  // Once, when the export was finished that asked for it.
  useEffect(() => {
    if (!wanted) return;
    useStudio.setState(({ reports }) => ({ reports: reports.filter((id) => id !== job.id) }));
    begin();
  });
  if (clips.length !== 1 || !path)
    return <p className="muted">The film is cut of several clips; its figures are measured clip by clip.</p>;
  const page = running?.state === 'done' ? String(running.result?.['page']) : undefined;
  const worst = (running?.state === 'done' ? (running.result?.['worst'] as number[]) : []) ?? [];
  return (
    <>
      {running?.state === 'running' ? (
        <ProgressLine work={running} />
      ) : (
        <button type="button" onClick={begin}>
          Measure identity, lips and flicker
        </button>
      )}
      {worst.length > 0 && (
        <>
          <h3>Look here first</h3>
          <Flagged
            sequence={sequence}
            runs={worst.map((frame) => ({
              from: frame,
              until: frame + 1,
              reason: 'Largest change of the lips or face',
            }))}
          />
        </>
      )}
      {page && <iframe className="report-page" title="Figures of the edit" src={page} />}
    </>
  );
}

/** What an export did, frame by frame: what was left alone and why, before and after, and how it measures. */
export function ReportPanel() {
  const jobs = useStudio((state) => state.jobs);
  const project = useStudio((state) => state.project);
  const [chosen, setChosen] = useState<number>();
  const [notes, setNotes] = useState<readonly FrameNote[]>();
  const done = jobs.filter(
    ({ state, spec }) => state === 'done' && project?.sequences[(spec.payload as Payload).sequence ?? ''] !== undefined,
  );
  const job = done.find(({ id }) => id === chosen) ?? done.at(-1);
  const id = job?.id;
  useEffect(() => {
    setNotes(undefined);
    if (id === undefined) return undefined;
    let over = false;
    void ask((client) => client.jobs.notes({ job: id })).then((found) => !over && setNotes(found));
    return () => {
      over = true;
    };
  }, [id]);
  if (!job) return <div className="empty-state">Export the sequence (Ctrl+E) to see here what the edit did.</div>;
  const { sequence } = job.spec.payload as { sequence: string };
  const runs = flaggedRuns(notes ?? []);
  const untouched = (notes ?? []).filter(({ reason }) => reason === 'unchanged').length;
  return (
    <div className="report">
      {done.length > 1 && (
        <select aria-label="Export" value={id} onChange={({ target }) => setChosen(Number(target.value))}>
          {done.map((one) => (
            <option key={one.id} value={one.id}>
              {`${one.spec.name}, ${new Date(one.finished ?? one.created).toLocaleTimeString()}`}
            </option>
          ))}
        </select>
      )}
      <p>
        {`${job.framesTotal} frames, ${job.framesTotal - (notes?.length ?? 0)} of them edited in full`}
        {untouched > 0 ? `, ${untouched} without an effect` : ''}.
      </p>
      {notes && (
        <>
          <h3>{runs.length === 0 ? 'No frame had to be left alone' : 'Frames that were left alone'}</h3>
          <Flagged runs={runs} sequence={sequence} />
        </>
      )}
      <Measure key={id} job={job} sequence={sequence} />
    </div>
  );
}
