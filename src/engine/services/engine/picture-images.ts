import type { Picture } from '../../../core/picture.ts';
import { JpegEncoder, PictureScaler, sameKind } from '../../media/index.ts';

const KEPT = 12;

/** An image for a screen. */
export interface ScreenImage {
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
}

/** Size of a picture reduced to `width`, never enlarged; even, as chroma wants it. */
export function reducedSize(picture: Picture, width: number | undefined): { width: number; height: number } {
  if (width === undefined || width >= picture.width) return { width: picture.width, height: picture.height };
  const even = (value: number): number => Math.max(2, Math.round(value / 2) * 2);
  return { width: even(width), height: even((picture.height * width) / picture.width) };
}

/** Turns pictures into images for screens, keeping the converters for those that come next. One at a time. */
export class PictureImages implements Disposable {
  readonly #encoders: JpegEncoder[] = [];
  readonly #scalers: { readonly like: Picture; readonly scaler: PictureScaler }[] = [];
  /** Images of pictures that are still kept somewhere: looking at a frame again costs nothing. */
  readonly #made = new WeakMap<Picture, Map<number, ScreenImage>>();
  #turn: Promise<unknown> = Promise.resolve();

  /** A JPEG image. With `keep` it is found again as long as the picture lives; its samples must not change then. */
  async jpeg(picture: Picture, wanted?: number, keep = false): Promise<ScreenImage> {
    const { width, height } = reducedSize(picture, wanted);
    const known = this.#made.get(picture)?.get(width);
    if (known) return known;
    const image = await this.#encode(picture, width, height);
    if (keep) this.#made.set(picture, (this.#made.get(picture) ?? new Map<number, ScreenImage>()).set(width, image));
    return image;
  }

  #encode(picture: Picture, width: number, height: number): Promise<ScreenImage> {
    const result = this.#turn.then(async () => {
      let encoder = this.#encoders.find((one) => one.fits(picture, width, height));
      if (!encoder) {
        encoder = new JpegEncoder(withoutSamples(picture), width, height);
        this.#encoders.push(encoder);
        if (this.#encoders.length > KEPT) this.#encoders.shift()![Symbol.dispose]();
      }
      return { width, height, bytes: await encoder.encode(picture) };
    });
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** Red, green, blue and 255 of each pixel. */
  rgba(picture: Picture, wanted?: number): Promise<ScreenImage> {
    const { width, height } = reducedSize(picture, wanted);
    const result = this.#turn.then(() => ({ width, height, bytes: this.#rgba(picture, width, height) }));
    this.#turn = result.catch(() => undefined);
    return result;
  }

  #rgba(picture: Picture, width: number, height: number): Uint8Array {
    let kept = this.#scalers.find(
      ({ like, scaler }) => sameKind(like, picture) && scaler.target.width === width && scaler.target.height === height,
    );
    if (!kept) {
      const target = {
        width,
        height,
        layout: { family: 'rgb', bitDepth: 8, chromaShiftX: 0, chromaShiftY: 0, alpha: false },
        colour: { ...picture.colour, range: 'full', matrix: 'rgb' },
      } as const;
      kept = { like: withoutSamples(picture), scaler: new PictureScaler(picture, target) };
      this.#scalers.push(kept);
      if (this.#scalers.length > KEPT) this.#scalers.shift()!.scaler[Symbol.dispose]();
    }
    const [red, green, blue] = kept.scaler.convert(picture).planes;
    const out = new Uint8Array(width * height * 4);
    for (let i = 0, o = 0; o < out.length; i++, o += 4) {
      out[o] = red![i]!;
      out[o + 1] = green![i]!;
      out[o + 2] = blue![i]!;
      out[o + 3] = 255;
    }
    return out;
  }

  [Symbol.dispose](): void {
    for (const encoder of this.#encoders) encoder[Symbol.dispose]();
    for (const { scaler } of this.#scalers) scaler[Symbol.dispose]();
    this.#encoders.length = 0;
    this.#scalers.length = 0;
  }
}

/** A picture's kind without its samples, so that keeping it costs nothing. */
function withoutSamples({ width, height, layout, colour }: Picture): Picture {
  return { width, height, layout, colour, planes: [] };
}
