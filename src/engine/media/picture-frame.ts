import type { Picture } from '../../core/picture.ts';
import { av } from './native.ts';
import type { PlanarFormat } from './pixel-formats.ts';

/** A frame without samples of its own, and the bytes that it shows. */
interface PictureFrame {
  readonly frame: av.Frame;
  readonly bytes: Buffer;
}

/** All samples of a picture as one run of bytes, or null when its planes do not lie in one in FFmpeg's order. */
function packedBytes(picture: Picture, { planeOrder }: PlanarFormat): Buffer | null {
  const { buffer, byteOffset } = picture.planes[0]!;
  let end = byteOffset;
  for (const [place, index] of planeOrder.entries()) {
    const plane = picture.planes[index]!;
    if (place !== index || plane.buffer !== buffer || plane.byteOffset !== end) return null;
    end += plane.byteLength;
  }
  return Buffer.from(buffer as ArrayBuffer, byteOffset, end - byteOffset);
}

/**
 * Frames that show the samples of pictures, made once per picture. Samples go in and out through them in one native
 * copy. To look at `Frame.data` instead makes buffers of megabytes anew for every frame; the garbage collector counts
 * them and runs every few frames, which cost more than decoding did.
 *
 * Such a frame must not leave this thread's synchronous calls: nothing in it tells FFmpeg who owns the memory.
 */
export class PictureFrames {
  private readonly planar: PlanarFormat;
  private readonly known = new WeakMap<Picture, PictureFrame | null>();

  constructor(planar: PlanarFormat) {
    this.planar = planar;
  }

  /** The frame over a picture of this format, or null when its planes lie otherwise than FFmpeg wants them. */
  over(picture: Picture): av.Frame | null {
    let found = this.known.get(picture);
    if (found === undefined) {
      found = this.make(picture);
      this.known.set(picture, found);
    }
    return found?.frame ?? null;
  }

  private make(picture: Picture): PictureFrame | null {
    const bytes = packedBytes(picture, this.planar);
    if (!bytes) return null;
    const frame = new av.Frame();
    frame.alloc();
    frame.format = this.planar.id;
    frame.width = picture.width;
    frame.height = picture.height;
    return frame.fromBuffer(bytes) === bytes.length ? { frame, bytes } : null;
  }
}
