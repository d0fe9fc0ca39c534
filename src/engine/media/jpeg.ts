import { RetakeError } from '../../core/errors.ts';
import type { Picture, PictureColour, PictureLayout } from '../../core/picture.ts';
import { check } from './av-error.ts';
import { colourToAv } from './colour.ts';
import { av } from './native.ts';
import { PictureScaler, sameKind } from './picture-scaler.ts';
import { PictureLoader } from './picture-to-frame.ts';

/** What a JFIF file holds: 8 bit, full range, BT.601 matrix. */
const LAYOUT: PictureLayout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false };

function jfif(colour: PictureColour): PictureColour {
  return { ...colour, range: 'full', matrix: 'bt601', chromaLocation: 'center' };
}

/** Makes JPEG images of pictures for screens: previews and thumbnails, never deliverables. */
export class JpegEncoder implements Disposable {
  readonly width: number;
  readonly height: number;
  readonly #like: Picture;
  readonly #scaler: PictureScaler | undefined;
  readonly #loader: PictureLoader;
  readonly #codec = new av.CodecContext();
  readonly #packet = new av.Packet();

  /** `width` and `height` of the image; `quantiser` 2 (best) to 31. */
  constructor(like: Picture, width: number, height: number, quantiser = 4) {
    const target = { width, height, layout: LAYOUT, colour: jfif(like.colour) };
    [this.width, this.height, this.#like] = [width, height, like];
    this.#scaler = sameKind(like, target) ? undefined : new PictureScaler(like, target);
    const definition = av.Codec.findEncoderByName('mjpeg' as never);
    if (!definition) throw new RetakeError('media-unsupported', 'This FFmpeg cannot write JPEG.');
    const format = av.avGetPixFmtFromName('yuv420p');
    this.#loader = new PictureLoader(width, height, LAYOUT, target.colour, format);
    this.#packet.alloc();
    this.#codec.allocContext3(definition);
    this.#codec.width = width;
    this.#codec.height = height;
    this.#codec.pixelFormat = format;
    this.#codec.timeBase = new av.Rational(1, 25);
    this.#codec.threadCount = 1;
    colourToAv(target.colour, this.#codec);
    for (const [name, value] of [
      ['strict', 'unofficial'],
      ['qmin', String(quantiser)],
      ['qmax', String(quantiser)],
      ['huffman', 'default'],
    ] as const)
      this.#codec.setOption(name, value);
    check(this.#codec.open2Sync(definition, null), 'media-unsupported', 'A preview image cannot be made.', '');
  }

  /** Whether this encoder takes such pictures. */
  fits(picture: Picture, width: number, height: number): boolean {
    return width === this.width && height === this.height && sameKind(picture, this.#like);
  }

  /** The bytes of a JPEG file. */
  async encode(picture: Picture): Promise<Uint8Array> {
    const scaled = this.#scaler ? this.#scaler.convert(picture) : picture;
    check(await this.#codec.sendFrame(this.#loader.load(scaled)), 'internal', 'JPEG encoding failed.', '');
    this.#packet.unref();
    check(await this.#codec.receivePacket(this.#packet), 'internal', 'JPEG encoding failed.', '');
    return Uint8Array.from(this.#packet.data!);
  }

  [Symbol.dispose](): void {
    this.#packet.free();
    this.#codec.freeContext();
    this.#loader[Symbol.dispose]();
    this.#scaler?.[Symbol.dispose]();
  }
}
