// Finds a Node that runs TypeScript by itself (>= 24): the caller's own, else the one npm installed.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const REQUIRED_MAJOR = 24;

/** Path of a Node >= 24. Throws an Error that says what to do when there is none. */
export function nodeBinary() {
  if (Number(process.versions.node.split('.')[0]) >= REQUIRED_MAJOR) return process.execPath;
  for (const name of ['node', 'node.exe']) {
    const path = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url));
    if (existsSync(path)) return path;
  }
  throw new Error(`Retake needs Node ${REQUIRED_MAJOR}. Run "npm ci" in the checkout: it brings one along.`);
}
