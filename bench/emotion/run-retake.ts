import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './clips.ts';

/** How one run of the command line went. */
export interface RetakeRun {
  readonly seconds: number;
  /** Highest resident memory of the command and the processes it started, in MiB; 0 where /proc is missing. */
  readonly peakMegabytes: number;
  /** The JSON object that it printed last. */
  readonly result: Record<string, unknown>;
}

/**
 * Runs `retake` of this checkout as a user would, in a process of its own, with `--json`.
 *
 * @throws Error with what the command said when its exit code is not 0.
 */
export function runRetake(args: readonly string[]): Promise<RetakeRun> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'bin', 'retake.mjs'), ...args, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let out = '';
    let words = '';
    let peak = 0;
    const timer = setInterval(() => {
      peak = Math.max(peak, residentMegabytes(child.pid));
    }, 250);
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      words = (words + chunk.toString()).slice(-3000);
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - started) / 1000;
      if (code !== 0) {
        reject(new Error(`retake ${args.join(' ')} ended with ${code}:\n${words.trim()}\n${out.trim().slice(-2000)}`));
        return;
      }
      resolve({ seconds, peakMegabytes: Math.round(peak), result: lastObject(out) });
    });
  });
}

function lastObject(text: string): Record<string, unknown> {
  const line = text.trim().split('\n').at(-1) ?? '';
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return JSON.parse(text) as Record<string, unknown>;
  }
}

/** Resident memory of a process and its descendants. */
function residentMegabytes(pid: number | undefined): number {
  if (pid === undefined || !existsSync(`/proc/${pid}`)) return 0;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const own = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(/\s+/).filter(Boolean);
    return own + children.reduce((sum, child) => sum + residentMegabytes(Number(child)), 0);
  } catch {
    // It ended between the look and the read.
    return 0;
  }
}
