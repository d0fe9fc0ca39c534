// A process that runs a queue until somebody kills it: node killed-runner.test-support.ts QUEUE WORKERS
import { writeSync } from 'node:fs';
import { JobQueue } from './job-queue.ts';
import { QueueRunner } from './queue-runner.ts';

const [path, workers] = process.argv.slice(2);
using queue = JobQueue.open(path!);
const runner = new QueueRunner(queue, {
  workers: Number(workers),
  pollMs: 20,
  onEvent: (event) => writeSync(1, `${JSON.stringify(event)}\n`),
});
await runner.run('drain', new AbortController().signal);
