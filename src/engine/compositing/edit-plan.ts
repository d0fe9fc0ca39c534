import type { FaceTrack } from '../../core/performance.ts';

/** The edited coefficients of one track. */
export interface TrackEdit {
  readonly track: FaceTrack;
  /** [frameCount, 52]. */
  readonly after: Float32Array;
  /** [frameCount], 0..1: how much of the change shows; 0 passes the frame through. */
  readonly weight: Float32Array;
  /** [frameCount], 0..1: how strictly closed lips stay closed. */
  readonly lipPreservation: Float32Array;
  /** [frameCount], 0..1: how far the lips are brought together whatever `after` leaves open; nowhere unless given. */
  readonly seal?: Float32Array;
}

/** Everything that the compositor needs to know of an edit. */
export interface EditPlan {
  readonly edits: readonly TrackEdit[];
}
