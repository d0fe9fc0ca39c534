import { useEffect } from 'react';
import { listenForShortcuts } from './commands.ts';
import { connectShell } from './engine/desktop-shell.ts';
import { desktop } from './engine/transport.ts';
import { CommandPalette } from './panels/command-palette.tsx';
import { ContextMenu } from './panels/context-menu.tsx';
import { ExportDialog } from './panels/export-dialog.tsx';
import { FileDialog } from './panels/file-dialog.tsx';
import { HistoryDialog } from './panels/history-dialog.tsx';
import { NativeFileDialog } from './panels/native-file-dialog.tsx';
import { Notices } from './panels/notices.tsx';
import { ShortcutsDialog } from './panels/shortcuts-dialog.tsx';
import { StartScreen } from './panels/start-screen.tsx';
import { StatusBar } from './panels/status-bar.tsx';
import { Workspace } from './panels/workspace.tsx';
import { start } from './state/session.ts';
import { isFilePurpose, useStudio } from './state/studio.ts';

/** The whole interface: start screen or workspace, dialogs over it, status below. */
export function App() {
  const isOpen = useStudio(({ project }) => project !== null);
  const dialog = useStudio((state) => state.dialog);
  useEffect(start, []);
  useEffect(listenForShortcuts, []);
  useEffect(connectShell, []);
  const Files = desktop ? NativeFileDialog : FileDialog;
  return (
    <div className="app">
      {isOpen ? <Workspace /> : <StartScreen />}
      <StatusBar />
      {dialog === 'palette' && <CommandPalette />}
      {dialog === 'shortcuts' && <ShortcutsDialog />}
      {dialog === 'history' && <HistoryDialog />}
      {dialog === 'export' && <ExportDialog />}
      {isFilePurpose(dialog) && <Files purpose={dialog} />}
      <ContextMenu />
      <Notices />
    </div>
  );
}
