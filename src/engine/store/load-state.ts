import type { Project } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import { type EntityRow, projectFromRows } from './entity-rows.ts';
import { type Connection, withSqliteErrors } from './sqlite.ts';
import type { Writer } from './store-types.ts';

interface StateRow {
  readonly head: string;
  readonly revision: number;
  readonly cursor: number;
  readonly writer_pid: number | null;
  readonly writer_host: string | null;
  readonly writer_since: string | null;
}

/** A project file's document and where it stands. */
export interface LoadedState {
  readonly project: Project;
  readonly revision: number;
  /** Last step of the history that is done. */
  readonly cursor: number;
  readonly writer: Writer | undefined;
}

/** Reads a project file, all of it as of one moment. Throws `file-damaged`. */
export function loadState(db: Connection, path: string): LoadedState {
  return withSqliteErrors(path, () =>
    db.transaction(() => {
      const state = db.prepare<[], StateRow>('SELECT * FROM state').get();
      if (!state)
        throw new RetakeError('file-damaged', `${path} is damaged (it has no state). Run "retake project recover".`, {
          path,
        });
      const rows = db.prepare<[], EntityRow>('SELECT tbl, id, json FROM entities').all();
      const { writer_pid: pid, writer_host: host, writer_since: since } = state;
      return {
        project: projectFromRows(state.head, rows, path),
        revision: state.revision,
        cursor: state.cursor,
        writer: pid !== null && host !== null && since !== null ? { pid, host, since } : undefined,
      };
    })(),
  );
}
