import type { Patch } from 'immer';
import { type Project, TABLES, type TableName } from '../../core/document/schema.ts';

/** Rows of the document that patches touch. */
export function touchedBy(patches: readonly Patch[]): Map<TableName, Set<string>> {
  const touched = new Map<TableName, Set<string>>();
  for (const { path } of patches) {
    const [table, id] = path;
    if (typeof table !== 'string' || typeof id !== 'string' || !Object.hasOwn(TABLES, table)) continue;
    const ids = touched.get(table as TableName);
    if (ids) ids.add(id);
    else touched.set(table as TableName, new Set([id]));
  }
  return touched;
}

/** Rows that differ between two documents. Rows are immutable, so a comparison by identity finds all of them. */
export function changedRows(before: Project, after: Project): Map<TableName, Set<string>> {
  const changed = new Map<TableName, Set<string>>();
  for (const table of Object.keys(TABLES) as TableName[]) {
    if (before[table] === after[table]) continue;
    const ids = new Set<string>();
    for (const id in before[table]) if (before[table][id] !== after[table][id]) ids.add(id);
    for (const id in after[table]) if (!(id in before[table])) ids.add(id);
    changed.set(table, ids);
  }
  return changed;
}
