import type { Picture } from '../../core/picture.ts';
import { copyPicture } from '../compositing/frame-compositor.ts';
import { FaceRestorer, type RestoredFace, type RestoreJob } from './restore-face.ts';

/** One frame's work. Pictures lie on shared memory when it goes to another thread. */
export interface RestoreRequest {
  readonly source: Picture;
  readonly target: Picture;
  readonly faces: readonly RestoreJob[];
}

/** Restores the faces of a frame on the calling thread. `target` gets the whole frame. */
export class FrameRestorer {
  readonly #faces = new FaceRestorer();

  /** One entry per face asked for; null where there was nothing to restore. */
  restore({ source, target, faces }: RestoreRequest): (RestoredFace | null)[] {
    copyPicture(source, target);
    return faces.map((job) => this.#faces.restore(source, target, job));
  }
}
