import { type FaceTrack, LANDMARK_COUNT, POSE_SIZE, SHAPE_COUNT } from '../../core/performance.ts';
import type { FaceEdit } from './face-edit.ts';

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

/** Under this weight a face passes through. */
export const INVISIBLE = 0.004;

/** What an edit does to its face in row `row` of the track; copies, which may be sent to a thread. */
export function faceEditAt({ track, after, weight, lipPreservation, seal }: TrackEdit, row: number): FaceEdit {
  const part = (values: Float32Array, width: number): Float32Array => values.slice(row * width, (row + 1) * width);
  return {
    landmarks: part(track.landmarks, LANDMARK_COUNT * 3),
    pose: part(track.pose, POSE_SIZE),
    before: part(track.coefficients, SHAPE_COUNT),
    after: part(after, SHAPE_COUNT),
    weight: weight[row]!,
    lipPreservation: lipPreservation[row]!,
    seal: seal?.[row] ?? 0,
  };
}
