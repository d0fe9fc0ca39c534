import { openProject, openSample } from '../state/session.ts';
import { ask, useStudio } from '../state/studio.ts';
import { ProgressLine } from './progress-line.tsx';

/** What a person sees first: projects of late, a new one, and a sample that needs nothing. */
export function StartScreen() {
  const recent = useStudio((state) => state.recent);
  const online = useStudio(({ connection }) => connection === 'online');
  const work = useStudio((state) => state.work);
  const sample = Object.values(work).find(({ kind, state }) => kind === 'sample' && state === 'running');
  return (
    <main className="start">
      <div className="start-inner">
        <h1>
          <img src="./icon.svg" alt="" width={36} height={36} /> Retake
        </h1>
        <p className="muted">Re-perform a filmed actor without a reshoot. Everything stays on this machine.</p>
        <div className="start-actions">
          <button
            type="button"
            className="primary"
            disabled={!online}
            onClick={() => useStudio.setState({ dialog: 'create' })}
          >
            New project
          </button>
          <button type="button" disabled={!online} onClick={() => useStudio.setState({ dialog: 'open' })}>
            Open project
          </button>
          <button type="button" disabled={!online || sample !== undefined} onClick={() => void openSample()}>
            Open the sample
          </button>
        </div>
        {sample && <ProgressLine work={sample} />}
        <h2>Recent projects</h2>
        {recent.length === 0 ? (
          <p className="muted">
            None yet. The sample is a good start: a digital actor who says a sentence. Put an emotion on him and watch.
          </p>
        ) : (
          <ul className="recent">
            {recent.map(({ path, name, exists, opened }) => (
              <li key={path}>
                <button type="button" disabled={!exists || !online} onClick={() => void openProject(path)}>
                  <strong>{name}</strong>
                  <span className="muted">
                    <bdi>{exists ? path : `${path} is not there any more`}</bdi>
                  </span>
                  <time className="muted">{new Date(opened).toLocaleDateString()}</time>
                </button>
                {!exists && (
                  <button
                    type="button"
                    className="quiet"
                    aria-label={`Forget ${name}`}
                    onClick={() =>
                      void ask(async (client) => {
                        await client.app.forget({ path });
                        useStudio.setState({ recent: await client.app.recent() });
                      })
                    }
                  >
                    {'\u00d7'}
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
      </div>
    </main>
  );
}
