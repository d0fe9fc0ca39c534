import { FRAME_REASONS, type FrameReason, type Performance } from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { type FaceModel, personaliseShapes } from '../capture/face-model/index.ts';
import type { FaceLayer } from './compose-frame.ts';
import { ComposePool, type OpenClip } from './compose-pool.ts';
import { type EditPlan, faceEditAt, INVISIBLE } from './edit-plan.ts';
import type { FaceEdit } from './face-edit.ts';
import { type FrameAccess, prepareTrack, type TrackPreparation } from './prepare.ts';

/** What became of one face in a frame. */
export interface FaceNote {
  readonly actorId: string;
  /** 0..1: how much of the edit shows. */
  readonly weight: number;
  readonly reason: FrameReason;
}

/** An edited frame. Call `release` when it was used: its memory serves a later frame. */
export interface ComposedFrame {
  /** The source's own picture when nothing was touched. */
  readonly picture: Picture;
  readonly touched: boolean;
  readonly faces: readonly FaceNote[];
  /** Warps and mattes per face; empty unless asked for. */
  readonly layers: readonly FaceLayer[];
  release(): void;
}

/** How a compositor is set up. */
export interface CompositorOptions {
  readonly performance: Performance;
  readonly plan: EditPlan;
  readonly model: FaceModel;
  /** Threads that serve other clips too; without them this clip has threads of its own. */
  readonly pool?: ComposePool | undefined;
  readonly layers?: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Applies an edit plan to frames: the one way in which an edit reaches pixels, for preview, command line and batch.
 * Frames may be composed in any order and side by side; each result depends on its own frame only.
 */
export class Compositor implements AsyncDisposable {
  readonly #plan: EditPlan;
  readonly #clip: OpenClip;
  readonly #idle: Picture[] = [];
  /** Frames that can usefully be under way at once. */
  readonly width: number;
  /** The clip, and the threads where they are its own. */
  readonly #held: AsyncDisposableStack;

  private constructor(plan: EditPlan, clip: OpenClip, width: number, held: AsyncDisposableStack) {
    [this.#plan, this.#clip, this.width, this.#held] = [plan, clip, width, held];
  }

  /** Scans the tracks (light, open mouths) through `source` while the threads start. */
  static async create(source: FrameAccess, options: CompositorOptions): Promise<Compositor> {
    const { plan, model } = options;
    await using held = new AsyncDisposableStack();
    const pool = options.pool ?? held.use(new ComposePool(model, plan.edits.length === 0 ? 0 : undefined));
    const shapes = new Map<string, readonly Float32Array[]>();
    const tracks: (TrackPreparation & { identity: { neutral: Float32Array; shapes: readonly Float32Array[] } })[] = [];
    for (const { track, weight } of plan.edits) {
      let basis = shapes.get(track.actorId);
      if (!basis) {
        basis = personaliseShapes(model, track.neutral).shapes;
        shapes.set(track.actorId, basis);
      }
      const identity = { neutral: track.neutral, shapes: basis };
      tracks.push({ identity, ...(await prepareTrack(source, track, weight, identity, model, options.signal)) });
    }
    const clip = held.use(await pool.open({ tracks, wantLayers: options.layers ?? false }));
    return new Compositor(plan, clip, pool.width, held.move());
  }

  /**
   * Composes frame `frame` (clip frame number) from its decoded picture, which must stay valid until it resolves.
   * `plan` may stand in for the one given at the start, with other coefficients for the same tracks in the same order:
   * trying another emotion then costs no new search of the clip.
   */
  async compose(frame: number, picture: Picture, plan = this.#plan): Promise<ComposedFrame> {
    const faces: { track: number; edit: FaceEdit }[] = [];
    const notes: FaceNote[] = [];
    plan.edits.forEach((edit, index) => {
      const { track, weight } = edit;
      const row = frame - track.firstFrame;
      if (row < 0 || row >= track.frameCount) return;
      notes.push({ actorId: track.actorId, weight: weight[row]!, reason: FRAME_REASONS[track.reason[row]!] ?? 'ok' });
      if (weight[row]! >= INVISIBLE) faces.push({ track: index, edit: faceEditAt(edit, row) });
    });
    const untouched = { picture, touched: false, faces: notes, layers: [], release: () => {} };
    if (faces.length === 0) return untouched;
    const target =
      this.#idle.pop() ?? allocatePicture(picture.width, picture.height, picture.layout, picture.colour, true);
    const { touched, layers } = await this.#clip.run({ source: picture, target, faces });
    const release = (): void => {
      this.#idle.push(target);
    };
    if (touched) return { picture: target, touched, faces: notes, layers, release };
    release();
    return untouched;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync();
  }
}
