import { rm } from 'node:fs/promises';

/**
 * The outputs of one command: all of them, or none. Add each once it stands in its place; unless `keep()` is called, disposal
 * removes them again.
 */
export class OutputSet implements AsyncDisposable {
  readonly #outputs: { readonly kind: string; readonly path: string }[] = [];
  #kept = false;

  /** Remembers a finished file or folder. */
  add(kind: string, path: string): void {
    this.#outputs.push({ kind, path });
  }

  /** The command is done: everything stays. Returns what there is. */
  keep(): { kind: string; path: string }[] {
    this.#kept = true;
    return [...this.#outputs];
  }

  /** Removes what was added, unless kept. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#kept) return;
    for (const { path } of this.#outputs) await rm(path, { recursive: true, force: true });
  }
}
