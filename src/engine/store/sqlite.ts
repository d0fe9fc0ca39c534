import { statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import Sqlite from 'better-sqlite3';
import { RetakeError } from '../../core/errors.ts';

/** A connection of better-sqlite3. */
export type Connection = Sqlite.Database;

/** How much a commit waits for: `full` survives power loss, `normal` survives the death of the process only. */
export type Durability = 'full' | 'normal';

interface SqliteFault {
  readonly code: string;
  readonly message: string;
}

function isSqliteFault(error: unknown): error is SqliteFault {
  return error instanceof Sqlite.SqliteError;
}

/** Less than SQLite needs for the smallest of its helper files. */
const LEAST_FREE = 64 * 1024;

/** Whether there is no room on the disk of a file. Where that cannot be told, there is. */
export function diskIsFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize < LEAST_FREE;
  } catch {
    return false;
  }
}

/** The error of a disk without room for `path`. */
export function diskFull(path: string, cause?: unknown): RetakeError {
  const text = `The disk that holds ${path} is full. Nothing was changed; free some space and try again.`;
  return new RetakeError('disk-full', text, { path }, cause);
}

/** A RetakeError that says what an SQLite error means for the file at `path`; others come back as they are. */
export function explainSqliteError(error: unknown, path: string): unknown {
  if (!isSqliteFault(error)) return error;
  const make = (code: ConstructorParameters<typeof RetakeError>[0], text: string): RetakeError =>
    new RetakeError(code, text, { path, sqlite: error.code }, error);
  if (error.code.startsWith('SQLITE_CORRUPT') || error.code.startsWith('SQLITE_NOTADB'))
    return make('file-damaged', `${path} is damaged. Run "retake project recover" to save what can still be read.`);
  // Files that SQLite maps into memory fail with an input/output error when there is no room for them.
  const faulty = error.code.startsWith('SQLITE_IOERR') || error.code.startsWith('SQLITE_CANTOPEN');
  if (error.code.startsWith('SQLITE_FULL') || (faulty && diskIsFull(path))) return diskFull(path, error);
  if (error.code.startsWith('SQLITE_READONLY') || error.code.startsWith('SQLITE_PERM'))
    return make('output-unwritable', `${path} cannot be written. Check its permissions and those of its folder.`);
  if (error.code.startsWith('SQLITE_CANTOPEN'))
    return make('file-unreadable', `${path} cannot be opened. Check that it exists and may be read.`);
  if (error.code.startsWith('SQLITE_BUSY') || error.code.startsWith('SQLITE_LOCKED'))
    return make('project-locked', `${path} is in use by another process. Close it there and try again.`);
  if (error.code.startsWith('SQLITE_IOERR'))
    return make('output-unwritable', `The disk that holds ${path} failed to read or write. Nothing was changed.`);
  return error;
}

/** Runs `work`, turning SQLite errors into {@link RetakeError}s about `path`. */
export function withSqliteErrors<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw explainSqliteError(error, path);
  }
}

/**
 * Opens a database in write-ahead mode with foreign keys on; waits up to `busyMs` for another writer. `create` false
 * refuses a missing file. Read-only connections still see what others commit.
 */
export function connect(
  path: string,
  options: { readonly readOnly?: boolean; readonly create?: boolean; readonly busyMs?: number } = {},
): Connection {
  const { readOnly = false, create = false, busyMs = 2000 } = options;
  return withSqliteErrors(path, () => {
    const db = new Sqlite(path, { readonly: readOnly, fileMustExist: !create, timeout: busyMs });
    try {
      if (!readOnly) db.pragma('journal_mode = WAL');
      db.pragma('foreign_keys = ON');
      db.pragma('trusted_schema = OFF');
      setDurability(db, 'full');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Sets what the next commits wait for. Not inside a transaction. */
export function setDurability(db: Connection, durability: Durability): void {
  db.pragma(`synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`);
}

/** Reads a whole-number pragma such as `user_version`. */
export function numberPragma(db: Connection, name: 'user_version' | 'application_id' | 'data_version'): number {
  return Number(db.pragma(name, { simple: true }));
}
