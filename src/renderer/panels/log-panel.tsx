import { useEffect, useState } from 'react';
import type { LogEntry } from '../../contract/app.ts';
import { useStudio } from '../state/studio.ts';

/** What the engine has to say about itself. */
export function LogPanel() {
  const client = useStudio((state) => state.client);
  const [lines, setLines] = useState<readonly LogEntry[]>([]);
  useEffect(() => {
    if (!client) return undefined;
    let ended = false;
    void (async () => {
      setLines(await client.app.log({}));
      for await (const line of await client.app.logEvents()) {
        if (ended) return;
        setLines((old) => [...old, line].slice(-500));
      }
    })().catch(() => undefined);
    return () => {
      ended = true;
    };
  }, [client]);
  return (
    <ol className="log">
      {lines.map(({ index, time, level, message }) => (
        <li key={index} className={level}>
          <time className="muted numbers">{new Date(time).toLocaleTimeString()}</time> {message}
        </li>
      ))}
      {lines.length === 0 && <li className="muted">Nothing to report.</li>}
    </ol>
  );
}
