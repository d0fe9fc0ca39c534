import type { Picture } from '../../src/core/picture.ts';
import { pictureToRgb } from '../../src/core/picture-rgb.ts';
import { openVideo } from '../../src/engine/media/index.ts';

/** The picture as 8-bit full-range RGB planes: pixels that both runtimes can be given exactly alike. */
export function toRgbPicture(picture: Picture): Picture {
  const { width, height } = picture;
  const rgb = new Float32Array(width * height * 3);
  pictureToRgb(picture, { x: 0, y: 0, width, height }, rgb);
  const layout = { family: 'rgb', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false } as const;
  const planes = [0, 1, 2].map((channel) => {
    const samples = new Uint8ClampedArray(width * height);
    for (let pixel = 0; pixel < samples.length; pixel++) samples[pixel] = rgb[pixel * 3 + channel]! * 255;
    return new Uint8Array(samples.buffer);
  });
  const colour = {
    range: 'full',
    matrix: 'rgb',
    transfer: 'iec61966-2-1',
    primaries: 'bt709',
    chromaLocation: 'unknown',
  } as const;
  return { width, height, layout, colour, planes };
}

/** The first `count` frames of a clip as 8-bit RGB. */
export async function readRgbFrames(path: string, count: number): Promise<Picture[]> {
  await using source = await openVideo(path);
  const pictures: Picture[] = [];
  for await (const frame of source.frames(0, Math.min(count, source.frameCount))) {
    pictures.push(toRgbPicture(frame.picture));
    frame.release();
  }
  return pictures;
}
