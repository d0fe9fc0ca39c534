// Builds the interface unless it is newer than all it is made of.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const page = join(root, 'dist', 'renderer', 'index.html');
const sources = ['src/renderer', 'src/core', 'src/contract', 'vite.config.ts', 'package-lock.json'];

function newest(path: string): number {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const made = existsSync(page) ? statSync(page).mtimeMs : 0;
if (sources.some((source) => newest(join(root, source)) > made)) {
  const { build } = await import('vite');
  await build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
}
