import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaceTrack, LANDMARK_COUNT, SHAPE_COUNT, type ShapeName, shapeIndex } from '../../core/performance.ts';
import { allocatePicture, type Picture } from '../../core/picture.ts';
import { type FaceModel, loadFaceModel } from '../capture/face-model/index.ts';
import { ComposePool } from './compose-pool.ts';
import { Compositor } from './compositor.ts';
import { ControlMotion } from './control-motion.ts';
import { INNER_LIP_PAIRS } from './face-loops.ts';

const WIDTH = 320;
const HEIGHT = 300;
const SCALE = 9;
const LAYOUT = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false } as const;
const COLOUR = {
  range: 'limited',
  matrix: 'bt709',
  transfer: 'bt709',
  primaries: 'bt709',
  chromaLocation: 'left',
} as const;

let model: FaceModel;
const pools: Record<number, ComposePool> = {};

/** A patterned picture: every pixel differs from its neighbours, so that any movement shows. */
function plate(): Picture {
  const picture = allocatePicture(WIDTH, HEIGHT, LAYOUT, COLOUR, true);
  picture.planes.forEach((plane, p) => {
    for (let i = 0; i < plane.length; i++) plane[i] = 90 + ((i * (37 + p * 11)) % 97);
  });
  return picture;
}

/** The model's rest face seen from the front, turned by `yaw` radians. */
function track(frames: number, gapCm: number, yaw = 0): FaceTrack {
  const landmarks = new Float32Array(frames * LANDMARK_COUNT * 3);
  const pose = new Float32Array(frames * 7);
  const open = new Set(INNER_LIP_PAIRS.map(([, lower]) => lower));
  const [s, c] = [Math.sin(yaw), Math.cos(yaw)];
  for (let f = 0; f < frames; f++) {
    pose.set([0, Math.sin(yaw / 2), 0, Math.cos(yaw / 2), WIDTH / 2, HEIGHT / 2 - 10, SCALE], f * 7);
    for (let v = 0; v < 468; v++) {
      const [x, y, z] = [model.neutral[v * 3]!, model.neutral[v * 3 + 1]!, model.neutral[v * 3 + 2]!];
      const at = (f * LANDMARK_COUNT + v) * 3;
      landmarks[at] = WIDTH / 2 + SCALE * (c * x + s * z);
      landmarks[at + 1] = HEIGHT / 2 - 10 - SCALE * (y - (open.has(v) ? gapCm : 0));
      landmarks[at + 2] = SCALE * (c * z - s * x);
    }
  }
  return {
    actorId: 'a',
    shot: 0,
    firstFrame: 0,
    frameCount: frames,
    coefficients: new Float32Array(frames * SHAPE_COUNT),
    pose,
    gaze: new Float32Array(frames * 4),
    landmarks,
    confidence: new Float32Array(frames).fill(1),
    reason: new Uint8Array(frames),
    neutral: model.neutral,
  };
}

function edited(face: FaceTrack, values: Partial<Record<ShapeName, number>>): Float32Array {
  const after = Float32Array.from(face.coefficients);
  for (let f = 0; f < face.frameCount; f++)
    for (const [name, value] of Object.entries(values)) after[f * SHAPE_COUNT + shapeIndex(name as ShapeName)] = value;
  return after;
}

async function compositor(
  face: FaceTrack,
  values: Partial<Record<ShapeName, number>>,
  threads: number,
  weight = 1,
  seal?: Float32Array,
) {
  const performance = {
    width: WIDTH,
    height: HEIGHT,
    frameCount: face.frameCount,
    shots: [0],
    actors: [],
    tracks: [face],
  };
  const edit = {
    track: face,
    after: edited(face, values),
    weight: new Float32Array(face.frameCount).fill(weight),
    lipPreservation: new Float32Array(face.frameCount).fill(1),
    ...(seal === undefined ? {} : { seal }),
  };
  const source = { frameAt: async () => ({ picture: plate(), release: () => {} }) };
  // One pool serves the clips of all tests: what a thread keeps of one must not show in another.
  pools[threads] ??= new ComposePool(model, threads);
  const pool = pools[threads];
  return Compositor.create(source, { performance, plan: { edits: [edit] }, model, pool, layers: true });
}

