import type { Patch } from 'immer';
import type { Project, TableName } from './schema.ts';

type Path = readonly (string | number)[];
type Plain = Readonly<Record<string, unknown>>;

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function diffArrays(a: readonly unknown[], b: readonly unknown[], path: Path, out: Patch[]): void {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const [removed, added] = [a.length - end - start, b.length - end - start];
  const kept = Math.min(removed, added);
  for (let index = start; index < start + kept; index++) diff(a[index], b[index], [...path, index], out);
  // From the back, so that each index is still right when its turn comes.
  for (let index = start + removed - 1; index >= start + kept; index--)
    out.push({ op: 'remove', path: [...path, index] });
  for (let index = start + kept; index < start + added; index++)
    out.push({ op: 'add', path: [...path, index], value: b[index] });
}

function diff(a: unknown, b: unknown, path: Path, out: Patch[]): void {
  if (Object.is(a, b)) return;
  if (Array.isArray(a) && Array.isArray(b)) {
    diffArrays(a, b, path, out);
  } else if (isPlain(a) && isPlain(b)) {
    for (const key in a) if (!(key in b)) out.push({ op: 'remove', path: [...path, key] });
    for (const key in b) {
      if (!(key in a)) out.push({ op: 'add', path: [...path, key], value: b[key] });
      else if (a[key] !== b[key]) diff(a[key], b[key], [...path, key], out);
    }
  } else out.push({ op: 'replace', path: [...path], value: b });
}

/** Rows that an edit may have changed, by table; every other row is the same in both documents. */
export type Touched = ReadonlyMap<TableName, ReadonlySet<string>>;

/**
 * Immer patches that turn `before` into `after`. Immer's own patches of a list rewrite all that follows an insertion;
 * these splice, so that an edit in the middle of a thousand clips or keys stays a few hundred bytes of history. Only
 * `touched` rows are looked at, so that the cost does not grow with the project.
 */
export function diffProjects(before: Project, after: Project, touched: Touched): Patch[] {
  const out: Patch[] = [];
  for (const [table, ids] of touched) {
    const [a, b]: [Plain, Plain] = [before[table], after[table]];
    for (const id of ids) {
      const path = [table, id];
      if (!Object.hasOwn(b, id)) {
        if (Object.hasOwn(a, id)) out.push({ op: 'remove', path });
      } else if (!Object.hasOwn(a, id)) out.push({ op: 'add', path, value: b[id] });
      else diff(a[id], b[id], path, out);
    }
  }
  diff(before.head, after.head, ['head'], out);
  return out;
}
