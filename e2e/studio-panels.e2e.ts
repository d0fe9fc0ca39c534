// What an editor and a VFX artist look at closely: one engine and one tracked clip for all steps.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, StudioSession } from './support/studio.ts';

let studio: StudioSession;

beforeAll(async () => {
  if (noBrowser) return;
  studio = await StudioSession.start();
  await studio.openTracked('Close look');
}, 180_000);

afterAll(async () => {
  await studio?.[Symbol.asyncDispose]();
});

describe.skipIf(noBrowser)('panels of the studio', () => {
  it('shows how the mouth fits, and jumps to the worst frames', async () => {
    const { page } = studio;
    await page.mouse.click(...(await studio.place(0.5, 10)));
    await page.getByRole('tab', { name: 'Mouth' }).click();
    await page.getByLabel('Inner-lip gap over time: plate, mesh and edit').waitFor({ timeout: 30_000 });
    const plate = page.getByTestId('mouth-plate');
    // A mouth fills the close-up: skin and lips, hardly any black.
    await expect
      .poll(
        async () =>
          await plate.evaluate((canvas: Canvas) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
            let red = 0;
            for (let i = 0; i < data.length; i += 4) if (data[i]! > data[i + 2]! + 20) red += 1;
            return red / (width * height);
          }),
        { timeout: 30_000 },
      )
      .toBeGreaterThan(0.6);
    await studio.shot('mouth-fit');
    const [first] = await page.locator('.worst-frames button').all();
    const wanted = (await first!.locator('span').first().textContent())!;
    await first!.click();
    await expect.poll(() => studio.timecode()).toBe(wanted);
    await page.getByRole('button', { name: 'Next of the worst frames' }).click();
    await expect.poll(() => studio.timecode()).not.toBe(wanted);
    expect(studio.faults).toEqual([]);
  }, 60_000);

  it('draws overlays over the picture, and wipes between source and edit by a handle', async () => {
    const { page } = studio;
    const drawn = async (): Promise<number> =>
      await page.getByTestId('overlays').evaluate((canvas: Canvas) => {
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let pixels = 0;
        for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) pixels += 1;
        return pixels;
      });
    await page.getByTestId('timeline').focus();
    expect(await drawn()).toBe(0);
    let before = 0;
    for (const keys of ['Shift+S', 'Shift+L', 'Shift+F', 'Shift+M']) {
      await page.keyboard.press(keys);
      await expect.poll(drawn, { timeout: 15_000 }).toBeGreaterThan(before + 200);
      before = await drawn();
    }
    await page.keyboard.press('4');
    const handle = page.getByRole('slider', { name: 'Place of the wipe' });
    const box = (await handle.boundingBox())!;
    await page.mouse.move(box.x + box.width / 2, box.y + 30);
    await page.mouse.down();
    await page.mouse.move(box.x + 100, box.y + 30, { steps: 3 });
    await page.mouse.up();
    expect(Number(await handle.getAttribute('aria-valuenow'))).toBeGreaterThan(58);
    await studio.shot('viewer-overlays');
    await page.keyboard.press('1');
    for (const keys of ['Shift+S', 'Shift+L', 'Shift+F', 'Shift+M']) await page.keyboard.press(keys);
    await expect.poll(drawn).toBe(0);
  }, 60_000);

  it('zooms at the pointer, pans, and fits again', async () => {
    const { page } = studio;
    const stage = (await page.getByTestId('overlays').boundingBox())!;
    await page.mouse.move(stage.x + 200, stage.y + 100);
    await page.mouse.wheel(0, -400);
    await expect.poll(() => studio.state<number>('state.view.zoom')).toBeGreaterThan(1);
    const before = await studio.state<number>('state.view.panX');
    await page.mouse.down();
    await page.mouse.move(stage.x + 260, stage.y + 100, { steps: 4 });
    await page.mouse.up();
    expect(await studio.state<number>('state.view.panX')).toBeGreaterThan(before);
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Alt+1');
    expect(await studio.state<number>('state.view.zoom')).toBe(1);
    await page.keyboard.press('z');
    expect(await studio.state<number>('state.view.zoom')).toBe(0);
    expect(studio.faults).toEqual([]);
  }, 30_000);
});

interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): Context;
}

interface Context {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}
