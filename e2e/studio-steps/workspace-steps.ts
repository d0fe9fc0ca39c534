// What an editor sets up: shortcuts, places of panels, media; and that all of it can be read by assistive technology.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openVideo, writeImage } from '../../src/engine/media/index.ts';
import { builtInStyle, writeStyle } from '../../src/engine/talking-head/index.ts';
import { seriousFindings } from '../support/axe.ts';
import type { StudioSession } from '../support/studio.ts';

/** Steps on a project with one clip; they leave it so. */
export function workspaceSteps(studio: () => StudioSession): void {
  const media = (): Promise<number> => studio().state('Object.keys(state.project.media).length');

  /** Takes steps back until only the first clip is there. */
  async function undoAll(): Promise<void> {
    const { page } = studio();
    await page.getByTestId('timeline').focus();
    while ((await media()) > 1) {
      const before = await studio().state<number>('state.revision');
      await page.keyboard.press('Control+z');
      await expect.poll(() => studio().state<number>('state.revision')).toBeGreaterThan(before);
    }
  }

  it('shows other frames of a clip to a pointer that moves over its thumbnail', async () => {
    const { page } = studio();
    const picture = page.locator('.media-list img.thumbnail').first();
    const box = (await picture.boundingBox())!;
    const seen = new Set<string>();
    for (const share of [0.1, 0.5, 0.9]) {
      await page.mouse.move(box.x + share * box.width, box.y + 20);
      await expect.poll(async () => seen.has((await picture.getAttribute('src'))!)).toBe(false);
      seen.add((await picture.getAttribute('src'))!);
      await expect
        .poll(() =>
          picture.evaluate(
            (image: { complete: boolean; naturalWidth: number }) => image.complete && image.naturalWidth,
          ),
        )
        .toBe(192);
    }
    expect(seen.size).toBe(3);
  }, 180_000);

  it('takes other keys for a command, and tells them wherever the command stands', async () => {
    const { page } = studio();
    const tool = (): Promise<string> => studio().state('state.tool');
    const blade = page.locator('.timeline-bar').getByRole('button', { name: 'Blade' });
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Control+Alt+k');
    const dialog = page.getByRole('dialog', { name: 'Shortcuts' });
    await dialog.getByRole('searchbox', { name: 'Find a command' }).fill('blade tool');
    await dialog.getByRole('button', { name: /: keys of Blade tool/ }).click();
    await page.keyboard.press('y');
    await dialog.getByRole('button', { name: 'Y: keys of Blade tool' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('b');
    expect(await tool()).toBe('select');
    await page.keyboard.press('y');
    await expect.poll(tool).toBe('blade');
    const kept = 'state.client.app.preferences().then((all) => all.shortcuts)';
    await expect.poll(() => studio().state<unknown>(kept)).toEqual({ 'tool.blade': ['Y'] });
    await page.keyboard.press('a');
    await page.keyboard.press('Control+Alt+k');
    await dialog.getByRole('button', { name: 'Reset all' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => blade.getAttribute('title')).toBe('Blade tool (B)');
  }, 180_000);

  it('takes in a portrait, to speak in a saved style', async () => {
    const { page, folder } = studio();
    await using film = await openVideo(join(folder, 'take-1.mp4'));
    await writeImage(join(folder, 'portrait.png'), (await film.frameAt(0)).picture);
    await writeStyle(join(folder, 'ada.style.json'), builtInStyle('lively'));
    await page.keyboard.press('Control+i');
    const files = page.getByRole('dialog');
    await files.getByRole('button', { name: 'portrait.png' }).click();
    await files.getByRole('button', { name: 'Import', exact: true }).click();
    await page.locator('.media-list').getByText('portrait.png').waitFor();
    const clips = "Object.values(state.project.items).filter((one) => one.name === 'portrait.png')";
    expect(await studio().state<number[]>(`${clips}.map((one) => one.duration)`)).toEqual([125]);
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Shift+Z');
    await page.mouse.click(...(await studio().place(0.8, 40)));
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByRole('button', { name: 'Add speech' }).click();
    await page.getByText('The portrait speaks.').waitFor();
    await page.getByRole('slider', { name: 'Head motion' }).waitFor();
    await page.getByRole('combobox', { name: /^Recording/ }).selectOption({ label: 'take-1.mp4' });
    await page.getByRole('combobox', { name: /^Style/ }).selectOption('browse');
    await files.getByRole('button', { name: 'ada.style.json' }).click();
    expect(await seriousFindings(page, 'dialog')).toEqual([]);
    await files.getByRole('button', { name: 'Use', exact: true }).click();
    const style = 'Object.values(state.project.effects)[0].settings.styleFile';
    await expect.poll(() => studio().state<string | null>(style)).toBe(join(folder, 'ada.style.json'));
    expect(await seriousFindings(page, '.inspector')).toEqual([]);
    await undoAll();
    await page.keyboard.press('Shift+Z');
  }, 180_000);

  it('takes the media of a folder that is dropped, and leaves the rest of it', async () => {
    const { page, folder } = studio();
    mkdirSync(join(folder, 'dailies'));
    copyFileSync(join(folder, 'take-1.mp4'), join(folder, 'dailies', 'take-2.mp4'));
    writeFileSync(join(folder, 'dailies', 'notes.txt'), 'no film');
    const box = (await page.locator('.media-panel').boundingBox())!;
    const at = { x: box.x + 60, y: box.y + box.height - 30 };
    const data = { items: [], files: [join(folder, 'dailies')], dragOperationsMask: 1 };
    const session = await page.context().newCDPSession(page);
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await session.send('Input.dispatchDragEvent', { type, ...at, data });
    await page.locator('.media-list').getByText('take-2.mp4').waitFor();
    expect(await media()).toBe(2);
    expect(await page.locator('.notice').count()).toBe(0);
    await undoAll();
  }, 180_000);

  it('has nothing serious in the way of assistive technology in any panel or dialog', async () => {
    const { page } = studio();
    for (const tab of ['3D', 'Mouth', 'Curves', 'Inspector', 'Jobs', 'Report', 'Log', 'Media']) {
      await page.getByRole('tab', { name: tab, exact: true }).click();
      const panel = `.panel[aria-label="${tab}"]`;
      await page.locator(panel).waitFor();
      expect(await seriousFindings(page, panel), tab).toEqual([]);
    }
    await page.getByTestId('timeline').focus();
    for (const keys of ['Control+e', 'Control+Alt+k', 'Control+k', 'Control+h', 'Control+i']) {
      await page.keyboard.press(keys);
      await page.getByRole('dialog').waitFor();
      expect(await seriousFindings(page, 'dialog'), keys).toEqual([]);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
    }
    await page.getByRole('button', { name: 'View', exact: true }).click();
    expect(await seriousFindings(page, '.context-menu')).toEqual([]);
    await page.keyboard.press('Escape');
  }, 180_000);
}
