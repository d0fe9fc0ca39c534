import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { RetakeError } from '../../core/errors.ts';
import type { WorkerAnswer, WorkerRequest } from './worker-messages.ts';

const WORKER = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** A worker died in the middle: killed, out of memory, or crashed in native code. */
export class WorkerDied extends Error {
  override readonly name = 'WorkerDied';
}

type Ending = Exclude<WorkerAnswer, { type: 'frames' | 'error' }>;

/** A render worker in a process of its own. After it died it takes no more requests. */
export class WorkerProcess implements Disposable {
  readonly #child: ChildProcess;
  #errors = '';

  /** `memoryMb` bounds the JavaScript heap; a worker that needs more dies and is replaced. */
  constructor(memoryMb: number) {
    // Not fork: Electron replaces that by one that can start nothing but Electron.
    this.#child = spawn(process.execPath, [`--max-old-space-size=${memoryMb}`, WORKER], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      windowsHide: true,
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-2000);
    });
    this.#child.on('error', () => undefined); // its death is reported by the request
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#child.connected && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Sends one request and waits for its end. Throws the worker's RetakeError, or {@link WorkerDied}. */
  ask(request: WorkerRequest, onFrames: (written: number) => void): Promise<Ending> {
    return new Promise((resolve, reject) => {
      const child = this.#child;
      const onMessage = (answer: WorkerAnswer): void => {
        if (answer.type === 'frames') {
          onFrames(answer.written);
          return;
        }
        done();
        if (answer.type === 'error') reject(new RetakeError(answer.code, answer.message, answer.details));
        else resolve(answer);
      };
      const onExit = (): void => {
        done();
        reject(new WorkerDied(this.#cause()));
      };
      const done = (): void => {
        child.off('message', onMessage);
        child.off('close', onExit);
      };
      child.on('message', onMessage);
      child.on('close', onExit);
      if (!this.alive) onExit();
      else child.send(request, (error) => error && !this.alive && onExit());
    });
  }

  #cause(): string {
    if (/heap out of memory/.test(this.#errors)) return 'it ran out of memory';
    const { signalCode, exitCode } = this.#child;
    return signalCode ? `it was ended by ${signalCode}` : `it ended with code ${exitCode ?? 'unknown'}`;
  }

  [Symbol.dispose](): void {
    this.#child.kill('SIGKILL');
  }
}
