import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { release } from 'node:os';
import { dirname, join } from 'node:path';

/** Settings that decide which driver a provider gets to see. */
const DRIVER_VARIABLES = [
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'CUDA_VISIBLE_DEVICES',
  'LD_LIBRARY_PATH',
  'DYLD_LIBRARY_PATH',
  'CUDA_PATH',
] as const;

/** Folders whose contents change when a graphics driver comes or goes (Linux). */
const DRIVER_FOLDERS = ['/dev/dri', '/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d'] as const;

/** Root folder of the installed onnxruntime-node. */
export function runtimeFolder(): string {
  return dirname(dirname(createRequire(import.meta.url).resolve('onnxruntime-node')));
}

/** Version of the installed onnxruntime-node. */
export function runtimeVersion(): string {
  const { version } = JSON.parse(readFileSync(join(runtimeFolder(), 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** Folder of the native libraries for this platform. */
export function runtimeLibraries(): string {
  return join(runtimeFolder(), 'bin', 'napi-v6', process.platform, process.arch);
}

function listing(folder: string): string {
  if (!existsSync(folder)) return '';
  return readdirSync(folder)
    .sort()
    .map((name) => `${name}:${statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0}`)
    .join(',');
}

/** Digest of runtime, system and drivers: what was found out about providers holds as long as it stays the same. */
export function deviceKey(): string {
  const nvidia = '/proc/driver/nvidia/version';
  const facts = [
    runtimeVersion(),
    process.platform,
    process.arch,
    release(),
    listing(runtimeLibraries()),
    existsSync(nvidia) ? readFileSync(nvidia, 'utf8') : '',
    ...DRIVER_FOLDERS.map(listing),
    ...DRIVER_VARIABLES.map((name) => process.env[name] ?? ''),
  ];
  return createHash('sha256').update(facts.join('\n')).digest('hex');
}
