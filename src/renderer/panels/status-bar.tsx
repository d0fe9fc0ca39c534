import { useStudio } from '../state/studio.ts';
import { shownBytes } from './shown-bytes.ts';

/** What the engine runs on and what it is doing. */
export function StatusBar() {
  const status = useStudio((state) => state.status);
  const connection = useStudio((state) => state.connection);
  const open = useStudio((state) => state.open);
  const work = useStudio((state) => state.work);
  const running = Object.values(work).filter(({ state }) => state === 'running');
  const words = connection === 'online' ? 'Engine ready' : connection === 'lost' ? 'Engine restarting' : 'Connecting';
  return (
    <footer className="status-bar">
      <span className={`dot ${connection}`} />
      <span>{words}</span>
      {status && (
        <span>
          {status.provider ? `Networks run on ${status.provider}` : `${status.cores} cores, networks not used yet`}
        </span>
      )}
      {status && <span className="numbers">{`Memory ${shownBytes(status.memory.usedBytes)}`}</span>}
      {running.map(({ work: id, label, done, total }) => (
        <span
          key={id}
          className="numbers"
        >{`${label} ${total > 0 ? `${Math.round((done / total) * 100)} %` : ''}`}</span>
      ))}
      {status && status.running.jobs > 0 && <span>{`${status.running.jobs} exporting`}</span>}
      <span className="spacer" />
      {open?.readOnly && <span className="warn">Read-only</span>}
      {status && <span className="muted">{`Retake ${status.version}`}</span>}
    </footer>
  );
}
