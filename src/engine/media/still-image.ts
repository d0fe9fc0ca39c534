import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { RetakeError } from '../../core/errors.ts';
import type { Picture, PictureLayout } from '../../core/picture.ts';
import { check, fileWriteError } from './av-error.ts';
import { colourToAv } from './colour.ts';
import { av } from './native.ts';
import { PartialOutput } from './partial-output.ts';
import { PictureLoader } from './picture-to-frame.ts';
import { openVideo } from './video-source.ts';

function pngFormat({ family, bitDepth, alpha }: PictureLayout): string {
  const deep = bitDepth > 8;
  if (family === 'gray' && !alpha) return deep ? 'gray16be' : 'gray';
  if (alpha) return deep ? 'rgba64be' : 'rgba';
  return deep ? 'rgb48be' : 'rgb24';
}

/** Writes PNG files of pictures of one size and layout: 8 bit for 8-bit pictures, 16 bit for deeper ones. */
export class PngEncoder implements Disposable {
  readonly name = 'png';
  readonly pixelFormat: string;
  readonly conversion: string | null;
  private readonly codec = new av.CodecContext();
  private readonly loader: PictureLoader;
  private readonly packet = new av.Packet();

  constructor(like: Pick<Picture, 'width' | 'height' | 'layout' | 'colour'>) {
    const { width, height, layout, colour } = like;
    const definition = av.Codec.findEncoderByName('png' as never);
    if (!definition) throw new RetakeError('media-unsupported', 'This FFmpeg cannot write PNG.');
    const format = av.avGetPixFmtFromName(pngFormat(layout));
    this.loader = new PictureLoader(width, height, layout, colour, format);
    this.pixelFormat = pngFormat(layout);
    this.conversion = this.loader.conversion;
    this.packet.alloc();
    this.codec.allocContext3(definition);
    this.codec.width = width;
    this.codec.height = height;
    this.codec.pixelFormat = format;
    this.codec.timeBase = new av.Rational(1, 25);
    this.codec.threadCount = 1; // frame threads would hold pictures back
    colourToAv(this.loader.colour, this.codec);
    // As options, not as a dictionary: node-av 6.1's synchronous open frees a dictionary that it was given twice.
    this.codec.setOption('compression_level', '3');
    this.codec.setOption('pred', 'mixed');
    check(
      this.codec.open2Sync(definition, null),
      'media-unsupported',
      `A picture of ${width}x${height} cannot be written as PNG.`,
      '',
    );
  }

  /** The bytes of a PNG file. */
  async encode(picture: Picture): Promise<Uint8Array> {
    check(await this.codec.sendFrame(this.loader.load(picture)), 'internal', 'PNG encoding failed.', '');
    this.packet.unref();
    check(await this.codec.receivePacket(this.packet), 'internal', 'PNG encoding failed.', '');
    return Uint8Array.from(this.packet.data!);
  }

  [Symbol.dispose](): void {
    this.packet.free();
    this.codec.freeContext();
    this.loader[Symbol.dispose]();
  }
}

/** The bytes of a PNG file with the picture, converted to RGB (or grey) as tagged; 16 bit when deeper than 8. */
export async function encodePng(picture: Picture): Promise<Uint8Array> {
  using encoder = new PngEncoder(picture);
  return await encoder.encode(picture); // awaited here: `using` closes the encoder on the way out
}

/**
 * Writes a picture as PNG, atomically. Throws `invalid-argument` for another extension, `output-unwritable`,
 * `disk-full`.
 */
export async function writeImage(path: string, picture: Picture): Promise<void> {
  if (extname(path).toLowerCase() !== '.png')
    throw new RetakeError(
      'invalid-argument',
      `${path} does not end in .png. Pictures are written as PNG; float layers with writeExr.`,
      { path },
    );
  await using output = await PartialOutput.create(path);
  const bytes = await encodePng(picture);
  await writeFile(output.partial, bytes).catch((error: unknown) => Promise.reject(fileWriteError(error, output.path)));
  await output.commit();
}

/** Reads a still image (PNG, JPEG, TIFF, ...) upright, in its own layout. Throws what `openVideo` throws. */
export async function readImage(path: string, options: { readonly shared?: boolean } = {}): Promise<Picture> {
  await using source = await openVideo(path, options);
  // Not released: the picture belongs to the caller from here on.
  return (await source.frameAt(0)).picture;
}
