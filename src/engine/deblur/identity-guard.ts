import { FRAME_REASONS, LANDMARK_COUNT } from '../../core/performance.ts';
import type { Picture } from '../../core/picture.ts';
import { regionFromLandmarks, warpCrop } from '../capture/index.ts';
import type { FrameAccess } from '../compositing/prepare.ts';
import type { Inference, Model } from '../inference/index.ts';
import type { TrackBlur } from './blur-fit.ts';
import { holdBack, type ShownFace } from './hold-back.ts';
import type { BlurSurvey } from './survey.ts';

const SIDE = 224;
/** Share of the landmark network's crop that the descriptor sees, as in capture. */
const SHARE = 1.2 / 1.5;
/** Sharp frames per actor that make the reference. */
const REFERENCES = 5;
/** How much of a restoration that moves away from the person is tried instead, in turn. */
const SHARES = [1, 0.6, 0.3] as const;
/** Differences of similarity that mean nothing: those of coding. */
const SLACK = 1e-4;

const cosine = (a: Float32Array, b: Float32Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
};

/**
 * Keeps a restored face the person's own: its descriptor must not be farther from the actor's sharp frames than that of
 * the blurred face was.
 */
export class IdentityGuard {
  readonly #model: Model;
  readonly #references: ReadonlyMap<string, Float32Array>;
  readonly #face = new Float32Array(SIDE * SIDE * 3);
  #queue: Promise<unknown> = Promise.resolve();

  private constructor(model: Model, references: ReadonlyMap<string, Float32Array>) {
    this.#model = model;
    this.#references = references;
  }

  /** Describes each actor by the sharpest frames of the survey. Throws what `inference.open` throws. */
  static async create(inference: Inference, source: FrameAccess, survey: BlurSurvey): Promise<IdentityGuard> {
    const references = new Map<string, Float32Array>();
    const guard = new IdentityGuard(await inference.open('face-descriptor'), references);
    const actors = new Map<string, { blur: TrackBlur; row: number }[]>();
    for (const blur of survey.tracks) {
      // Only actors of whom something will be restored need a reference.
      if (!blur.strength.some((strength) => strength > 0)) continue;
      actors.set(blur.track.actorId, []);
    }
    for (const blur of survey.tracks)
      for (let row = 0; row < blur.track.frameCount; row++)
        if (FRAME_REASONS[blur.track.reason[row]!] === 'ok' && blur.strength[row] === 0)
          actors.get(blur.track.actorId)?.push({ blur, row });
    for (const [actor, frames] of actors) {
      frames.sort((a, b) => a.blur.score[a.row]! - b.blur.score[b.row]!);
      const chosen = frames.slice(0, REFERENCES);
      chosen.sort((a, b) => a.blur.track.firstFrame + a.row - b.blur.track.firstFrame - b.row);
      const sum = new Float32Array(1024);
      for (const { blur, row } of chosen) {
        const frame = await source.frameAt(blur.track.firstFrame + row);
        try {
          const size = LANDMARK_COUNT * 3;
          const found = await guard.#describe(
            frame.picture,
            blur.track.landmarks.subarray(row * size, (row + 1) * size),
          );
          for (let i = 0; i < sum.length; i++) sum[i]! += found[i]!;
        } finally {
          frame.release();
        }
      }
      const norm = Math.hypot(...sum);
      if (norm > 0)
        references.set(
          actor,
          sum.map((value) => value / norm),
        );
    }
    return guard;
  }

  /**
   * Checks a restored face of `target` against its blurred self in `source`, and holds the restoration back, in place,
   * as far as it must. Returns the share that stays, 0..1; 1 for an actor without any sharp frame to compare with.
   */
  async limit(
    source: Picture,
    target: Picture,
    face: ShownFace,
    landmarks: Float32Array,
    actorId: string,
  ): Promise<number> {
    const reference = this.#references.get(actorId);
    if (!reference) return 1;
    const blurred = cosine(await this.#describe(source, landmarks), reference);
    let now = 1;
    for (const share of SHARES) {
      if (share < now) holdBack(source, target, face, share / now);
      now = share;
      if (cosine(await this.#describe(target, landmarks), reference) >= blurred - SLACK) return share;
    }
    holdBack(source, target, face, 0);
    return 0;
  }

  /** Unit descriptor of a face. One at a time: the crop is shared. */
  #describe(picture: Picture, landmarks: Float32Array): Promise<Float32Array> {
    const made = this.#queue.then(async () => {
      const region = regionFromLandmarks(landmarks);
      warpCrop(picture, { ...region, size: region.size * SHARE }, SIDE, this.#face, { gain: 255 });
      const raw = await this.#model.run({ image: this.#face });
      const values = raw['descriptor']!;
      const norm = Math.hypot(...values) || 1;
      return Float32Array.from(values, (value) => value / norm);
    });
    this.#queue = made.catch(() => undefined);
    return made;
  }
}
