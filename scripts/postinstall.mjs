// Runs with whatever node the caller has; everything that matters runs on the Node 24 of the devDependency.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { nodeBinary } from '../bin/node-binary.mjs';

const step = new URL('../native-models/build.ts', import.meta.url);
if (existsSync(step)) {
  const run = spawnSync(nodeBinary(), [step.pathname], { stdio: 'inherit' });
  process.exit(run.status ?? 1);
}
