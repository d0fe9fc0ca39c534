// The sample project in one click, and the pictures of the manual: RETAKE_SCREENSHOTS=docs/images/studio makes them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makesPictures, noBrowser, StudioSession } from './support/studio.ts';

let studio: StudioSession;

beforeAll(async () => {
  if (noBrowser || !makesPictures) return;
  studio = await StudioSession.start();
}, 300_000);

afterAll(async () => {
  await studio?.[Symbol.asyncDispose]();
});

/** Nothing is under way, and the viewer shows the edit. */
async function settled(): Promise<void> {
  await expect
    .poll(
      async () =>
        (await studio.state<number>("Object.values(state.work).filter((one) => one.state === 'running').length")) +
        (await studio.page.locator('.stage-note').count()),
      { timeout: 240_000 },
    )
    .toBe(0);
}

describe.skipIf(noBrowser || !makesPictures)('a tour of the studio', () => {
  it('opens the sample with one click and shows every panel of it', async () => {
    const { page } = studio;
    await studio.shot('start');
    await page.getByRole('button', { name: 'Open the sample' }).click();
    await page.getByTestId('timeline').waitFor({ timeout: 300_000 });
    await page.getByRole('button', { name: 'Track faces' }).click();
    await page.getByText('Tracked', { exact: true }).waitFor({ timeout: 300_000 });
    await settled();
    await page.mouse.click(...(await studio.place(0.3, 10)));
    await page.getByRole('button', { name: 'happy', exact: true }).first().click();
    await page.mouse.click(...(await studio.place(0.78, 10)));
    await page.getByRole('button', { name: 'surprised', exact: true }).first().click();
    await page.mouse.click(...(await studio.place(0.4, 10)));
    await page.mouse.click(...(await studio.place(0.4, 24 + 50 + 30)));
    const effects = (): Promise<number> => studio.state<number>('Object.keys(state.project.effects).length');
    await expect.poll(effects).toBe(2);
    await settled();
    // The edited picture is there when frames beside it are rendered ahead.
    const ready = (): Promise<number> => studio.state<number>('state.prepared?.ready.length ?? 0');
    await expect.poll(ready, { timeout: 60_000 }).toBeGreaterThan(0);
    await studio.shot('edit');
    await page.getByRole('tab', { name: '3D' }).click();
    await settled();
    await studio.shot('3d');
    await page.getByRole('tab', { name: 'Mouth' }).click();
    await page.getByLabel('Inner-lip gap over time: plate, mesh and edit').waitFor();
    await settled();
    await studio.shot('mouth-fit');
    await page.getByRole('tab', { name: 'Curves' }).click();
    const box = (await page.getByTestId('key-editor').boundingBox())!;
    for (const [x, y] of [
      [0.24, 150],
      [0.34, 50],
      [0.6, 70],
    ] as const) {
      const before = await studio.state<number>('state.revision');
      await page.mouse.dblclick(box.x + box.width * x, box.y + y);
      await expect.poll(() => studio.state<number>('state.revision')).toBeGreaterThan(before);
    }
    await settled();
    await studio.shot('curves');
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.keyboard.press('Control+e');
    await page.getByLabel(/^Open the report/).check();
    const file = page.getByRole('dialog').getByLabel('File', { exact: true });
    const path = await file.inputValue();
    await file.fill('/films/scene-12/sample.mp4');
    await studio.shot('export');
    await file.fill(path);
    await page.getByRole('dialog').getByRole('button', { name: 'Export' }).click();
    await page.locator('.job progress').waitFor({ timeout: 120_000 });
    await expect.poll(() => studio.state<number>('state.jobs[0].framesDone'), { timeout: 240_000 }).toBeGreaterThan(20);
    await page.screenshot({ path: `${process.env['RETAKE_SCREENSHOTS']}/jobs.png` });
    await page.getByText('edited in full').waitFor({ timeout: 300_000 });
    await page.getByText('Look here first').waitFor({ timeout: 300_000 });
    // A canvas that nothing was drawn on yet has the size that canvases have at first.
    const drawn = `[...document.querySelectorAll('.frame-pair canvas')].every(({ width }) => width !== 300)`;
    await expect.poll(() => page.evaluate<boolean>(drawn), { timeout: 120_000 }).toBe(true);
    await settled();
    await studio.shot('report');
    expect(studio.faults).toEqual([]);
  }, 1_500_000);
});
