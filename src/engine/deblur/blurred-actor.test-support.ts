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

/** Frames of the clip; the first and the last of its swing, whose length is a period. */
const FRAMES = 20;
const [SWING, REST] = [6, 14];
/** Pixels that the camera swings to either side: at most 22 in a frame. */
const SWAY = 28;
/** Share of a frame for which the shutter is open, and moments in which it looks. */
const OPEN = 0.5;
const MOMENTS = 11;

/** Where the camera is at `time` (frames), in even pixels: whole ones of chroma, too. */
function placeAt(time: number): number {
  const phase = (Math.max(SWING, Math.min(REST, time)) - SWING) / (REST - SWING);
  return 2 * Math.round((-SWAY * Math.cos(2 * Math.PI * phase)) / 2);
}

/**
 * The digital actor filmed by a camera that swings there and back in the middle of the clip with the shutter half open:
 * blurred frames are means of what was seen meanwhile. One look stands for all moments of a frame, so the actor holds
 * still while the camera swings (what he moved would be missing in the blur) and then plays his first frames backwards.
 * Both files are coded without loss.
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
  for (let index = 0; index < FRAMES; index++) {
    const look = await source.frameAt(Math.min(index, SWING - 1, FRAMES - 1 - index));
    const place = placeAt(index);
    const moments = Array.from({ length: MOMENTS }, (_, k) => placeAt(index + OPEN * ((k + 0.5) / MOMENTS - 0.5)));
    if (moments.some((moment) => moment !== place)) shaken.push(index);
    for (const [writer, places] of [
      [sharp, [place]],
      [blurred, moments],
    ] as const) {
      const picture = allocatePicture(size.width, size.height, layout, colour);
      const sums = picture.planes.map((plane) => new Float64Array(plane.length));
      for (const moved of places) addMoved(look.picture, sums, moved, 0);
      picture.planes.forEach((plane, p) => {
        const n = places.length;
        for (let i = 0; i < plane.length; i++)
          plane[i] = Math.round(p === 0 ? (sums[p]![i]! / n) ** (1 / 2.2) : sums[p]![i]! / n);
      });
      await writer.write(picture);
    }
    look.release();
  }
  const { frames } = await sharp.finish();
  await blurred.finish();
  return { sharp: out('sharp'), blurred: out('blurred'), frames, shaken };
}
