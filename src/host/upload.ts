import { createWriteStream, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { extname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { RetakeError } from '../core/errors.ts';

/** A file name as it may be used: no folders, no control characters, not hidden. Throws `invalid-argument`. */
export function uploadName(given: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const bad = /[\u0000-\u001f<>:"/\\|?*]/;
  if (given === '' || given.length > 200 || given.startsWith('.') || bad.test(given))
    throw new RetakeError('invalid-argument', `"${given.slice(0, 200)}" is no name for a file. Rename it first.`);
  return given;
}

function freePath(folder: string, name: string): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  for (let copy = 1; ; copy++) {
    const path = join(folder, copy === 1 ? name : `${stem} ${copy}${extension}`);
    if (!existsSync(path)) return path;
  }
}

/**
 * Receives a file that was dragged into a browser and puts it into the media folder beside the project. It appears
 * under its name when it is complete; a broken upload leaves nothing.
 */
export async function receiveUpload(request: IncomingMessage, projectPath: string, given: string): Promise<string> {
  const name = uploadName(given);
  const folder = projectPath.replace(/\.retake$/, '').concat('-media');
  const partial = join(folder, `.${crypto.randomUUID()}.part`);
  try {
    mkdirSync(folder, { recursive: true });
    await pipeline(request, createWriteStream(partial, { flags: 'wx' }));
    const path = freePath(folder, name);
    renameSync(partial, path);
    return path;
  } catch (error) {
    rmSync(partial, { force: true });
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ENOSPC') throw new RetakeError('disk-full', 'The disk is full. Make room and drag it in again.');
    if (code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ECONNRESET')
      throw new RetakeError('cancelled', 'Cancelled.', {}, error);
    throw new RetakeError('output-unwritable', `${name} could not be stored in ${folder}.`, { path: folder }, error);
  }
}
