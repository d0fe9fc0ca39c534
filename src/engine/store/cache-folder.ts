import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * Files that can be made again: thumbnails, proxies, peaks. The folder may be deleted at any time, also while in use;
 * what is missing is simply made again. Names are hashed, files appear whole or not at all.
 */
export class CacheFolder {
  readonly root: string;

  constructor(root: string) {
    this.root = root;
  }

  /** The cache beside a project file: `film.retake` -> `film.retake-cache`. */
  static besideProject(projectPath: string): CacheFolder {
    return new CacheFolder(`${projectPath}-cache`);
  }

  /** Where the file for `key` is or would be. `extension` with its dot. */
  pathOf(kind: string, key: string, extension = ''): string {
    const hash = createHash('sha256').update(key).digest('hex');
    return join(this.root, kind, hash.slice(0, 2), hash.slice(2) + extension);
  }

  /** Bytes of a cached file, or undefined. Reading counts as use. */
  read(kind: string, key: string, extension = ''): Uint8Array | undefined {
    const path = this.pathOf(kind, key, extension);
    try {
      const bytes = readFileSync(path);
      const now = new Date();
      utimesSync(path, now, now);
      return bytes;
    } catch {
      return undefined;
    }
  }

  /** Makes a file: `make` writes to the path it is given, then the file takes its name. Gives its final path. */
  async make(kind: string, key: string, extension: string, make: (path: string) => Promise<void>): Promise<string> {
    const path = this.pathOf(kind, key, extension);
    if (statSync(path, { throwIfNoEntry: false })) return path;
    const partial = `${path.slice(0, path.length - extension.length)}.${randomUUID()}.part${extension}`;
    mkdirSync(dirname(path), { recursive: true });
    try {
      await make(partial);
      mkdirSync(dirname(path), { recursive: true });
      renameSync(partial, path);
      return path;
    } finally {
      rmSync(partial, { force: true });
    }
  }

  /** Keeps bytes. */
  async write(kind: string, key: string, extension: string, bytes: Uint8Array): Promise<string> {
    return await this.make(kind, key, extension, async (path) => writeFileSync(path, bytes));
  }

  /** Bytes of all files. */
  size(): number {
    return this.#files().reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** Deletes what was used longest ago until at most `maxBytes` are left. Gives the bytes freed. */
  trim(maxBytes: number): number {
    const files = this.#files().toSorted((a, b) => a.usedMs - b.usedMs);
    let total = files.reduce((sum, { bytes }) => sum + bytes, 0);
    let freed = 0;
    for (const { path, bytes } of files) {
      if (total <= maxBytes) break;
      rmSync(path, { force: true });
      total -= bytes;
      freed += bytes;
    }
    return freed;
  }

  #files(): { path: string; bytes: number; usedMs: number }[] {
    let names: string[];
    try {
      names = readdirSync(this.root, { recursive: true, encoding: 'utf8' });
    } catch {
      return [];
    }
    return names.flatMap((name) => {
      const path = join(this.root, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() ? [{ path, bytes: stat.size, usedMs: stat.mtimeMs }] : [];
    });
  }
}
