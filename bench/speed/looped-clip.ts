import type { Picture } from '../../src/core/picture.ts';
import { allocatePicture, planeSize } from '../../src/core/picture.ts';
import { createVideoWriter, openVideo } from '../../src/engine/media/index.ts';

/** Repeats every sample `zoom` times in both directions. */
function enlarge(source: Picture, target: Picture, zoom: number): void {
  source.planes.forEach((plane, p) => {
    const [width, height] = planeSize(source.layout, source.width, source.height, p);
    const wide = target.planes[p]!;
    for (let y = 0; y < height * zoom; y++)
      for (let x = 0; x < width; x++)
        wide.fill(
          plane[Math.floor(y / zoom) * width + x]!,
          y * width * zoom + x * zoom,
          y * width * zoom + (x + 1) * zoom,
        );
  });
}

/**
 * Writes `frames` frames of a short clip, enlarged `zoom` times, played forwards and backwards in turn so that nothing
 * jumps. No sound.
 */
export async function writeLooped(source: string, path: string, frames: number, zoom: number): Promise<void> {
  await using clip = await openVideo(source);
  const { video } = clip.info;
  const [width, height] = [video.width * zoom, video.height * zoom];
  const pictures: Picture[] = [];
  for await (const frame of clip.frames()) {
    const picture = allocatePicture(width, height, video.layout, video.colour);
    enlarge(frame.picture, picture, zoom);
    pictures.push(picture);
    frame.release();
  }
  const options = {
    preset: 'h264',
    width,
    height,
    rate: clip.rate,
    layout: video.layout,
    colour: video.colour,
  } as const;
  await using writer = await createVideoWriter(path, options);
  const period = 2 * pictures.length - 2;
  for (let frame = 0; frame < frames; frame++) {
    const at = frame % period;
    await writer.write(pictures[at < pictures.length ? at : period - at]!);
  }
  await writer.finish();
}
