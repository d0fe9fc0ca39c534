// The studio as an editor uses it: in a browser, on the real engine, with the digital actor.
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb } from '../bench/judge/system-ffmpeg.ts';
import { digitalActorFixture } from '../src/engine/digital-actor/index.ts';
import { seriousFindings } from './support/axe.ts';
import { launcher } from './support/retake.ts';

const CHROMIUM = process.env['RETAKE_CHROMIUM'] ?? '/usr/bin/chromium';
const missing = !existsSync(CHROMIUM);
if (missing) console.warn(`SKIPPED the studio: there is no browser at ${CHROMIUM} (RETAKE_CHROMIUM names another).`);

const folder = mkdtempSync(join(tmpdir(), 'retake-studio-e2e-'));
const project = join(folder, 'Scene 12.retake');
let browser: Browser;
let page: Page;
let server: ChildProcess;
let url = '';
const faults: string[] = [];

async function serve(): Promise<string> {
  server = spawn(process.execPath, [launcher, 'serve', '--json'], {
    env: { ...process.env, RETAKE_HOME: join(folder, 'home') },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return await new Promise((resolve, reject) => {
    let text = '';
    server.stdout!.on('data', (data: Buffer) => {
      text += data.toString();
      const found = /"url":"([^"]+)"/.exec(text);
      if (found) resolve(found[1]!);
    });
    server.on('exit', () => reject(new Error('retake serve ended')));
  });
}

// As text: this program's types know no DOM. Pixels are compared in the page: they are too many to be sent about.
const PIXELS = `(() => {
  const canvas = document.querySelector('.viewer-stage canvas');
  return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
})()`;

/** Waits until the viewer's picture stays the same and nothing stands in for it. */
async function settle(): Promise<void> {
  const sum = (): Promise<number> => page.evaluate<number>(`${PIXELS}.data.reduce((sum, value) => sum + value, 0)`);
  await expect
    .poll(
      async () => {
        const before = await sum();
        await page.waitForTimeout(700);
        return before === (await sum()) && (await page.locator('.stage-note').count()) === 0;
      },
      { timeout: 60_000 },
    )
    .toBe(true);
}

/** How many pixels differ clearly from the kept plate, near the face (it is in the middle) and elsewhere. */
async function changed(): Promise<{ inside: number; outside: number }> {
  return await page.evaluate<{ inside: number; outside: number }>(`(() => {
    const { width, data } = ${PIXELS};
    let [inside, outside] = [0, 0];
    for (let at = 0; at < data.length; at += 4) {
      if (Math.abs(plate.data[at] - data[at]) <= 24) continue;
      if (Math.abs(((at / 4) % width) / width - 0.5) < 0.25) inside += 1;
      else outside += 1;
    }
    return { inside, outside };
  })()`);
}

async function place(share: number, y: number): Promise<[number, number]> {
  const box = (await page.getByTestId('timeline').boundingBox())!;
  // The view leaves 8 % of room behind the last clip.
  return [box.x + (share * box.width) / 1.08, box.y + y];
}

const timecode = (): Promise<string | null> => page.getByTestId('timecode').textContent();
const undoLabels = async (): Promise<string[]> => {
  await page.keyboard.press('Control+h');
  const labels = await page.locator('.history button:not(.muted)').allTextContents();
  await page.keyboard.press('Escape');
  return labels;
};

