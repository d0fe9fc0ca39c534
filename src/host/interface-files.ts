import { existsSync, readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { SentFile } from './send-file.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.glb': 'model/gltf-binary',
  '.txt': 'text/plain; charset=utf-8',
};

/** Page that stands in for an interface that was not built. */
export const NOT_BUILT_PAGE = `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Retake</title>
<style>
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #17181a; color: #d8d8d6; font: 16px/1.5 system-ui, sans-serif }
main { max-width: 36rem; padding: 2rem }
code { background: #26282b; padding: .1em .4em; border-radius: 4px }
</style>
<main><h1>The engine runs, the interface is not built yet</h1>
<p>In the folder of Retake, run <code>npm run build</code>, then load this page again. The engine does not need to be
started anew.</p></main></html>`;

/**
 * The built interface: exactly the files that lie in its folder when it is looked at, by the address of each. What is
 * not in the list does not exist, so no address leads out of the folder.
 */
export class InterfaceFiles {
  readonly #folder: string;
  #files = new Map<string, SentFile>();
  #builtMs = -1;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file at an address; `/` is the page. Undefined where there is none. */
  find(pathname: string): SentFile | undefined {
    this.#refresh();
    return this.#files.get(pathname === '/' ? '/index.html' : pathname);
  }

  /** Whether there is an interface. */
  get built(): boolean {
    return this.find('/') !== undefined;
  }

  #refresh(): void {
    const page = join(this.#folder, 'index.html');
    const builtMs = existsSync(page) ? statSync(page).mtimeMs : 0;
    if (builtMs === this.#builtMs) return;
    this.#builtMs = builtMs;
    this.#files = new Map(builtMs === 0 ? [] : this.#list());
  }

  /** Folder by folder: archives of the desktop program know no recursive listing. */
  #list(folder = this.#folder, address = ''): [string, SentFile][] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry): [string, SentFile][] => {
      const path = join(folder, entry.name);
      const own = `${address}/${entry.name}`;
      if (entry.isDirectory()) return this.#list(path, own);
      if (!entry.isFile()) return [];
      const type = TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream';
      // Names under assets/ carry a hash of their content.
      return [[own, { path, type, keep: own.startsWith('/assets/') }]];
    });
  }
}
