import { createHash } from 'node:crypto';
import { canonicalJson } from '../../core/canonical-json.ts';
import { RetakeError } from '../../core/errors.ts';
import { type Connection, withSqliteErrors } from './sqlite.ts';

/** Types that dense data may have. */
export type DenseArray = Float32Array | Float64Array | Int32Array | Uint16Array | Uint8Array;

const TYPES = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u16: Uint16Array, u8: Uint8Array } as const;
type TypeName = keyof typeof TYPES;

/** Dense data, row-major: `data.length` is a multiple of `width`, one row a frame (or whatever it counts). */
export interface DenseTable {
  readonly width: number;
  readonly data: DenseArray;
}

/** All that decides what a computation gives: if these are equal, the result is. JSON-safe. */
export interface ResultInputs {
  /** What was computed, e.g. `capture`. */
  readonly kind: string;
  /** Fingerprint of the media. */
  readonly fingerprint: string;
  /** Hash of every model used, by model id. */
  readonly models: Readonly<Record<string, string>>;
  readonly parameters: unknown;
}

/** A stored result: `info` is small and JSON-safe, `tables` are dense. */
export interface StoredResult {
  readonly info: unknown;
  readonly tables: Readonly<Record<string, DenseTable>>;
}

/** What is known of a result without reading its dense data. */
export interface ResultSummary {
  readonly key: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly created: string;
  readonly bytes: number;
}

interface ChunkRow {
  readonly name: string;
  readonly first: number;
  readonly rows: number;
  readonly width: number;
  readonly type: string;
  readonly sha256: string;
  readonly data: Uint8Array;
}

/** Bytes of a chunk: small enough to stream, large enough that a row of SQLite costs nothing beside it. */
const CHUNK_BYTES = 1 << 18;

/** Name of a result: a hash of its inputs. */
export function resultKey(inputs: ResultInputs): string {
  return createHash('sha256').update(canonicalJson(inputs)).digest('hex');
}

