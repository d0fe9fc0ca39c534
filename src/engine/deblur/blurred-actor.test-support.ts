import { join } from 'node:path';
import { allocatePicture, type Picture, planeSize } from '../../core/picture.ts';
import { rational } from '../../core/rational.ts';
import { digitalActorFixture } from '../digital-actor/index.ts';
import { createVideoWriter, openVideo } from '../media/index.ts';

/** A clip whose face is blurred in known frames, and its sharp twin. */
export interface BlurredActor {
  readonly sharp: string;
  readonly blurred: string;
  readonly frames: number;
  /** Frames of a shaken camera. */
  readonly shaken: readonly number[];
}

/** Adds a picture moved by whole pixels (even ones, so that colour moves with it) to sums of light. */
function addMoved(picture: Picture, sums: readonly Float64Array[], dx: number, dy: number): void {
  picture.planes.forEach((plane, p) => {
    const [width, height] = planeSize(picture.layout, picture.width, picture.height, p);
    const [mx, my] = p === 0 ? [dx, dy] : [dx / 2, dy / 2];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const from = Math.max(0, Math.min(height - 1, y - my)) * width + Math.max(0, Math.min(width - 1, x - mx));
        // Luma is averaged as light (a power curve close to the camera's), colour as it is coded.
        sums[p]![y * width + x]! += p === 0 ? plane[from]! ** 2.2 : plane[from]!;
      }
  });
}

/**
 * The digital actor filmed by a camera that swings there and back in the middle of the clip: twelve pixels a frame with the
 * shutter half open, six moments to a frame. Both files are coded without loss.
 */
export async function blurredActor(folder: string, size = { width: 360, height: 270 }): Promise<BlurredActor> {
  const { path } = await digitalActorFixture({ seconds: 0.8, ...size, rate: rational(25), seed: 5 });
  await using source = await openVideo(path);
  const { layout, colour } = source.info.video;
  const out = (name: string) => join(folder, `${name}.mkv`);
  const write = (name: string) =>
    createVideoWriter(out(name), { preset: 'ffv1', ...size, layout, colour, rate: source.rate });
  await using sharp = await write('sharp');
  await using blurred = await write('blurred');
  const shaken: number[] = [];
  let place = 0;
  for await (const frame of source.frames()) {
    const swings = frame.index >= 6 && frame.index < 14;
    const speed = swings ? (frame.index < 10 ? 12 : -12) : 0;
    if (swings) shaken.push(frame.index);
    for (const [writer, moments] of [
      [sharp, [0]],
      [blurred, swings ? [-5, -3, -1, 1, 3, 5] : [0]],
    ] as const) {
      const picture = allocatePicture(size.width, size.height, layout, colour);
      const sums = picture.planes.map((plane) => new Float64Array(plane.length));
      for (const moment of moments) {
        const x = 2 * Math.round((place + (speed * moment) / 12) / 2);
        addMoved(frame.picture, sums, x, 0);
      }
      picture.planes.forEach((plane, p) => {
        const n = moments.length;
        for (let i = 0; i < plane.length; i++)
          plane[i] = Math.round(p === 0 ? (sums[p]![i]! / n) ** (1 / 2.2) : sums[p]![i]! / n);
      });
      await writer.write(picture);
    }
    place += speed;
    frame.release();
  }
  const { frames } = await sharp.finish();
  await blurred.finish();
  return { sharp: out('sharp'), blurred: out('blurred'), frames, shaken };
}
