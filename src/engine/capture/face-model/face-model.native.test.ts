import { beforeAll, describe, expect, it } from 'vitest';
import { buildVertexAdjacency, triangleNormals } from '../../../core/geometry/index.ts';
import { SHAPE_COUNT, SHAPE_NAMES, type ShapeName, shapeIndex } from '../../../core/performance.ts';
import {
  eyeLoop,
  type FaceModel,
  INNER_LIP_LOWER,
  INNER_LIP_UPPER,
  LEFT_EYE,
  loadFaceModel,
  REGION_NAMES,
  RIGHT_EYE,
  resolveContacts,
  synthesise,
} from './index.ts';
import { both, distance, lipGap, type Mix, pose } from './pose.test-support.ts';

let model: FaceModel;
beforeAll(async () => {
  model = await loadFaceModel();
});

function travel(name: ShapeName, vertex: number): [number, number, number] {
  const field = model.shapes[shapeIndex(name)]!;
  return [field[vertex * 3]!, field[vertex * 3 + 1]!, field[vertex * 3 + 2]!];
}

/** Pairs and triples that are common in speech and affect. */
const COMBINATIONS: readonly Mix[] = [
  { ...both('mouthSmile'), jawOpen: 1 },
  { ...both('mouthSmile'), ...both('eyeBlink'), ...both('cheekSquint') },
  { mouthPucker: 1, jawOpen: 0.6 },
  { mouthFunnel: 1, jawOpen: 0.6 },
  { ...both('browDown'), ...both('eyeSquint') },
  { browInnerUp: 1, ...both('browOuterUp'), ...both('eyeWide'), jawOpen: 0.7 },
  { ...both('noseSneer'), ...both('mouthUpperUp'), ...both('browDown') },
  { ...both('mouthStretch'), ...both('eyeWide'), browInnerUp: 1, jawOpen: 0.4 },
  { ...both('mouthFrown'), mouthShrugLower: 1 },
  { ...both('mouthUpperUp'), ...both('mouthLowerDown') },
  { mouthRollLower: 1, mouthRollUpper: 1 },
  { jawOpen: 1, mouthClose: 1 },
  both('mouthPress'),
];

describe('face model', () => {
  it('has the layout everybody builds on', () => {
    expect(model.neutral).toHaveLength(468 * 3);
    expect(model.uv).toHaveLength(468 * 2);
    expect(model.triangles).toHaveLength(898 * 3);
    expect(model.skinTriangles).toHaveLength(852 * 3);
    expect(model.shapes).toHaveLength(52);
    for (const shape of model.shapes) expect(shape.every(Number.isFinite)).toBe(true);
    const moving = SHAPE_NAMES.filter((_, s) => model.supports[s]!.length > 0);
    expect(moving).toEqual(SHAPE_NAMES.filter((name) => name !== 'tongueOut'));
  });

  it('covers every vertex with a region, both halves alike', () => {
    const seen = new Set<number>();
    for (const name of REGION_NAMES) {
      const set = new Set(model.regions[name]);
      for (const vertex of set) {
        seen.add(vertex);
        expect(set.has(model.mirror[vertex]!)).toBe(true);
      }
    }
    expect(seen.size).toBe(468);
  });

  it('names lid and lip landmarks that are neighbours on the mesh, upper above lower', () => {
    const { offsets, neighbours } = buildVertexAdjacency(model.triangles, 468);
    const linked = (a: number, b: number): boolean => neighbours.subarray(offsets[a]!, offsets[a + 1]!).includes(b);
    for (const eye of [RIGHT_EYE, LEFT_EYE]) {
      const loop = eyeLoop(eye);
      loop.forEach((vertex, i) => {
        expect(linked(vertex, loop[(i + 1) % loop.length]!)).toBe(true);
      });
      eye.upper.forEach((top, c) => {
        expect(model.neutral[top * 3 + 1]).toBeGreaterThan(model.neutral[eye.lower[c]! * 3 + 1]!);
        expect(model.neutral[top * 3]).toBeCloseTo(model.neutral[eye.lower[c]! * 3]!, 1);
      });
    }
    expect(RIGHT_EYE.upper.map((v) => model.mirror[v])).toEqual([...LEFT_EYE.upper]);
    expect(INNER_LIP_UPPER.map((v) => model.mirror[v])).toEqual(INNER_LIP_UPPER.toReversed());
    expect(INNER_LIP_LOWER.map((v) => model.mirror[v])).toEqual(INNER_LIP_LOWER.toReversed());
  });

  it('rests with lips that touch and leaves the rest of the canonical face alone', () => {
    expect(lipGap(model.neutral)).toBeLessThan(1e-4);
    const mouth = new Set(model.regions.mouth);
    for (let v = 0; v < 468; v++) if (!mouth.has(v)) expect(distance3(model.neutral, model.canonical, v)).toBe(0);
  });
});

