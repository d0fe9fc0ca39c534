import { randomBytes } from 'node:crypto';
import { constants, rmSync } from 'node:fs';
import { access, mkdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { RetakeError } from '../../core/errors.ts';
import { fileWriteError } from './av-error.ts';

/** Unfinished outputs of this process; removed when it exits in the middle. */
const unfinished = new Set<string>();
let guarded = false;

function guard(path: string): void {
  unfinished.add(path);
  if (guarded) return;
  guarded = true;
  process.on('exit', () => {
    for (const partial of unfinished) rmSync(partial, { recursive: true, force: true });
  });
}

async function refuseInput(path: string, inputs: readonly string[]): Promise<void> {
  const own = await stat(path).catch(() => null);
  const real = await realpath(path).catch(() => path);
  for (const input of inputs) {
    const other = await stat(input).catch(() => null);
    const same =
      (own && other && own.dev === other.dev && own.ino === other.ino) ||
      real === (await realpath(input).catch(() => resolve(input)));
    if (same)
      throw new RetakeError(
        'output-exists-as-input',
        `The output ${path} is the source itself. Sources are never overwritten: give another name.`,
        { path, input },
      );
  }
}

/**
 * An output that appears under its name only when it is complete: it grows as `.<name>.partial-<pid>-<random>` in the
 * same folder and is renamed by `commit()`. `discard()`, disposal and the end of the process remove it.
 */
export class PartialOutput implements AsyncDisposable {
  /** Final absolute path. */
  readonly path: string;
  /** Where to write meanwhile. */
  readonly partial: string;
  private readonly directory: boolean;
  private done = false;

  private constructor(path: string, directory: boolean) {
    this.path = path;
    this.directory = directory;
    this.partial = join(dirname(path), `.${basename(path)}.partial-${process.pid}-${randomBytes(3).toString('hex')}`);
  }

  /**
   * Checks the destination. `directory` makes the output a folder. `inputs` are files it must not be.
   * Throws `output-unwritable`, `output-exists-as-input`.
   */
  static async create(
    given: string,
    options: { readonly directory?: boolean; readonly inputs?: readonly string[] } = {},
  ): Promise<PartialOutput> {
    const path = resolve(given);
    const folder = dirname(path);
    const status = await stat(folder).catch((error: unknown) => Promise.reject(fileWriteError(error, path)));
    if (!status.isDirectory())
      throw new RetakeError('output-unwritable', `${folder} is not a folder, so ${path} cannot be written there.`, {
        path,
      });
    await access(folder, constants.W_OK).catch((error: unknown) => Promise.reject(fileWriteError(error, path)));
    await refuseInput(path, options.inputs ?? []);
    const existing = await stat(path).catch(() => null);
    if (existing && existing.isDirectory() !== (options.directory ?? false))
      throw new RetakeError(
        'output-unwritable',
        `${path} exists and is ${existing.isDirectory() ? 'a folder' : 'a file'}. Give another name.`,
        { path },
      );
    const output = new PartialOutput(path, options.directory ?? false);
    guard(output.partial);
    if (output.directory)
      await mkdir(output.partial).catch((error: unknown) => Promise.reject(fileWriteError(error, path)));
    return output;
  }

  /** Puts the finished output in its place, replacing what was there. Throws `output-unwritable`, `disk-full`. */
  async commit(): Promise<void> {
    try {
      if (this.directory) await rm(this.path, { recursive: true, force: true });
      await rename(this.partial, this.path);
    } catch (error) {
      await this.discard();
      throw fileWriteError(error, this.path);
    }
    this.done = true;
    unfinished.delete(this.partial);
  }

  /** Removes what was written so far. */
  async discard(): Promise<void> {
    if (this.done) return;
    this.done = true;
    await rm(this.partial, { recursive: true, force: true });
    unfinished.delete(this.partial);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.discard();
  }
}
