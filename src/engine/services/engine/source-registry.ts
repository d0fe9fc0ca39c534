import { randomBytes } from 'node:crypto';
import { RetakeError } from '../../../core/errors.ts';

/**
 * Names under which files may be fetched from the host. A client only ever sees the names, so it can ask for nothing
 * that the engine did not offer.
 */
export class SourceRegistry {
  readonly #paths = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** The name of a file, given now if it has none. */
  offer(path: string): string {
    const known = this.#names.get(path);
    if (known) return known;
    const name = randomBytes(18).toString('base64url');
    this.#names.set(path, name);
    this.#paths.set(name, path);
    return name;
  }

  /** The file behind a name. Throws `not-found`. */
  path(name: string): string {
    const path = this.#paths.get(name);
    if (path === undefined) throw new RetakeError('not-found', 'There is no such file here.');
    return path;
  }
}
