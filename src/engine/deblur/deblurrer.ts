import { availableParallelism } from 'node:os';
import { FRAME_REASONS } from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import type { FaceLayer } from '../compositing/compose-frame.ts';
import type { ComposedFrame, FaceNote } from '../compositing/compositor.ts';
import type { FrameAccess } from '../compositing/prepare.ts';
import { holdBack } from './hold-back.ts';
import type { IdentityGuard } from './identity-guard.ts';
import { faceMotion } from './motion-field.ts';
import { faceAt, NeighbourCrops } from './neighbour-crops.ts';
import type { RestoredFace, RestoreJob } from './restore-face.ts';
import { type RestorePool, restorePool } from './restore-pool.ts';
import type { BlurSurvey } from './survey.ts';

/** How much of a restoration is wanted of an actor at a frame, 0..1 each. */
export interface DeblurAmount {
  readonly strength: number;
  /** How much sharper neighbouring frames count. */
  readonly detail: number;
}

/** How a deblurrer is set up. */
export interface DeblurOptions {
  readonly survey: BlurSurvey;
  /** The clip, for looking at neighbouring frames. */
  readonly source: FrameAccess;
  /** 0..1 over frames of the clip and actors: how much of the restoration is wanted; 1 when left out. */
  readonly strength?: (frame: number, actorId: string) => number;
  /** 0..1, likewise: how much sharper neighbouring frames count; 1 when left out. */
  readonly detail?: (frame: number, actorId: string) => number;
  /** False leaves the frame's own blur and takes detail from neighbours alone: for measuring what each part does. */
  readonly deconvolve?: boolean;
  /** Improves on what was restored, before as much of it shows as is wanted; without, the estimate stays as it is. */
  readonly refiner?: FaceRefiner;
  /** Keeps restored faces the person's own; without it nobody checks. */
  readonly guard?: IdentityGuard;
  /** Threads; 0 restores on the calling thread. Default: one per core, at most 4. */
  readonly threads?: number;
}

/** Improves restored faces, in place. */
export interface FaceRefiner {
  /** Width in pixels, at the clip's full size, of the largest face that it knows; larger ones stay as they were restored. */
  readonly widest: number;
  /** `target` holds the restored face, `source` the blurred one. */
  refine(source: Picture, target: Picture, face: RestoredFace): Promise<void>;
}

/** Notes that less of an actor's restoration shows. */
function weaken(notes: FaceNote[], actorId: string, share: number): void {
  notes.forEach((note, index) => {
    if (note.actorId === actorId) notes[index] = { ...note, weight: note.weight * share };
  });
}

/** Strength under which a face passes through: of a change of twenty levels one would show. */
const INVISIBLE = 0.05;

/**
 * Restores blurred faces of a clip's frames: the one way in which deblurring reaches pixels. Frames may come in any
 * order and side by side.
 */
export class Deblurrer implements AsyncDisposable {
  readonly #options: DeblurOptions;
  readonly #pool: RestorePool;
  readonly #crops: NeighbourCrops;
  readonly #idle: Picture[] = [];

  constructor(options: DeblurOptions) {
    this.#options = options;
    this.#crops = new NeighbourCrops(options.source);
    this.#pool = restorePool(options.threads ?? Math.min(4, availableParallelism()));
  }

  /** Frames that can usefully be under way at once. */
  get width(): number {
    return this.#pool.width;
  }

  #amount(frame: number, actorId: string): DeblurAmount {
    const { strength, detail } = this.#options;
    return { strength: strength?.(frame, actorId) ?? 1, detail: detail?.(frame, actorId) ?? 1 };
  }

  /**
   * Restores frame `frame` (clip frame number) from its decoded picture, which must stay valid until it resolves.
   * `amount` says how much of it is wanted of an actor; the deblurrer's own options when left out.
   */
  async compose(
    frame: number,
    picture: Picture,
    amount: (actorId: string) => DeblurAmount = (actorId) => this.#amount(frame, actorId),
  ): Promise<ComposedFrame> {
    const jobs: RestoreJob[] = [];
    const tracks: number[] = [];
    const strengths: number[] = [];
    const notes: FaceNote[] = [];
    for (const [index, blur] of this.#options.survey.tracks.entries()) {
      const { track } = blur;
      const row = frame - track.firstFrame;
      if (row < 0 || row >= track.frameCount) continue;
      const asked = amount(track.actorId);
      const strength = blur.strength[row]! * asked.strength;
      notes.push({ actorId: track.actorId, weight: strength, reason: FRAME_REASONS[track.reason[row]!] ?? 'ok' });
      const motion = strength < INVISIBLE ? null : faceMotion(track, row, blur.steps);
      if (!motion) continue;
      const { detail } = asked;
      const { refiner } = this.#options;
      const refined = refiner !== undefined && blur.faceWidth <= refiner.widest;
      tracks.push(index);
      jobs.push({
        ...faceAt(blur, row, motion),
        neighbours: detail > 0 ? await this.#crops.around(blur, index, row) : [],
        detail,
        deconvolve: this.#options.deconvolve ?? true,
        // What is refined is the whole restoration; how much of it shows comes after.
        strength: refined ? 1 : strength,
        evidence: refined,
      });
      strengths.push(strength);
    }
    const untouched = { picture, touched: false, faces: notes, layers: [], release: () => {} };
    if (jobs.length === 0) return untouched;
    const target =
      this.#idle.pop() ?? allocatePicture(picture.width, picture.height, picture.layout, picture.colour, true);
    const restored = await this.#pool.run({ source: picture, target, faces: jobs });
    const release = (): void => {
      this.#idle.push(target);
    };
    const layers: FaceLayer[] = [];
    for (const [k, face] of restored.entries()) {
      if (!face) continue;
      const { track } = this.#options.survey.tracks[tracks[k]!]!;
      const { rect, matte } = face;
      if (this.#options.refiner && jobs[k]!.evidence) {
        await this.#options.refiner.refine(picture, target, face);
        const strength = strengths[k]!;
        if (strength < 1) holdBack(picture, target, face, strength);
        for (let i = 0; i < matte.length; i++) matte[i]! *= strength;
      }
      const share = (await this.#options.guard?.limit(picture, target, face, jobs[k]!.landmarks, track.actorId)) ?? 1;
      if (share < 1) weaken(notes, track.actorId, share);
      if (share === 0) continue;
      for (let i = 0; share < 1 && i < matte.length; i++) matte[i]! *= share;
      const still = new Float32Array(matte.length);
      layers.push({ track: tracks[k]!, rect, dx: still, dy: still, matte });
    }
    if (layers.length > 0) return { picture: target, touched: true, faces: notes, layers, release };
    release();
    return untouched;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
  }
}
