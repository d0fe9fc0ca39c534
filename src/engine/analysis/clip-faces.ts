import { FRAME_REASONS, LANDMARK_COUNT, type Performance } from '../../core/performance.ts';
import { clampRect, type Rect } from '../../core/picture.ts';
import { interocularDistance, landmarkBox } from '../capture/landmarks.ts';

const NO_FACE = FRAME_REASONS.indexOf('no-face');

/** Landmarks [478, 3] of every face that the performance has in frame `frame`, largest first. Views, not copies. */
export function facesAt(performance: Performance, frame: number): Float32Array[] {
  const size = LANDMARK_COUNT * 3;
  return performance.tracks
    .map((track) => ({ track, row: frame - track.firstFrame }))
    .filter(({ track, row }) => row >= 0 && row < track.frameCount && track.reason[row] !== NO_FACE)
    .map(({ track, row }) => track.landmarks.subarray(row * size, (row + 1) * size))
    .sort((a, b) => interocularDistance(b) - interocularDistance(a));
}

/** Of `faces`, the one whose centre is nearest to that of `face`, within one face width; undefined when none is. */
export function sameFace(face: Float32Array, faces: readonly Float32Array[]): Float32Array | undefined {
  const box = landmarkBox(face);
  let best: Float32Array | undefined;
  let nearest = box.width;
  for (const other of faces) {
    const candidate = landmarkBox(other);
    const distance = Math.hypot(
      candidate.x + candidate.width / 2 - box.x - box.width / 2,
      candidate.y + candidate.height / 2 - box.y - box.height / 2,
    );
    if (distance < nearest) [best, nearest] = [other, distance];
  }
  return best;
}

/** Shares of the landmark box that belong to the face region on each side: hair line, cheeks, jaw and some neck. */
const MARGIN = { side: 0.35, top: 0.35, bottom: 0.45 };

/** The region around a face that an edit may touch, as whole pixels inside the picture. */
export function faceRegion(landmarks: Float32Array, width: number, height: number): Rect {
  const box = landmarkBox(landmarks);
  const x = Math.floor(box.x - MARGIN.side * box.width);
  const y = Math.floor(box.y - MARGIN.top * box.height);
  const right = Math.ceil(box.x + (1 + MARGIN.side) * box.width);
  const bottom = Math.ceil(box.y + (1 + MARGIN.bottom) * box.height);
  return clampRect({ x, y, width: right - x, height: bottom - y }, width, height);
}
