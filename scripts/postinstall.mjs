// Runs with whatever node the caller has; everything that matters runs on the Node 24 of the devDependency.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nodeBinary } from '../bin/node-binary.mjs';

// What a checkout needs before its first command: the models, and the interface that `retake serve` serves.
for (const step of ['../native-models/build.ts', './build-interface.ts']) {
  const path = fileURLToPath(new URL(step, import.meta.url));
  if (!existsSync(path)) continue;
  const run = spawnSync(nodeBinary(), [path], { stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
}
