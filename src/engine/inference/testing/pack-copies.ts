import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PackFolder, packFolders } from '../pack-folders.ts';

/** A temporary pack folder with copies of bundled packs, to be damaged by tests. */
export class PackCopies implements Disposable {
  readonly path = mkdtempSync(join(tmpdir(), 'retake-packs-'));

  /** The folder alone, as where packs are searched. */
  get folders(): PackFolder[] {
    return [{ path: this.path, origin: 'bundled' }];
  }

  /** Copies a bundled pack, under another name if one is given. */
  copy(id: string, name = id): this {
    const bundled = packFolders().find(({ origin }) => origin === 'bundled')!;
    cpSync(join(bundled.path, id), join(this.path, name), { recursive: true });
    return this;
  }

  /** Changes a manifest as JSON. */
  edit(id: string, change: (manifest: Record<string, unknown>) => void): this {
    const path = join(this.path, id, 'pack.json');
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
    change(manifest);
    writeFileSync(path, JSON.stringify(manifest));
    return this;
  }

  /** Overwrites a file of a pack and, with `signed`, makes the manifest agree. */
  replace(id: string, name: string, bytes: Uint8Array, signed = false): this {
    mkdirSync(join(this.path, id), { recursive: true });
    writeFileSync(join(this.path, id, name), bytes);
    if (!signed) return this;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return this.edit(id, (manifest) => {
      manifest['files'] = [{ name, sha256, bytes: bytes.length }];
    });
  }

  /** Contents of a file of a pack. */
  read(id: string, name: string): Uint8Array {
    return readFileSync(join(this.path, id, name));
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
