import type { Patch } from 'immer';
import type { Connection } from './sqlite.ts';

/** One labelled step of the history. */
export interface HistoryStep {
  readonly seq: number;
  readonly label: string;
  /** When it was done, ISO 8601. */
  readonly at: string;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
}

interface StepRow {
  readonly seq: number;
  readonly label: string;
  readonly at: string;
  readonly patches: string;
  readonly inverse: string;
}

const read = (row: StepRow): HistoryStep => ({
  ...row,
  patches: JSON.parse(row.patches) as Patch[],
  inverse: JSON.parse(row.inverse) as Patch[],
});

/** The steps of a project file: rows up to the cursor are done, those after it were undone. */
export class History {
  readonly #statements;

  constructor(db: Connection) {
    this.#statements = {
      add: db.prepare<[number, string, string, string, string]>('INSERT INTO history VALUES (?, ?, ?, ?, ?)'),
      cutAfter: db.prepare<[number]>('DELETE FROM history WHERE seq > ?'),
      at: db.prepare<[number], StepRow>('SELECT * FROM history WHERE seq = ?'),
      before: db.prepare<[number], number>('SELECT max(seq) FROM history WHERE seq < ?').pluck(),
      after: db.prepare<[number], StepRow>('SELECT * FROM history WHERE seq > ? ORDER BY seq LIMIT 1'),
      between: db.prepare<[number, number], StepRow>('SELECT * FROM history WHERE seq > ? AND seq <= ? ORDER BY seq'),
      done: db
        .prepare<[number, number], string>('SELECT label FROM history WHERE seq <= ? ORDER BY seq DESC LIMIT ?')
        .pluck(),
      undone: db
        .prepare<[number, number], string>('SELECT label FROM history WHERE seq > ? ORDER BY seq LIMIT ?')
        .pluck(),
    };
  }

  /** Puts a step after `cursor`; what was undone is gone for good. Gives the new cursor. */
  add(cursor: number, step: Omit<HistoryStep, 'seq' | 'at'>): number {
    this.cutAfter(cursor);
    const { label, patches, inverse } = step;
    const now = new Date().toISOString();
    this.#statements.add.run(cursor + 1, label, now, JSON.stringify(patches), JSON.stringify(inverse));
    return cursor + 1;
  }

  cutAfter(cursor: number): void {
    this.#statements.cutAfter.run(cursor);
  }

  /** The step that undo takes back. */
  at(cursor: number): HistoryStep | undefined {
    const row = this.#statements.at.get(cursor);
    return row && read(row);
  }

  /** Cursor after the step at `cursor` was undone. */
  before(cursor: number): number {
    return this.#statements.before.get(cursor) ?? 0;
  }

  /** The step that redo does again. */
  after(cursor: number): HistoryStep | undefined {
    const row = this.#statements.after.get(cursor);
    return row && read(row);
  }

  /** Steps after `from` up to `until`, oldest first. */
  between(from: number, until: number): HistoryStep[] {
    return this.#statements.between.all(from, until).map(read);
  }

  /** Labels of what can be undone and redone, nearest first. */
  labels(cursor: number, limit: number): { undo: string[]; redo: string[] } {
    return { undo: this.#statements.done.all(cursor, limit), redo: this.#statements.undone.all(cursor, limit) };
  }
}
