import { setImmediate as nextTurn } from 'node:timers/promises';
import { INNER_LIPS, LIP_COLUMNS, LIPS_CLOSED, OUTER_LIPS } from '../../contract/lip-fit.ts';
import {
  FACE_VERTEX_COUNT,
  type FaceTrack,
  FRAME_REASONS,
  LANDMARK_COUNT,
  POSE_SIZE,
  SHAPE_COUNT,
} from '../../core/performance.ts';
import { type FaceModel, personaliseShapes, synthesise } from '../capture/face-model/index.ts';
import { findClosures, measureLips } from '../capture/fit/mouth.ts';
import { type Pose, projectPoints } from '../capture/fit/pose.ts';
import { ControlMotion } from '../compositing/control-motion.ts';
import { faceEditAt, INVISIBLE, type TrackEdit } from '../compositing/edit-plan.ts';

const WIDTH = LIP_COLUMNS.length;
const NO_FACE = FRAME_REASONS.indexOf('no-face');
/** Rows between two turns of the event loop: some 10 ms. */
const ROWS_AT_ONCE = 40;

/** Mean distance in pixels of two sets of points [.., 3] at the lips. */
function contourDistance(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (const loop of [INNER_LIPS, OUTER_LIPS])
    for (const v of loop) sum += Math.hypot(a[v * 3]! - b[v * 3]!, a[v * 3 + 1]! - b[v * 3 + 1]!);
  return sum / (INNER_LIPS.length + OUTER_LIPS.length);
}

function poseOf(track: FaceTrack, row: number): Pose {
  const [x, y, z, w, tx, ty, scale] = track.pose.subarray(row * POSE_SIZE, (row + 1) * POSE_SIZE);
  return { rotation: [x!, y!, z!, w!], tx: tx!, ty: ty!, scale: scale! };
}

/** Closures of one column of gaps, as `bit` in the column `closed`. */
function markClosures(table: Float32Array, column: number, valid: Uint8Array, bit: number): void {
  const gaps = Float32Array.from(valid, (_, row) => table[row * WIDTH + column]!);
  const closed = findClosures(gaps, valid);
  for (let row = 0; row < valid.length; row++) if (closed[row]) table[row * WIDTH + WIDTH - 1]! += bit;
}

/**
 * How the mouth of a track fits: {@link LIP_COLUMNS} for each of its rows, [frameCount, 8]. The edit's lips are the
 * plate's, moved as the compositor moves them, so closures that it holds count as held.
 */
export async function lipFit(edit: TrackEdit, model: FaceModel, signal?: AbortSignal): Promise<Float32Array> {
  const { track } = edit;
  const table = new Float32Array(track.frameCount * WIDTH).fill(Number.NaN);
  const valid = new Uint8Array(track.frameCount);
  const basis = personaliseShapes(model, track.neutral);
  const motion = new ControlMotion(model.triangles, model.neutral);
  const mesh = new Float32Array(FACE_VERTEX_COUNT * 3);
  const projected = new Float32Array(FACE_VERTEX_COUNT * 3);
  const moved = new Float32Array(FACE_VERTEX_COUNT * 3);
  for (let row = 0; row < track.frameCount; row++) {
    if (row % ROWS_AT_ONCE === ROWS_AT_ONCE - 1) {
      await nextTurn();
      signal?.throwIfAborted();
    }
    if (track.reason[row] === NO_FACE) continue;
    valid[row] = 1;
    const pose = poseOf(track, row);
    const landmarks = track.landmarks.subarray(row * LANDMARK_COUNT * 3, (row + 1) * LANDMARK_COUNT * 3);
    synthesise(basis, track.neutral, track.coefficients, mesh, row * SHAPE_COUNT);
    projectPoints(pose, mesh, projected);
    const plate = measureLips(landmarks, pose);
    const fitted = measureLips(projected, pose);
    let shown = plate;
    if (edit.weight[row]! >= INVISIBLE) {
      motion.solve(faceEditAt(edit, row), { neutral: track.neutral, shapes: basis.shapes }, null);
      for (let v = 0; v < FACE_VERTEX_COUNT; v++) {
        moved[v * 3] = landmarks[v * 3]! + motion.motion[v * 2]!;
        moved[v * 3 + 1] = landmarks[v * 3 + 1]! + motion.motion[v * 2 + 1]!;
      }
      shown = measureLips(moved, pose);
    }
    const error = contourDistance(landmarks, projected) / pose.scale;
    table.set([plate.gap, plate.width, fitted.gap, fitted.width, shown.gap, shown.width, error, 0], row * WIDTH);
  }
  markClosures(table, 0, valid, LIPS_CLOSED.plate);
  markClosures(table, 2, valid, LIPS_CLOSED.mesh);
  markClosures(table, 4, valid, LIPS_CLOSED.edit);
  return table;
}
