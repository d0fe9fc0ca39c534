import type { DesktopOrder, InterfaceState } from '../../contract/desktop.ts';
import { COMMANDS, commandOf } from '../commands.ts';
import { createProject, importMedia, openProject, relink } from '../state/session.ts';
import { keysOf } from '../state/shortcuts.ts';
import { type FilePurpose, useStudio } from '../state/studio.ts';
import { takeStyle } from '../state/talk.ts';
import { desktop } from './transport.ts';

/** A drag tells of every move; a menu need not follow faster than an eye. */
const TELL_MS = 200;

function stateNow(): InterfaceState {
  const { recent, open, project } = useStudio.getState();
  return {
    commands: COMMANDS.map((command) => ({
      id: command.id,
      label: command.label,
      keys: keysOf(command),
      enabled: command.enabled?.() !== false,
    })),
    recent: recent.filter(({ exists }) => exists).map(({ path, name }) => ({ path, name })),
    project: open && project ? { path: open.path, name: project.head.name } : null,
  };
}

function obey(order: DesktopOrder): void {
  if (order.type === 'open-project') void openProject(order.path);
  else {
    const command = commandOf(order.id);
    if (command.enabled?.() !== false) command.run();
  }
}

/**
 * In a window of the desktop shell: its native menu shows the command records and runs them, and projects that the
 * system is asked to open are opened. In a browser nothing happens.
 */
export function connectShell(): () => void {
  if (!desktop) return () => undefined;
  const shell = desktop;
  let told = '';
  let timer: ReturnType<typeof setTimeout> | undefined;
  let early: DesktopOrder[] = [];
  const tell = (): void => {
    timer = undefined;
    const state = stateNow();
    const text = JSON.stringify(state);
    if (text === told) return;
    told = text;
    shell.tell(state);
  };
  const stop = useStudio.subscribe(({ connection }) => {
    timer ??= setTimeout(tell, TELL_MS);
    if (connection !== 'online' || early.length === 0) return;
    const orders = early;
    early = [];
    for (const order of orders) obey(order);
  });
  shell.onOrder((order) => {
    if (useStudio.getState().connection === 'online') obey(order);
    else early.push(order); // of the engine, which is starting still
  });
  tell();
  return () => {
    clearTimeout(timer);
    stop();
  };
}

/** Opens the native dialog for what the interface's own file dialog is for elsewhere; false in a browser. */
export async function chooseNatively(purpose: FilePurpose): Promise<boolean> {
  if (!desktop) return false;
  const names = {
    import: 'import-media',
    open: 'open-project',
    create: 'new-project',
    relink: 'import-media',
    style: 'choose-style',
  } as const;
  const paths = await desktop.choose({ purpose: names[purpose] });
  useStudio.setState({ dialog: 'none' });
  const [first] = paths;
  if (first === undefined) return true;
  const { selectedMedia } = useStudio.getState();
  if (purpose === 'import') await importMedia(paths);
  else if (purpose === 'relink') await (selectedMedia === null ? undefined : relink(selectedMedia, first));
  else if (purpose === 'style') await takeStyle(first);
  else if (purpose === 'open') await openProject(first);
  else await createProject(first, first.replace(/^.*[\\/]/, '').replace(/\.retake$/i, ''));
  return true;
}
