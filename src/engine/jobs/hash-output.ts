import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** SHA-256 of a file, or of a folder's files in the order of their names (names included). */
export async function hashOutput(path: string): Promise<string> {
  const hash = createHash('sha256');
  const feed = async (file: string): Promise<void> => {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  };
  if (!(await stat(path)).isDirectory()) await feed(path);
  else
    for (const name of (await readdir(path)).sort()) {
      hash.update(`${name}\n`);
      await feed(join(path, name));
    }
  return hash.digest('hex');
}
