import { useState } from 'react';
import type { FrameNote, Job } from '../../contract/jobs.ts';
import { showPanel } from '../state/dock.ts';
import { seek } from '../state/queries.ts';
import { ask, useStudio } from '../state/studio.ts';
import { ExportedFile } from './exported-file.tsx';
import { shownSeconds } from './progress-line.tsx';

async function refresh(): Promise<void> {
  const jobs = await ask((client) => client.jobs.list());
  if (jobs) useStudio.setState({ jobs });
}

function act(job: number, what: 'pause' | 'resume' | 'retry' | 'cancel' | 'remove'): void {
  void ask((client) => client.jobs[what]({ job })).then(refresh);
}

/** Moves a waiting job before the one above it, or behind the one below. */
function reorder(job: number, by: 1 | -1): void {
  const waiting = useStudio.getState().jobs.filter(({ state }) => state === 'queued');
  const at = waiting.findIndex(({ id }) => id === job);
  if (at + by < 0 || at + by >= waiting.length) return;
  const before = by < 0 ? waiting[at - 1]!.id : (waiting[at + 2]?.id ?? null);
  void ask((client) => client.jobs.moveBefore({ job, before })).then(refresh);
}

const ACTIONS: Readonly<Record<Job['state'], readonly ('pause' | 'resume' | 'retry' | 'cancel' | 'remove')[]>> = {
  queued: ['pause', 'cancel'],
  running: ['pause', 'cancel'],
  paused: ['resume', 'cancel'],
  done: ['remove'],
  failed: ['retry', 'remove'],
  cancelled: ['retry', 'remove'],
};

function JobRow({ job }: { job: Job }) {
  const pace = useStudio(({ paces }) => paces[job.id]);
  const [notes, setNotes] = useState<readonly FrameNote[]>();
  const [file, setFile] = useState<string>();
  const { id, state, spec, framesDone, framesTotal, failure } = job;
  return (
    <li className={`job ${state}`}>
      <div className="job-head">
        <strong title={spec.name}>{spec.name}</strong>
        <span className={`state ${state}`}>{state}</span>
      </div>
      {state === 'running' && (
        <>
          <progress aria-label={spec.name} value={framesDone} max={Math.max(1, framesTotal)} />
          <span className="muted numbers">
            {framesTotal > 0 ? `${framesDone} of ${framesTotal} frames` : 'Getting ready'}
            {pace && pace.framesPerSecond > 0 ? `, ${pace.framesPerSecond.toFixed(1)} frames/s` : ''}
            {pace && pace.secondsLeft !== null ? `, ${shownSeconds(pace.secondsLeft)} left` : ''}
          </span>
        </>
      )}
      {failure && <p className="warn">{failure.message}</p>}
      <ExportedFile path={spec.out} finished={state === 'done'} />
      <div className="job-actions">
        {ACTIONS[state].map((what) => (
          <button key={what} type="button" onClick={() => act(id, what)}>
            {`${what[0]!.toUpperCase()}${what.slice(1)}`}
          </button>
        ))}
        {state === 'queued' && (
          <>
            <button type="button" aria-label={`Run ${spec.name} earlier`} onClick={() => reorder(id, -1)}>
              {'\u2191'}
            </button>
            <button type="button" aria-label={`Run ${spec.name} later`} onClick={() => reorder(id, 1)}>
              {'\u2193'}
            </button>
          </>
        )}
        {state === 'done' && (
          <>
            <button type="button" onClick={() => showPanel('report')}>
              Report
            </button>
            <button
              type="button"
              onClick={() => void ask((client) => client.jobs.notes({ job: id })).then((found) => setNotes(found))}
            >
              Frame notes
            </button>
            <button
              type="button"
              onClick={() =>
                void ask((client) => client.jobs.file({ job: id })).then((found) => setFile(found?.source))
              }
            >
              Show
            </button>
          </>
        )}
      </div>
      {file && (
        // biome-ignore lint/a11y/useMediaCaption: an export of this very person's footage has no captions
        <video className="job-video" src={`/media/${file}`} controls />
      )}
      {notes && (
        <ul className="notes">
          {notes.length === 0 && <li className="muted">Every frame carries the edit in full.</li>}
          {notes.slice(0, 200).map(({ frame, reason }) => (
            <li key={frame}>
              <button type="button" className="quiet numbers" onClick={() => seek(frame)}>
                {`${frame}: ${reason}`}
              </button>
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}

/** The render queue. */
export function JobsPanel() {
  const jobs = useStudio((state) => state.jobs);
  return (
    <ul className="jobs">
      {jobs.length === 0 && (
        <li className="empty-state muted">Exports stand here while they are made. Ctrl+E starts one.</li>
      )}
      {jobs.toReversed().map((job) => (
        <JobRow key={job.id} job={job} />
      ))}
    </ul>
  );
}
