// The desktop program. What can be shown without Electron is shown everywhere: the packed engine runs by itself. The
// rest runs wherever Electron's binary is installed.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ElectronApplication, _electron as electron, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import config from '../build/electron-builder.config.ts';
import { until } from './support/until.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'retake-desktop-e2e-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the packed engine', () => {
  it('serves the interface from nothing but the packed files', async () => {
    const tree = join(folder, 'program');
    const patterns = (config.files as string[]).filter((one) => !one.startsWith('!node_modules'));
    const refused = patterns.filter((one) => one.startsWith('!')).map((one) => one.slice(1));
    const taken = patterns.filter((one) => !one.startsWith('!'));
    for (const entry of globSync(taken, { cwd: root, withFileTypes: true })) {
      const path = relative(root, join(entry.parentPath, entry.name));
      if (!entry.isFile() || refused.some((pattern) => matchesGlob(path, pattern))) continue;
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      cpSync(join(root, path), join(tree, path));
    }
    symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'), 'junction');
    const server = spawn(process.execPath, [join(tree, 'bin', 'retake.mjs'), 'serve', '--json'], {
      env: { ...process.env, RETAKE_HOME: join(folder, 'home') },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const url = await new Promise<string>((resolve, reject) => {
        let text = '';
        server.stdout.on('data', (data: Buffer) => {
          text += data.toString();
          const found = /"url":"([^"]+)"/.exec(text);
          if (found) resolve(found[1]!);
        });
        server.on('exit', (code) => reject(new Error(`retake serve ended with ${code}`)));
      });
      const { origin, searchParams } = new URL(url);
      const opened = await fetch(`${origin}/session`, {
        method: 'POST',
        headers: { authorization: `Bearer ${searchParams.get('token')}` },
      });
      const { session } = (await opened.json()) as { session: string };
      const headers = { authorization: `Bearer ${session}` };
      const triangles = await fetch(`${origin}/face-model/triangles`, { headers });
      expect((await triangles.arrayBuffer()).byteLength).toBeGreaterThan(5000); // the engine and its models answer
    } finally {
      server.kill();
    }
  });
});

/** Where Electron's program lies; undefined where only its types are installed. */
function electronBinary(): string | undefined {
  const home = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
  const named = join(home, 'path.txt');
  if (!existsSync(named)) return undefined;
  const binary = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(home, 'dist'), readFileSync(named, 'utf8'));
  return existsSync(binary) ? binary : undefined;
}

const binary = electronBinary();
if (binary === undefined)
  console.warn('SKIPPED the desktop program: Electron is not installed ("npx install-electron" fetches its binary).');

describe.skipIf(binary === undefined)('the desktop program', () => {
  let program: ElectronApplication;
  let page: Page;

  const engineStatus = (): Promise<{ pid: number; starts: number }> =>
    page.evaluate<{ pid: number; starts: number }>('retake.getState().client.app.status().then((all) => all.engine)');
  const online = (): Promise<unknown> => until(page, "globalThis.retake?.getState().connection === 'online'", 60_000);

  beforeAll(async () => {
    program = await electron.launch({
      executablePath: binary!,
      args: [root, ...(process.platform === 'linux' ? ['--no-sandbox'] : [])],
      env: { ...(process.env as Record<string, string>), RETAKE_HOME: join(folder, 'desktop-home') },
    });
    page = await program.firstWindow();
    await online();
  });
  afterAll(async () => await program?.close());

  it('shows the interface over ports, without Node in the page', async () => {
    expect(page.url()).toMatch(/^retake:\/\/studio\//);
    expect((await engineStatus()).starts).toBe(1);
    expect(await page.evaluate('[typeof process, typeof require, typeof module, typeof retakeDesktop]')).toEqual([
      'undefined',
      'undefined',
      'undefined',
      'object',
    ]);
  });

  it('fetches from the engine by its scheme, in parts', async () => {
    const answer = await page.evaluate<[number, number]>(
      "fetch('/face-model/triangles').then(async (all) => [all.status, (await all.arrayBuffer()).byteLength])",
    );
    expect(answer[0]).toBe(200);
    expect(answer[1]).toBeGreaterThan(5000);
    const part =
      "fetch('/index.html', { headers: { range: 'bytes=0-9' } }).then(async (all) => [all.status, await all.text()])";
    expect(await page.evaluate(part)).toEqual([206, '<!doctype ']);
  });

  it('goes nowhere else, opens nothing else, permits nothing', async () => {
    expect(await page.evaluate("window.open('https://example.com/')")).toBeNull();
    await page.evaluate("void (location.href = 'https://example.com/')");
    await page.waitForTimeout(500);
    expect(page.url()).toMatch(/^retake:\/\/studio\//);
    const media = "navigator.mediaDevices.getUserMedia({ audio: true }).then(() => 'given', (error) => error.name)";
    expect(await page.evaluate(media)).not.toBe('given');
    const inline =
      "(() => { const s = document.createElement('script'); s.textContent = 'globalThis.leak = 1'; document.body.append(s); return globalThis.leak ?? null; })()";
    expect(await page.evaluate(inline)).toBeNull();
  });

  it('has the commands of the interface in its menu', async () => {
    const labels = await program.evaluate(({ Menu }) => {
      const all = (menu: Electron.Menu | null): string[] =>
        (menu?.items ?? []).flatMap((item) => [item.label, ...all(item.submenu ?? null)]);
      return all(Menu.getApplicationMenu());
    });
    for (const label of ['New project', 'Import media', 'Undo', 'Play or stop']) expect(labels).toContain(label);
  });

  it('goes on after its engine was killed', async () => {
    const { pid } = await engineStatus();
    process.kill(pid, 'SIGKILL');
    await until(page, "globalThis.retake.getState().connection !== 'online'");
    await online();
    expect((await engineStatus()).starts).toBe(2);
  });

  it('comes back after its window crashed', async () => {
    await program.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer(),
    );
    // Playwright gives the page of a crashed process up, so the window itself is asked.
    const connection = (): Promise<unknown> =>
      program.evaluate(({ BrowserWindow }) =>
        BrowserWindow.getAllWindows()[0]!.webContents.executeJavaScript(
          "globalThis.retake?.getState().connection ?? 'loading'",
        ),
      );
    await expect.poll(connection, { timeout: 60_000 }).toBe('online');
  });
});