function distance3(a: Float32Array, b: Float32Array, v: number): number {
  return Math.hypot(a[v * 3]! - b[v * 3]!, a[v * 3 + 1]! - b[v * 3 + 1]!, a[v * 3 + 2]! - b[v * 3 + 2]!);
}

describe('shapes', () => {
  it('left and right are mirror images, and whole shapes mirror themselves', () => {
    for (const name of SHAPE_NAMES) {
      const partner = (
        name.endsWith('Left')
          ? name.replace(/Left$/, 'Right')
          : name.endsWith('Right')
            ? name.replace(/Right$/, 'Left')
            : name
      ) as ShapeName;
      const a = model.shapes[shapeIndex(name)]!;
      const b = model.shapes[shapeIndex(partner)]!;
      let worst = 0;
      for (let v = 0; v < 468; v++) {
        const m = model.mirror[v]!;
        worst = Math.max(
          worst,
          Math.abs(a[v * 3]! + b[m * 3]!),
          Math.abs(a[v * 3 + 1]! - b[m * 3 + 1]!),
          Math.abs(a[v * 3 + 2]! - b[m * 3 + 2]!),
        );
      }
      expect(worst, name).toBeLessThan(2e-4);
    }
  });

  it('one-sided shapes leave the other side of the face exactly still', () => {
    const sided = SHAPE_NAMES.filter((name) => name.endsWith('Left') && !['jawLeft', 'mouthLeft'].includes(name));
    expect(sided).toHaveLength(18);
    for (const name of sided)
      for (const vertex of model.supports[shapeIndex(name)]!)
        expect(model.neutral[vertex * 3], `${name} at ${vertex}`).toBeGreaterThan(-1.15);
  });

  it('stay in their part of the face', () => {
    const brows = new Set(model.regions.brows);
    const lids = new Set(model.regions.lidRims);
    const lips = new Set(model.regions.lips);
    const touches = (name: ShapeName, set: Set<number>): boolean =>
      model.supports[shapeIndex(name)]!.some((vertex) => set.has(vertex));
    for (const name of SHAPE_NAMES) {
      if (name.startsWith('eye')) expect(touches(name, brows) || touches(name, lips), name).toBe(false);
      if (name.startsWith('brow')) expect(touches(name, lids) || touches(name, lips), name).toBe(false);
      if (name.startsWith('mouth') || name.startsWith('jaw'))
        expect(touches(name, brows) || touches(name, lids), name).toBe(false);
    }
    // Ears and hairline are the seam to the rest of the head: only the jaw may pull at the border of the mesh.
    const oval = new Set(model.regions.oval);
    for (const name of SHAPE_NAMES) if (!name.startsWith('jaw')) expect(touches(name, oval), name).toBe(false);
  });

  it('move as far as adult faces do', () => {
    const smile = travel('mouthSmileLeft', 291);
    expect(Math.hypot(...smile)).toBeGreaterThan(1);
    expect(Math.hypot(...smile)).toBeLessThan(1.45);
    expect(smile[0]).toBeGreaterThan(0.5);
    expect(smile[1]).toBeGreaterThan(0.5);
    expect(smile[2]).toBeLessThan(-0.2);
    const open = pose(model, model.neutral, { jawOpen: 1 });
    expect(distance(open, 13, 14)).toBeGreaterThan(3.1);
    expect(distance(open, 13, 14)).toBeLessThan(3.9);
    // The corners go about half way down and come in; the upper lip and the skull stay.
    const corner = travel('jawOpen', 291);
    expect(corner[1] / travel('jawOpen', 14)[1]).toBeGreaterThan(0.35);
    expect(corner[1] / travel('jawOpen', 14)[1]).toBeLessThan(0.6);
    expect(distance(open, 61, 291) / distance(model.neutral, 61, 291)).toBeLessThan(0.95);
    expect(Math.hypot(...travel('jawOpen', 0))).toBeLessThan(0.1);
    for (const still of [4, 10, 33, 263, 234, 454]) expect(travel('jawOpen', still)).toEqual([0, 0, 0]);
    // The chin swings back on an arc.
    expect(travel('jawOpen', 152)[1]).toBeLessThan(-2);
    expect(travel('jawOpen', 152)[2]).toBeLessThan(-1.5);
    expect(travel('browInnerUp', 107)[1]).toBeCloseTo(0.92, 1);
    expect(travel('browDownLeft', 336)[1]).toBeLessThan(-0.4);
    expect(travel('browDownLeft', 336)[0]).toBeLessThan(-0.1);
    const pucker = pose(model, model.neutral, { mouthPucker: 1 });
    expect(distance(pucker, 61, 291) / distance(model.neutral, 61, 291)).toBeLessThan(0.65);
    expect(pucker[13 * 3 + 2]).toBeGreaterThan(model.neutral[13 * 3 + 2]! + 0.4);
    expect(travel('noseSneerRight', 129)[1]).toBeGreaterThan(0.3);
    expect(travel('cheekPuff', 216)[2]).toBeGreaterThan(0.6);
  });

  it('closes lids on each other, each eye alone', () => {
    for (const [name, eye, other] of [
      ['eyeBlinkLeft', LEFT_EYE, RIGHT_EYE],
      ['eyeBlinkRight', RIGHT_EYE, LEFT_EYE],
    ] as const) {
      const closed = pose(model, model.neutral, { [name]: 1 });
      eye.upper.forEach((top, c) => {
        expect(distance(closed, top, eye.lower[c]!)).toBeLessThan(1e-4);
      });
      for (const vertex of eyeLoop(other)) expect(distance3(closed, model.neutral, vertex)).toBe(0);
    }
    const wide = pose(model, model.neutral, both('eyeWide'));
    expect(distance(wide, 159, 145)).toBeGreaterThan(1.35 * distance(model.neutral, 159, 145));
  });

  it('opens the lips steadily with the jaw and seals them with mouthClose at any opening', () => {
    let last = -1;
    for (let jaw = 0; jaw <= 1.001; jaw += 0.05) {
      const gap = lipGap(pose(model, model.neutral, { jawOpen: jaw }));
      expect(gap).toBeGreaterThan(last);
      last = gap;
      expect(lipGap(pose(model, model.neutral, { jawOpen: jaw, mouthClose: jaw }))).toBeLessThan(2e-3);
    }
  });

  it('keeps lips together where the muscle does', () => {
    const sealed: Mix[] = [
      both('mouthSmile'),
      both('mouthFrown'),
      both('mouthDimple'),
      both('mouthPress'),
      { mouthPucker: 1 },
      { cheekPuff: 1 },
      { mouthShrugLower: 1 },
      { mouthShrugUpper: 1 },
      { mouthLeft: 1 },
      { mouthRight: 1 },
      { mouthSmileLeft: 1 },
    ];
    for (const mix of sealed) expect(lipGap(pose(model, model.neutral, mix)), JSON.stringify(mix)).toBeLessThan(1e-3);
    for (const mix of [{ mouthFunnel: 1 }, both('mouthUpperUp'), both('mouthLowerDown')])
      expect(lipGap(pose(model, model.neutral, mix)), JSON.stringify(mix)).toBeGreaterThan(0.4);
  });

  it('never turns a triangle over or crosses the lips, alone or combined', () => {
    const singles: Mix[] = SHAPE_NAMES.filter((name) => name !== 'mouthClose' && name !== 'tongueOut').map((name) => ({
      [name]: 1,
    }));
    const skin = model.skinTriangles;
    const before = new Float32Array(skin.length);
    const after = new Float32Array(skin.length);
    triangleNormals(model.neutral, skin, before);
    const turned: string[] = [];
    for (const mix of [...singles, ...COMBINATIONS]) {
      const mesh = pose(model, model.neutral, mix);
      resolveContacts(mesh);
      triangleNormals(mesh, skin, after);
      for (let t = 0; t < skin.length; t += 3) {
        const a = Math.hypot(before[t]!, before[t + 1]!, before[t + 2]!);
        const b = Math.hypot(after[t]!, after[t + 1]!, after[t + 2]!);
        const cosine =
          (before[t]! * after[t]! + before[t + 1]! * after[t + 1]! + before[t + 2]! * after[t + 2]!) / (a * b);
        if (cosine < 0.1 || b / a < 0.1)
          turned.push(`${JSON.stringify(mix)} at ${skin[t]}-${skin[t + 1]}-${skin[t + 2]}`);
      }
      INNER_LIP_UPPER.forEach((top, i) => {
        expect(mesh[top * 3 + 1]! - mesh[INNER_LIP_LOWER[i]! * 3 + 1]!).toBeGreaterThan(-1e-4);
      });
    }
    expect(turned).toEqual([]);
  });
});

