// What goes wrong in an editor's day: the engine dies, tracking is stopped, a second window, no mouse at hand.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeRgb } from '../bench/judge/system-ffmpeg.ts';
import { noBrowser, StudioSession } from './support/studio.ts';

let studio: StudioSession;

beforeAll(async () => {
  if (noBrowser) return;
  studio = await StudioSession.start();
  await studio.openTracked('Bad day');
}, 300_000);

afterAll(async () => {
  await studio?.[Symbol.asyncDispose]();
});

/** Kills the engine and waits until another one serves the page. */
async function killEngine(): Promise<void> {
  const { starts, pid } = await studio.state<{ starts: number; pid: number }>('state.status.engine');
  process.kill(pid, 'SIGKILL');
  await expect.poll(() => studio.state<number>('state.status.engine.starts'), { timeout: 60_000 }).toBe(starts + 1);
  await expect.poll(() => studio.state<string>('state.connection')).toBe('online');
}

describe.skipIf(noBrowser)('the studio on a bad day', () => {
  it('goes on showing pictures when the engine is killed while it plays', async () => {
    const { page } = studio;
    await page.mouse.click(...(await studio.place(0.5, 10)));
    await page.getByRole('button', { name: 'happy', exact: true }).first().click();
    await page.locator('.effect').waitFor();
    // Counts the pictures that the viewer draws.
    await page.evaluate(`(() => {
      const seen = new WeakSet();
      globalThis.drawn = 0;
      const draw = CanvasRenderingContext2D.prototype.drawImage;
      CanvasRenderingContext2D.prototype.drawImage = function (image, ...place) {
        if (image instanceof ImageBitmap && this.canvas.closest('.viewer-stage') && !seen.has(image)) {
          seen.add(image);
          globalThis.drawn += 1;
        }
        return draw.call(this, image, ...place);
      };
    })()`);
    const drawn = (): Promise<number> => page.evaluate<number>('drawn');
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Control+l');
    await page.keyboard.press('Space');
    await expect.poll(drawn, { timeout: 60_000 }).toBeGreaterThan(5);
    await killEngine();
    const before = await drawn();
    await expect.poll(drawn, { timeout: 90_000 }).toBeGreaterThan(before + 5);
    expect(await studio.state<boolean>('state.playing')).toBe(true);
    await page.keyboard.press('k');
    await page.keyboard.press('Control+l');
    expect(studio.faults).toEqual([]);
  }, 240_000);

  it('finishes an export although the engine is killed in the middle of it', async () => {
    const { page } = studio;
    await page.keyboard.press('Control+e');
    const dialog = page.getByRole('dialog');
    const out = await dialog.getByLabel('File').inputValue();
    await dialog.getByRole('button', { name: 'Export' }).click();
    await expect.poll(() => studio.state<string>('state.jobs[0]?.state'), { timeout: 60_000 }).toBe('running');
    await killEngine();
    await page.locator('.state.done').waitFor({ timeout: 180_000 });
    let count = 0;
    for await (const _ of decodeRgb(out)) count += 1;
    expect(count).toBe(50);
    expect(existsSync(`${out}.provenance.json`)).toBe(true);
    // A render process that outlives the engine for a moment does not take the project from it.
    expect(await studio.state<boolean>('state.open.readOnly')).toBe(false);
  }, 300_000);

  it('writes layers of the edited shots, and says where', async () => {
    const { page } = studio;
    await page.getByRole('tab', { name: '3D' }).click();
    await page.getByRole('button', { name: 'ST map' }).click();
    const notice = page.locator('.notice').filter({ hasText: 'written to' });
    await notice.waitFor({ timeout: 180_000 });
    const said = (await notice.textContent())!;
    const folder = /written to (.*?-layers)/.exec(said)![1]!;
    expect(existsSync(folder)).toBe(true);
    await page.getByRole('tab', { name: 'Inspector' }).click();
  }, 240_000);

  it('shows a project that is open elsewhere read-only, and lets nothing be changed in it', async () => {
    const { page } = studio;
    const path = await studio.state<string>('state.open.path');
    // Another program has it: a second server, as on another machine that shares the folder.
    await using other = await studio.second();
    await other.openFile(path);
    await other.page.getByText('Read-only', { exact: true }).waitFor();
    expect(await other.state<boolean>('state.open.readOnly')).toBe(true);
    const size = statSync(path).size;
    await other.page.mouse.click(...(await other.place(0.5, 40)));
    await other.page.keyboard.press('Control+b');
    await other.page.keyboard.press('Delete');
    const clips = "Object.values(state.project.items).filter((one) => one.type === 'clip').length";
    expect(await other.state<number>(clips)).toBe(await studio.state<number>(clips));
    expect(statSync(path).size).toBe(size);
    // The first window still may.
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('m');
    await expect.poll(() => studio.state<string>('state.history.undo[0]')).toMatch(/marker/i);
    expect(other.faults).toEqual([]);
  }, 180_000);

  it('can be worked with by the keyboard alone', async () => {
    const { page } = studio;
    await page.keyboard.press('Escape');
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Home');
    for (let step = 0; step < 10; step++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Control+a');
    const effects = (): Promise<number> => studio.state<number>('Object.keys(state.project.effects).length');
    const before = await effects();
    await page.keyboard.press('e');
    await expect.poll(effects).toBe(before + 1);
    // From the timeline to the inspector by Tab alone; every stop shows that it has the focus.
    await page.getByRole('tab', { name: 'Inspector' }).focus();
    const intensity = page.getByRole('slider', { name: 'Intensity' }).last();
    for (let tab = 0; tab < 40 && !(await intensity.evaluate(isFocused)); tab++) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(FOCUS_SHOWS)).toBe(true);
    }
    expect(await intensity.evaluate(isFocused)).toBe(true);
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => studio.state<string>('state.history.undo[0]')).toBe('Set intensity');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('undo list');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Undo list' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await expect.poll(effects).toBe(before);
    expect(studio.faults).toEqual([]);
  }, 120_000);

  it('has nothing cut off or on top of something else in a window of 1280 by 800', async () => {
    const { page } = studio;
    for (const tab of ['3D', 'Mouth', 'Curves', 'Inspector', 'Jobs', 'Report', 'Log', 'Media']) {
      await page.getByRole('tab', { name: tab, exact: true }).click();
      const wide = await page.evaluate<string[]>(`[...document.querySelectorAll('.panel')]
        .flatMap((panel) => [panel, ...panel.querySelectorAll('.curves, .inspector, .jobs, .media-panel, .mouth-panel, .report, .log')])
        .filter((element) => element.scrollWidth > element.clientWidth + 1)
        .map((element) => element.className)`);
      expect(wide, tab).toEqual([]);
    }
    const bar = (await page.locator('.timeline-bar').boundingBox())!;
    expect(bar.height).toBeLessThan(48);
    expect(existsSync(join(studio.folder, 'take-1.mp4'))).toBe(true);
  }, 60_000);
});

interface Focusable {
  readonly ownerDocument: { readonly activeElement: unknown };
}

const isFocused = (element: unknown): boolean => (element as Focusable).ownerDocument.activeElement === element;

const FOCUS_SHOWS = `(() => {
  const element = document.activeElement;
  if (!element || element === document.body) return true;
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1;
})()`;
