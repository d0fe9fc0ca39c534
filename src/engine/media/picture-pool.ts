import { allocatePicture, type Picture, type PictureColour, type PictureLayout } from '../../core/picture.ts';

/**
 * Pictures of one size and layout that are used again and again, so that reading thousands of frames allocates a
 * handful. Keeps at most `spare` idle ones.
 */
export class PicturePool {
  private readonly idle: Picture[] = [];
  private readonly allocate: () => Picture;
  private readonly spare: number;

  constructor(width: number, height: number, layout: PictureLayout, colour: PictureColour, shared: boolean, spare = 6) {
    this.allocate = () => allocatePicture(width, height, layout, colour, shared);
    this.spare = spare;
  }

  /** An idle picture with whatever samples it last held, or a new one. */
  acquire(): Picture {
    return this.idle.pop() ?? this.allocate();
  }

  /** Takes a picture back. */
  release(picture: Picture): void {
    if (this.idle.length < this.spare) this.idle.push(picture);
  }
}
