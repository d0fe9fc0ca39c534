import { commandOf, useTooltip } from '../commands.ts';
import { desktop } from '../engine/transport.ts';
import { useStudio } from '../state/studio.ts';
import { Dock } from './dock.tsx';
import { MenuBar } from './menu-bar.tsx';

function CommandButton({ id, text }: { id: string; text?: string }) {
  const command = commandOf(id);
  // Enabled by what the history, the selection or the project say: rendered again when that changes.
  const enabled = useStudio(() => command.enabled?.() !== false);
  return (
    <button type="button" className="quiet" title={useTooltip(id)} disabled={!enabled} onClick={command.run}>
      {text ?? command.label}
    </button>
  );
}

/** The place where people edit. */
export function Workspace() {
  const name = useStudio(({ project }) => project?.head.name ?? '');
  return (
    <main className="workspace">
      <header className="top-bar">
        <img src="./icon.svg" alt="" width={20} height={20} />
        <strong>{name}</strong>
        {!desktop && <MenuBar />}
        <span className="divider" />
        <CommandButton id="media.import" text="Import" />
        <CommandButton id="undo" text="Undo" />
        <CommandButton id="redo" text="Redo" />
        <CommandButton id="history" text="History" />
        <span className="spacer" />
        <CommandButton id="palette" text="Commands" />
        <CommandButton id="project.close" text="Close" />
        <button type="button" className="primary" title={useTooltip('export')} onClick={commandOf('export').run}>
          Export
        </button>
      </header>
      <Dock />
    </main>
  );
}
