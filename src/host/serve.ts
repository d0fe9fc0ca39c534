import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ServiceContext } from '../contract/progress.ts';
import { RetakeError } from '../core/errors.ts';
import { userFolder } from '../engine/services/engine/user-folder.ts';
import { WebHost } from './web-host.ts';

/** What `retake serve` is asked to do. */
export interface ServeRequest {
  readonly project?: string | undefined;
  readonly port?: number | undefined;
  /** Called with the address as soon as everything answers. */
  readonly onReady: (url: string) => void;
}

/** Serves the interface until the signal fires. Throws `file-not-found` for a project that is not there. */
export async function serve(request: ServeRequest, context: ServiceContext): Promise<void> {
  const project = request.project === undefined ? null : resolve(request.project);
  if (project !== null && !existsSync(project))
    throw new RetakeError('file-not-found', `There is no project at ${project}. Check the path.`, { path: project });
  await using host = await WebHost.start({
    folder: userFolder(),
    startProject: project,
    port: request.port ?? 0,
    onPrint: (text) => context.onLog?.('debug', text.trimEnd()),
  });
  host.engine.on('down', ({ code, signal }) =>
    context.onLog?.('warn', `The engine ended (${signal ?? `code ${code}`}). It is started again.`),
  );
  request.onReady(host.newUrl());
  const { signal } = context;
  if (signal) {
    if (!signal.aborted) await once(signal, 'abort');
  } else await new Promise(() => undefined);
}
