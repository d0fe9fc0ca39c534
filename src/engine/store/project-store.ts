import { existsSync, realpathSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import type { Patch } from 'immer';
import { diffProjects } from '../../core/document/diff.ts';
import { applyEdits, applyProjectPatches, type EditRequest } from '../../core/document/edit.ts';
import { checkProject } from '../../core/document/invariants.ts';
import { emptyProject, type Project } from '../../core/document/schema.ts';
import { RetakeError } from '../../core/errors.ts';
import { Drag } from './drag.ts';
import { EntityWriter } from './entity-rows.ts';
import { History } from './history.ts';
import { type LoadedState, loadState } from './load-state.ts';
import { checkFormat, latestVersion, migrate } from './migrations.ts';
import { PROJECT_FORMAT } from './project-format.ts';
import { ResultStore } from './result-store.ts';
import {
  type Connection,
  connect,
  type Durability,
  diskFull,
  diskIsFull,
  numberPragma,
  setDurability,
  withSqliteErrors,
} from './sqlite.ts';
import type { Change, StoreOptions, Writer } from './store-types.ts';
import { changedRows, touchedBy } from './touched-rows.ts';
import { takeWriteLock, type WriteLock } from './write-lock.ts';

/**
 * An open project file. `project` is the document as last committed; an edit is on disk when the call returns. The first
 * process to open a file may write it, others see it read-only (`readOnly`, `writer`) and follow with {@link refresh}.
 */
export class ProjectStore implements Disposable {
  readonly path: string;
  readonly readOnly: boolean;
  /** Who writes this project while we may not. */
  readonly writer: Writer | undefined;
  /** Copies that were made because the file came from an older version. */
  readonly backups: readonly string[];
  /** Captures and other dense data. */
  readonly results: ResultStore;
  readonly #db: Connection;
  readonly #lock: WriteLock | undefined;
  readonly #rows: EntityWriter;
  readonly #history: History;
  readonly #saveState;
  #project: Project;
  #revision: number;
  #cursor: number;
  #dataVersion: number;

  private constructor(path: string, db: Connection, lock: WriteLock | undefined, backups: readonly string[]) {
    this.path = path;
    this.#db = db;
    this.#lock = lock;
    this.readOnly = lock === undefined;
    this.backups = backups;
    this.#rows = new EntityWriter(db);
    this.#history = new History(db);
    this.results = new ResultStore(db, path, this.readOnly);
    this.#saveState = db.prepare<[string, number, number, number]>(
      'UPDATE state SET head = ?, revision = ?, cursor = ? WHERE revision = ?',
    );
    const state = this.#load();
    this.#project = state.project;
    this.#revision = state.revision;
    this.#cursor = state.cursor;
    this.#dataVersion = numberPragma(db, 'data_version');
    this.writer = this.readOnly ? state.writer : undefined;
  }

  /** Makes a new project file. Throws `conflict` if there is already something at `path`. */
  static create(given: string, nameOrProject: string | Project, options: StoreOptions = {}): ProjectStore {
    if (existsSync(given))
      throw new RetakeError('conflict', `${given} already exists. Choose another name, or open it.`, { path: given });
    const folder = dirname(resolve(given));
    if (!existsSync(folder))
      throw new RetakeError('output-unwritable', `There is no folder ${folder}. Make it first.`, { path: given });
    const path = join(realpathSync(folder), basename(given));
    const project = typeof nameOrProject === 'string' ? emptyProject(nameOrProject) : nameOrProject;
    const lock = takeWriteLock(path);
    if (!lock && diskIsFull(path)) throw diskFull(path);
    if (!lock) throw new RetakeError('output-unwritable', `${path} cannot be made. Check its folder.`, { path });
    try {
      const db = connect(path, { create: true });
      try {
        migrate(db, path, PROJECT_FORMAT);
        db.transaction(() => {
          db.prepare('INSERT INTO state (id, head, revision, cursor, written_by) VALUES (1, ?, 0, 0, ?)').run(
            JSON.stringify(project.head),
            options.writtenBy ?? 'retake',
          );
          new EntityWriter(db).writeAll(project, 0);
        })();
        return ProjectStore.#opened(path, db, lock, [], options);
      } catch (error) {
        db.close();
        for (const rest of ['', '-wal', '-shm']) rmSync(path + rest, { force: true });
        throw error;
      }
    } catch (error) {
      lock[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Opens a project file, for writing if nobody else does. Throws `file-not-found`, `file-damaged` (also another kind
   * of file) or `version-too-new`; the file is then untouched.
   */
  static open(given: string, options: StoreOptions = {}): ProjectStore {
    if (!existsSync(given))
      throw new RetakeError('file-not-found', `There is no project at ${given}.`, { path: given });
    const path = realpathSync(given); // one file has one lock, whatever links lead to it
    const lock = options.readOnly ? undefined : takeWriteLock(path);
    let db: Connection | undefined;
    try {
      db = connect(path, { readOnly: lock === undefined });
      const version = checkFormat(db, path, PROJECT_FORMAT);
      const latest = latestVersion(PROJECT_FORMAT);
      if (lock === undefined && version < latest)
        throw new RetakeError(
          'project-locked',
          `${path} is from an older Retake and must be opened for writing once.`,
          {
            path,
          },
        );
      if (version === 0) throw new RetakeError('file-damaged', `${path} holds no project.`, { path });
      const backups = lock === undefined ? [] : migrate(db, path, PROJECT_FORMAT);
      return ProjectStore.#opened(path, db, lock, backups, options);
    } catch (error) {
      db?.close();
      lock?.[Symbol.dispose]();
      throw error;
    }
  }

  static #opened(path: string, db: Connection, lock: WriteLock | undefined, backups: string[], options: StoreOptions) {
    return withSqliteErrors(path, () => {
      if (lock)
        db.prepare(
          'UPDATE state SET writer_pid = ?, writer_host = ?, writer_since = ?, written_by = coalesce(?, written_by)',
        ).run(process.pid, hostname(), new Date().toISOString(), options.writtenBy ?? null);
      return new ProjectStore(path, db, lock, backups);
    });
  }

  /** The document as last committed. */
  get project(): Project {
    return this.#project;
  }

  /** Counts commits; a reader that knows one can tell whether it is up to date. */
  get revision(): number {
    return this.#revision;
  }

  /** Does edits as one step of the history and commits it. Throws what `applyEdits` throws, or `project-locked`. */
  edit(requests: EditRequest | readonly EditRequest[], label?: string): Change {
    const list = Array.isArray(requests) ? (requests as readonly EditRequest[]) : [requests as EditRequest];
    const edit = applyEdits(this.#project, list, label);
    if (edit.patches.length > 0) this.#commit(edit.project, edit.patches, () => this.#history.add(this.#cursor, edit));
    return { label: edit.label, patches: edit.patches, created: edit.created };
  }

  /** Takes back the last step; undefined when there is none. */
  undo(): Change | undefined {
    const step = this.#history.at(this.#cursor);
    if (!step) return undefined;
    const before = this.#history.before(this.#cursor);
    this.#commit(applyProjectPatches(this.#project, step.inverse), step.inverse, () => before);
    return { label: step.label, patches: step.inverse, created: [] };
  }

  /** Does the step again that was undone last; undefined when there is none. */
  redo(): Change | undefined {
    const step = this.#history.after(this.#cursor);
    if (!step) return undefined;
    this.#commit(applyProjectPatches(this.#project, step.patches), step.patches, () => step.seq);
    return { label: step.label, patches: step.patches, created: [] };
  }

  /** Labels of what can be undone and redone, nearest first. */
  history(limit = 100): { undo: string[]; redo: string[] } {
    return this.#history.labels(this.#cursor, limit);
  }

  /** A place in the history, for {@link squash}. */
  mark(): number {
    return this.#cursor;
  }

  /** Makes all steps done since `mark` one, so that one undo takes them back. */
  squash(mark: number, label: string): void {
    const steps = this.#history.between(mark, this.#cursor);
    if (steps.length < 2) return;
    const before = steps.reduceRight((project, step) => applyProjectPatches(project, step.inverse), this.#project);
    this.#rewrite(mark, before, this.#project, label);
  }

  /**
   * Starts a gesture: each `update` shows its edits on the document as it was at the start, the whole is one step.
   * Updates survive the death of the process; the last one, on `finish`, also the loss of power.
   */
  drag(label?: string): Drag {
    this.#assertWritable();
    const [mark, base] = [this.#cursor, this.#project];
    return new Drag({
      update: (requests) => {
        if (this.#cursor !== mark && this.#history.before(this.#cursor) !== mark)
          throw new RetakeError('conflict', 'Something else was edited during the drag. Start it again.');
        const edit = applyEdits(base, requests, label);
        const patches = this.#durably('normal', () => this.#rewrite(mark, base, edit.project, edit.label));
        return { label: edit.label, patches, created: edit.created };
      },
      finish: () => this.#commit(this.#project, [], () => this.#cursor),
      cancel: () => ({ label: label ?? '', patches: this.#rewrite(mark, base, base, ''), created: [] }),
    });
  }

  /** Reads what another process committed; true if there was something. A writer is always up to date. */
  refresh(): boolean {
    const version = numberPragma(this.#db, 'data_version');
    if (version === this.#dataVersion) return false;
    const { project, revision, cursor } = this.#load();
    const changed = revision !== this.#revision;
    [this.#project, this.#revision, this.#cursor, this.#dataVersion] = [project, revision, cursor, version];
    return changed;
  }

  /** What is wrong with the file and its document; empty when all is well. Reads the whole file. */
  verify(): string[] {
    return withSqliteErrors(this.path, () => {
      const pages = (this.#db.pragma('integrity_check') as { integrity_check: string }[]).map(
        (row) => row.integrity_check,
      );
      const links = (this.#db.pragma('foreign_key_check') as { table: string }[]).map(
        (row) => `orphan in ${row.table}`,
      );
      return [
        ...pages.filter((line) => line !== 'ok'),
        ...links,
        ...checkProject(this.#load().project),
        ...this.results.verify(),
      ];
    });
  }

  /** Writes a compact copy of the whole file, consistent as of now. */
  copyTo(path: string): void {
    if (existsSync(path)) throw new RetakeError('conflict', `${path} already exists.`, { path });
    withSqliteErrors(path, () => this.#db.prepare('VACUUM INTO ?').run(path));
  }

  close(): void {
    if (this.#db.open) {
      if (!this.readOnly) {
        this.#db.exec('UPDATE state SET writer_pid = NULL, writer_host = NULL, writer_since = NULL');
        this.#db.pragma('wal_checkpoint(TRUNCATE)');
      }
      this.#db.close();
    }
    this.#lock?.[Symbol.dispose]();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #load(): LoadedState {
    return loadState(this.#db, this.path);
  }

  #assertWritable(): void {
    if (this.readOnly)
      throw new RetakeError('project-locked', `${this.path} is open for writing elsewhere; here it can only be read.`, {
        path: this.path,
        ...(this.writer && { pid: this.writer.pid, host: this.writer.host }),
      });
  }

  /** Writes rows that patches touch, the head and the cursor, in one transaction; memory follows only if it held. */
  #commit(project: Project, patches: readonly Patch[], moveCursor: () => number): void {
    this.#assertWritable();
    const revision = this.#revision + 1;
    const cursor = withSqliteErrors(this.path, () =>
      this.#db
        .transaction(() => {
          const next = moveCursor();
          for (const [table, ids] of touchedBy(patches))
            this.#rows.write(
              project,
              [...ids].map((id) => [table, id] as const),
              revision,
            );
          const { changes } = this.#saveState.run(JSON.stringify(project.head), revision, next, this.#revision);
          // The lock was got round, e.g. by deleting its file: better to refuse than to mix two histories.
          if (changes !== 1)
            throw new RetakeError('project-locked', `${this.path} was changed by another process. Open it again.`, {
              path: this.path,
            });
          return next;
        })
        .immediate(),
    );
    [this.#project, this.#revision, this.#cursor] = [project, revision, cursor];
  }

  /** Replaces all steps after `mark` by one from `before` to `after` (none if they are the same). Gives the way from now. */
  #rewrite(mark: number, before: Project, after: Project, label: string): Patch[] {
    const steps = this.#history.between(mark, this.#cursor);
    const current = this.#project;
    const touched = touchedBy(steps.flatMap((step) => step.patches));
    for (const [table, ids] of changedRows(before, after))
      touched.set(table, ids.union(touched.get(table) ?? new Set()) as Set<string>);
    const patches = diffProjects(before, after, touched);
    const inverse = diffProjects(after, before, touched);
    const step = diffProjects(current, after, touched);
    this.#commit(after, step, () => {
      this.#history.cutAfter(mark);
      return patches.length === 0 ? mark : this.#history.add(mark, { label, patches, inverse });
    });
    return step;
  }

  #durably<T>(durability: Durability, work: () => T): T {
    setDurability(this.#db, durability);
    try {
      return work();
    } finally {
      setDurability(this.#db, 'full');
    }
  }
}
