import { applyPatches, enablePatches, freeze, type Patch } from 'immer';
import type { Project, TableName } from './schema.ts';

enablePatches();

/**
 * A copy of a table. V8 copies an object of thousands of keys by spread at a quarter of this speed, because it tries to
 * give the copy a hidden class; a deleted member makes it a hash table from the start.
 */
export function copyTable<T>(table: Readonly<Record<string, T>>): Record<string, T> {
  const copy: Record<string, T | undefined> = { first: undefined, second: undefined };
  delete copy['first'];
  delete copy['second'];
  for (const id in table) copy[id] = table[id];
  return copy as Record<string, T>;
}

/** The document with patches applied, e.g. an edit's `inverse` to undo it. Rows are patched by immer. */
export function applyProjectPatches(project: Project, patches: readonly Patch[]): Project {
  const tables = new Map<TableName, Record<string, unknown>>();
  let { head } = project;
  for (const patch of patches) {
    const [name, id, ...rest] = patch.path as [TableName | 'head', string, ...(string | number)[]];
    if (name === 'head') {
      head = applyPatches(head, [{ ...patch, path: patch.path.slice(1) }]);
      continue;
    }
    const table = tables.get(name) ?? copyTable<unknown>(project[name]);
    tables.set(name, table);
    if (rest.length > 0) table[id] = applyPatches(table[id] as object, [{ ...patch, path: rest }]);
    else if (patch.op === 'remove') delete table[id];
    else table[id] = freeze(patch.value, true);
  }
  return freeze({ ...project, ...Object.fromEntries(tables), head });
}
