import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The command as a person runs it. */
export const launcher = fileURLToPath(new URL('../../bin/retake.mjs', import.meta.url));

/** What a command left behind. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The object that `--json` printed. Throws when standard output is not exactly one. */
  json<T = Record<string, unknown>>(): T;
}

/** A command under way. */
export interface Running {
  readonly process: ChildProcess;
  readonly done: Promise<Outcome>;
}

/** Starts `retake` with these arguments through its launcher. */
export function startRetake(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [launcher, ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (data: Buffer) => {
    text.stdout += data.toString();
  });
  child.stderr.on('data', (data: Buffer) => {
    text.stderr += data.toString();
  });
  const done = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      const json = <T>(): T => JSON.parse(text.stdout) as T;
      resolve({ code, ...text, json });
    });
  });
  return { process: child, done };
}

/** Runs `retake` to its end. */
export function retake(...args: readonly string[]): Promise<Outcome> {
  return startRetake(args).done;
}

/** Hash of a file, to tell that it was left alone. */
export function hashOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Names in a folder, hidden ones too: unfinished outputs are hidden. */
export function namesIn(folder: string): string[] {
  return readdirSync(folder).sort();
}