function typeName(data: DenseArray): TypeName {
  const found = (Object.keys(TYPES) as TypeName[]).find((name) => data instanceof TYPES[name]);
  if (!found) throw new RetakeError('internal', 'Only typed numbers can be stored as dense data.');
  return found;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Captures and other results of long work, kept in the project file so that nothing is computed twice. */
export class ResultStore {
  readonly #db: Connection;
  readonly #path: string;
  readonly #readOnly: boolean;

  constructor(db: Connection, path: string, readOnly: boolean) {
    this.#db = db;
    this.#path = path;
    this.#readOnly = readOnly;
  }

  /** Stores a result under its inputs, in one transaction, in place of an older one. Gives its key. */
  put(inputs: ResultInputs, result: StoredResult): string {
    if (this.#readOnly)
      throw new RetakeError('project-locked', `${this.#path} is open for writing elsewhere.`, { path: this.#path });
    const key = resultKey(inputs);
    withSqliteErrors(this.#path, () =>
      this.#db
        .transaction(() => {
          this.#db.prepare('DELETE FROM results WHERE key = ?').run(key);
          this.#db
            .prepare(
              `INSERT INTO results (key, kind, fingerprint, inputs, info, complete, created) VALUES (?, ?, ?, ?, ?, 1, ?)`,
            )
            .run(
              key,
              inputs.kind,
              inputs.fingerprint,
              canonicalJson(inputs),
              JSON.stringify(result.info),
              new Date().toISOString(),
            );
          for (const [name, table] of Object.entries(result.tables)) this.#putTable(key, name, table);
        })
        .immediate(),
    );
    return key;
  }

  #putTable(key: string, name: string, { width, data }: DenseTable): void {
    if (width < 1 || data.length % width !== 0)
      throw new RetakeError('internal', `${name}: ${data.length} numbers are no whole rows of ${width}.`);
    const insert = this.#db.prepare('INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
    const rows = data.length / width;
    const perChunk = Math.max(1, Math.floor(CHUNK_BYTES / (width * data.BYTES_PER_ELEMENT)));
    for (let first = 0; first < rows || first === 0; first += perChunk) {
      const part = data.subarray(first * width, Math.min(rows, first + perChunk) * width);
      const bytes = new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      insert.run(key, name, first, part.length / width, width, typeName(data), sha256(bytes), bytes);
    }
  }

  /** Whether there is a result for these inputs. */
  has(inputs: ResultInputs): boolean {
    return this.#exists(resultKey(inputs));
  }

  #exists(key: string): boolean {
    return this.#db.prepare('SELECT 1 FROM results WHERE key = ? AND complete = 1').get(key) !== undefined;
  }

  /** The result for these inputs, or undefined. Throws `file-damaged` if its data do not match their hashes. */
  get(inputs: ResultInputs): StoredResult | undefined {
    return this.read(resultKey(inputs));
  }

  /** The result of this key, or undefined; see {@link get}. `names` limits which tables are read. */
  read(key: string, names?: readonly string[]): StoredResult | undefined {
    return withSqliteErrors(this.#path, () => {
      const row = this.#db
        .prepare<[string], { info: string }>('SELECT info FROM results WHERE key = ? AND complete = 1')
        .get(key);
      if (!row) return undefined;
      const chunks = this.#db
        .prepare<[string], { name: string; length: number }>(
          'SELECT name, sum(rows) * width AS length FROM chunks WHERE result = ? GROUP BY name',
        )
        .all(key);
      const tables: Record<string, DenseTable> = {};
      for (const { name, length } of chunks)
        if (names === undefined || names.includes(name)) tables[name] = this.#readTable(key, name, length);
      return { info: JSON.parse(row.info), tables };
    });
  }

  #readTable(key: string, name: string, length: number): DenseTable {
    const rows = this.#db.prepare<[string, string], ChunkRow>(
      'SELECT * FROM chunks WHERE result = ? AND name = ? ORDER BY first',
    );
    let table: DenseTable | undefined;
    let filled = 0;
    for (const chunk of rows.iterate(key, name)) {
      const type = TYPES[chunk.type as TypeName];
      table ??= { width: chunk.width, data: new type(length) };
      if (sha256(chunk.data) !== chunk.sha256 || chunk.first * chunk.width !== filled) throw this.#damaged(name);
      new Uint8Array(table.data.buffer).set(chunk.data, filled * type.BYTES_PER_ELEMENT);
      filled += chunk.rows * chunk.width;
    }
    if (!table || filled !== length) throw this.#damaged(name);
    return table;
  }

  #damaged(name: string): RetakeError {
    return new RetakeError(
      'file-damaged',
      `Stored analysis (${name}) in ${this.#path} is damaged. Delete it and track the clip again.`,
      { path: this.#path, table: name },
    );
  }

  /** All results, newest first. */
  list(): ResultSummary[] {
    return this.#db
      .prepare<[], ResultSummary>(
        `SELECT key, kind, fingerprint, created,
                (SELECT coalesce(sum(length(data)), 0) FROM chunks WHERE result = key) AS bytes
         FROM results WHERE complete = 1 ORDER BY created DESC`,
      )
      .all();
  }

  /** Forgets a result and its data. */
  delete(key: string): void {
    withSqliteErrors(this.#path, () => this.#db.prepare('DELETE FROM results WHERE key = ?').run(key));
  }

  /** Tables whose data do not match their hashes, one sentence each. Reads all of them. */
  verify(): string[] {
    const faults: string[] = [];
    for (const chunk of this.#db.prepare<[], ChunkRow & { result: string }>('SELECT * FROM chunks').iterate())
      if (sha256(chunk.data) !== chunk.sha256)
        faults.push(`result ${chunk.result}: ${chunk.name} from row ${chunk.first} on is damaged`);
    return faults;
  }
}
