import { allocatePicture, type Picture, type PictureColour, type PictureLayout } from '../../src/core/picture.ts';
import { rational } from '../../src/core/rational.ts';
import { waveFile } from '../../src/core/wave-file.ts';
import { digitalActorFixture } from '../../src/engine/digital-actor/index.ts';
import { createVideoWriter, openVideo } from '../../src/engine/media/index.ts';

const COLOUR: PictureColour = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
};
const LAYOUT: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };

/** A clip without any face: drifting stripes. */
export async function writeStripes(
  path: string,
  options: { width?: number; height?: number; frames?: number; alpha?: boolean; preset?: 'h264' | 'ffv1' } = {},
): Promise<void> {
  const { width = 128, height = 96, frames = 12, alpha = false, preset = 'h264' } = options;
  const layout = { ...LAYOUT, alpha };
  const rate = rational(25);
  await using writer = await createVideoWriter(path, { preset, width, height, rate, layout, colour: COLOUR });
  const picture = allocatePicture(width, height, layout, COLOUR);
  for (let frame = 0; frame < frames; frame++) {
    paint(picture, frame);
    await writer.write(picture);
  }
  await writer.finish();
}

function paint(picture: Picture, frame: number): void {
  const { width, height, planes } = picture;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) planes[0]![y * width + x] = 40 + (((x + y + frame * 3) >> 3) % 8) * 22;
  planes[1]!.fill(118);
  planes[2]!.fill(138);
  planes[3]?.fill(200);
}

/** A RIFF WAVE file with a tone on each of `channels` channels. */
export function toneWav(channels: number, seconds: number, sampleRate = 16_000): Uint8Array {
  const tone = (c: number): Float32Array =>
    Float32Array.from(
      { length: Math.round(seconds * sampleRate) },
      (_, i) => 0.25 * Math.sin((2 * Math.PI * (220 + 110 * c) * i) / sampleRate),
    );
  return waveFile(
    Array.from({ length: channels }, (_, c) => tone(c)),
    sampleRate,
    'int16',
  );
}

/** The first frames of the digital actor, with the sound file given (or none), and with transparency if asked for. */
export async function writeActor(
  path: string,
  options: { readonly sound?: string; readonly alpha?: boolean; readonly frames?: number },
): Promise<void> {
  const { sound, alpha = false, frames = 8 } = options;
  await using source = await openVideo((await digitalActorFixture()).path);
  const { width, height, colour } = source.info.video;
  const layout = { ...source.info.video.layout, alpha };
  await using writer = await createVideoWriter(path, {
    preset: alpha ? 'ffv1' : 'h264',
    width,
    height,
    rate: source.rate,
    layout,
    colour,
    ...(sound === undefined ? {} : { sourceForAudio: { path: sound } }),
  });
  const picture = allocatePicture(width, height, layout, colour);
  for await (const frame of source.frames(0, frames)) {
    frame.picture.planes.forEach((plane, p) => {
      picture.planes[p]!.set(plane);
    });
    picture.planes[3]?.fill(180);
    await writer.write(picture);
    frame.release();
  }
  await writer.finish();
}
