import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

/** Name of the file in `dist` that says what it was built from and what must lie there. */
export const STAMP_NAME = 'stamp.json';

interface Stamp {
  readonly key: string;
  readonly files: Readonly<Record<string, number>>;
}

/**
 * Digest of everything that decides what is built: converter sources and cards under `root`, other sources, and the
 * versions of the source packages.
 */
export function buildKey(root: string, packageFiles: readonly string[], otherSources: readonly string[] = []): string {
  const hash = createHash('sha256');
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.(ts|md)$/.test(name) && !name.endsWith('.test.ts') && !/^(dist|testing|training)/.test(name))
    .sort();
  for (const name of names) hash.update(`${name}\0`).update(readFileSync(join(root, name)));
  for (const path of otherSources) hash.update(readFileSync(path));
  for (const path of packageFiles) {
    const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as { name: string; version: string };
    hash.update(`${name}@${version}\0`);
  }
  return hash.digest('hex');
}

/** The stamp of a finished build in `directory`. */
export function makeStamp(directory: string, key: string): Stamp {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [relative(directory, path).replaceAll('\\', '/'), statSync(path).size] as const;
  });
  return { key, files: Object.fromEntries(files) };
}

/** Whether `directory` holds a complete build of `key`. Contents are checked when they are loaded, not here. */
export function isUpToDate(directory: string, key: string): boolean {
  const path = join(directory, STAMP_NAME);
  if (!existsSync(path)) return false;
  let stamp: Stamp;
  try {
    stamp = JSON.parse(readFileSync(path, 'utf8')) as Stamp;
    if (stamp.key !== key) return false;
    return Object.entries(stamp.files).every(([name, size]) => {
      return statSync(join(directory, name), { throwIfNoEntry: false })?.size === size;
    });
  } catch {
    return false; // half a stamp is no stamp: build again
  }
}
