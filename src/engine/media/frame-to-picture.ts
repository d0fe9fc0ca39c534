import { RetakeError } from '../../core/errors.ts';
import {
  allocatePicture,
  type Picture,
  type PictureColour,
  type PictureLayout,
  planeSize,
  type Samples,
} from '../../core/picture.ts';
import { check } from './av-error.ts';
import { colourFromAv } from './colour.ts';
import { av, ff } from './native.ts';
import { type Orientation, orientedChromaLocation, orientedLayout, orientPicture } from './orientation.ts';
import { PictureFrames } from './picture-frame.ts';
import { PicturePool } from './picture-pool.ts';
import { type CarriedFormat, carriedFormat, type PlanarFormat, pixelFormatName } from './pixel-formats.ts';

function bytesOf(samples: Samples): Buffer {
  return Buffer.from(samples.buffer as ArrayBuffer, samples.byteOffset, samples.byteLength);
}

/** Views of a picture's planes as FFmpeg takes them (its plane order, strides in bytes), made once per picture. */
export function avPlanes(
  picture: Picture,
  planar: PlanarFormat,
): { readonly data: Buffer[]; readonly strides: number[] } {
  const data = planar.planeOrder.map((index) => bytesOf(picture.planes[index]!));
  const strides = planar.planeOrder.map((index) => {
    const [width] = planeSize(picture.layout, picture.width, picture.height, index);
    return width * (picture.layout.bitDepth === 8 ? 1 : 2);
  });
  while (strides.length < 4) strides.push(0);
  return { data, strides };
}

/** Facts of a stream's pictures, found on its first decoded frame. */
export interface PictureFormat {
  readonly codedWidth: number;
  readonly codedHeight: number;
  readonly width: number;
  readonly height: number;
  readonly pixelFormat: string;
  readonly carried: CarriedFormat;
  /** Upright layout and colour. */
  readonly layout: PictureLayout;
  readonly colour: PictureColour;
  readonly orientation: Orientation;
}

/** Describes how a decoder's frames become pictures. Throws `media-unsupported` for pixels Retake cannot carry. */
export function pictureFormatOf(frame: av.Frame, orientation: Orientation, path: string): PictureFormat {
  const pixelFormat = pixelFormatName(frame.format as never);
  const carried = carriedFormat(pixelFormat, path);
  const stored = carried.planar.layout;
  const colour = colourFromAv(frame, stored, pixelFormat, frame.width, frame.height);
  const turned = orientation.rotation === 90 || orientation.rotation === 270;
  return {
    codedWidth: frame.width,
    codedHeight: frame.height,
    width: turned ? frame.height : frame.width,
    height: turned ? frame.width : frame.height,
    pixelFormat,
    carried,
    layout: orientedLayout(stored, orientation),
    colour: { ...colour, chromaLocation: orientedChromaLocation(colour.chromaLocation, orientation) },
    orientation,
  };
}

/** Copies decoded frames into pooled pictures: planes tightly packed, repacked where the format asks, turned upright. */
export class PictureTaker implements Disposable {
  private readonly format: PictureFormat;
  private readonly pool: PicturePool;
  private readonly path: string;
  private readonly frames: PictureFrames;
  private readonly upright: boolean;
  private stored: Picture | undefined;
  private repacked: { frame: av.Frame; scaler: av.SoftwareScaleContext } | undefined;

  constructor(format: PictureFormat, shared: boolean, path: string) {
    this.format = format;
    this.path = path;
    this.pool = new PicturePool(format.width, format.height, format.layout, format.colour, shared);
    this.frames = new PictureFrames(format.carried.planar);
    this.upright = format.orientation.rotation === 0 && !format.orientation.mirrored;
  }

  /** A picture with the frame's samples. Throws `media-unsupported` when size or pixel format change in mid-stream. */
  take(frame: av.Frame): Picture {
    const { format } = this;
    if (
      frame.width !== format.codedWidth ||
      frame.height !== format.codedHeight ||
      pixelFormatName(frame.format as never) !== format.pixelFormat
    )
      throw new RetakeError(
        'media-unsupported',
        `The picture size or pixel format of ${this.path} changes in the middle (${format.codedWidth}x${format.codedHeight} ${format.pixelFormat} to ${frame.width}x${frame.height} ${pixelFormatName(frame.format as never)}). Split or convert it first.`,
        { path: this.path },
      );
    const picture = this.pool.acquire();
    const samples = format.carried.conversion === 'none' ? frame : this.repack(frame);
    if (this.upright) this.copy(samples, picture);
    else {
      this.stored ??= allocatePicture(
        format.codedWidth,
        format.codedHeight,
        format.carried.planar.layout,
        format.colour,
      );
      this.copy(samples, this.stored);
      orientPicture(this.stored, picture, format.orientation);
    }
    return picture;
  }

  /** Takes a picture back into the pool. */
  release(picture: Picture): void {
    this.pool.release(picture);
  }

  private copy(frame: av.Frame, picture: Picture): void {
    const { planar } = this.format.carried;
    const own = this.frames.over(picture);
    if (own) {
      // JPEG's formats of full range differ from the plain ones in name only.
      own.format = frame.format;
      check(own.copy(frame), 'internal', 'A decoded picture could not be copied.', this.path);
      return;
    }
    const view = avPlanes(picture, planar);
    const data = (frame.data ?? []).slice(0, planar.planeOrder.length);
    const strides = frame.linesize.slice(0, 4);
    av.avImageCopy2(view.data, view.strides, data, strides, planar.id, picture.width, picture.height);
  }

  private repack(frame: av.Frame): av.Frame {
    this.repacked ??= { frame: new av.Frame(), scaler: new av.SoftwareScaleContext() };
    const { frame: target, scaler } = this.repacked;
    if (target.width === 0) {
      target.alloc();
      scaler.allocContext();
      scaler.setOption(
        'sws_flags',
        ff.SWS_ACCURATE_RND | ff.SWS_BILINEAR | ff.SWS_FULL_CHR_H_INP | ff.SWS_FULL_CHR_H_INT,
      );
    }
    target.unref();
    target.format = this.format.carried.planar.id;
    target.width = frame.width;
    target.height = frame.height;
    // The same colour on both sides: only the order of samples may change.
    target.colorRange = frame.colorRange;
    target.colorSpace = frame.colorSpace;
    target.colorTrc = frame.colorTrc;
    target.colorPrimaries = frame.colorPrimaries;
    target.chromaLocation = frame.chromaLocation;
    const scaled = scaler.scaleFrameSync(target, frame);
    if (scaled < 0)
      throw new RetakeError(
        'media-unsupported',
        `Pixels of the kind "${this.format.pixelFormat}" in ${this.path} cannot be converted. Convert the file to ProRes or FFV1 first.`,
        { path: this.path },
      );
    return target;
  }

  [Symbol.dispose](): void {
    this.repacked?.scaler.freeContext();
    this.repacked?.frame.free();
    this.repacked = undefined;
    this.stored = undefined;
  }
}
