import { beforeAll, describe, expect, it } from 'vitest';
import { INNER_LIPS, LIP_COLUMNS, LIPS_CLOSED, type LipColumn, OUTER_LIPS } from '../../contract/lip-fit.ts';
import { type FaceTrack, LANDMARK_COUNT, POSE_SIZE, SHAPE_COUNT, shapeIndex } from '../../core/performance.ts';
import {
  type FaceModel,
  INNER_LIP_LOOP,
  loadFaceModel,
  OUTER_LIP_LOOP,
  personaliseShapes,
  synthesise,
} from '../capture/face-model/index.ts';
import { projectPoints } from '../capture/fit/pose.ts';
import { lipFit } from './lip-fit.ts';

const FRAMES = 12;
const SCALE = 20;
let model: FaceModel;

/** A face that closes its lips in the middle of the shot, with landmarks that are exactly those of its mesh. */
function performed(): FaceTrack {
  const basis = personaliseShapes(model, model.neutral);
  const coefficients = new Float32Array(FRAMES * SHAPE_COUNT);
  const landmarks = new Float32Array(FRAMES * LANDMARK_COUNT * 3);
  const pose = new Float32Array(FRAMES * POSE_SIZE);
  const [mesh, seen] = [new Float32Array(468 * 3), new Float32Array(468 * 3)];
  for (let row = 0; row < FRAMES; row++) {
    coefficients[row * SHAPE_COUNT + shapeIndex('jawOpen')] = row >= 4 && row < 8 ? 0 : 0.5;
    pose.set([0, 0, 0, 1, 320, 240, SCALE], row * POSE_SIZE);
    synthesise(basis, model.neutral, coefficients, mesh, row * SHAPE_COUNT);
    projectPoints({ rotation: [0, 0, 0, 1], tx: 320, ty: 240, scale: SCALE }, mesh, seen);
    landmarks.set(seen, row * LANDMARK_COUNT * 3);
  }
  return {
    actorId: 'a',
    shot: 0,
    firstFrame: 0,
    frameCount: FRAMES,
    coefficients,
    pose,
    gaze: new Float32Array(FRAMES * 4),
    landmarks,
    confidence: new Float32Array(FRAMES).fill(1),
    reason: Uint8Array.from({ length: FRAMES }, (_, row) => (row === 11 ? 1 : 0)),
    neutral: model.neutral,
  };
}

const column = (table: Float32Array, name: LipColumn): number[] =>
  Array.from({ length: FRAMES }, (_, row) => table[row * LIP_COLUMNS.length + LIP_COLUMNS.indexOf(name)]!);

beforeAll(async () => {
  model = await loadFaceModel();
});

describe('how the mouth fits', () => {
  it('goes by the contours of the face model', () => {
    expect(INNER_LIPS).toEqual(INNER_LIP_LOOP);
    expect(OUTER_LIPS).toEqual(OUTER_LIP_LOOP);
  });

  it('is exact where the plate shows just what the mesh does, and knows the closure', async () => {
    const track = performed();
    const still = new Float32Array(FRAMES);
    const table = await lipFit({ track, after: track.coefficients, weight: still, lipPreservation: still }, model);
    expect(Math.max(...column(table, 'error').slice(0, 11))).toBeLessThan(1e-4);
    expect(column(table, 'plateGap')[0]).toBeGreaterThan(0.5);
    expect(column(table, 'meshGap')[0]).toBeCloseTo(column(table, 'plateGap')[0]!, 3);
    const all = LIPS_CLOSED.plate + LIPS_CLOSED.mesh + LIPS_CLOSED.edit;
    expect(column(table, 'closed').slice(0, 11)).toEqual([0, 0, 0, 0, all, all, all, all, 0, 0, 0]);
    expect(column(table, 'plateGap')[11]).toBeNaN();
  });

  it('shows an edit that closes a mouth, and a mesh that misses the plate', async () => {
    const track = performed();
    const after = track.coefficients.slice();
    after.fill(0, 0, 2 * SHAPE_COUNT);
    const full = new Float32Array(FRAMES).fill(1);
    track.landmarks[14 * 3 + 1]! += 6;
    const table = await lipFit({ track, after, weight: full, lipPreservation: full }, model);
    expect(column(table, 'editGap')[1]!).toBeLessThan(column(table, 'plateGap')[1]! / 3);
    expect(column(table, 'editGap')[3]).toBeCloseTo(column(table, 'plateGap')[3]!, 5);
    expect(column(table, 'error')[0]).toBeCloseTo(6 / SCALE / 40, 3);
  });

  it('shows lips that the edit seals, as far as it does, though its coefficients leave them open', async () => {
    const track = performed();
    const full = new Float32Array(FRAMES).fill(1);
    const seal = new Float32Array(FRAMES);
    seal.set([0.5, 1, 1], 1);
    const edit = { track, after: track.coefficients, weight: full, lipPreservation: full };
    const [open, sealed] = [await lipFit(edit, model), await lipFit({ ...edit, seal }, model)];
    const [gaps, plate] = [column(sealed, 'editGap'), column(sealed, 'plateGap')];
    expect(column(open, 'editGap')[2]).toBeCloseTo(plate[2]!, 5);
    expect(gaps[0]).toBeCloseTo(plate[0]!, 5);
    expect(gaps[1]).toBeCloseTo(plate[1]! / 2, 1);
    expect(gaps[2]).toBeLessThan(0.02 * plate[2]!);
    expect(column(open, 'closed')[2]! & LIPS_CLOSED.edit).toBe(0);
    expect(column(sealed, 'closed')[2]! & LIPS_CLOSED.edit).toBe(LIPS_CLOSED.edit);
    expect(column(sealed, 'closed')[0]! & LIPS_CLOSED.edit).toBe(0);
  });
});
