import { dismiss, useStudio } from '../state/studio.ts';

/** What has to be said: errors until they are read, the rest for a while. */
export function Notices() {
  const notices = useStudio((state) => state.notices);
  const lost = useStudio(({ connection }) => connection === 'lost');
  return (
    <div className="notices" role="status" aria-live="polite">
      {lost && <div className="notice info">The engine stopped. It is started again; your project is safe.</div>}
      {notices.map(({ id, tone, text }) => (
        <div key={id} className={`notice ${tone}`} role={tone === 'error' ? 'alert' : undefined}>
          <span>{text}</span>
          <button type="button" className="quiet" aria-label="Dismiss" onClick={() => dismiss(id)}>
            {'\u00d7'}
          </button>
        </div>
      ))}
    </div>
  );
}
