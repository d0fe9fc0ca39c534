// Builds native-models/dist from the networks inside installed npm packages: `npm run models`, and every `npm ci`.
// Needs no network. The converter is only loaded when there is something to do: an up-to-date tree costs milliseconds.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OWN_PACKAGE, PACKS, SOURCE_PACKAGES } from './pack-list.ts';
import { buildKey, isUpToDate, makeStamp, STAMP_NAME } from './stamp.ts';

const root = dirname(fileURLToPath(import.meta.url));
const dist = join(root, 'dist');

function packageRoot(name: string): string {
  if (name === OWN_PACKAGE) return join(root, '..');
  const path = join(root, '..', 'node_modules', name);
  if (!existsSync(join(path, 'package.json'))) throw new Error(`The package ${name} is missing. Run "npm ci" first.`);
  return path;
}

/** Puts a finished folder in place of `dist` by renaming, so that readers see the old build or the new one. */
function replaceDist(finished: string): void {
  const old = `${dist}.old-${process.pid}`;
  if (existsSync(dist)) renameSync(dist, old);
  renameSync(finished, dist);
  rmSync(old, { recursive: true, force: true });
}

async function main(): Promise<void> {
  const started = performance.now();
  const force = process.argv.includes('--force');
  const key = buildKey(
    root,
    SOURCE_PACKAGES.map((name) => join(packageRoot(name), 'package.json')),
    [
      join(root, '..', 'src', 'engine', 'inference', 'pack-manifest.ts'),
      ...PACKS.flatMap(({ source }) => {
        if (source.kind === 'recogniser') return [join(root, source.own)];
        return source.package === OWN_PACKAGE ? [join(root, source.file)] : [];
      }),
    ],
  );
  if (!force && isUpToDate(dist, key)) {
    console.log('Models are up to date.');
    return;
  }
  const { buildPacks } = await import('./build-packs.ts');
  const fresh = `${dist}.new-${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  try {
    buildPacks(fresh, join(root, 'cards'), packageRoot, ({ id, files }, milliseconds) => {
      const kilobytes = files.reduce((sum, file) => sum + file.bytes, 0) / 1024;
      console.log(`${id.padEnd(26)} ${kilobytes.toFixed(0).padStart(6)} kB ${milliseconds.toFixed(0).padStart(6)} ms`);
    });
    writeFileSync(join(fresh, STAMP_NAME), `${JSON.stringify(makeStamp(fresh, key), null, 2)}\n`);
    replaceDist(fresh);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  console.log(`Models built in ${((performance.now() - started) / 1000).toFixed(1)} s.`);
}

try {
  await main();
} catch (error) {
  console.error(`Building the models failed: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
