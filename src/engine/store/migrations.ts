import { existsSync } from 'node:fs';
import { RetakeError } from '../../core/errors.ts';
import { type Connection, numberPragma, withSqliteErrors } from './sqlite.ts';

/** One step forward of a file's schema. Numbers are consecutive from 1 on; a published step never changes. */
export interface Migration {
  readonly version: number;
  readonly what: string;
  readonly up: (db: Connection) => void;
}

/** A kind of file: its mark in the header, what people call it, and how to build it from nothing. */
export interface FileFormat {
  readonly applicationId: number;
  readonly noun: string;
  readonly migrations: readonly Migration[];
}

/** Version that this Retake writes. */
export function latestVersion(format: FileFormat): number {
  return format.migrations.at(-1)!.version;
}

/**
 * Refuses a file that is another program's (`file-damaged`) or from a newer Retake (`version-too-new`, with both
 * versions named). Gives the file's version; 0 is a file that was just made.
 */
export function checkFormat(db: Connection, path: string, format: FileFormat): number {
  return withSqliteErrors(path, () => {
    const version = numberPragma(db, 'user_version');
    const application = numberPragma(db, 'application_id');
    const tables = db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get();
    if (application !== format.applicationId && !(application === 0 && version === 0 && tables === 0))
      throw new RetakeError('file-damaged', `${path} is not a ${format.noun}.`, { path });
    const latest = latestVersion(format);
    if (version > latest)
      throw new RetakeError(
        'version-too-new',
        `${path} was written by a newer Retake (file version ${version}; this one reads up to ${latest}). Update Retake to open it.`,
        { path, version, latest },
      );
    return version;
  });
}

/** Where the copy goes that is made before a file is brought to `version`. */
export function backupPath(path: string, from: number): string {
  const name = `${path}.v${from}-backup`;
  for (let number = 1; ; number++) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!existsSync(candidate)) return candidate;
  }
}

/**
 * Brings a file up to date, each step in a transaction of its own with a copy of the whole file made before it.
 * A step that fails leaves the file at the version before it. Gives the paths of the copies.
 */
export function migrate(db: Connection, path: string, format: FileFormat): string[] {
  const backups: string[] = [];
  const from = checkFormat(db, path, format);
  for (const step of format.migrations.filter(({ version }) => version > from)) {
    withSqliteErrors(path, () => {
      if (step.version > 1) {
        const copy = backupPath(path, step.version - 1);
        db.prepare('VACUUM INTO ?').run(copy);
        backups.push(copy);
      }
      db.transaction(() => {
        if (numberPragma(db, 'user_version') >= step.version) return; // another process was faster
        step.up(db);
        db.pragma(`application_id = ${format.applicationId}`);
        db.pragma(`user_version = ${step.version}`);
      }).immediate();
    });
  }
  return backups;
}
