import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import type { StoredResult } from '../../store/index.ts';

/** Writes dense data for workers of the same program on the same machine; not a format for keeping. */
export function writePacked(path: string, result: StoredResult): void {
  writeFileSync(path, serialize(result));
}

/** Reads what {@link writePacked} wrote. */
export function readPacked(path: string): StoredResult {
  return deserialize(readFileSync(path)) as StoredResult;
}
