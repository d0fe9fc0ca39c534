import { describe, expect, it } from 'vitest';
import { LANDMARK_COUNT, SHAPE_COUNT, type ShapeName, shapeIndex } from '../../../core/performance.ts';
import { loadFaceModel, personaliseShapes, synthesise } from '../face-model/index.ts';
import { LEFT_IRIS, RIGHT_IRIS } from '../landmark-heads.ts';
import { type ActorShot, fitActor } from './fit-actor.ts';
import { measureLips } from './mouth.ts';
import { poseAngles, projectPoints } from './pose.ts';

const FRAMES = 160;

function noise(seed: number): () => number {
  let state = seed;
  const uniform = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return ((state >>> 8) + 0.5) / 2 ** 24;
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (list: readonly number[]): number => list.reduce((sum, value) => sum + value, 0) / list.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((value, k) => {
    ab += (value - ma) * (b[k]! - mb);
    aa += (value - ma) ** 2;
    bb += (b[k]! - mb) ** 2;
  });
  return ab / Math.sqrt(aa * bb);
}

/** A person who is not the canonical face, talking, blinking, raising brows and turning the head; landmarks with noise. */
async function staged() {
  const model = await loadFaceModel();
  const random = noise(11);
  const neutral = model.neutral.map((value, i) => {
    const [x, y] = [model.neutral[i - (i % 3)]!, model.neutral[i - (i % 3) + 1]!];
    return i % 3 === 0 ? value * 1.05 : i % 3 === 1 ? value * (y < -2 ? 1.08 : 0.97) : value + 0.15 * Math.cos(x);
  });
  const basis = personaliseShapes(model, neutral);
  const courses: Partial<Record<ShapeName, (t: number) => number>> = {
    jawOpen: (t) => (t % 40 < 12 ? 0 : 0.5 * Math.sin(((t % 40) - 12) * 0.2) ** 2),
    mouthSmileLeft: (t) => (t > 90 ? 0.6 * Math.sin((t - 90) / 23) ** 2 : 0),
    mouthSmileRight: (t) => (t > 90 ? 0.6 * Math.sin((t - 90) / 23) ** 2 : 0),
    browInnerUp: (t) => (t > 40 && t < 100 ? 0.7 * Math.sin((t - 40) / 19) ** 2 : 0),
    eyeBlinkLeft: (t) => (t % 50 > 30 && t % 50 < 36 ? 1 : 0),
    eyeBlinkRight: (t) => (t % 50 > 30 && t % 50 < 36 ? 1 : 0),
  };
  const truth = new Float32Array(FRAMES * SHAPE_COUNT);
  const poses = Array.from({ length: FRAMES }, (_, t) => {
    for (const [name, course] of Object.entries(courses))
      truth[t * SHAPE_COUNT + shapeIndex(name as ShapeName)] = course(t);
    const yaw = 0.35 * Math.sin(t / 25);
    const pitch = 0.12 * Math.sin(t / 17);
    return {
      rotation: [
        Math.sin(-pitch / 2) * Math.cos(yaw / 2),
        Math.cos(pitch / 2) * Math.sin(yaw / 2),
        Math.sin(pitch / 2) * Math.sin(yaw / 2),
        Math.cos(pitch / 2) * Math.cos(yaw / 2),
      ] as [number, number, number, number],
      tx: 640 + 30 * Math.sin(t / 20),
      ty: 360 + 10 * Math.cos(t / 15),
      scale: 18 + 0.5 * Math.sin(t / 40),
    };
  });
  const points = new Float32Array(model.neutral.length);
  const rows = poses.map((pose, t) => {
    synthesise(basis, neutral, truth, points, t * SHAPE_COUNT);
    const row = new Float32Array(LANDMARK_COUNT * 3);
    projectPoints(pose, points, row.subarray(0, points.length));
    for (const [iris, outer, inner] of [
      [RIGHT_IRIS, 33, 133],
      [LEFT_IRIS, 263, 362],
    ] as const)
      for (let k = 0; k < 5; k++)
        for (let d = 0; d < 3; d++) row[(iris + k) * 3 + d] = (row[outer * 3 + d]! + row[inner * 3 + d]!) / 2;
    for (let i = 0; i < row.length; i++) row[i]! += (i % 3 === 2 ? 6 : 0.35) * random();
    return row;
  });
  const shot: ActorShot = {
    frameCount: FRAMES,
    landmarks: (row) => (row === 77 ? undefined : rows[row]),
    presence: () => 1,
  };
  return { model, neutral, truth, poses, shot, rows };
}

describe('fitActor on a staged face', () => {
  it('recovers neutral, pose and expression from noisy landmarks', async () => {
    const { model, neutral, truth, poses, shot, rows } = await staged();
    const fit = fitActor(model, [shot]);
    const [result] = fit.shots;
    expect(result!.found[77]).toBe(0);

    let error = 0;
    for (let v = 0; v < 468; v++)
      error += Math.hypot(fit.neutral[v * 3]! - neutral[v * 3]!, fit.neutral[v * 3 + 1]! - neutral[v * 3 + 1]!) / 468;
    // The gauge (size of the head) is the model's: compare shape after scaling by the eye distance.
    expect(error).toBeLessThan(0.35);

    let [yaw, pitch] = [0, 0];
    for (let t = 0; t < FRAMES; t++) {
      if (t === 77) continue;
      const [a, b] = [poseAngles(result!.poses[t]!), poseAngles(poses[t]!)];
      yaw += Math.abs(a.yawRad - b.yawRad) / (FRAMES - 1);
      pitch += Math.abs(a.pitchRad - b.pitchRad) / (FRAMES - 1);
    }
    expect(yaw).toBeLessThan(0.035);
    expect(pitch).toBeLessThan(0.07);

    const course = (data: ArrayLike<number>, name: ShapeName): number[] =>
      Array.from({ length: FRAMES }, (_, t) => data[t * SHAPE_COUNT + shapeIndex(name)]!).filter((_, t) => t !== 77);
    for (const name of ['jawOpen', 'mouthSmileLeft', 'browInnerUp', 'eyeBlinkLeft', 'eyeBlinkRight'] as const)
      expect([name, correlation(course(result!.coefficients, name), course(truth, name)) > 0.93]).toEqual([name, true]);

    // Lips that touch are found and shut; lips apart are not.
    const projected = new Float32Array(468 * 3);
    const mesh = new Float32Array(468 * 3);
    let [shut, shutRight] = [0, 0];
    for (let t = 0; t < FRAMES; t++) {
      if (t === 77) continue;
      if (!result!.closed[t]) {
        continue;
      }
      shut++;
      synthesise(fit.shapes, fit.neutral, Float32Array.from(result!.coefficients), mesh, t * SHAPE_COUNT);
      projectPoints(result!.poses[t]!, mesh, projected);
      if (measureLips(projected, result!.poses[t]!).gap < 0.07) shutRight++;
      expect(truth[t * SHAPE_COUNT + shapeIndex('jawOpen')]!).toBeLessThan(0.12);
    }
    expect(shut).toBeGreaterThan(35);
    expect(shutRight / shut).toBeGreaterThan(0.95);
    expect(rows[0]!.every(Number.isFinite)).toBe(true);
  });

  it('is repeatable to the last bit', async () => {
    const { model, shot } = await staged();
    const [a, b] = [fitActor(model, [shot]), fitActor(model, [shot])];
    expect(a.neutral).toEqual(b.neutral);
    expect(a.shots[0]!.coefficients).toEqual(b.shots[0]!.coefficients);
  });
});
