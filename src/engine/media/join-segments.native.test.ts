import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PresetId } from '../../contract/presets.ts';
import { rational } from '../../core/rational.ts';
import { joinSegments } from './join-segments.ts';
import { pictureHash, TEST_COLOUR, testFrame, YUV420 } from './testing/synthetic.ts';
import { openVideo } from './video-source.ts';
import { createVideoWriter } from './video-writer.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'retake-join-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

// DNxHR takes nothing smaller.
const [WIDTH, HEIGHT] = [256, 120];
const rate = rational(30_000, 1001);

async function write(path: string, preset: PresetId, from: number, until: number): Promise<void> {
  await using writer = await createVideoWriter(path, {
    preset,
    width: WIDTH,
    height: HEIGHT,
    rate,
    layout: YUV420,
    colour: TEST_COLOUR,
  });
  for (let index = from; index < until; index++) await writer.write(testFrame(WIDTH, HEIGHT, index));
  await writer.finish();
}

async function frames(path: string): Promise<{ hash: string; seconds: number }[]> {
  await using video = await openVideo(path);
  const out = [];
  for await (const frame of video.frames()) {
    out.push({ hash: pictureHash(frame.picture), seconds: frame.seconds });
    frame.release();
  }
  return out;
}

describe('joining', () => {
  it.each([
    ['ffv1', '.mkv'],
    ['h264', '.mp4'],
    ['h265', '.mp4'],
    ['prores422hq', '.mov'],
    ['dnxhr', '.mov'],
  ] as const)('%s parts become one film with every frame at its time', async (preset, extension) => {
    const bounds = [0, 17, 34, 40];
    const parts: string[] = [];
    for (let index = 0; index < 3; index++) {
      parts.push(join(folder, `${preset}-${index}${extension}`));
      await write(parts[index]!, preset, bounds[index]!, bounds[index + 1]!);
    }
    const out = join(folder, `${preset}${extension}`);
    const report = await joinSegments(parts, out, { preset, rate, tags: { comment: 'joined' } });
    expect(report).toMatchObject({ frames: 40, audio: [] });
    const whole = await frames(out);
    const separate = (await Promise.all(parts.map(frames))).flat();
    expect(whole.map(({ hash }) => hash)).toEqual(separate.map(({ hash }) => hash));
    for (const [index, { seconds }] of whole.entries()) expect(seconds).toBeCloseTo((index * 1001) / 30_000, 2);
    await using video = await openVideo(out);
    expect(video.info.video).toMatchObject({ frameCount: 40, rate, variableRate: false });
    expect(video.info.tags['comment'] ?? video.info.tags['COMMENT']).toBe('joined');
  });

  it('refuses parts of different kinds, and leaves nothing behind', async () => {
    const [a, b] = [join(folder, 'a.mp4'), join(folder, 'b.mp4')];
    await write(a, 'h264', 0, 4);
    await write(b, 'h265', 0, 4);
    await expect(joinSegments([a, b], join(folder, 'ab.mp4'), { preset: 'h264', rate })).rejects.toThrow('differently');
    await expect(joinSegments([], join(folder, 'none.mp4'), { preset: 'h264', rate })).rejects.toThrow('at least one');
    await expect(joinSegments([a], a, { preset: 'h264', rate })).rejects.toThrow('source itself');
  });
});
