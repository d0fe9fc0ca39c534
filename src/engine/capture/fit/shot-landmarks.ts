import { LANDMARK_COUNT } from '../../../core/performance.ts';
import type { Piece } from '../tracking/link-faces.ts';
import type { ActorShot } from './fit-actor.ts';

/** An actor's landmarks in one shot, dense from the first to the last sight. */
export interface ShotLandmarks extends ActorShot {
  readonly shot: number;
  /** Clip frame of row 0. */
  readonly firstFrame: number;
  /** [468 * 3] skin colours of a found row. */
  colours(row: number): Uint8Array | undefined;
  /** The network's doubt per row, NaN where it was not measured. */
  readonly doubt: Float32Array;
}

/** Joins the pieces of one actor in one shot (in frame order); rows between pieces have no landmarks. */
export function buildShot(shot: number, pieces: readonly Piece[]): ShotLandmarks {
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  const firstFrame = first.firstFrame;
  const frameCount = last.firstFrame + last.rows - firstFrame;
  const find = (row: number): [Piece, number] | undefined => {
    const frame = firstFrame + row;
    const piece = pieces.find((p) => frame >= p.firstFrame && frame < p.firstFrame + p.rows);
    return piece && [piece, piece.firstRow + frame - piece.firstFrame];
  };
  return {
    shot,
    firstFrame,
    frameCount,
    doubt: Float32Array.from({ length: frameCount }, (_, row) => {
      const at = find(row);
      return at ? at[0].tracklet.doubt.row(at[1])[0]! : Number.NaN;
    }),
    landmarks(row) {
      const at = find(row);
      return at?.[0].tracklet.landmarks.row(at[1]);
    },
    presence(row) {
      const at = find(row);
      return at ? at[0].tracklet.presence.row(at[1])[0]! : 0;
    },
    colours(row) {
      const at = find(row);
      return at?.[0].tracklet.colours.row(at[1]);
    },
  };
}

/** Copies a shot's landmarks into one array [frames, 478, 3]; rows without a face take the nearest found ones, blended in time. */
export function denseLandmarks(shot: ActorShot): Float32Array {
  const width = LANDMARK_COUNT * 3;
  const out = new Float32Array(shot.frameCount * width);
  let previous = -1;
  for (let row = 0; row < shot.frameCount; row++) {
    const landmarks = shot.landmarks(row);
    if (landmarks === undefined) continue;
    out.set(landmarks, row * width);
    const gap = row - previous;
    for (let missing = previous + 1; missing < row; missing++) {
      const share = previous < 0 ? 1 : (missing - previous) / gap;
      for (let i = 0; i < width; i++)
        out[missing * width + i] =
          previous < 0 ? landmarks[i]! : (1 - share) * out[previous * width + i]! + share * landmarks[i]!;
    }
    previous = row;
  }
  return out;
}
