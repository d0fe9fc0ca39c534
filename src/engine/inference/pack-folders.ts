import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A folder of model packs and whose it is. */
export interface PackFolder {
  readonly path: string;
  readonly origin: 'user' | 'bundled';
}

/** Where programs of this platform keep a user's data. */
function userDataFolder(): string {
  if (process.platform === 'win32') return process.env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  return process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
}

/**
 * Folders searched for packs, first match wins: those of the environment variable RETAKE_PACKS (separated like PATH),
 * or else the user's own pack folder; then what `npm run models` built.
 */
export function packFolders(): PackFolder[] {
  const named = (process.env['RETAKE_PACKS'] ?? '').split(delimiter).filter((path) => path !== '');
  const own = named.length > 0 ? named : [join(userDataFolder(), 'retake', 'packs')];
  const bundled = fileURLToPath(new URL('../../../native-models/dist', import.meta.url));
  return [...own.map((path) => ({ path, origin: 'user' }) as const), { path: bundled, origin: 'bundled' }];
}
