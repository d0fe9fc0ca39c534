import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { RetakeError } from '../../core/errors.ts';
import { locateInput } from './open-input.ts';

/**
 * SHA-256 of a media file's bytes as `sha256:<hex>`; of a folder of images, over the names and hashes of its files.
 * It says which source a performance or an edit belongs to. Throws `file-not-found`, `file-unreadable`, `cancelled`.
 */
export async function fingerprintMedia(path: string, signal?: AbortSignal): Promise<string> {
  const input = await locateInput(path);
  if (input.bytes > 0) return `sha256:${await hashFile(input.path, signal)}`;
  const hash = createHash('sha256');
  for (const name of (await readdir(input.path)).sort()) {
    if (name.startsWith('.')) continue;
    hash.update(`${name}\0${await hashFile(join(input.path, name), signal)}\n`);
  }
  return `sha256:${hash.digest('hex')}`;
}

async function hashFile(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20, ...(signal ? { signal } : {}) }))
      hash.update(chunk as Buffer);
  } catch (error) {
    if (signal?.aborted) throw new RetakeError('cancelled', 'Cancelled.', {}, error);
    throw new RetakeError('file-unreadable', `${path} cannot be read to its end. Check the disk.`, { path }, error);
  }
  return hash.digest('hex');
}
