// What an editor and a VFX artist look at closely: one engine and one tracked clip for all steps.
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { directionSteps } from './studio-steps/direction-steps.ts';
import { workspaceSteps } from './studio-steps/workspace-steps.ts';
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

/** How many colours a line of pixels of the timeline has. */
async function coloursAt(y: number): Promise<number> {
  return await studio.page.getByTestId('timeline').evaluate((canvas: Canvas, row) => {
    const { data } = canvas.getContext('2d').getImageData(0, row, canvas.width, 1);
    const seen = new Set<number>();
    for (let i = 0; i < data.length; i += 4) seen.add(data[i]! * 65536 + data[i + 1]! * 256 + data[i + 2]!);
    return seen.size;
  }, y);
}

/** How many pixels the overlays cover. */
async function drawn(): Promise<number> {
  return await studio.page.getByTestId('overlays').evaluate((canvas: Canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let pixels = 0;
    for (let i = 3; i < data.length; i += 4) if (data[i]! > 0) pixels += 1;
    return pixels;
  });
}

const OVERLAYS = ['Shift+S', 'Shift+L', 'Shift+F', 'Shift+M'];

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
    await page.getByTestId('timeline').focus();
    expect(await drawn()).toBe(0);
    let before = 0;
    for (const keys of OVERLAYS) {
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
    for (const keys of OVERLAYS) await page.keyboard.press(keys);
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

  it('shows the depicted expression and the jaw under a captured clip', async () => {
    const { page } = studio;
    await expect
      .poll(
        () =>
          studio.state<string[]>(
            "Object.values(state.work).filter((one) => one.kind === 'depict').map((one) => one.state)",
          ),
        {
          timeout: 60_000,
        },
      )
      .toEqual(['done']);
    await page.getByLabel('Depicted of Video 1').waitFor();
    // Ruler 24, video 50, direction 42, then the depicted lane of 30, gaps of 2.
    await expect.poll(() => coloursAt(24 + 50 + 42 + 4 + 15), { timeout: 10_000 }).toBeGreaterThan(2);
    await expect.poll(() => coloursAt(24 + 50 + 42 + 30 + 6 + 15), { timeout: 10_000 }).toBeGreaterThan(1);
  }, 90_000);

  directionSteps(() => studio);
  workspaceSteps(() => studio);

  it('directs by the wheel, keys the intensity by mouse, and drags keys up and down', async () => {
    const { page } = studio;
    await page.mouse.click(...(await studio.place(0.5, 10)));
    await page.getByRole('button', { name: 'Wheel' }).click();
    await page.locator('.wheel-popup').getByRole('button', { name: 'sad' }).click();
    await expect.poll(() => studio.state<number>('Object.keys(state.project.effects).length')).toBe(1);
    const keys = (): Promise<{ frame: number; value: number }[]> =>
      studio.state('Object.values(state.project.effects)[0].parameters.intensity?.keys ?? []');
    const lane = (up: number): number => 24 + 50 + 2 + 42 - 3 - up;
    await page.mouse.dblclick(...(await studio.place(0.3, lane(13))));
    await expect.poll(async () => (await keys()).length).toBe(1);
    await page.mouse.dblclick(...(await studio.place(0.7, lane(26))));
    await expect.poll(async () => (await keys()).length).toBe(2);
    const [first, second] = await keys();
    expect(first!.value).toBeLessThan(second!.value);
    await page.mouse.move(...(await studio.place((second!.frame + 0.1) / 50, lane(26))));
    await page.mouse.down();
    await page.mouse.move(...(await studio.place((second!.frame + 0.1) / 50, lane(6))), { steps: 4 });
    await page.mouse.up();
    await expect.poll(async () => (await keys())[1]?.value ?? 9).toBeLessThan(second!.value - 0.3);
    await studio.shot('timeline-lanes');
    await showsWhatChanged();
    await page.mouse.click(...(await studio.place(0.5, lane(4))), { button: 'right' });
    await page.getByRole('menuitem', { name: 'Delete this emotion' }).click();
    await expect.poll(() => studio.state<number>('Object.keys(state.project.effects).length')).toBe(0);
  }, 60_000);

  it('bends the curve of a number by its handles, a drag being one undo, and keys by button', async () => {
    const { page } = studio;
    const effects = (): Promise<number> => studio.state('Object.keys(state.project.effects).length');
    await page.getByRole('button', { name: 'happy', exact: true }).first().click();
    await expect.poll(effects).toBe(1);
    await page.getByRole('tab', { name: 'Curves' }).click();
    const editor = page.getByTestId('key-editor');
    const box = (await editor.boundingBox())!;
    const keys = (): Promise<Key[]> =>
      studio.state('Object.values(state.project.effects)[0].parameters.intensity?.keys ?? []');
    await page.mouse.dblclick(box.x + box.width * 0.2, box.y + 40);
    await expect.poll(async () => (await keys()).length).toBe(1);
    await page.mouse.dblclick(box.x + box.width * 0.8, box.y + 120);
    await expect.poll(async () => (await keys()).length).toBe(2);
    const handle = (await editor.locator('[data-handle="0 out"]').boundingBox())!;
    const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 20, y + 50, { steps: 5 });
    await page.mouse.up();
    await expect.poll(async () => (await keys())[0]?.out?.value ?? 0).toBeLessThan(-0.2);
    await expect.poll(() => studio.state<string>('state.history.undo[0]')).toBe('Bend curve');
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Control+z');
    await expect.poll(async () => (await keys())[0]?.out).toBeNull();
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByRole('button', { name: 'Previous key of Intensity' }).click();
    await expect.poll(() => studio.state<number>('state.frame')).toBe((await keys())[0]!.frame);
    await page.getByRole('button', { name: 'Key Intensity at the playhead' }).click();
    await expect.poll(async () => (await keys()).length).toBe(1);
    const field = page.getByRole('textbox', { name: 'Intensity, as a number' });
    await field.fill('0.5');
    await field.press('Enter');
    await expect.poll(async () => (await keys()).map(({ value }) => value)).toContain(0.5);
    for (let undo = 0; undo < 5; undo++) {
      await page.getByTestId('timeline').focus();
      const before = await studio.state<number>('state.revision');
      await page.keyboard.press('Control+z');
      await expect.poll(() => studio.state<number>('state.revision')).toBeGreaterThan(before);
    }
    await expect.poll(effects).toBe(0);
    expect(studio.faults).toEqual([]);
  }, 60_000);

  it('dubs: a recording is listened to, its sounds lie on a lane, and the face speaks in a style', async () => {
    const { page } = studio;
    await page.mouse.click(...(await studio.place(0.5, 40)));
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByRole('button', { name: 'Add dub' }).click();
    await page.getByText('Choose the recording that is spoken.').waitFor();
    await page.getByRole('combobox', { name: /^Recording/ }).selectOption({ label: 'take-1.mp4' });
    const settings = (): Promise<{ rules: string | null; speech: unknown; transcript: string | null }> =>
      studio.state('Object.values(state.project.effects)[0].settings');
    await expect.poll(async () => (await settings()).speech).not.toBeNull();
    await page.getByRole('combobox', { name: /^Style/ }).selectOption({ label: 'lively' });
    await expect.poll(async () => (await settings()).rules).toBe('lively');
    await page.getByRole('button', { name: 'Listen' }).click();
    await page.getByText(/^Heard 2\.0 s/).waitFor({ timeout: 90_000 });
    // Ruler 24, video 50, direction 42, depicted 30, then the lane of sounds of 22, gaps of 2.
    const lane = 24 + 50 + 42 + 30 + 3 * 2;
    await expect.poll(() => coloursAt(lane + 20), { timeout: 20_000 }).toBeGreaterThan(3);
    await studio.shot('dub');
    await page.getByRole('button', { name: /^Remove Talking head/ }).click();
    await expect.poll(() => studio.state<number>('Object.keys(state.project.effects).length')).toBe(0);
    expect(studio.faults).toEqual([]);
  }, 120_000);

  it('copies, pastes, selects by a rectangle and from the menu', async () => {
    const { page } = studio;
    await page.keyboard.press('Shift+Z');
    const clips = (): Promise<number> =>
      studio.state<number>("Object.values(state.project.items).filter((one) => one.type === 'clip').length");
    await page.mouse.click(...(await studio.place(0.2, 40)));
    await page.keyboard.press('Control+c');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowRight');
    const before = await clips();
    await page.keyboard.press('Control+d');
    await expect.poll(clips).toBe(before * 2);
    await page.keyboard.press('Escape');
    const stage = (await page.getByTestId('timeline').boundingBox())!;
    await page.mouse.move(stage.x + stage.width - 4, stage.y + stage.height - 6);
    await page.mouse.down();
    await page.mouse.move(stage.x + 20, stage.y + 30, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => studio.state<number>('state.selection.length')).toBe(before * 2);
    await page.mouse.click(stage.x + stage.width * 0.8, stage.y + 40);
    await page.mouse.click(stage.x + stage.width * 0.8, stage.y + 40, { button: 'right' });
    await page.getByRole('menuitem', { name: /^Ripple delete/ }).click();
    await expect.poll(clips).toBe(before);
    expect(studio.faults).toEqual([]);
  }, 30_000);

  it('renders the edit ahead while nothing is asked for, and says how many frames it shows while it plays', async () => {
    const { page } = studio;
    await page.keyboard.press('Shift+Z');
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Home');
    await page.getByRole('button', { name: 'happy', exact: true }).first().click();
    const frames = (runs: string): Promise<number> =>
      studio.state(`(state.prepared?.${runs} ?? []).reduce((sum, [from, until]) => sum + until - from, 0)`);
    // Two seconds around the playhead, here one: only frames with an effect are rendered.
    await expect.poll(() => frames('waiting'), { timeout: 20_000 }).toBeGreaterThan(0);
    await expect.poll(() => frames('waiting'), { timeout: 180_000 }).toBe(0);
    expect(await frames('ready')).toBe(25);
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Home');
    await page.keyboard.press('Control+l');
    await page.keyboard.press('Space');
    // A machine with other things to do shows few; that any were shown is what is tested.
    await expect.poll(() => studio.state<number>('state.shownRate ?? 0'), { timeout: 60_000 }).toBeGreaterThan(0);
    await page.getByTestId('shown-rate').waitFor();
    await page.keyboard.press('Space');
    await page.getByTestId('shown-rate').waitFor({ state: 'detached', timeout: 30_000 });
    await page.keyboard.press('Control+l');
    expect(studio.faults).toEqual([]);
  }, 300_000);

  it('finds panels as they were left, and a file again that was moved away', async () => {
    const { page } = studio;
    const inspector = page.locator('.panel[aria-label="Inspector"]');
    const { x, y, height } = (await inspector.boundingBox())!;
    await page.mouse.move(x - 1, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x - 81, y + height / 2, { steps: 4 });
    await page.mouse.up();
    const { width: wide } = (await inspector.boundingBox())!;
    expect((await inspector.boundingBox())!.x).toBeLessThan(x - 60);
    // Closed at once: a layout that waits to be kept is kept then.
    await page.getByRole('button', { name: 'Close', exact: true }).click();
    renameSync(join(studio.folder, 'take-1.mp4'), join(studio.folder, 'moved.mp4'));
    await page
      .getByRole('button', { name: /Close look/ })
      .first()
      .click();
    await page.getByRole('tab', { name: 'Media' }).click();
    await page.getByText('File is missing').waitFor();
    await page.getByRole('button', { name: 'Relink' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'moved.mp4' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Relink', exact: true }).click();
    await page.getByText('File is missing').waitFor({ state: 'detached' });
    await page.getByText('Tracked', { exact: true }).waitFor();
    expect(await studio.state<string>('Object.values(state.sources)[0].state')).toBe('online');
    expect(await studio.state<string>('state.history.undo[0]')).toBe('Relink to moved.mp4');
    expect(await studio.state<string>('Object.values(state.project.media)[0].metadata.format.video')).toBe('h264');
    expect((await inspector.boundingBox())!.width).toBeCloseTo(wide, -1);
    expect(studio.faults).toEqual([]);
  }, 60_000);
});

