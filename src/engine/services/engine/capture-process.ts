import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ServiceContext } from '../../../contract/progress.ts';
import { RetakeError, throwIfCancelled } from '../../../core/errors.ts';
import type { CaptureFunction, MediaCapture } from '../evaluator/capture-media.ts';
import type { CaptureNews, CaptureOrder } from './capture-messages.ts';

const MAIN = fileURLToPath(new URL('./capture-main.ts', import.meta.url));

/**
 * Captures in processes of their own, one at a time: the engine goes on answering while faces are followed, cancelling
 * takes effect at once, and a crash of a driver ends one capture and not everything.
 */
export function captureElsewhere(main = MAIN): CaptureFunction {
  let turn: Promise<unknown> = Promise.resolve();
  return (path, name, context) => {
    const result = turn.then(() => capture(main, { path, name }, context));
    turn = result.catch(() => undefined);
    return result;
  };
}

async function capture(
  main: string,
  order: CaptureOrder,
  { signal, onProgress, onLog }: ServiceContext,
): Promise<MediaCapture> {
  throwIfCancelled(signal);
  // Not fork: Electron replaces that by one that can start nothing but Electron.
  const child = spawn(process.execPath, [main], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    windowsHide: true,
  });
  let errors = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-2000);
  });
  const stop = (): void => void child.kill('SIGKILL');
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<MediaCapture>((resolve, reject) => {
      child.on('message', (news: CaptureNews) => {
        if (news.type === 'progress') onProgress?.(news.progress);
        else if (news.type === 'log') onLog?.(news.level, news.message);
        else if (news.type === 'done') resolve(news.capture);
        else reject(new RetakeError(news.code, news.message, news.details));
      });
      child.once('error', reject);
      child.once('exit', (code, killed) => {
        if (signal?.aborted) reject(new RetakeError('cancelled', 'Cancelled.'));
        else
          reject(
            new RetakeError(
              'inference-failed',
              `Following the faces in ${order.name} ended early (${killed ?? `code ${code}`}). Try again; if that does not help, look into "retake doctor".`,
              { path: order.path },
              new Error(errors),
            ),
          );
      });
      child.send(order, () => undefined); // a child that is dead already says so by `exit`
    });
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}
