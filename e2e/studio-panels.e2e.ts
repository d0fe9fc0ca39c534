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
          await plate.evaluate((canvas: { width: number; height: number; getContext(kind: '2d'): Context | null }) => {
            const { width, height } = canvas;
            const { data } = canvas.getContext('2d')!.getImageData(0, 0, width, height);
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
});

interface Context {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}
