import type { Patch } from 'immer';

/** Who has a project open for writing. */
export interface Writer {
  readonly pid: number;
  readonly host: string;
  readonly since: string;
}

/** What an edit, undo or redo did: its label, the way there as patches, and ids that it made. */
export interface Change {
  readonly label: string;
  readonly patches: readonly Patch[];
  readonly created: readonly string[];
}

/** Options of {@link ProjectStore.open} and {@link ProjectStore.create}. */
export interface StoreOptions {
  /** Name and version of the program, kept in the file. */
  readonly writtenBy?: string;
  /** Do not even try to write. */
  readonly readOnly?: boolean;
}
