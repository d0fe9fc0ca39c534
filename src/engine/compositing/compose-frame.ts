import { allocatePicture, type Picture, type Rect } from '../../core/picture.ts';
import type { FaceEdit, FaceIdentity } from './face-edit.ts';
import { copyPicture, type FaceMeshModel, FrameCompositor } from './frame-compositor.ts';
import type { TrackPreparation } from './prepare.ts';

/** What a thread needs once per clip. Track numbers index `tracks`. */
export interface ComposeClip {
  readonly tracks: readonly (TrackPreparation & { readonly identity: FaceIdentity })[];
  readonly wantLayers: boolean;
}

/** One frame's work. */
export interface ComposeRequest {
  readonly source: Picture;
  readonly target: Picture;
  readonly faces: readonly { readonly track: number; readonly edit: FaceEdit }[];
}

/** The warp behind one face of a composed frame, row-major over `rect`. */
export interface FaceLayer {
  readonly track: number;
  readonly rect: Rect;
  /** Backward displacement in pixels: the edit at (x, y) shows the plate at (x - dx, y - dy). */
  readonly dx: Float32Array;
  readonly dy: Float32Array;
  /** 0..1. */
  readonly matte: Float32Array;
}

/** Outcome of a frame. */
export interface ComposeResult {
  readonly touched: boolean;
  readonly layers: readonly FaceLayer[];
}

/** What a thread is told: a clip comes, a frame of it is wanted, the clip goes. */
export type ComposeOrder =
  | { readonly order: 'open'; readonly id: number; readonly clip: ComposeClip }
  | { readonly order: 'compose'; readonly id: number; readonly request: ComposeRequest }
  | { readonly order: 'close'; readonly id: number };

const NOTHING: ComposeResult = { touched: false, layers: [] };

/** Composes frames of open clips on the calling thread; holds its buffers. */
export class FrameComposer {
  readonly #clips = new Map<number, ComposeClip>();
  readonly #compositor: FrameCompositor;
  #scratch: Picture | null = null;

  constructor(model: FaceMeshModel) {
    this.#compositor = new FrameCompositor(model);
  }

  /** Does what it is told. Only frames have a result. */
  obey(order: ComposeOrder): ComposeResult {
    switch (order.order) {
      case 'open':
        this.#clips.set(order.id, order.clip);
        return NOTHING;
      case 'close':
        this.#clips.delete(order.id);
        return NOTHING;
      case 'compose':
        return this.#compose(this.#clips.get(order.id)!, order.request);
    }
  }

  /** Fills `target` with the edited frame. Everything outside the mattes is the source, sample for sample. */
  #compose(clip: ComposeClip, { source, target, faces }: ComposeRequest): ComposeResult {
    copyPicture(source, target);
    const layers: FaceLayer[] = [];
    let touched = false;
    let plate = source;
    for (const { track, edit } of faces) {
      const { identity, light, donors, teethEdgeCm } = clip.tracks[track]!;
      // Where the surroundings of two faces overlap, the later one moves what the earlier one made.
      if (touched) plate = this.#snapshot(target);
      if (!this.#compositor.composeFace(plate, target, { edit, identity, light, donors, teethEdgeCm })) continue;
      touched = true;
      if (clip.wantLayers) layers.push(this.#copyLayer(track));
    }
    return { touched, layers };
  }

  #snapshot(picture: Picture): Picture {
    const fits =
      this.#scratch?.width === picture.width &&
      this.#scratch.height === picture.height &&
      this.#scratch.layout.bitDepth === picture.layout.bitDepth &&
      this.#scratch.planes.length === picture.planes.length;
    if (!fits) this.#scratch = allocatePicture(picture.width, picture.height, picture.layout, picture.colour);
    copyPicture(picture, this.#scratch!);
    return this.#scratch!;
  }

  #copyLayer(track: number): FaceLayer {
    const { rect, dx, dy, matte } = this.#compositor.field;
    const size = rect.width * rect.height;
    return { track, rect, dx: dx.slice(0, size), dy: dy.slice(0, size), matte: matte.slice(0, size) };
  }
}
