import { RetakeError } from '../../core/errors.ts';
import {
  allocatePicture,
  type Picture,
  type PictureColour,
  type PictureLayout,
  planeSize,
} from '../../core/picture.ts';
import { colourToAv } from './colour.ts';
import { avPlanes } from './frame-to-picture.ts';
import { av, ff } from './native.ts';
import { layoutName } from './picture-to-frame.ts';
import { type PlanarFormat, planarFormatOf } from './pixel-formats.ts';

/** Size, samples and colour of pictures. */
export interface PictureKind {
  readonly width: number;
  readonly height: number;
  readonly layout: PictureLayout;
  readonly colour: PictureColour;
}

/** Whether two kinds of picture hold the same samples for the same image. */
export function sameKind(a: PictureKind, b: PictureKind): boolean {
  return (
    a.width === b.width &&
    a.height === b.height &&
    planarFormatOf(a.layout) === planarFormatOf(b.layout) &&
    a.colour.range === b.colour.range &&
    a.colour.matrix === b.colour.matrix
  );
}

function planar(layout: PictureLayout): PlanarFormat {
  const format = planarFormatOf(layout);
  if (!format)
    throw new RetakeError('media-unsupported', `Pictures of the kind ${layoutName(layout)} cannot be scaled.`);
  return format;
}

/** Black of a plane. */
function blackOf({ layout, colour }: PictureKind, plane: number): number {
  const peak = 2 ** layout.bitDepth;
  if (layout.family === 'yuv' && (plane === 1 || plane === 2)) return peak / 2;
  if (layout.alpha && plane === (layout.family === 'gray' ? 1 : 3)) return peak - 1;
  return colour.range === 'limited' && layout.family !== 'rgb' ? peak / 16 : 0;
}

/**
 * Converts pictures of one kind into another: size (the whole image, in its own proportions, with black beside or above
 * it), samples and colour matrix, by FFmpeg's swscale. Not for pixels that are to stay as they are: those are not
 * converted at all.
 */
export class PictureScaler implements Disposable {
  readonly target: PictureKind;
  readonly #source: PictureKind;
  readonly #inner: PictureKind;
  readonly #x: number;
  readonly #y: number;
  readonly #scaler = new av.SoftwareScaleContext();
  readonly #from = new av.Frame();
  readonly #to = new av.Frame();

  constructor(source: PictureKind, target: PictureKind, pixelAspect = 1) {
    this.#source = source;
    this.target = target;
    const share = Math.min(target.width / (source.width * pixelAspect), target.height / source.height);
    const { chromaShiftX, chromaShiftY } = target.layout;
    const even = (value: number, shift: number): number => Math.max(1 << shift, (Math.round(value) >> shift) << shift);
    const width = Math.min(target.width, even(source.width * pixelAspect * share + 0.01, chromaShiftX));
    const height = Math.min(target.height, even(source.height * share + 0.01, chromaShiftY));
    // A rounding of one pixel is no border worth having.
    this.#inner = {
      ...target,
      width: target.width - width <= 1 ? target.width : width,
      height: target.height - height <= 1 ? target.height : height,
    };
    this.#x = ((target.width - this.#inner.width) >> (1 + chromaShiftX)) << chromaShiftX;
    this.#y = ((target.height - this.#inner.height) >> (1 + chromaShiftY)) << chromaShiftY;
    this.#from.alloc();
    this.#to.alloc();
    this.#scaler.allocContext();
    const shrinks = this.#inner.width < source.width;
    this.#scaler.setOption(
      'sws_flags',
      ff.SWS_ACCURATE_RND | (shrinks ? ff.SWS_AREA : ff.SWS_BICUBIC) | ff.SWS_FULL_CHR_H_INT,
    );
  }

  #prepare(frame: av.Frame, { width, height, layout, colour }: PictureKind): void {
    frame.unref();
    frame.format = planar(layout).id;
    frame.width = width;
    frame.height = height;
    if (frame.getBuffer(0) < 0)
      throw new RetakeError('internal', `There is not enough memory for a picture of ${width}x${height}.`);
    colourToAv(colour, frame);
  }

  /** The picture converted, in memory of its own (or in `into`, which is of the target kind). */
  convert(picture: Picture, into?: Picture): Picture {
    const { target } = this;
    const [from, to, source, inner] = [this.#from, this.#to, this.#source, this.#inner];
    this.#prepare(from, source);
    const input = avPlanes(picture, planar(source.layout));
    const lines = from.linesize.slice(0, 4);
    const planes = (from.data ?? []).slice(0, input.data.length);
    av.avImageCopy2(planes, lines, input.data, input.strides, planar(source.layout).id, source.width, source.height);
    this.#prepare(to, inner);
    if (this.#scaler.scaleFrameSync(to, from) < 0)
      throw new RetakeError(
        'media-unsupported',
        `Pictures of the kind ${layoutName(source.layout)} cannot be converted to ${layoutName(target.layout)}.`,
      );
    const out = into ?? allocatePicture(target.width, target.height, target.layout, target.colour, true);
    this.#take(to, out);
    return out;
  }

  #take(frame: av.Frame, out: Picture): void {
    const inner = this.#inner;
    const format = planar(inner.layout);
    const whole = inner.width === out.width && inner.height === out.height;
    const part = whole ? out : allocatePicture(inner.width, inner.height, inner.layout, inner.colour);
    const view = avPlanes(part, format);
    av.avImageCopy2(
      view.data,
      view.strides,
      (frame.data ?? []).slice(0, format.planeOrder.length),
      frame.linesize.slice(0, 4),
      format.id,
      inner.width,
      inner.height,
    );
    if (whole) return;
    out.planes.forEach((plane, p) => {
      plane.fill(blackOf(this.target, p));
      const [innerWidth, innerHeight] = planeSize(inner.layout, inner.width, inner.height, p);
      const [outWidth] = planeSize(inner.layout, out.width, out.height, p);
      const chroma = inner.layout.family === 'yuv' && (p === 1 || p === 2);
      const x = this.#x >> (chroma ? inner.layout.chromaShiftX : 0);
      const y = this.#y >> (chroma ? inner.layout.chromaShiftY : 0);
      for (let row = 0; row < innerHeight; row++)
        plane.set(
          part.planes[p]!.subarray(row * innerWidth, (row + 1) * innerWidth) as never,
          (y + row) * outWidth + x,
        );
    });
  }

  [Symbol.dispose](): void {
    this.#scaler.freeContext();
    this.#from.free();
    this.#to.free();
  }
}

/** A black picture. */
export function blackPicture(kind: PictureKind): Picture {
  const picture = allocatePicture(kind.width, kind.height, kind.layout, kind.colour, true);
  picture.planes.forEach((plane, p) => {
    plane.fill(blackOf(kind, p));
  });
  return picture;
}
