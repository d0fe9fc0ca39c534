import { join } from 'node:path';
import { app, type BrowserWindow, dialog, type FileFilter, type OpenDialogOptions } from 'electron';
import type { ChooseRequest } from '../contract/desktop.ts';
import { withProjectExtension } from './open-files.ts';

const PROJECTS = { name: 'Retake projects', extensions: ['retake'] };
const STYLES = { name: 'Styles of talking heads', extensions: ['json'] };
const MEDIA: FileFilter[] = [
  {
    name: 'Media',
    extensions: [
      ...['mp4', 'mov', 'm4v', 'mkv', 'webm', 'avi', 'mpg', 'mpeg', 'mts', 'm2ts', 'mxf', 'ts', 'flv', 'wmv', 'y4m'],
      ...['png', 'jpg', 'jpeg', 'tif', 'tiff', 'bmp', 'webp'],
      ...['wav', 'aif', 'aiff', 'flac', 'mp3', 'm4a', 'aac', 'ogg'],
    ],
  },
  { name: 'All files', extensions: ['*'] },
];

async function openDialog(window: BrowserWindow, options: OpenDialogOptions): Promise<string[]> {
  const { canceled, filePaths } = await dialog.showOpenDialog(window, options);
  return canceled ? [] : filePaths;
}

async function saveDialog(window: BrowserWindow, title: string, name: string, project: boolean): Promise<string[]> {
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    title,
    defaultPath: join(app.getPath(project ? 'documents' : 'videos'), name),
    ...(project && { filters: [PROJECTS] }),
    properties: ['createDirectory', 'showOverwriteConfirmation'],
  });
  if (canceled || filePath === '') return [];
  return [project ? withProjectExtension(filePath) : filePath];
}

/** Asks a person for files in a native dialog. */
export async function choose(window: BrowserWindow, { purpose, name }: ChooseRequest): Promise<string[]> {
  switch (purpose) {
    case 'open-project':
      return await openDialog(window, { title: 'Open Project', filters: [PROJECTS], properties: ['openFile'] });
    case 'import-media':
      return await openDialog(window, {
        title: 'Import Media',
        filters: MEDIA,
        // Only a Mac's dialog takes files and folders at once.
        properties: [
          'openFile',
          'multiSelections',
          ...(process.platform === 'darwin' ? (['openDirectory'] as const) : []),
        ],
      });
    case 'new-project':
      return await saveDialog(window, 'New Project', `${name ?? 'Untitled'}.retake`, true);
    case 'choose-style':
      return await openDialog(window, { title: 'Saved Style', filters: [STYLES], properties: ['openFile'] });
    case 'export':
      return await saveDialog(window, 'Export', name ?? 'Untitled.mov', false);
  }
}
