import type { AVPixelFormat } from 'node-av/constants';
import { RetakeError } from '../../core/errors.ts';
import type { Picture, PictureColour, PictureLayout } from '../../core/picture.ts';
import { check } from './av-error.ts';
import { colourToAv } from './colour.ts';
import { avPlanes } from './frame-to-picture.ts';
import { av, ff } from './native.ts';
import { PictureFrames } from './picture-frame.ts';
import { type PlanarFormat, pixelFormatName, planarFormatOf } from './pixel-formats.ts';

/** Layout name as FFmpeg writes it, for messages: `yuv420p10le`. */
export function layoutName(layout: PictureLayout): string {
  return planarFormatOf(layout)?.name ?? `${layout.family} ${layout.bitDepth} bit${layout.alpha ? ' with alpha' : ''}`;
}

/** Colour after a conversion to FFmpeg pixel format `format`; `limitedOnly` for codecs that know no full range. */
export function colourFor(
  colour: PictureColour,
  layout: PictureLayout,
  format: string,
  height: number,
  limitedOnly: boolean,
): PictureColour {
  const rgb = /^(gbr|rgb|bgr|argb|abgr)/.test(format);
  if (rgb)
    return layout.family === 'rgb' ? colour : { ...colour, range: 'full', matrix: 'rgb', chromaLocation: 'unknown' };
  const gray = /^(gray|ya)/.test(format);
  if (layout.family === 'rgb')
    return {
      ...colour,
      range: gray && !limitedOnly ? 'full' : 'limited',
      matrix: height >= 720 ? 'bt709' : 'bt601',
      chromaLocation: 'left',
    };
  return limitedOnly ? { ...colour, range: 'limited' } : colour;
}

/**
 * Fills AVFrames from Pictures of one size and layout, converted to the pixel format of an encoder where that differs.
 * The frame returned is valid until the next call.
 */
export class PictureLoader implements Disposable {
  readonly colour: PictureColour;
  /** What is lost or changed on the way, in words; null when samples go through as they are. */
  readonly conversion: string | null;
  private readonly width: number;
  private readonly height: number;
  private readonly layout: PictureLayout;
  private readonly sourceColour: PictureColour;
  private readonly planar: PlanarFormat;
  private readonly target: AVPixelFormat;
  private readonly source = new av.Frame();
  private readonly converted = new av.Frame();
  private scaler: av.SoftwareScaleContext | undefined;
  private readonly frames: PictureFrames;

  constructor(
    width: number,
    height: number,
    layout: PictureLayout,
    colour: PictureColour,
    target: AVPixelFormat,
    limitedOnly = false,
  ) {
    const planar = planarFormatOf(layout);
    if (!planar)
      throw new RetakeError(
        'media-unsupported',
        `Pictures of the kind ${layoutName(layout)} cannot be written. Drop the transparency or convert to RGB first.`,
      );
    [this.width, this.height, this.layout, this.sourceColour, this.planar, this.target] = [
      width,
      height,
      layout,
      colour,
      planar,
      target,
    ];
    this.frames = new PictureFrames(planar);
    const name = pixelFormatName(target);
    this.colour = colourFor(colour, layout, name, height, limitedOnly);
    const sameRange = this.colour.range === colour.range && this.colour.matrix === colour.matrix;
    const packed = layout.bitDepth === 8 ? /^(bgr0|bgra|rgb24|rgba)$/ : /^(rgb48|rgba64)be$/;
    const swapped = layout.family === 'gray' && name === 'gray16be';
    const repacking =
      sameRange && ((layout.family === 'rgb' && packed.test(name)) || swapped) && [8, 16].includes(layout.bitDepth);
    this.conversion =
      (planar.id === target && sameRange) || repacking
        ? null
        : `${planar.name} ${colour.range} -> ${name} ${this.colour.range}`;
    this.source.alloc();
    this.converted.alloc();
  }

  /** A frame with the picture's samples. Throws `invalid-argument` when the picture is of another size or layout. */
  load(picture: Picture): av.Frame {
    const { layout } = picture;
    if (picture.width !== this.width || picture.height !== this.height || planarFormatOf(layout) !== this.planar)
      throw new RetakeError(
        'invalid-argument',
        `A picture of ${picture.width}x${picture.height} ${layoutName(layout)} does not fit an output of ${this.width}x${this.height} ${this.planar.name}.`,
      );
    this.prepare(this.source, this.planar.id, this.sourceColour);
    const own = this.frames.over(picture);
    if (own)
      check(this.source.copy(own), 'internal', 'A picture could not be copied for the encoder.', layoutName(layout));
    else {
      const view = avPlanes(picture, this.planar);
      const planes = (this.source.data ?? []).slice(0, view.data.length);
      const strides = this.source.linesize.slice(0, 4);
      av.avImageCopy2(planes, strides, view.data, view.strides, this.planar.id, this.width, this.height);
    }
    return this.conversion === null && this.planar.id === this.target ? this.source : this.convert();
  }

  private prepare(frame: av.Frame, format: AVPixelFormat, colour: PictureColour): void {
    // Samples that nobody else holds are written over.
    if (frame.width === this.width && frame.isWritable) {
      colourToAv(colour, frame);
      return;
    }
    frame.unref();
    frame.format = format;
    frame.width = this.width;
    frame.height = this.height;
    if (frame.getBuffer(0) < 0)
      throw new RetakeError(
        'internal',
        `There is not enough memory for a picture of ${this.width}x${this.height}. Close other programs and try again.`,
      );
    colourToAv(colour, frame);
  }

  private convert(): av.Frame {
    if (!this.scaler) {
      this.scaler = new av.SoftwareScaleContext();
      this.scaler.allocContext();
      this.scaler.setOption(
        'sws_flags',
        ff.SWS_ACCURATE_RND | ff.SWS_BICUBIC | ff.SWS_FULL_CHR_H_INP | ff.SWS_FULL_CHR_H_INT,
      );
    }
    this.prepare(this.converted, this.target, this.colour);
    if (this.scaler.scaleFrameSync(this.converted, this.source) < 0)
      throw new RetakeError(
        'media-unsupported',
        `Pictures of the kind ${layoutName(this.layout)} cannot be converted to ${pixelFormatName(this.target)}.`,
      );
    return this.converted;
  }

  [Symbol.dispose](): void {
    this.scaler?.freeContext();
    this.scaler = undefined;
    this.source.free();
    this.converted.free();
  }
}
