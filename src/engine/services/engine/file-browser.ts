import { mkdir, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, isAbsolute, join, parse, resolve } from 'node:path';
import type { FileEntry } from '../../../contract/files.ts';
import { RetakeError } from '../../../core/errors.ts';

const MOST_ENTRIES = 5000;

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Places to start from: the user's home, its usual folders, and where disks are mounted. */
export async function fileRoots(): Promise<{ name: string; path: string }[]> {
  const home = homedir();
  const candidates = [
    { name: 'Home', path: home },
    ...['Videos', 'Movies', 'Desktop', 'Documents', 'Downloads'].map((name) => ({ name, path: join(home, name) })),
    { name: 'Working folder', path: process.cwd() },
    ...['/Volumes', '/media', '/mnt'].map((path) => ({ name: basename(path), path })),
    { name: parse(home).root, path: parse(home).root },
  ];
  const there = await Promise.all(candidates.map(({ path }) => isFolder(path)));
  return candidates.filter((_, index) => there[index]);
}

function failure(path: string, error: unknown): RetakeError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new RetakeError('file-not-found', `There is no folder ${path}.`, { path }, error);
  return new RetakeError('file-unreadable', `The folder ${path} may not be read by you.`, { path }, error);
}

function requireAbsolute(path: string): string {
  if (!isAbsolute(path)) throw new RetakeError('invalid-argument', `"${path}" is not a whole path.`, { path });
  return resolve(path);
}

const byName = (a: FileEntry, b: FileEntry): number =>
  a.kind === b.kind ? a.name.localeCompare(b.name, undefined, { numeric: true }) : a.kind === 'folder' ? -1 : 1;

/** What is in a folder, folders first. Throws `file-not-found` or `file-unreadable`. */
export async function listFolder(
  given: string,
  extensions?: readonly string[],
): Promise<{ path: string; parent: string | null; entries: FileEntry[]; truncated: boolean }> {
  const path = requireAbsolute(given);
  const found = await readdir(path, { withFileTypes: true }).catch((error: unknown) => {
    throw failure(path, error);
  });
  const wanted = extensions && new Set(extensions);
  const names = found.map(({ name }) => name).filter((name) => !name.startsWith('.'));
  const entries = await Promise.all(
    names.slice(0, MOST_ENTRIES).map(async (name): Promise<FileEntry[]> => {
      const full = join(path, name);
      const info = await stat(full).catch(() => undefined); // a link that leads nowhere is left out
      if (!info || !(info.isDirectory() || info.isFile())) return [];
      const kind = info.isDirectory() ? 'folder' : 'file';
      if (kind === 'file' && wanted && !wanted.has(extname(name).slice(1).toLowerCase())) return [];
      return [{ name, path: full, kind, bytes: info.isFile() ? info.size : 0, modified: info.mtime.toISOString() }];
    }),
  );
  const parent = dirname(path);
  return {
    path,
    parent: parent === path ? null : parent,
    entries: entries.flat().sort(byName),
    truncated: names.length > MOST_ENTRIES,
  };
}

/** Makes a folder; its parent must be there. Throws `conflict` or `output-unwritable`. */
export async function makeFolder(given: string): Promise<{ path: string }> {
  const path = requireAbsolute(given);
  try {
    await mkdir(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new RetakeError('conflict', `${path} is there already.`, { path }, error);
    throw new RetakeError('output-unwritable', `The folder ${path} cannot be made.`, { path }, error);
  }
  return { path };
}
