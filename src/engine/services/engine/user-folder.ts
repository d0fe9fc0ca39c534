import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the user's own Retake data lie (queue, recent projects, sample project); RETAKE_HOME names another folder. */
export function userFolder(): string {
  const named = process.env['RETAKE_HOME'];
  if (named !== undefined && named !== '') return named;
  if (process.platform === 'win32')
    return join(process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'retake');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'retake');
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'retake');
}