describe('synthesise', () => {
  it('is the plain linear sum, from any row of a track', () => {
    const track = new Float32Array(SHAPE_COUNT * 3);
    for (let s = 0; s < SHAPE_COUNT; s++) track[SHAPE_COUNT + s] = Math.sin(s + 1);
    const out = new Float32Array(468 * 3);
    synthesise(model, model.neutral, track, out, SHAPE_COUNT);
    for (let i = 0; i < out.length; i++) {
      let sum = model.neutral[i]!;
      for (let s = 0; s < SHAPE_COUNT; s++) sum += track[SHAPE_COUNT + s]! * model.shapes[s]![i]!;
      expect(out[i]).toBeCloseTo(sum, 3);
    }
  });

  it('takes well under a millisecond a frame', () => {
    const coefficients = new Float32Array(SHAPE_COUNT).fill(0.5);
    const out = new Float32Array(468 * 3);
    for (let i = 0; i < 200; i++) synthesise(model, model.neutral, coefficients, out);
    const start = performance.now();
    for (let i = 0; i < 500; i++) synthesise(model, model.neutral, coefficients, out);
    expect((performance.now() - start) / 500).toBeLessThan(0.5);
  });
});

describe('contacts', () => {
  it('bring crossed lids back to a touch and change nothing else', () => {
    const mesh = pose(model, model.neutral, { ...both('eyeBlink'), ...both('eyeSquint') });
    expect(mesh[145 * 3 + 1]).toBeGreaterThan(mesh[159 * 3 + 1]!);
    resolveContacts(mesh);
    expect(mesh[145 * 3 + 1]).toBe(mesh[159 * 3 + 1]);
    const open = pose(model, model.neutral, { ...both('mouthSmile', 0.5), jawOpen: 0.4 });
    const copy = Float32Array.from(open);
    resolveContacts(open);
    expect(open).toEqual(copy);
  });
});
