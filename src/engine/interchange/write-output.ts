import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { RetakeError } from '../../core/errors.ts';

/** Writes a file whole or not at all. Throws `output-unwritable` or `disk-full`. */
export async function writeOutput(path: string, data: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.part`);
  try {
    await writeFile(temporary, data);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw outputError(path, error);
  }
}

/** The error for a path that could not be written. */
export function outputError(path: string, cause: unknown): RetakeError {
  if (cause instanceof RetakeError) return cause;
  if ((cause as NodeJS.ErrnoException).code === 'ENOSPC')
    return new RetakeError(
      'disk-full',
      `The disk is full: "${path}" was not written. Free some space and try again.`,
      { path },
      cause,
    );
  return new RetakeError(
    'output-unwritable',
    `"${path}" cannot be written. Check that its folder exists and that you may write there.`,
    { path },
    cause,
  );
}
