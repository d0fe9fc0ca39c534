import { RetakeError } from '../../core/errors.ts';
import { allocatePicture, type Picture, type PictureColour, type PictureLayout } from '../../core/picture.ts';
import { check } from './av-error.ts';
import { colourToAv } from './colour.ts';
import { fillJfifPlanes, isLumaMatrix } from './jfif-planes.ts';
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
  /** Where samples of another range or matrix are converted. */
  readonly #planes: Picture | undefined;
  readonly #loader: PictureLoader;
  readonly #codec = new av.CodecContext();
  readonly #packet = new av.Packet();

  /** `width` and `height` of the image; `quantiser` 2 (best) to 31. */
  constructor(like: Picture, width: number, height: number, quantiser = 4) {
    const target = { width, height, layout: LAYOUT, colour: jfif(like.colour) };
    [this.width, this.height, this.#like] = [width, height, like];
    // The scaler only sizes; range and matrix are converted faster here.
    const sized = isLumaMatrix(like.colour.matrix) ? { ...target, colour: like.colour } : target;
    this.#scaler = sameKind(like, sized) ? undefined : new PictureScaler(like, sized);
    this.#planes = sameKind(sized, target) ? undefined : allocatePicture(width, height, LAYOUT, target.colour, true);
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
    let samples = this.#scaler ? this.#scaler.convert(picture) : picture;
    if (this.#planes) {
      fillJfifPlanes(samples, this.#planes);
      samples = this.#planes;
    }
    check(await this.#codec.sendFrame(this.#loader.load(samples)), 'internal', 'JPEG encoding failed.', '');
    this.#packet.unref();
    check(await this.#codec.receivePacket(this.#packet), 'internal', 'JPEG encoding failed.', '');
    return new Uint8Array(this.#packet.data!);
  }

  [Symbol.dispose](): void {
    this.#packet.free();
    this.#codec.freeContext();
    this.#loader[Symbol.dispose]();
    this.#scaler?.[Symbol.dispose]();
  }
}
