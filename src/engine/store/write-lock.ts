import { rmSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { diskIsFull } from './sqlite.ts';

/** The right to write a file; given back on dispose, and by the operating system when the process dies. */
export interface WriteLock extends Disposable {
  readonly path: string;
}

function inode(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}

function tryOnce(path: string): WriteLock | 'taken' | 'again' {
  const before = inode(path);
  let db: Sqlite.Database;
  try {
    db = new Sqlite(path, { timeout: 0 });
  } catch {
    return 'taken'; // the folder cannot be written: nobody may write here
  }
  try {
    db.exec('BEGIN EXCLUSIVE');
  } catch {
    db.close();
    // On a full disk there is no lock to be had; the file for it, which is empty and ours, does not stay.
    if (before === undefined && diskIsFull(path)) rmSync(path, { force: true });
    return 'taken';
  }
  // Whoever gave it back deleted the file. If that happened between our open and our lock, we lock a file that the
  // next one does not see.
  const after = inode(path);
  if (after === undefined || (before !== undefined && before !== after)) {
    db.close();
    return 'again';
  }
  return {
    path,
    [Symbol.dispose]() {
      if (!db.open) return;
      try {
        rmSync(path, { force: true });
      } catch {
        // Windows keeps open files: it stays behind, empty and unlocked.
      }
      db.close();
    },
  };
}

/**
 * Takes the write lock of `file`, or gives undefined when another process (or this one) holds it. The lock is
 * SQLite's own exclusive lock on a small file beside it, held by an open transaction: the operating system gives it
 * back when the holder dies, however it dies, so there is never a stale one.
 */
export function takeWriteLock(file: string): WriteLock | undefined {
  for (let attempt = 0; attempt < 8; attempt++) {
    const result = tryOnce(`${file}.lock`);
    if (result === 'taken') return undefined;
    if (result !== 'again') return result;
  }
  return undefined;
}
