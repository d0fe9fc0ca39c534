import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { seededDice, tryEdit } from '../../core/document/random-edits.test-support.ts';
import type { Project } from '../../core/document/schema.ts';
import { ProjectStore } from './project-store.ts';

const CHILD = fileURLToPath(new URL('./killed-writer.test-support.ts', import.meta.url));

/** What happened to a project whose writers were killed again and again. */
export interface KillReport {
  readonly kills: number;
  readonly edits: number;
  readonly lostEdits: number;
  readonly unreadable: number;
  readonly faults: readonly string[];
}

/** Starts a writer, kills it (SIGKILL) `afterMs` after it said that edit `after` is done; gives the last one it said. */
export async function runAndKill(args: readonly string[], after: number, afterMs: number): Promise<string[]> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const before = text.split('\n').length;
    text += chunk;
    const lines = text.split('\n').length;
    if ((before - 1 <= after && lines - 1 > after) || text.includes('done'))
      setTimeout(() => child.kill('SIGKILL'), afterMs);
  });
  await ended;
  return text.split('\n').slice(0, -1);
}

/**
 * Has `edits` random edits done by processes that are killed `kills` times on the way, and replays them beside it: after
 * each kill the file must hold exactly the edits up to the last one reported, or one more that was being committed.
 */
export async function killRounds(
  path: string,
  start: Project,
  edits: number,
  kills: number,
  seed: number,
): Promise<KillReport> {
  let model = start;
  let index = 0;
  let lostEdits = 0;
  let unreadable = 0;
  const faults: string[] = [];
  const perRound = Math.ceil(edits / kills);
  for (let round = 0; round < kills && index < edits; round++) {
    const count = Math.min(perRound + 40, edits - index);
    const jitter = (seed * 31 + round * 17) % 7;
    const lines = await runAndKill(
      [path, String(seed), String(index), String(count)],
      Math.min(perRound, count),
      jitter,
    );
    const said = Number(
      lines
        .filter((line) => /^\d/.test(line))
        .at(-1)
        ?.split(' ')[0] ?? index - 1,
    );
    let stored: Project;
    try {
      using store = ProjectStore.open(path);
      if (store.readOnly) faults.push(`round ${round}: the lock of a dead process is held`);
      faults.push(...store.verify().map((fault) => `round ${round}: ${fault}`));
      stored = store.project;
    } catch (error) {
      unreadable += 1;
      faults.push(String(error));
      break;
    }
    const matches = (project: Project): boolean => isDeepStrictEqual(project, stored);
    while (index <= said) model = tryEdit(model, seededDice(seed, index++))?.project ?? model;
    // Commits that the child had no time to report are fine; fewer than reported are not.
    let ahead = 0;
    while (!matches(model) && ahead < 60 && index < edits) {
      model = tryEdit(model, seededDice(seed, index++))?.project ?? model;
      ahead += 1;
    }
    if (!matches(model)) {
      lostEdits += 1;
      faults.push(`round ${round}: the file is not what edits up to ${said} give`);
      break;
    }
  }
  return { kills, edits: index, lostEdits, unreadable, faults };
}
