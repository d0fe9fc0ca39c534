import { allocatePicture, type Picture } from '../../../core/picture.ts';
import { type PictureKind, PictureScaler, sameKind } from '../../media/index.ts';

/** Copies of pictures that outlive what they were read from. */
export class OwnPictures implements Disposable {
  readonly #scalers = new Map<string, PictureScaler>();

  /** The picture in memory of our own, converted to `kind` where it is of another. */
  copy(picture: Picture, kind: PictureKind): Picture {
    if (sameKind(picture, kind)) {
      const copy = allocatePicture(kind.width, kind.height, kind.layout, kind.colour, true);
      picture.planes.forEach((plane, p) => {
        copy.planes[p]!.set(plane as never);
      });
      return copy;
    }
    const key = JSON.stringify([picture.width, picture.height, picture.layout, picture.colour, kind]);
    let scaler = this.#scalers.get(key);
    if (!scaler) {
      scaler = new PictureScaler({ ...picture }, kind);
      this.#scalers.set(key, scaler);
    }
    return scaler.convert(picture);
  }

  [Symbol.dispose](): void {
    for (const scaler of this.#scalers.values()) scaler[Symbol.dispose]();
    this.#scalers.clear();
  }
}
