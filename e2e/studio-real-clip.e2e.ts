// The studio on footage of a real person, where there is some: tracked, directed, exported, read by another decoder.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mediaFolder } from '../bench/emotion/clips.ts';
import { decodeRgb, type RgbFrame } from '../bench/judge/system-ffmpeg.ts';
import { noBrowser, StudioSession } from './support/studio.ts';

const film = join(mediaFolder, 'clips/man-short-sentence-360x288.mpg');
const absent = !existsSync(film);
if (absent) console.warn(`SKIPPED the studio on a real clip: there is none at ${film} (set RETAKE_MEDIA).`);

let studio: StudioSession;

beforeAll(async () => {
  if (noBrowser || absent) return;
  studio = await StudioSession.start(film);
  await studio.openTracked('Real');
}, 300_000);

afterAll(async () => {
  await studio?.[Symbol.asyncDispose]();
});

/** Mean difference of a part of two frames, in code values; the part in shares of the picture. */
function difference(a: RgbFrame, b: RgbFrame, [left, top, right, bottom]: readonly [number, number, number, number]) {
  let [sum, count] = [0, 0];
  for (let y = Math.round(top * a.height); y < bottom * a.height; y++)
    for (let x = Math.round(left * a.width); x < right * a.width; x++)
      for (let channel = 0; channel < 3; channel++) {
        const at = 3 * (y * a.width + x) + channel;
        sum += Math.abs(a.rgb[at]! - b.rgb[at]!);
        count += 1;
      }
  return sum / count;
}

describe.skipIf(noBrowser || absent)('the studio on a real clip', () => {
  it('directs the person and exports a film whose mouth is edited and whose background is not', async () => {
    const { page } = studio;
    await page.mouse.click(...(await studio.place(0.5, 10)));
    await page.getByRole('button', { name: 'happy', exact: true }).first().click();
    await page.locator('.effect').waitFor();
    await page.keyboard.press('Control+e');
    const dialog = page.getByRole('dialog');
    const out = await dialog.getByLabel('File').inputValue();
    await dialog.getByRole('button', { name: 'Export' }).click();
    await page.locator('.state.done').waitFor({ timeout: 180_000 });
    const before: RgbFrame[] = [];
    for await (const frame of decodeRgb(film)) before.push({ ...frame, rgb: frame.rgb.slice() });
    const [faces, backgrounds]: [number[], number[]] = [[], []];
    for await (const frame of decodeRgb(out)) {
      const source = before[faces.length]!;
      faces.push(difference(source, frame, [0.35, 0.45, 0.65, 0.85]));
      backgrounds.push(difference(source, frame, [0, 0, 0.15, 0.4]));
    }
    expect(faces.length).toBe(before.length);
    const late = faces.length >> 1; // by then the emotion has come in
    expect(faces[late]!).toBeGreaterThan(2 * backgrounds[late]!);
    expect(backgrounds[late]!).toBeLessThan(2);
    expect(studio.faults).toEqual([]);
  }, 300_000);
});
