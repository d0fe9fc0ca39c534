import { randomUUID } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where programs of this platform keep what they can work out again; RETAKE_CACHE names another folder. */
export function cacheFolder(): string {
  const named = process.env['RETAKE_CACHE'];
  if (named !== undefined && named !== '') return named;
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'retake', 'cache');
  }
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'retake');
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'retake');
}

/** Writes a cache file in one step. A cache that cannot be written is no reason to fail: it is worked out again. */
export function writeCacheFile(path: string, text: string): void {
  const temporary = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch {
    try {
      rmSync(temporary, { force: true });
    } catch {
      // Its folder is no folder, so there is nothing to clear away either.
    }
  }
}
