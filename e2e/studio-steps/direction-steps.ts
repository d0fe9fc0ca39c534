// Directing by hand: the lane under a clip, the wheel, the units of the face.
import { expect, it } from 'vitest';
import type { StudioSession } from '../support/studio.ts';

/** Ruler 24, video 50, a gap of 2; the lane is 42 high. */
const LANE = { top: 76, bottom: 118 } as const;
/** Frames of the clip. */
const LENGTH = 50;

interface Direction {
  readonly id: string;
  readonly range: { readonly start: number; readonly duration: number };
}

/** Steps on a project whose one clip is tracked and without effects; they leave it so. */
export function directionSteps(studio: () => StudioSession): void {
  const directions = (): Promise<Direction[]> => studio().state('Object.values(state.project.effects)');
  const frameAt = (frame: number, y: number): Promise<[number, number]> => studio().place(frame / LENGTH, y);

  const drag = (...way: (readonly [number, number])[]): Promise<void> => studio().drag(way);

  it('takes a label of the wheel to a moment, and drags its onset and its offset', async () => {
    const { page } = studio();
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('End'); // out of the way: edges snap to the playhead
    await page.getByRole('button', { name: 'Wheel' }).click();
    const [x, y] = await frameAt(LENGTH / 2, LANE.bottom - 12);
    const lane = (await page.getByTestId('timeline').boundingBox())!;
    await page
      .locator('.wheel-popup')
      .getByRole('button', { name: 'angry' })
      .dragTo(page.getByTestId('timeline'), { targetPosition: { x: x - lane.x, y: y - lane.y } });
    await expect.poll(async () => (await directions()).length).toBe(1);
    await page.locator('.wheel-popup').waitFor({ state: 'hidden' });
    expect((await directions())[0]!.range).toEqual({ start: 0, duration: LENGTH });
    const [end, until] = [await frameAt(LENGTH - 0.2, LANE.bottom - 12), await frameAt(36, LANE.bottom - 12)];
    await drag(end, until);
    await expect.poll(async () => (await directions())[0]!.range.duration).toBeLessThan(38);
    const { duration } = (await directions())[0]!.range;
    await drag(await frameAt(0.2, LANE.bottom - 12), await frameAt(12, LANE.bottom - 12));
    await expect.poll(async () => (await directions())[0]!.range.start).toBeGreaterThan(9);
    const { range, id } = (await directions())[0]!;
    expect(range.start + range.duration).toBe(duration);
    // Back to where it began: nothing is changed, and nothing is said.
    const edge = range.start + 0.2;
    await drag(
      await frameAt(edge, LANE.bottom - 12),
      await frameAt(edge + 6, LANE.bottom - 12),
      await frameAt(edge, LANE.bottom - 12),
    );
    await expect.poll(async () => (await directions())[0]!.range).toEqual(range);
    expect(await page.locator('.notice').count()).toBe(0);
    // It is the direction that is selected, after all these edits too.
    expect(await studio().state<string[]>('state.selection')).toContain(id);
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('Delete');
    await expect.poll(async () => (await directions()).length).toBe(0);
  }, 180_000);

  it('sets units of both sides at once, keys them and takes them back', async () => {
    const { page } = studio();
    await page.mouse.click(...(await studio().place(0.5, 40)));
    await page.getByRole('tab', { name: 'Inspector' }).click();
    await page.getByRole('button', { name: 'Add action units' }).click();
    const units = page.locator('.effect').filter({ hasText: 'Action units' });
    const set = (): Promise<Record<string, { kind: string; value?: number }>> =>
      studio().state('Object.values(state.project.effects)[0].parameters');
    await units.getByText('Mouth', { exact: true }).click();
    const smile = units.getByRole('slider', { name: 'Mouth smile' });
    await smile.focus();
    await page.keyboard.press('End');
    await expect.poll(set).toEqual({
      mouthSmileLeft: { kind: 'constant', value: 1 },
      mouthSmileRight: { kind: 'constant', value: 1 },
    });
    await units.getByRole('button', { name: 'Key Mouth smile at the playhead' }).click();
    await expect.poll(async () => Object.values(await set()).map(({ kind }) => kind)).toEqual(['keyed', 'keyed']);
    expect(await studio().state<string>('state.history.undo[0]')).toBe('Key mouth smile');
    await units.getByLabel('Left and right together').uncheck();
    await units.getByRole('button', { name: 'Reset Mouth smile left' }).click();
    await expect.poll(async () => (await set())['mouthSmileLeft']).toEqual({ kind: 'constant', value: 0 });
    expect((await set())['mouthSmileRight']!.kind).toBe('keyed');
    for (const region of ['Brows', 'Eyes', 'Cheeks', 'Nose', 'Jaw'])
      await units.getByText(region, { exact: true }).click();
    // All that is captured; the tongue is not. No label is cut off, or left and right could not be told apart.
    await expect.poll(() => units.locator('input[type="range"]').count()).toBe(51);
    const cut = `[...document.querySelectorAll('.number-row label span')].filter((e) => e.scrollWidth > e.clientWidth).length`;
    await expect.poll(() => page.evaluate<number>(cut)).toBe(0);
    await units.getByRole('button', { name: /^Remove/ }).click();
    await expect.poll(async () => (await directions()).length).toBe(0);
  }, 180_000);

  it('plays over and over between in and out, and stops there', async () => {
    const { page } = studio();
    const points = (): Promise<(number | null)[]> =>
      studio().state('Object.values(state.project.sequences).flatMap((one) => [one.inPoint, one.outPoint])');
    await page.mouse.click(...(await frameAt(20.5, 10)));
    await page.getByTestId('timeline').focus();
    await page.keyboard.press('i');
    await page.mouse.click(...(await frameAt(29.5, 10)));
    await page.keyboard.press('o');
    await expect.poll(points).toEqual([20, 30]);
    await page.keyboard.press('Control+l');
    await page.evaluate(`(() => {
      const seen = (globalThis.loopSeen = { turns: 0, outside: 0, end: undefined });
      seen.end = retake.subscribe(({ frame, playing }, before) => {
        if (!playing) return;
        if (frame < 20 || frame >= 30) seen.outside += 1;
        if (frame < before.frame) seen.turns += 1;
      });
    })()`);
    await page.keyboard.press('Space');
    await expect.poll(() => page.evaluate<number>('loopSeen.turns'), { timeout: 30_000 }).toBeGreaterThan(2);
    await page.keyboard.press('k');
    expect(await page.evaluate<number>('(loopSeen.end(), loopSeen.outside)')).toBe(0);
    await page.keyboard.press('Control+l');
    await page.keyboard.press('Alt+x');
    await expect.poll(points).toEqual([null, null]);
  }, 180_000);
}
