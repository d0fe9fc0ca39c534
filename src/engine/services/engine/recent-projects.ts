import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { RecentProject } from '../../../contract/app.ts';

const LONGEST = 30;
const entriesSchema = z.array(z.object({ path: z.string(), name: z.string(), opened: z.string() }));
type Entry = z.infer<typeof entriesSchema>[number];

/** The projects that this user opened lately, in a small JSON file. It is a convenience: a damaged one starts anew. */
export class RecentProjects {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  #read(): Entry[] {
    try {
      return entriesSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return [];
    }
  }

  #write(entries: readonly Entry[]): void {
    mkdirSync(dirname(this.#file), { recursive: true });
    const partial = `${this.#file}.${randomUUID()}`;
    writeFileSync(partial, JSON.stringify(entries));
    renameSync(partial, this.#file);
  }

  /** Newest first. */
  list(): RecentProject[] {
    return this.#read().map((entry) => ({ ...entry, exists: existsSync(entry.path) }));
  }

  /** Puts a project on top. */
  add(path: string, name: string): void {
    const others = this.#read().filter((entry) => entry.path !== path);
    this.#write([{ path, name, opened: new Date().toISOString() }, ...others].slice(0, LONGEST));
  }

  /** Takes a project off the list; its file stays. */
  forget(path: string): void {
    this.#write(this.#read().filter((entry) => entry.path !== path));
  }
}
