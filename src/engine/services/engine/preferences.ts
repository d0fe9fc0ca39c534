import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Preferences } from '../../../contract/app.ts';

/** More than a person sets: layouts of old projects go first. */
const MOST = 200;
const fileSchema = z.record(z.string(), z.json());

/** How a user likes the interface: shortcuts, layouts of panels. A convenience: a damaged file starts anew. */
export class PreferenceFile {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** All of them by key. */
  read(): Preferences {
    try {
      return fileSchema.parse(JSON.parse(readFileSync(this.#file, 'utf8')));
    } catch {
      return {};
    }
  }

  /** Sets one; null forgets it. */
  set(key: string, value: Preferences[string]): void {
    const { [key]: _old, ...others } = this.read();
    const entries = Object.entries(others).slice(-(MOST - 1));
    if (value !== null) entries.push([key, value]);
    mkdirSync(dirname(this.#file), { recursive: true });
    const partial = `${this.#file}.${randomUUID()}`;
    writeFileSync(partial, JSON.stringify(Object.fromEntries(entries)));
    renameSync(partial, this.#file);
  }
}
