import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { RetakeError } from '../../core/errors.ts';
import { contractOf } from './model-contracts.ts';
import { type PackFolder, packFolders } from './pack-folders.ts';
import { type PackManifest, type PackPort, packManifestSchema } from './pack-manifest.ts';

/** A pack whose manifest and files were checked. */
export interface LoadedPack {
  readonly manifest: PackManifest;
  readonly folder: string;
  readonly origin: PackFolder['origin'];
  /** Contents of the entry file: exactly the bytes whose hash was checked. */
  readonly entry: Uint8Array;
  /** Contents of all files by their names, the entry among them; checked likewise. */
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** A pack as found on disk; `problem` says why it cannot be used. */
export interface PackListing {
  readonly id: string;
  readonly folder: string;
  readonly origin: PackFolder['origin'];
  readonly manifest: PackManifest | null;
  readonly problem: string | null;
}

const REMEDY = 'Run "npm run models -- --force" to build it again.';

function remedy(origin: PackFolder['origin']): string {
  return origin === 'bundled' ? REMEDY : 'Install the pack again, or remove its folder.';
}

function damaged(id: string, folder: PackFolder, what: string, details: Record<string, string>, cause?: unknown) {
  const message = `The model pack "${id}" is damaged: ${what} ${remedy(folder.origin)}`;
  return new RetakeError('model-damaged', message, { pack: id, folder: join(folder.path, id), ...details }, cause);
}

function describeIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join('.') || 'pack.json'}: ${issue?.message ?? 'not valid'}`;
}

async function readManifest(id: string, folder: PackFolder): Promise<PackManifest> {
  const path = join(folder.path, id, 'pack.json');
  let manifest: PackManifest;
  try {
    manifest = packManifestSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (error) {
    const what = error instanceof z.ZodError ? describeIssue(error) : 'it is not JSON';
    throw damaged(id, folder, `its pack.json cannot be used (${what}).`, { file: path }, error);
  }
  if (manifest.id !== id) throw damaged(id, folder, `its pack.json belongs to "${manifest.id}".`, { file: path });
  if (!manifest.files.some((file) => file.name === manifest.entry))
    throw damaged(id, folder, `its pack.json does not list "${manifest.entry}".`, { file: path });
  return manifest;
}

function samePorts(ports: readonly PackPort[], expected: Readonly<Record<string, readonly number[]>>): boolean {
  return (
    ports.length === Object.keys(expected).length &&
    ports.every((port) => String(port.shape) === String(expected[port.name]))
  );
}

function checkContract(manifest: PackManifest, folder: PackFolder): void {
  const contract = contractOf(manifest.id);
  if (contract === undefined) return;
  if (manifest.task !== contract.task)
    throw damaged(manifest.id, folder, `it is made for "${manifest.task}", not "${contract.task}".`, {});
  if (!samePorts(manifest.inputs, contract.inputs) || !samePorts(manifest.outputs, contract.outputs))
    throw damaged(manifest.id, folder, 'its inputs or outputs have other shapes than this program expects.', {});
}

async function readChecked(manifest: PackManifest, folder: PackFolder): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const file of manifest.files) {
    const path = join(folder.path, manifest.id, file.name);
    let bytes: Uint8Array;
    try {
      bytes = await readFile(path);
    } catch (error) {
      throw damaged(manifest.id, folder, `its file "${file.name}" cannot be read.`, { file: path }, error);
    }
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    if (sha256 !== file.sha256)
      throw damaged(manifest.id, folder, `its file "${file.name}" is not the one that the pack was made with.`, {
        file: path,
        expected: file.sha256,
        found: sha256,
      });
    files.set(file.name, bytes);
  }
  return files;
}

/**
 * Finds and checks the pack `id`: manifest, sha256 of every file, and the shapes that the program expects.
 * Throws `model-missing` or `model-damaged`, with what to do.
 */
export async function loadPack(id: string, folders: readonly PackFolder[] = packFolders()): Promise<LoadedPack> {
  const folder = folders.find(({ path }) => existsSync(join(path, id, 'pack.json')));
  if (folder === undefined) {
    const remedyText =
      contractOf(id) === undefined ? 'Install it, or check its name.' : 'Run "npm run models" to build it.';
    const message = `The model pack "${id}" is missing. ${remedyText}`;
    throw new RetakeError('model-missing', message, { pack: id, folders: folders.map(({ path }) => path) });
  }
  const manifest = await readManifest(id, folder);
  checkContract(manifest, folder);
  const files = await readChecked(manifest, folder);
  const entry = files.get(manifest.entry)!;
  return { manifest, folder: join(folder.path, id), origin: folder.origin, entry, files };
}

/** Every pack in every folder, usable or not; of packs with one id only the first is ever loaded. */
export async function listPacks(folders: readonly PackFolder[] = packFolders()): Promise<PackListing[]> {
  const listings: PackListing[] = [];
  for (const folder of folders) {
    if (!existsSync(folder.path)) continue;
    const entries = readdirSync(folder.path, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of entries.sort((a, b) => a.name.localeCompare(b.name))) {
      const listing = { id: name, folder: join(folder.path, name), origin: folder.origin };
      try {
        const { manifest } = await loadPack(name, [folder]);
        listings.push({ ...listing, manifest, problem: null });
      } catch (error) {
        listings.push({ ...listing, manifest: null, problem: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  return listings;
}
