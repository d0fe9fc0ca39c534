import { constants } from 'node:fs';
import { access, lstat, readdir, realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { RetakeError } from '../../core/errors.ts';

function errno(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/**
 * Absolute path of a file to read, after looking that it can be. Throws `file-not-found` or `file-unreadable`; `what`
 * names it in the message (`clip`, `performance file`). A folder passes with `allowFolder` (image sequences).
 */
export async function requireInput(path: string, what: string, allowFolder = false): Promise<string> {
  const absolute = resolve(path);
  const details = { path: absolute };
  try {
    const found = await stat(absolute);
    const regular = found.isFile() || (allowFolder && found.isDirectory());
    if (!regular)
      throw new RetakeError(
        'file-unreadable',
        `"${path}" is ${found.isDirectory() ? 'a folder' : 'not a regular file'}. Give the ${what} itself.`,
        details,
      );
    await access(absolute, constants.R_OK);
  } catch (error) {
    if (error instanceof RetakeError) throw error;
    const code = errno(error);
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new RetakeError('file-not-found', `There is no ${what} at "${path}". Check the path.`, details, error);
    const reason = code === 'ELOOP' ? 'a chain of links that leads nowhere' : 'no permission to read it';
    throw new RetakeError(
      'file-unreadable',
      `The ${what} "${path}" cannot be opened: ${reason}. Change that, or give another file.`,
      details,
      error,
    );
  }
  return absolute;
}

async function identity(path: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(path);
    return `${dev}:${ino}`;
  } catch {
    return undefined;
  }
}

/**
 * Absolute path of a file (or, with `folder`, a folder) to write, after looking that it can be: its parent exists and may
 * be written to, it is not of the wrong kind, and it is none of the `sources`, not even through a link.
 * Throws `output-unwritable` or `output-exists-as-input`.
 */
export async function requireOutput(path: string, sources: readonly string[], folder = false): Promise<string> {
  const absolute = resolve(path);
  const details = { path: absolute };
  const own = await identity(absolute);
  for (const source of sources) {
    const same = absolute === source || (own !== undefined && own === (await identity(source)));
    if (same)
      throw new RetakeError(
        'output-exists-as-input',
        `"${path}" is the source itself. Retake never writes over a source; give another --out.`,
        details,
      );
  }
  await requireParent(path, absolute);
  const existing = await lstat(absolute).catch(() => undefined);
  const target = existing?.isSymbolicLink() ? await stat(absolute).catch(() => undefined) : existing;
  if (target && target.isDirectory() !== folder)
    throw new RetakeError(
      'output-unwritable',
      folder
        ? `"${path}" is a file; a folder is needed here.`
        : `"${path}" is a folder; give the name of a file in it.`,
      details,
    );
  if (target && folder) await requireOwnFolder(path, absolute);
  if (target) await requireWritable(path, absolute, folder ? 'folder' : 'file');
  return absolute;
}

/** What Retake itself writes into folders: numbered frames, their parts, and a note. */
const OWN_FILES = /^(.*\d\.(png|exr|obj)|patch|matte|st|layers\.json|.*\.mtl)$/;

/** A folder is replaced as a whole, so it must be empty or an earlier output: nobody's other files may go with it. */
async function requireOwnFolder(path: string, absolute: string): Promise<void> {
  const foreign = (await readdir(absolute)).filter((name) => !OWN_FILES.test(name));
  if (foreign.length > 0)
    throw new RetakeError(
      'output-unwritable',
      `"${path}" holds other files (${foreign.slice(0, 3).join(', ')}) and would be replaced. Give a new or empty folder.`,
      { path: absolute, files: foreign.slice(0, 20) },
    );
}

async function requireParent(path: string, absolute: string): Promise<void> {
  const parent = dirname(absolute);
  const found = await stat(parent).catch(() => undefined);
  if (!found)
    throw new RetakeError(
      'output-unwritable',
      `The folder of "${path}" does not exist. Make it first, or give another path.`,
      { path: absolute },
    );
  if (!found.isDirectory())
    throw new RetakeError('output-unwritable', `"${dirname(path)}" is not a folder, so "${path}" cannot be written.`, {
      path: absolute,
    });
  await requireWritable(path, await realpath(parent), 'folder');
}

async function requireWritable(path: string, target: string, what: 'folder' | 'file'): Promise<void> {
  try {
    await access(target, constants.W_OK);
  } catch (error) {
    throw new RetakeError(
      'output-unwritable',
      `"${path}" cannot be written: the ${what} is ${errno(error) === 'EROFS' ? 'on a read-only disk' : 'not open to you'}. Give another path.`,
      { path: target },
      error,
    );
  }
}

/** Refuses two outputs at one path. Throws `invalid-argument`. */
export function requireDistinct(outputs: readonly (string | undefined)[]): void {
  const given = outputs.filter((path) => path !== undefined);
  const twice = given.find((path, index) => given.indexOf(path) !== index);
  if (twice !== undefined)
    throw new RetakeError('invalid-argument', `Two outputs would go to "${twice}". Give each its own path.`, {
      path: twice,
    });
}
