import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ProjectStore } from '../engine/store/index.ts';
import { temporaryFolder } from './host.test-support.ts';

const MAIN = fileURLToPath(new URL('../cli/main.ts', import.meta.url));

describe('retake serve', () => {
  let folder: string;
  const running: ChildProcess[] = [];
  beforeEach(() => {
    folder = temporaryFolder();
  });
  afterEach(() => {
    for (const child of running.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  function start(...args: string[]): ChildProcess {
    const child = spawn(process.execPath, [MAIN, 'serve', ...args], {
      env: { ...process.env, RETAKE_HOME: join(folder, 'home') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.push(child);
    return child;
  }

  it('prints one JSON line with its address, opens the project it was given, and ends on Ctrl-C', async () => {
    const path = join(folder, 'film.retake');
    ProjectStore.create(path, 'Film').close();
    const child = start(path, '--json');
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    const { url } = JSON.parse(line.toString()) as { url: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{32}$/);
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    child.kill('SIGINT');
    const [code] = (await once(child, 'exit')) as [number];
    expect(code).toBe(0);
    await expect(fetch(url)).rejects.toThrow();
  });

  it('refuses a project that is not there', async () => {
    const child = start(join(folder, 'none.retake'), '--json');
    const [line] = (await once(child.stdout!, 'data')) as [Buffer];
    expect(JSON.parse(line.toString())).toMatchObject({ error: { code: 'file-not-found' } });
    expect((await once(child, 'exit'))[0]).toBe(1);
  });
});
