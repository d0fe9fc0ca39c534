#!/usr/bin/env node
// Starts the command line on Node 24, whatever node the caller has, and hands signals and the exit code through.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nodeBinary } from './node-binary.mjs';

const main = new URL('../src/cli/main.ts', import.meta.url);
const node = nodeBinary();
if (node === process.execPath) {
  await import(main.href);
} else {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole group; a supervisor only to this process, so it is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`retake: ${error.message}`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}
