import { availableParallelism } from 'node:os';
import { FRAME_REASONS, LANDMARK_COUNT } from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import type { ComposedFrame, FaceNote } from '../compositing/compositor.ts';
import { faceMotion } from './motion-field.ts';
import type { RestoreJob } from './restore-face.ts';
import { RestorePool } from './restore-pool.ts';
import type { BlurSurvey } from './survey.ts';

/** How a deblurrer is set up. */
export interface DeblurOptions {
  readonly survey: BlurSurvey;
  /** 0..1 over frames of the clip and actors: how much of the restoration is wanted. */
  readonly strength: (frame: number, actorId: string) => number;
  /** Threads; 0 restores on the calling thread. Default: one per core, at most 4. */
  readonly threads?: number;
}

/** Strength under which a face passes through. */
const INVISIBLE = 0.004;

/**
 * Restores blurred faces of a clip's frames: the one way in which deblurring reaches pixels. Frames may come in any
 * order and side by side.
 */
export class Deblurrer implements AsyncDisposable {
  readonly #options: DeblurOptions;
  readonly #pool: RestorePool;
  readonly #idle: Picture[] = [];

  constructor(options: DeblurOptions) {
    this.#options = options;
    this.#pool = new RestorePool(options.threads ?? Math.min(4, availableParallelism()));
  }

  /** Frames that can usefully be under way at once. */
  get width(): number {
    return this.#pool.width;
  }

  /** Restores frame `frame` (clip frame number) from its decoded picture, which must stay valid until it resolves. */
  async compose(frame: number, picture: Picture): Promise<ComposedFrame> {
    const jobs: RestoreJob[] = [];
    const tracks: number[] = [];
    const notes: FaceNote[] = [];
    this.#options.survey.tracks.forEach((blur, index) => {
      const { track } = blur;
      const row = frame - track.firstFrame;
      if (row < 0 || row >= track.frameCount) return;
      const strength = blur.strength[row]! * this.#options.strength(frame, track.actorId);
      notes.push({ actorId: track.actorId, weight: strength, reason: FRAME_REASONS[track.reason[row]!] ?? 'ok' });
      const motion = strength < INVISIBLE ? null : faceMotion(track, row);
      if (!motion) return;
      tracks.push(index);
      jobs.push({
        landmarks: track.landmarks.slice(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3),
        motion,
        blur: { open: blur.open[row]!, turn: blur.turn[row]!, sigma: blur.sigma[row]!, noise: blur.noise },
        strength,
      });
    });
    const untouched = { picture, touched: false, faces: notes, layers: [], release: () => {} };
    if (jobs.length === 0) return untouched;
    const target =
      this.#idle.pop() ?? allocatePicture(picture.width, picture.height, picture.layout, picture.colour, true);
    const restored = await this.#pool.run({ source: picture, target, faces: jobs });
    const release = (): void => {
      this.#idle.push(target);
    };
    const layers = restored.flatMap((face, index) => {
      if (!face) return [];
      const still = new Float32Array(face.matte.length);
      return [{ track: tracks[index]!, rect: face.rect, dx: still, dy: still, matte: face.matte }];
    });
    if (layers.length > 0) return { picture: target, touched: true, faces: notes, layers, release };
    release();
    return untouched;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}
