import { useState } from 'react';
import { commandOf, tooltipOf } from '../commands.ts';
import { MouthPanel } from '../mouth/mouth-panel.tsx';
import { useStudio } from '../state/studio.ts';
import { Timeline } from '../timeline/timeline.tsx';
import { Viewer } from '../viewer/viewer.tsx';
import { FaceViewport } from '../viewport/face-viewport.tsx';
import { CurvesPanel } from './curves-panel.tsx';
import { Inspector } from './inspector.tsx';
import { JobsPanel } from './jobs-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { MediaPanel } from './media-panel.tsx';

const LEFT = ['Media', 'Jobs', 'Log'] as const;
const RIGHT = ['Inspector', '3D', 'Mouth', 'Curves'] as const;

function Tabs<T extends string>({ names, at, onChange }: { names: readonly T[]; at: T; onChange: (name: T) => void }) {
  return (
    <div className="tabs" role="tablist">
      {names.map((name) => (
        <button key={name} type="button" role="tab" aria-selected={name === at} onClick={() => onChange(name)}>
          {name}
        </button>
      ))}
    </div>
  );
}

function CommandButton({ id, text }: { id: string; text?: string }) {
  const command = commandOf(id);
  // Rendered again with every change of state, so that enabled is true to it.
  useStudio();
  return (
    <button
      type="button"
      className="quiet"
      title={tooltipOf(id)}
      disabled={command.enabled?.() === false}
      onClick={command.run}
    >
      {text ?? command.label}
    </button>
  );
}

/** The place where people edit. */
export function Workspace() {
  const [left, setLeft] = useState<(typeof LEFT)[number]>('Media');
  const [right, setRight] = useState<(typeof RIGHT)[number]>('Inspector');
  const name = useStudio(({ project }) => project?.head.name ?? '');
  return (
    <main className="workspace">
      <header className="top-bar">
        <img src="./icon.svg" alt="" width={20} height={20} />
        <strong>{name}</strong>
        <CommandButton id="media.import" text="Import" />
        <CommandButton id="undo" text="Undo" />
        <CommandButton id="redo" text="Redo" />
        <CommandButton id="history" text="History" />
        <span className="spacer" />
        <CommandButton id="palette" text="Commands" />
        <CommandButton id="project.close" text="Close" />
        <button type="button" className="primary" title={tooltipOf('export')} onClick={commandOf('export').run}>
          Export
        </button>
      </header>
      <section className="left panel" aria-label={left}>
        <Tabs names={LEFT} at={left} onChange={setLeft} />
        {left === 'Media' ? <MediaPanel /> : left === 'Jobs' ? <JobsPanel /> : <LogPanel />}
      </section>
      <section className="middle panel" aria-label="Viewer">
        <Viewer />
      </section>
      <section className="right panel" aria-label={right}>
        <Tabs names={RIGHT} at={right} onChange={setRight} />
        {right === 'Inspector' ? (
          <Inspector />
        ) : right === '3D' ? (
          <FaceViewport />
        ) : right === 'Mouth' ? (
          <MouthPanel />
        ) : (
          <CurvesPanel />
        )}
      </section>
      <section className="bottom panel" aria-label="Timeline">
        <Timeline />
      </section>
    </main>
  );
}
