// A render worker: a process that plans and renders parts until its runner goes away. Started by WorkerProcess.
import { pathToFileURL } from 'node:url';
import { asRetakeError, RetakeError } from '../../core/errors.ts';
import { hashOutput } from './hash-output.ts';
import type { FrameNote, JobSpec } from './job-types.ts';
import type { SegmentRenderer } from './segment-renderer.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

const answer = (message: WorkerAnswer): void => void process.send?.(message);

// Without its runner a worker works for nobody (the runner may have been killed).
process.on('disconnect', () => process.exit(1));

async function load(spec: JobSpec): Promise<SegmentRenderer> {
  const url = spec.renderer.startsWith('file:') ? spec.renderer : pathToFileURL(spec.renderer).href;
  const module = (await import(url)) as { renderer?: SegmentRenderer };
  if (!module.renderer) throw new RetakeError('internal', `${spec.renderer} exports no renderer.`);
  return module.renderer;
}

async function work(request: WorkerRequest): Promise<WorkerAnswer> {
  const renderer = await load(request.spec);
  const { signal } = new AbortController(); // a worker is stopped by ending it
  if (request.type === 'plan')
    return { type: 'planned', plan: await renderer.plan(request.spec, request.folder, signal) };
  if (request.type === 'finish') {
    await renderer.finish?.(request);
    return { type: 'finished' };
  }
  const notes: FrameNote[] = [];
  let told = 0;
  await renderer.render({
    ...request,
    signal,
    onFrames: (written) => {
      const now = performance.now();
      if (now - told < 200) return;
      told = now;
      answer({ type: 'frames', written });
    },
    onNote: (note) => void notes.push(note),
  });
  return { type: 'rendered', sha256: await hashOutput(request.out), notes };
}

process.on('message', (request: WorkerRequest) => {
  work(request)
    .catch((error: unknown): WorkerAnswer => {
      const { code, message, details } = asRetakeError(error);
      return { type: 'error', code, message, details };
    })
    .then(answer);
});
