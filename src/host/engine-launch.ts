import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { EngineNews, EngineStart } from './engine-messages.ts';

/** What a launched engine tells its supervisor. */
export interface EngineListener {
  readonly onNews: (news: EngineNews) => void;
  /** Lines that it prints; they are for developers. */
  readonly onPrint: (text: string) => void;
  /** It ended, or could not be started at all (`failure`). Called once. */
  readonly onExit: (code: number | null, signal: string | null, failure?: string) => void;
}

/** A launched engine. */
export interface LaunchedEngine {
  readonly pid: number | undefined;
  send(order: EngineStart): void;
  /** Asks it to end in an orderly way, or ends it. */
  end(how: 'orderly' | 'at-once'): void;
}

/** Starts the engine's main module in a process of its own: a Node child here, a utility process in the desktop shell. */
export type EngineLauncher = (listener: EngineListener) => LaunchedEngine;

/** Path of the module that an engine process runs. */
export const ENGINE_MAIN = fileURLToPath(new URL('./engine-main.ts', import.meta.url));

/** Launches engines as children of this Node. */
export const launchNodeEngine: EngineLauncher = ({ onNews, onPrint, onExit }) => {
  const child = spawn(process.execPath, [ENGINE_MAIN], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    windowsHide: true,
  });
  let ended = false;
  const end = (code: number | null, signal: string | null, failure?: string): void => {
    if (ended) return;
    ended = true;
    onExit(code, signal, failure);
  };
  const print = (data: Buffer): void => onPrint(data.toString());
  child.stdout?.on('data', print);
  child.stderr?.on('data', print);
  child.on('message', (news: EngineNews) => onNews(news));
  child.once('exit', end);
  child.once('error', (error) => end(null, null, `The engine cannot be started: ${error.message}`));
  return {
    pid: child.pid,
    send: (order) => void child.send(order, () => undefined), // a child that is dead already says so by `exit`
    end: (how) => void child.kill(how === 'orderly' ? 'SIGTERM' : 'SIGKILL'),
  };
};
