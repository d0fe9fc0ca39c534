import { expect } from 'vitest';
import type { PresetId } from '../../../contract/presets.ts';
import { RetakeError } from '../../../core/errors.ts';
import { rational } from '../../../core/rational.ts';
import { openVideo } from '../video-source.ts';
import { createVideoWriter } from '../video-writer.ts';
import type { VideoWriterOptions, WriteReport } from '../writer-types.ts';
import { paintTestFrame, pictureHash, TEST_COLOUR, testFrame, YUV420 } from './synthetic.ts';

/** Settings of a small film of 25 frames a second. */
export const filmOptions = (preset: PresetId, more: Partial<VideoWriterOptions> = {}): VideoWriterOptions => ({
  preset,
  width: 96,
  height: 64,
  rate: rational(25),
  layout: YUV420,
  colour: TEST_COLOUR,
  ...more,
});

/** Writes `count` test frames; tells what the writer reported and the hash of each frame. */
export async function writeFilm(
  path: string,
  count: number,
  settings: VideoWriterOptions,
): Promise<{ report: WriteReport; hashes: string[] }> {
  await using writer = await createVideoWriter(path, settings);
  const picture = testFrame(settings.width, settings.height, 0, settings.layout, settings.colour);
  const hashes: string[] = [];
  for (let index = 0; index < count; index++) {
    paintTestFrame(picture, index);
    hashes.push(pictureHash(picture));
    await writer.write(picture);
  }
  return { report: await writer.finish(), hashes };
}

/** Reads all frames of a clip, which must be as many as it says. */
export async function count(path: string): Promise<number> {
  await using source = await openVideo(path);
  let frames = 0;
  for await (const frame of source.frames()) {
    frames++;
    frame.release();
  }
  expect(frames).toBe(source.frameCount);
  return frames;
}

/** Fails with the code, and with a message that names the file and ends in a sentence. */
export async function refused(work: Promise<unknown>, code: string, name: string): Promise<void> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RetakeError);
  const { code: found, message } = error as RetakeError;
  expect({ code: found, message }).toMatchObject({ code });
  expect(message).toContain(name);
  expect(message).toMatch(/[.!]$/);
}

/** Hash of every frame of a clip, in order. */
export async function frameHashes(path: string): Promise<string[]> {
  await using source = await openVideo(path);
  const hashes: string[] = [];
  for await (const frame of source.frames()) {
    hashes.push(pictureHash(frame.picture));
    frame.release();
  }
  return hashes;
}
