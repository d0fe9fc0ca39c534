import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { digitalActorFixture } from '../../src/engine/digital-actor/index.ts';
import { launcher } from './retake.ts';
import { until } from './until.ts';

const CHROMIUM = process.env['RETAKE_CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is no browser to test with; said loudly once. */
export const noBrowser = !existsSync(CHROMIUM);
if (noBrowser) console.warn(`SKIPPED the studio: there is no browser at ${CHROMIUM} (RETAKE_CHROMIUM names another).`);

// RETAKE_SCREENSHOTS=docs/images/studio makes the pictures of the manual; they show no path of the machine.
const pictures = process.env['RETAKE_SCREENSHOTS'];
if (pictures) mkdirSync(pictures, { recursive: true });

/** Whether pictures for the manual are made: steps then wait for the last detail. */
export const makesPictures = pictures !== undefined;

/** A running studio: the real server and engine, a browser, a folder with one clip of the digital actor. */
export class StudioSession implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'retake-studio-e2e-'));
  /** Messages of errors in the page; none are expected. */
  readonly faults: string[] = [];
  page!: Page;
  browser!: Browser;
  url = '';
  #server: ChildProcess | undefined;
  /** Whether the browser is another session's. */
  #borrowed = false;

  /** Name of its clip. */
  clip = '';

  /** `film` is a file, or what the digital actor's is to be like. `gl` says who draws 3D: in tests software GL draws all of the page, so that the 3D view is tested as it is with a GPU. */
  static async start(
    film: string | { seconds: number; width: number; height: number } = { seconds: 2, width: 480, height: 270 },
    gl: readonly string[] = ['--use-gl=angle', '--use-angle=swiftshader'],
  ): Promise<StudioSession> {
    const session = new StudioSession();
    const path = typeof film === 'string' ? film : (await digitalActorFixture({ ...film, seed: 7 })).path;
    session.clip = `take-1${extname(path)}`;
    copyFileSync(path, join(session.folder, session.clip));
    session.url = await session.#serve();
    session.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: ['--no-sandbox', ...gl, '--enable-unsafe-swiftshader'],
    });
    session.page = await session.browser.newPage({ viewport: { width: 1280, height: 800 } });
    session.page.on('pageerror', (error) => session.faults.push(error.message));
    await session.page.addInitScript(`try { localStorage.folder ??= ${JSON.stringify(session.folder)} } catch {}`);
    await session.page.goto(session.url);
    await session.#ready();
    return session;
  }

  /** A second server and browser on the same folder, as another person at another machine would have. */
  async second(): Promise<StudioSession> {
    const session = new StudioSession();
    session.url = await session.#serve();
    session.browser = this.browser;
    const context = await this.browser.newContext({ viewport: { width: 1280, height: 800 } });
    session.page = await context.newPage();
    session.page.on('pageerror', (error) => session.faults.push(error.message));
    await session.page.addInitScript(`try { localStorage.folder ??= ${JSON.stringify(this.folder)} } catch {}`);
    await session.page.goto(session.url);
    await session.#ready();
    session.#borrowed = true;
    return session;
  }

  /** Waits until the page stands and has its engine: the one may be there before the other. */
  async #ready(): Promise<void> {
    await this.page.getByRole('button', { name: 'New project' }).waitFor();
    await until(this.page, 'retake.getState().client !== null');
  }

  /** Opens a project file by the dialog. */
  async openFile(path: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Open project' }).click();
    const name = path.replace(/^.*[\\/]/, '');
    await this.page.getByRole('dialog').getByRole('button', { name }).click();
    await this.page.getByRole('dialog').getByRole('button', { name: 'Open', exact: true }).click();
    await this.page.getByTestId('timeline').waitFor();
  }

  async #serve(): Promise<string> {
    const server = spawn(process.execPath, [launcher, 'serve', '--json'], {
      env: { ...process.env, RETAKE_HOME: join(this.folder, 'home') },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.#server = server;
    return await new Promise((resolve, reject) => {
      let text = '';
      server.stdout.on('data', (data: Buffer) => {
        text += data.toString();
        const found = /"url":"([^"]+)"/.exec(text);
        if (found) resolve(found[1]!);
      });
      server.on('exit', () => reject(new Error('retake serve ended')));
    });
  }

  /** A project with the clip on its timeline and tracked, made over the procedures, then opened by hand. */
  async openTracked(name: string): Promise<void> {
    const path = join(this.folder, `${name}.retake`);
    const clip = join(this.folder, this.clip);
    await this.page.evaluate(`(async () => {
      const { client } = retake.getState();
      const { handle } = await client.project.create({ path: ${JSON.stringify(path)}, name: ${JSON.stringify(name)} });
      const { media } = await client.media.import({ handle, paths: [${JSON.stringify(clip)}], sequence: 'new' });
      await client.work.track({ handle, media: media[0] });
      while ((await client.work.list()).some((one) => one.state === 'running'))
        await new Promise((resolve) => setTimeout(resolve, 200));
      await client.project.close({ handle });
    })()`);
    await this.page.reload();
    await this.page
      .getByRole('button', { name: new RegExp(name) })
      .first()
      .click();
    await this.page.getByTestId('timeline').waitFor();
  }

  /** A place on the timeline: `share` of the sequence across, `y` pixels down. */
  async place(share: number, y: number): Promise<[number, number]> {
    const box = (await this.page.getByTestId('timeline').boundingBox())!;
    // The view leaves 8 % of room behind the last clip.
    return [box.x + (share * box.width) / 1.08, box.y + y];
  }

  /** Drags the mouse along points of the window; `keys` are held meanwhile. */
  async drag(way: readonly (readonly [number, number])[], keys: readonly ('Alt' | 'Shift')[] = []): Promise<void> {
    const { mouse, keyboard } = this.page;
    await mouse.move(...way[0]!);
    for (const key of keys) await keyboard.down(key);
    await mouse.down();
    for (const point of way.slice(1)) await mouse.move(...point, { steps: 4 });
    await mouse.up();
    for (const key of keys) await keyboard.up(key);
  }

  /** What the page's state holds, by an expression on `state`. */
  async state<T>(expression: string): Promise<T> {
    return await this.page.evaluate<T>(`((state) => ${expression})(retake.getState())`);
  }

  /** Timecode of the playhead. */
  async timecode(): Promise<string | null> {
    return await this.page.getByTestId('timecode').textContent();
  }

  /** A picture for the manual, where pictures are made. */
  async shot(name: string): Promise<void> {
    if (!pictures) return;
    await this.page.waitForTimeout(2000);
    await this.page.screenshot({ path: join(pictures, `${name}.png`) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#borrowed) await this.page.context().close();
    else await this.browser?.close();
    this.#server?.kill('SIGINT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}
