// What an editor does with clips, by hand; and what leaves the studio.
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noBrowser, StudioSession } from './support/studio.ts';

let studio: StudioSession;

beforeAll(async () => {
  if (noBrowser) return;
  studio = await StudioSession.start();
  await studio.openTracked('Cutting');
}, 180_000);

afterAll(async () => {
  await studio?.[Symbol.asyncDispose]();
});

/** Frames of the film; the middle of the picture's row, from the top. */
const [LENGTH, ROW] = [50, 50] as const;
/** Where the film is cut in three. */
const [FIRST, SECOND] = [20, 35] as const;

describe.skipIf(noBrowser)('cutting in the studio', () => {
  /** First frame shown and length of the three clips of the picture. */
  const shots = (): Promise<number[][]> =>
    studio.state(`Object.values(state.project.tracks)
      .find((track) => track.kind === 'video')
      .items.map((id) => state.project.items[id])
      .map((clip) => [clip.sourceStart.value, clip.duration])`);
  const at = (frame: number): Promise<[number, number]> => studio.place(frame / LENGTH, ROW);
  const drag = async (from: number, to: number, ...keys: ('Alt' | 'Shift')[]): Promise<void> =>
    await studio.drag([await at(from), await at(to)], keys);

  it('trims, rolls, slips and slides clips by mouse; each drag is one undo', async () => {
    const { page } = studio;
    await page.mouse.click(...(await studio.place(0, 10)));
    const whole = await shots();
    await page.keyboard.press('n');
    await page.keyboard.press('b');
    for (const cut of [FIRST, SECOND]) {
      const before = (await shots()).length;
      await page.mouse.click(...(await at(cut + 0.2)));
      await expect.poll(async () => (await shots()).length).toBe(before + 1);
    }
    await page.keyboard.press('a');
    const cut = [
      [0, FIRST],
      [FIRST, SECOND - FIRST],
      [SECOND, LENGTH - SECOND],
    ];
    expect(await shots()).toEqual(cut);
    const steps = [
      // What is taken off the first clip's end moves the others up.
      { from: FIRST - 0.1, to: FIRST - 5.1, keys: [], becomes: [[0, 15], cut[1], cut[2]] },
      // The cut moves, the film stays as long.
      { from: FIRST - 0.1, to: FIRST - 5.1, keys: ['Alt'], becomes: [[0, 15], [15, 20], cut[2]] },
      // The clip stays where it is and shows what comes before.
      { from: 27, to: 31, keys: ['Alt'], becomes: [cut[0], [16, 15], cut[2]] },
      // The clip moves between its neighbours, which make room.
      { from: 27, to: 31, keys: ['Alt', 'Shift'], becomes: [[0, 24], cut[1], [39, 11]] },
    ] as const;
    for (const { from, to, keys, becomes } of steps) {
      await drag(from, to, ...keys);
      await expect.poll(shots).toEqual(becomes);
      await page.keyboard.press('Control+z');
      await expect.poll(shots).toEqual(cut);
    }
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+z');
    await page.keyboard.press('n');
    await expect.poll(shots).toEqual(whole);
    expect(studio.faults).toEqual([]);
  }, 180_000);

  it('writes the captured face for 3D programs', async () => {
    const { page, folder } = studio;
    await page.getByRole('tab', { name: '3D', exact: true }).click();
    for (const [name, file] of [
      ['glTF', 'take-1.glb'],
      ['OBJ', 'take-1-obj'],
    ] as const) {
      await page.getByRole('button', { name, exact: true }).click();
      await expect.poll(() => existsSync(`${folder}/${file}`), { timeout: 60_000 }).toBe(true);
    }
    await page.getByRole('tab', { name: 'Inspector' }).click();
    expect(studio.faults).toEqual([]);
  }, 180_000);

  it('resumes, cancels, tries again and removes what waits in the queue', async () => {
    const { page, folder } = studio;
    // The first one has the machine while the others, which wait behind it, are held.
    await page.evaluate(`(async () => {
      const { client, open, sequence } = retake.getState();
      const jobs = [];
      for (const name of ['a', 'b', 'c']) {
        const out = ${JSON.stringify(folder)} + '/' + name + '.mp4';
        jobs.push(await client.jobs.render({ handle: open.handle, sequence, preset: 'h264', out }));
      }
      for (const { job } of jobs.slice(1)) await client.jobs.pause({ job });
    })()`);
    await page.getByRole('tab', { name: 'Jobs' }).click();
    const row = (name: string) => page.locator('.job').filter({ hasText: `${name}.mp4` });
    const press = (name: string, button: string): Promise<void> =>
      row(name).getByRole('button', { name: button, exact: true }).click();
    const done = (name: string): Promise<void> => row(name).locator('.state.done').waitFor({ timeout: 120_000 });
    await done('a');
    await press('b', 'Resume');
    await done('b');
    await press('c', 'Cancel');
    await press('c', 'Retry');
    await done('c');
    for (const name of ['a', 'b', 'c']) {
      expect(existsSync(`${folder}/${name}.mp4`)).toBe(true);
      await press(name, 'Remove');
      await row(name).waitFor({ state: 'detached' });
    }
    await page.getByRole('tab', { name: 'Inspector' }).click();
    expect(studio.faults).toEqual([]);
  }, 300_000);

  it('puts what waits in the queue in another order', async () => {
    const { page, folder } = studio;
    const names = ['d', 'e', 'f', 'g', 'h'];
    await page.evaluate(`(async () => {
      const { client, open, sequence } = retake.getState();
      for (const name of ${JSON.stringify(names)}) {
        const out = ${JSON.stringify(folder)} + '/' + name + '.mp4';
        await client.jobs.render({ handle: open.handle, sequence, preset: 'h264', out });
      }
    })()`);
    await page.getByRole('tab', { name: 'Jobs' }).click();
    const last = page.locator('.job').filter({ hasText: 'h.mp4' });
    await last.getByRole('button', { name: /earlier/ }).click();
    const order = (): Promise<string[]> =>
      studio.state('state.jobs.map(({ spec }) => spec.out.slice(-5, -4)).filter((name) => name >= "g")');
    await expect.poll(order).toEqual(['h', 'g']);
    await last.getByRole('button', { name: /later/ }).click();
    await expect.poll(order).toEqual(['g', 'h']);
    for (const name of names)
      await page
        .locator('.job.done')
        .filter({ hasText: `${name}.mp4` })
        .waitFor({ timeout: 120_000 });
    await page.getByRole('tab', { name: 'Inspector' }).click();
    expect(studio.faults).toEqual([]);
  }, 300_000);
});
