import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type FoundRow, salvageProject } from '../../core/document/salvage.ts';
import { TABLES } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import { PROJECT_FORMAT } from './project-format.ts';
import { ProjectStore } from './project-store.ts';
import { connect, numberPragma } from './sqlite.ts';
import { type CarvedValue, carveRecords } from './sqlite-pages.ts';

/** What {@link recoverProject} could do. */
export interface RecoverReport {
  readonly path: string;
  readonly out: string;
  /** `rows`: the database still answered; `pages`: its pages had to be read one by one. */
  readonly method: 'rows' | 'pages';
  /** Rows of the document in the new file, by table. */
  readonly kept: Readonly<Record<string, number>>;
  /** Captures taken over whole. */
  readonly results: number;
  /** What could not be saved, one sentence each. The history is never taken over. */
  readonly lost: readonly string[];
}

type Row = readonly CarvedValue[];

interface Found {
  readonly method: 'rows' | 'pages';
  readonly states: readonly Row[];
  readonly entities: readonly Row[];
  readonly results: readonly Row[];
  readonly chunks: readonly Row[];
}

const COLUMNS = {
  states: 'head, revision',
  entities: 'tbl, id, rev, json',
  results: 'key, kind, fingerprint, inputs, info, complete, created',
  chunks: 'result, name, first, rows, width, type, sha256, data',
} as const;

function bySelect(copy: string): Found {
  const db = connect(copy);
  try {
    if (numberPragma(db, 'application_id') !== PROJECT_FORMAT.applicationId)
      throw new RetakeError('file-damaged', 'The header is not that of a project.');
    const all = (table: string, columns: string): Row[] =>
      db.prepare(`SELECT ${columns} FROM ${table} NOT INDEXED`).raw().all() as Row[];
    return {
      method: 'rows',
      states: all('state', COLUMNS.states),
      entities: all('entities', COLUMNS.entities),
      results: all('results', COLUMNS.results),
      chunks: all('chunks', COLUMNS.chunks),
    };
  } finally {
    db.close();
  }
}

const isText = (value: CarvedValue | undefined): value is string => typeof value === 'string';

function byPages(file: string): Found {
  const wal = existsSync(`${file}-wal`) ? readFileSync(`${file}-wal`) : new Uint8Array();
  const found = { states: [] as Row[], entities: [] as Row[], results: [] as Row[], chunks: [] as Row[] };
  for (const record of carveRecords(readFileSync(file), wal)) {
    const [a, b, , d] = record;
    if (record.length === 4 && isText(a) && Object.hasOwn(TABLES, a) && isText(d)) found.entities.push(record);
    else if (record.length === 8 && isText(b) && b.includes('"sequenceOrder"')) found.states.push(record.slice(1, 3));
    else if (record.length === 8 && record[7] instanceof Uint8Array) found.chunks.push(record);
    else if (record.length === 7 && isText(a) && isText(d) && a.length === 64) found.results.push(record);
  }
  return { method: 'pages', ...found };
}

function parseJson(text: CarvedValue | undefined): unknown {
  try {
    return isText(text) ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
}

/** The newest of each row: a page may hold an older state of what another page holds. */
function newest(entities: readonly Row[]): FoundRow[] {
  const rows = new Map<string, { revision: number; row: FoundRow }>();
  for (const [table, id, revision, json] of entities) {
    const name = `${table} ${id}`;
    const at = typeof revision === 'number' ? revision : -1;
    if ((rows.get(name)?.revision ?? -2) < at)
      rows.set(name, { revision: at, row: { table: String(table), id: String(id), value: parseJson(json) } });
  }
  return [...rows.values()].map(({ row }) => row);
}

/** Takes over every result whose chunks are all there with the right hashes. Gives how many, and names the others. */
function copyResults(out: string, found: Found, lost: string[]): number {
  const db = connect(out);
  try {
    const result = db.prepare(`INSERT OR IGNORE INTO results (${COLUMNS.results}) VALUES (?, ?, ?, ?, ?, ?, ?)`);
    const chunk = db.prepare(`INSERT OR IGNORE INTO chunks (${COLUMNS.chunks}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`);
    let kept = 0;
    for (const row of found.results) {
      const chunks = found.chunks.filter(([key]) => key === row[0]);
      const intact = chunks.every(
        ([, , , , , , hash, data]) =>
          data instanceof Uint8Array && createHash('sha256').update(data).digest('hex') === hash,
      );
      if (!intact || row[5] !== 1 || !contiguous(chunks)) {
        lost.push(`stored ${String(row[1])} ${String(row[0]).slice(0, 12)}: damaged, compute it again`);
        continue;
      }
      db.transaction(() => {
        result.run(...row);
        for (const one of chunks) chunk.run(...one);
      })();
      kept += 1;
    }
    return kept;
  } finally {
    db.close();
  }
}

function contiguous(chunks: readonly Row[]): boolean {
  for (const table of Map.groupBy(chunks, ([, name]) => name).values()) {
    let next = 0;
    for (const [, , first, rows] of table.toSorted((a, b) => Number(a[2]) - Number(b[2]))) {
      if (first !== next) return false;
      next += Number(rows);
    }
  }
  return chunks.length > 0;
}

/**
 * Reads what can be read of a damaged project and writes it to a new file `out`; `path` is not touched. Throws
 * `file-not-found`, `conflict` (out exists), or `file-damaged` when nothing of a project can be found.
 */
export function recoverProject(path: string, out: string): RecoverReport {
  if (!existsSync(path)) throw new RetakeError('file-not-found', `There is no file at ${path}.`, { path });
  if (existsSync(out)) throw new RetakeError('conflict', `${out} already exists. Choose another name.`, { path: out });
  // SQLite may write into what it opens (it takes in the log of a killed process): it gets a copy.
  const work = mkdtempSync(join(dirname(out), '.retake-recover-'));
  try {
    const copy = join(work, basename(path));
    copyFileSync(path, copy);
    if (existsSync(`${path}-wal`)) copyFileSync(`${path}-wal`, `${copy}-wal`);
    let found: Found;
    try {
      found = bySelect(copy);
    } catch {
      found = byPages(path);
    }
    if (found.entities.length === 0 && found.states.length === 0)
      throw new RetakeError('file-damaged', `Nothing of a project can be found in ${path}.`, { path });
    const heads = found.states.toSorted((a, b) => Number(b[1]) - Number(a[1]));
    const { project, lost } = salvageProject(parseJson(heads[0]?.[0]), newest(found.entities));
    const report = [...lost];
    const kept: Record<string, number> = {};
    for (const table of Object.keys(TABLES) as (keyof typeof TABLES)[])
      kept[table] = Object.keys(project[table]).length;
    ProjectStore.create(out, project).close();
    const results = copyResults(out, found, report);
    return { path, out, method: found.method, kept, results, lost: report };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