interface Key {
  readonly frame: number;
  readonly value: number;
  readonly out: { readonly value: number } | null;
}

interface Canvas {
  readonly width: number;
  readonly height: number;
  getContext(kind: '2d'): Context;
}

interface Context {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}

/** The edit at the playhead as a matte over the picture, and beside the performed face: as a ghost, through the plate's camera. */
async function showsWhatChanged(): Promise<void> {
  const { page } = studio;
  await page.getByTestId('timeline').focus();
  expect(await drawn()).toBe(0);
  await page.keyboard.press('Shift+A');
  await expect.poll(drawn, { timeout: 15_000 }).toBeGreaterThan(500);
  await page.keyboard.press('Shift+A');
  await expect.poll(drawn).toBe(0);
  await page.getByRole('tab', { name: '3D' }).click();
  const face = page.getByTestId('face');
  await expect.poll(async () => (await face.screenshot()).length, { timeout: 60_000 }).toBeGreaterThan(6000);
  for (const choice of ['Ghost', 'Plate camera']) {
    const before = await face.screenshot();
    await page.getByLabel(choice).click();
    await expect.poll(async () => before.equals(await face.screenshot()), { timeout: 15_000 }).toBe(false);
  }
  await page.getByLabel('Ghost').click();
  await page.getByLabel('Plate camera').click();
  await page.getByRole('tab', { name: 'Inspector' }).click();
}
