import type { z } from 'zod';
import { headSchema, type Project, TABLE_NAMES, TABLES, type TableName } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import type { Connection } from './sqlite.ts';

/** A row of the document as it lies in the file. */
export interface EntityRow {
  readonly tbl: string;
  readonly id: string;
  readonly json: string;
}

function damaged(path: string, what: string, cause?: unknown): RetakeError {
  return new RetakeError(
    'file-damaged',
    `${path} is damaged (${what}). Run "retake project recover" to save what can still be read.`,
    { path },
    cause,
  );
}

function parse<T>(schema: z.ZodType, json: string, path: string, what: string): T {
  try {
    return schema.parse(JSON.parse(json)) as T;
  } catch (error) {
    throw damaged(path, what, error);
  }
}

/** Puts a document together from its rows. Throws `file-damaged` for a row that does not fit its schema. */
export function projectFromRows(head: string, rows: Iterable<EntityRow>, path: string): Project {
  const tables = Object.fromEntries(TABLE_NAMES.map((name) => [name, {} as Record<string, unknown>])) as Record<
    TableName,
    Record<string, unknown>
  >;
  for (const { tbl, id, json } of rows) {
    if (!Object.hasOwn(TABLES, tbl)) throw damaged(path, `there is no table ${tbl}`);
    tables[tbl as TableName][id] = parse(TABLES[tbl as TableName], json, path, `${tbl} ${id}`);
  }
  return { head: parse(headSchema, head, path, 'head'), ...tables } as Project;
}

/** Writes rows of the document. */
export class EntityWriter {
  readonly #put;
  readonly #remove;

  constructor(db: Connection) {
    this.#put = db.prepare<[string, string, number, string]>(
      `INSERT INTO entities (tbl, id, rev, json) VALUES (?, ?, ?, ?)
       ON CONFLICT (tbl, id) DO UPDATE SET rev = excluded.rev, json = excluded.json`,
    );
    this.#remove = db.prepare<[string, string]>('DELETE FROM entities WHERE tbl = ? AND id = ?');
  }

  /** Brings these rows of the file to what they are in `project`. */
  write(project: Project, rows: Iterable<readonly [TableName, string]>, revision: number): void {
    for (const [table, id] of rows) {
      const entity = Object.hasOwn(project[table], id) ? project[table][id] : undefined;
      if (entity === undefined) this.#remove.run(table, id);
      else this.#put.run(table, id, revision, JSON.stringify(entity));
    }
  }

  /** Writes all rows of a document into an empty file. */
  writeAll(project: Project, revision: number): void {
    for (const table of TABLE_NAMES)
      this.write(
        project,
        Object.keys(project[table]).map((id) => [table, id] as const),
        revision,
      );
  }
}