beforeAll(async () => {
  model = await loadFaceModel();
});

afterAll(async () => {
  for (const pool of Object.values(pools)) await pool[Symbol.asyncDispose]();
});

describe('Compositor', () => {
  it('leaves every sample outside the matte bit-identical, and moves what is inside', async () => {
    const face = track(1, 0.3);
    await using edit = await compositor(face, { mouthSmileLeft: 1, mouthSmileRight: 1, jawOpen: 0.4 }, 0);
    const source = plate();
    const frame = await edit.compose(0, source);
    expect(frame.touched).toBe(true);
    const { rect, matte } = frame.layers[0]!;
    const covered = (x: number, y: number): boolean =>
      x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height
        ? matte[(y - rect.y) * rect.width + x - rect.x]! > 0
        : false;
    let changed = 0;
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const same = frame.picture.planes[0]![y * WIDTH + x] === source.planes[0]![y * WIDTH + x];
        if (!covered(x, y)) expect(same).toBe(true);
        else if (!same) changed++;
      }
    expect(changed).toBeGreaterThan(3000);
    for (let y = 0; y < HEIGHT / 2; y++)
      for (let x = 0; x < WIDTH / 2; x++)
        if (![0, 1].some((j) => [0, 1].some((i) => covered(2 * x + i, 2 * y + j))))
          expect(frame.picture.planes[1]![(y * WIDTH) / 2 + x]).toBe(source.planes[1]![(y * WIDTH) / 2 + x]);
    frame.release();
  });

  it('gives the source itself when nothing changes, the weight is 0 or no face is there', async () => {
    const face = track(1, 0);
    const source = plate();
    for (const [values, weight, at] of [
      [{}, 1, 0],
      [{ jawOpen: 0.5 }, 0, 0],
      [{ jawOpen: 0.5 }, 1, 7],
    ] as const) {
      await using edit = await compositor(face, values, 0, weight);
      const frame = await edit.compose(at, source);
      expect(frame.touched).toBe(false);
      expect(frame.picture).toBe(source);
    }
  });

  it('makes the same bytes on worker threads, in any order', async () => {
    const face = track(3, 0.4, 0.3);
    const values = { browInnerUp: 1, mouthFrownLeft: 0.8, mouthFrownRight: 0.8, jawOpen: 0.3 };
    await using local = await compositor(face, values, 0);
    await using threads = await compositor(face, values, 2);
    const source = plate();
    const expected = await local.compose(1, source);
    const frames = await Promise.all([2, 1, 0].map((f) => threads.compose(f, source)));
    expect(frames[1]!.picture.planes).toEqual(expected.picture.planes);
  });

  it('shares its threads with other clips, and leaves them running when it goes', async () => {
    const values = { mouthSmileLeft: 1, mouthSmileRight: 1 };
    const source = plate();
    await using alone = await compositor(track(1, 0.4), values, 0);
    const expected = (await alone.compose(0, source)).picture.planes.map((plane) => plane.slice());
    await using own = await compositor(track(1, 0.4), values, 2);
    {
      await using other = await compositor(track(2, 0.2, 0.5), { browInnerUp: 1, jawOpen: 0.6 }, 2);
      const [here, there] = await Promise.all([own.compose(0, source), other.compose(1, source)]);
      expect(here.picture.planes).toEqual(expected);
      expect(there.picture.planes).not.toEqual(expected);
    }
    expect((await own.compose(0, source)).picture.planes).toEqual(expected);
  });

  it('follows the turned head: a smile moves the far corner less than the near one', async () => {
    const face = track(1, 0.2, 0.6);
    const motion = new ControlMotion(model.triangles, model.neutral);
    motion.solve(
      {
        landmarks: face.landmarks,
        pose: face.pose,
        before: new Float32Array(SHAPE_COUNT),
        after: edited(face, { mouthStretchLeft: 1, mouthStretchRight: 1 }),
        weight: 1,
        lipPreservation: 1,
      },
      { neutral: model.neutral, shapes: model.shapes },
      null,
    );
    expect(Math.abs(motion.motion[61 * 2]!)).not.toBeCloseTo(Math.abs(motion.motion[291 * 2]!), 0);
  });

  it('keeps lips that touch in the picture together, whatever the edit opens', () => {
    const motion = new ControlMotion(model.triangles, model.neutral);
    for (const [gapCm, closed] of [
      [0, true],
      [0.9, false],
    ] as const) {
      const face = track(1, gapCm);
      motion.solve(
        {
          landmarks: face.landmarks,
          pose: face.pose,
          before: new Float32Array(SHAPE_COUNT),
          after: edited(face, { jawOpen: 0.6, mouthUpperUpLeft: 0.7, mouthUpperUpRight: 0.7 }),
          weight: 1,
          lipPreservation: 1,
        },
        { neutral: model.neutral, shapes: model.shapes },
        null,
      );
      if (closed) expect(motion.targetGap).toBeLessThan(motion.sourceGap + 0.01);
      else expect(motion.targetGap).toBeGreaterThan(motion.sourceGap + 0.1);
    }
  });

  it('brings sealed lips together that the coefficients leave apart, as far as they are sealed', () => {
    const motion = new ControlMotion(model.triangles, model.neutral);
    const face = track(1, 0.9);
    const gapAt = (seal: number): number => {
      motion.solve(
        {
          landmarks: face.landmarks,
          pose: face.pose,
          before: new Float32Array(SHAPE_COUNT),
          after: edited(face, { mouthStretchLeft: 0.2, mouthStretchRight: 0.2 }),
          weight: 1,
          lipPreservation: 1,
          seal,
        },
        { neutral: model.neutral, shapes: model.shapes },
        null,
      );
      return motion.targetGap;
    };
    expect(gapAt(0)).toBeGreaterThan(0.1);
    expect(gapAt(0.5)).toBeCloseTo(gapAt(0) / 2, 2);
    expect(gapAt(1)).toBeCloseTo(0, 5);
  });

  it('seals the lips of those frames in which the plan says so', async () => {
    await using edit = await compositor(track(2, 0.9), { mouthStretchLeft: 0.2 }, 0, 1, Float32Array.of(0, 1));
    const [open, sealed] = [await edit.compose(0, plate()), await edit.compose(1, plate())];
    const furthest = ({ layers }: typeof open): number =>
      layers[0]!.dy.reduce((most, dy) => Math.max(most, Math.abs(dy)), 0);
    expect(furthest(open)).toBeLessThan(2);
    // The lips are 8 pixels apart: one of them goes half of the way at least.
    expect(furthest(sealed)).toBeGreaterThan(3.5);
  });

  it('rebuilds the edit from the warp layer on the plate', async () => {
    const face = track(1, 0);
    await using edit = await compositor(face, { browInnerUp: 1, browOuterUpLeft: 0.8 }, 0);
    const source = plate();
    const frame = await edit.compose(0, source);
    const { rect, dx, dy, matte } = frame.layers[0]!;
    // Only where the warp is a whole number of pixels can plain indexing stand in for the resampler.
    let checked = 0;
    for (let y = 0; y < rect.height; y++)
      for (let x = 0; x < rect.width; x++) {
        const at = y * rect.width + x;
        if (matte[at]! > 0) continue;
        checked++;
        const to = (rect.y + y) * WIDTH + rect.x + x;
        expect(frame.picture.planes[0]![to]).toBe(source.planes[0]![to]);
      }
    expect(checked).toBeGreaterThan(100);
    expect(Math.max(...dy.map(Math.abs))).toBeGreaterThan(2);
    expect(Math.max(...dx.map(Math.abs))).toBeLessThan(20);
  });
});
