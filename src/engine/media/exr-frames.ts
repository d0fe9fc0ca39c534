import type { Picture } from '../../core/picture.ts';
import { pictureToRgb } from '../../core/picture-rgb.ts';
import { type ExrChannel, encodeExr } from './exr.ts';

/**
 * Encodes pictures as EXR frames: R, G, B and A if there is one, as 0..1 in the picture's own transfer curve (not made
 * linear; the header's `transfer` says which), 16-bit floats up to 10-bit sources and 32-bit floats for deeper ones.
 */
export class ExrFrameEncoder implements Disposable {
  readonly name = 'exr';
  readonly pixelFormat: string;
  readonly conversion: string;
  private readonly type: ExrChannel['type'];
  private readonly rgb: Float32Array;
  private readonly channels: readonly Float32Array[];
  private readonly transfer: string;

  constructor({ width, height, layout, colour }: Pick<Picture, 'width' | 'height' | 'layout' | 'colour'>) {
    this.type = layout.bitDepth > 10 ? 'float' : 'half';
    this.pixelFormat = `${layout.alpha ? 'rgba' : 'rgb'} ${this.type}`;
    this.transfer = colour.transfer;
    this.conversion = `to RGB ${this.type}, transfer curve kept (${colour.transfer})`;
    this.rgb = new Float32Array(width * height * 3);
    this.channels = Array.from({ length: layout.alpha ? 4 : 3 }, () => new Float32Array(width * height));
  }

  /** The bytes of an EXR file. */
  encode(picture: Picture): Promise<Uint8Array> {
    const { width, height, planes, layout } = picture;
    const { rgb, channels } = this;
    pictureToRgb(picture, { x: 0, y: 0, width, height }, rgb);
    for (let plane = 0; plane < 3; plane++) {
      const channel = channels[plane]!;
      for (let i = 0, from = plane; i < channel.length; i++, from += 3) channel[i] = rgb[from]!;
    }
    if (layout.alpha) {
      const alpha = planes.at(-1)!;
      const scale = 1 / (2 ** layout.bitDepth - 1);
      const channel = channels[3]!;
      for (let i = 0; i < channel.length; i++) channel[i] = alpha[i]! * scale;
    }
    const names = ['R', 'G', 'B', 'A'];
    return encodeExr({
      width,
      height,
      channels: channels.map((samples, i) => ({ name: names[i]!, type: this.type, samples })),
      attributes: { transfer: this.transfer },
    });
  }

  [Symbol.dispose](): void {}
}
