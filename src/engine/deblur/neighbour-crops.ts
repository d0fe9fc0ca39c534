import { LANDMARK_COUNT } from '../../core/performance.ts';
import { allocatePicture, clampRect, type Picture, planeSize } from '../../core/picture.ts';
import type { FrameAccess } from '../compositing/prepare.ts';
import { faceBlur, type TrackBlur } from './blur-fit.ts';
import { faceOutline, outlineBox } from './face-matte.ts';
import type { Neighbour } from './lend-detail.ts';
import { type FaceMotion, faceMotion } from './motion-field.ts';
import { chooseNeighbours } from './neighbours.ts';
import type { RestoreJob } from './restore-face.ts';

/** Room around a face that is kept of its frame, as a share of its width. */
const ROOM = 0.25;
/** Faces kept: more than a neighbour's reach on each side of the frames under way, for three people in a shot. */
const KEPT = 128;

/** A part of a picture as a picture of its own on shared memory; `x` and `y` are even, so that chroma stays where it is. */
export function cutPicture(picture: Picture, x: number, y: number, width: number, height: number): Picture {
  const { layout } = picture;
  const part = allocatePicture(width, height, layout, picture.colour, true);
  part.planes.forEach((plane, p) => {
    const [from] = planeSize(layout, picture.width, picture.height, p);
    const [w, h] = planeSize(layout, width, height, p);
    const chroma = layout.family === 'yuv' && (p === 1 || p === 2);
    const left = chroma ? x >> layout.chromaShiftX : x;
    const top = chroma ? y >> layout.chromaShiftY : y;
    const source = picture.planes[p]!;
    for (let row = 0; row < h; row++) {
      const at = (top + row) * from + left;
      plane.set(source.subarray(at, at + w) as never, row * w);
    }
  });
  return part;
}

/** Landmarks, motion and blur of a row, for a job. */
export function faceAt(
  blur: TrackBlur,
  row: number,
  motion: FaceMotion,
): Pick<RestoreJob, 'landmarks' | 'motion' | 'blur'> {
  return {
    landmarks: blur.track.landmarks.slice(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3),
    motion,
    blur: faceBlur(blur, row),
  };
}

/** Faces of other frames, read once and kept while frames near them are restored. */
export class NeighbourCrops {
  readonly #source: FrameAccess;
  readonly #kept = new Map<string, Promise<Neighbour | null>>();

  constructor(source: FrameAccess) {
    this.#source = source;
  }

  /** The face of a track at a row; null where its motion is unknown or it left the picture. */
  async get(blur: TrackBlur, index: number, row: number): Promise<Neighbour | null> {
    const key = `${index} ${row}`;
    const known = this.#kept.get(key);
    if (known) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return await known;
    }
    const reading = this.#read(blur, row);
    this.#kept.set(key, reading);
    reading.catch(() => this.#kept.delete(key));
    if (this.#kept.size > KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    return await reading;
  }

  /** The faces that can lend detail to row `row`, best first; {@link chooseNeighbours} says which. */
  async around(blur: TrackBlur, index: number, row: number): Promise<Neighbour[]> {
    return await this.#faces(blur, index, chooseNeighbours(blur, row));
  }

  /** The sharper face that tells most of the blur of row `row`; none where there is no sharper one. */
  async sharperThan(blur: TrackBlur, index: number, row: number): Promise<Neighbour[]> {
    return await this.#faces(blur, index, chooseNeighbours(blur, row, true).slice(0, 1));
  }

  async #faces(blur: TrackBlur, index: number, rows: readonly number[]): Promise<Neighbour[]> {
    // In rising order: a video is read forwards.
    const found = new Map<number, Neighbour | null>();
    for (const other of [...rows].sort((a, b) => a - b)) found.set(other, await this.get(blur, index, other));
    return rows.flatMap((other) => found.get(other) ?? []);
  }

  async #read(blur: TrackBlur, row: number): Promise<Neighbour | null> {
    const { track, steps } = blur;
    const motion = faceMotion(track, row, steps);
    if (!motion) return null;
    const landmarks = track.landmarks.slice(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3);
    const outline = faceOutline(landmarks);
    const face = outlineBox(outline, 0);
    const frame = await this.#source.frameAt(track.firstFrame + row);
    try {
      const { picture } = frame;
      const wanted = outlineBox(outline, Math.ceil(ROOM * face.width));
      const even = { x: wanted.x & ~1, y: wanted.y & ~1, width: wanted.width + 1, height: wanted.height + 1 };
      const part = clampRect(even, picture.width, picture.height);
      if (part.width < 16 || part.height < 16) return null;
      return {
        picture: cutPicture(picture, part.x, part.y, part.width, part.height),
        x: part.x,
        y: part.y,
        landmarks,
        motion,
        blur: faceBlur(blur, row),
      };
    } finally {
      frame.release();
    }
  }
}