beforeAll(async () => {
  if (missing) return;
  const { path } = await digitalActorFixture({ seconds: 2, width: 480, height: 270, seed: 7 });
  copyFileSync(path, join(folder, 'take-1.mp4'));
  url = await serve();
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--use-gl=angle', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => faults.push(error.message));
  // A report's page is sandboxed and has no storage.
  await page.addInitScript(`try { localStorage.folder ??= ${JSON.stringify(folder)} } catch {}`);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  server?.kill('SIGINT');
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(missing)('the studio', () => {
  it('starts, makes a project and imports a clip', async () => {
    await page.goto(url);
    await page.getByRole('button', { name: 'New project' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByRole('dialog').getByLabel('Name').fill('Scene 12');
    await page.getByRole('button', { name: 'Create here' }).click();
    await page.getByRole('button', { name: 'Import media' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'take-1.mp4' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
    await page.locator('.media-list').getByText('take-1.mp4').waitFor();
    await page
      .locator('.media-list')
      .getByText(/H\.264/)
      .waitFor();
    expect(existsSync(project)).toBe(true);
    expect(await timecode()).toBe('00:00:00:00');
  }, 180_000);

  it('steps and scrubs to exact frames', async () => {
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    expect(await timecode()).toBe('00:00:00:02');
    await page.keyboard.press('End');
    expect(await timecode()).toBe('00:00:01:24');
    await page.mouse.click(...(await place(0.5, 10)));
    expect(await timecode()).toBe('00:00:01:00');
  });

  it('tracks, can be cancelled midway, and shows the face in 3D', async () => {
    const trackButton = page.locator('.media-list').getByRole('button', { name: 'Track faces' });
    await trackButton.click();
    await page.locator('.media-list').getByRole('button', { name: 'Cancel' }).click();
    await trackButton.waitFor();
    await trackButton.click();
    await page.getByText('Tracked', { exact: true }).waitFor({ timeout: 120_000 });
    await page.getByRole('tab', { name: '3D' }).click();
    const face = page.getByTestId('face');
    await expect.poll(async () => (await face.screenshot()).length, { timeout: 60_000 }).toBeGreaterThan(6000);
    const before = await face.screenshot();
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Home');
    expect(await timecode()).toBe('00:00:00:00');
    await expect.poll(async () => before.equals(await face.screenshot()), { timeout: 60_000 }).toBe(false);
    await page.getByRole('tab', { name: 'Inspector' }).click();
  }, 300_000);

  it('directs an emotion by mouse: the face changes and nothing else does', async () => {
    const [x, y] = await place(0.5, 10);
    await page.mouse.click(x, y);
    await page.keyboard.press('2');
    await settle();
    await page.evaluate(`void (globalThis.plate = ${PIXELS})`);
    await page.keyboard.press('1');
    await settle();
    const lane = (await page.getByTestId('timeline').boundingBox())!;
    await page
      .getByRole('button', { name: 'happy', exact: true })
      .dragTo(page.getByTestId('timeline'), { targetPosition: { x: x - lane.x, y: 100 } });
    await page.locator('.effect').waitFor();
    await expect.poll(async () => (await changed()).inside, { timeout: 60_000 }).toBeGreaterThan(150);
    await settle();
    const { inside, outside } = await changed();
    expect(inside).toBeGreaterThan(150);
    expect(outside).toBe(0);
    await page.getByRole('tab', { name: '3D' }).click();
    await page.getByRole('button', { name: 'Displacement' }).click();
    await page.getByRole('tab', { name: 'Curves' }).click();
    await page.getByLabel('mouthSmileLeft over time, source and edit').waitFor();
    await page.getByRole('tab', { name: 'Inspector' }).click();
    const [first] = await undoLabels();
    expect(first).toBe('Direct happy');
  }, 180_000);

  it('a drag of the intensity is one undo, and undo and redo walk through it', async () => {
    const slider = page.getByRole('slider', { name: 'Intensity' });
    const box = (await slider.boundingBox())!;
    const output = page.getByRole('textbox', { name: 'Intensity, as a number' });
    await page.mouse.move(box.x + box.width * 0.66, box.y + box.height / 2);
    await page.mouse.down();
    for (const share of [0.6, 0.5, 0.42, 0.34])
      await page.mouse.move(box.x + box.width * share, box.y + box.height / 2);
    await page.mouse.up();
    await expect.poll(() => output.inputValue(), { timeout: 30_000 }).toMatch(/^0\.[3-6]/);
    await expect.poll(async () => (await undoLabels())[0], { timeout: 30_000 }).toBe('Set intensity');
    expect((await undoLabels())[1]).toBe('Direct happy');
    await page.keyboard.press('Control+z');
    await expect.poll(() => output.inputValue(), { timeout: 30_000 }).toBe('1.00');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => output.inputValue(), { timeout: 30_000 }).toMatch(/^0\.[3-6]/);
    // A hand that is quicker than the engine's answers loses no step.
    for (const keys of ['Control+z', 'Control+Shift+z', 'Control+z', 'Control+Shift+z', 'Control+z'])
      await page.keyboard.press(keys);
    await expect.poll(() => output.inputValue(), { timeout: 30_000 }).toBe('1.00');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(() => output.inputValue(), { timeout: 30_000 }).toMatch(/^0\.[3-6]/);
    expect((await undoLabels()).slice(0, 2)).toEqual(['Set intensity', 'Direct happy']);
    await page.keyboard.press('Control+z');
  }, 120_000);

  it('has nothing serious in the way of assistive technology', async () => {
    expect(await seriousFindings(page)).toEqual([]);
  }, 120_000);

  it('goes on when the engine is killed', async () => {
    const { pid } = (await page.evaluate(async () => {
      const studio = (globalThis as unknown as { retake: { getState(): { status: { engine: { pid: number } } } } })
        .retake;
      return studio.getState().status.engine;
    }))!;
    process.kill(pid, 'SIGKILL');
    await page.getByText('Engine restarting').waitFor({ timeout: 30_000 });
    await page.getByText('Engine ready').waitFor({ timeout: 60_000 });
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Control+b');
    await expect.poll(async () => (await undoLabels())[0], { timeout: 15_000 }).toMatch(/^Split/);
    await page.keyboard.press('Control+z');
    expect(faults).toEqual([]);
  }, 180_000);

  it('exports a film that another decoder reads, with the edit in it', async () => {
    await page.keyboard.press('Control+e');
    const out = await page.getByRole('dialog').getByLabel('File').inputValue();
    await page.getByLabel(/^Open the report/).check();
    await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
    await expect
      .poll(() => page.evaluate<string>('retake.getState().jobs[0]?.state'), { timeout: 90_000 })
      .toBe('done');
    const film: { rgb: Uint8Array; width: number }[] = [];
    for await (const { rgb, width } of decodeRgb(out)) film.push({ rgb: rgb.slice(), width });
    const plate: Uint8Array[] = [];
    for await (const { rgb } of decodeRgb(join(folder, 'take-1.mp4'))) plate.push(rgb.slice());
    expect(film).toHaveLength(50);
    const far = (a: Uint8Array, b: Uint8Array): number =>
      a.reduce((sum, value, i) => sum + (Math.abs(value - b[i]!) > 24 ? 1 : 0), 0);
    expect(far(film[25]!.rgb, plate[25]!)).toBeGreaterThan(300);
    expect(existsSync(`${out}.provenance.json`)).toBe(true);
  }, 300_000);

  it('opens the report of the export: flagged frames before and after, and a jump to one', async () => {
    await page.getByText('edited in full').waitFor({ timeout: 180_000 });
    // Beneath it the film is measured; its page and the frames with the largest change come when that is done.
    await page.getByText('Look here first').waitFor({ timeout: 180_000 });
    await page.locator('iframe.report-page').waitFor();
    const worst = page.locator('.flagged button').first();
    const wanted = (await worst.locator('.numbers').textContent())!.slice(0, 11);
    await worst.click();
    await expect.poll(timecode).toBe(wanted);
    const differ = (): Promise<number> =>
      page.evaluate<number>(`(() => {
        const [before, after] = [...document.querySelectorAll('.frame-pair')[0].querySelectorAll('canvas')].map(
          (canvas) => canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data);
        return before.reduce((sum, value, at) => sum + (Math.abs(value - after[at]) > 24 ? 1 : 0), 0);
      })()`);
    await expect.poll(differ, { timeout: 30_000 }).toBeGreaterThan(20);
    await page.getByRole('tab', { name: 'Media' }).click();
    // What was measured is still there after another panel was looked at.
    await page.getByRole('tab', { name: 'Report' }).click();
    await page.getByText('Look here first').waitFor();
    await page.getByRole('tab', { name: 'Media' }).click();
  }, 300_000);

  it('finds everything again after it was closed', async () => {
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    await page
      .getByRole('button', { name: /Scene 12/ })
      .first()
      .click();
    await page.getByTestId('timeline').waitFor();
    await page.mouse.click(...(await place(0.5, 40)));
    await page.locator('.effect').waitFor();
    expect(await page.locator('.effect select').first().inputValue()).toBe('happy');
    await page.getByRole('tab', { name: 'Media' }).click();
    await page.getByText('Tracked', { exact: true }).waitFor();
  }, 120_000);

  it('says what is wrong with a broken file, in a sentence', async () => {
    copyFileSync(launcher, join(folder, 'broken.mp4'));
    await page.keyboard.press('Control+i');
    await page.getByRole('dialog').getByRole('button', { name: 'broken.mp4' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Import', exact: true }).click();
    const notice = page.getByRole('alert').filter({ hasText: 'broken.mp4' });
    await notice.waitFor();
    expect(await notice.textContent()).not.toMatch(/Error|at .*\.ts/);
    await notice.getByRole('button', { name: 'Dismiss' }).click();
    expect(faults).toEqual([]);
  }, 120_000);
});
