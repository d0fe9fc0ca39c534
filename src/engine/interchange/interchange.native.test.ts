import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FRAME_REASONS, type Performance, SHAPE_COUNT, SHAPE_NAMES, shapeIndex } from '../../core/performance.ts';
import { allocatePicture } from '../../core/picture.ts';
import { type FaceModel, loadFaceModel } from '../capture/face-model/index.ts';
import type { TrackFrames } from '../capture/index.ts';
import { createOverlayRenderer, performanceToGlb, writeObjSequence } from './index.ts';

let model: FaceModel;
let performance: Performance;
let folder: string;

/** Two shots of one actor with a gap between them, and one frame without a face. */
function stage(face: FaceModel): Performance {
  const track = (shot: number, firstFrame: number, frameCount: number) => {
    const coefficients = new Float32Array(frameCount * SHAPE_COUNT);
    const pose = new Float32Array(frameCount * 7);
    for (let row = 0; row < frameCount; row++) {
      coefficients[row * SHAPE_COUNT + shapeIndex('jawOpen')] = 0.1 * row;
      pose.set([0, Math.sin(0.05 * row), 0, Math.cos(0.05 * row), 100 + row, 80, 8], row * 7);
    }
    const reason = new Uint8Array(frameCount);
    if (shot === 1) reason[1] = FRAME_REASONS.indexOf('no-face');
    return {
      actorId: 'actor-1',
      shot,
      firstFrame,
      frameCount,
      coefficients,
      pose,
      gaze: new Float32Array(frameCount * 4),
      landmarks: new Float32Array(frameCount * 478 * 3).fill(90),
      confidence: new Float32Array(frameCount).fill(1),
      reason,
      neutral: face.neutral,
    };
  };
  return {
    width: 200,
    height: 160,
    frameCount: 20,
    shots: [0, 10],
    actors: [{ id: 'actor-1', name: 'Actor 1', descriptor: new Float32Array(4), neutral: face.neutral }],
    tracks: [track(0, 2, 5), track(1, 12, 4)],
  };
}

interface Gltf {
  asset: { version: string };
  buffers: { byteLength: number }[];
  bufferViews: { byteOffset: number; byteLength: number }[];
  accessors: {
    bufferView: number;
    componentType: number;
    count: number;
    type: string;
    min?: number[];
    max?: number[];
  }[];
  meshes: {
    primitives: { attributes: Record<string, number>; indices: number; targets: Record<string, number>[] }[];
    weights: number[];
    extras: { targetNames: string[] };
  }[];
  nodes: { mesh?: number; camera?: number; translation?: number[] }[];
  cameras: { type: string; orthographic: { xmag: number; ymag: number } }[];
  animations: {
    channels: { sampler: number; target: { node: number; path: string } }[];
    samplers: { input: number; output: number; interpolation: string }[];
  }[];
}

/** Reads a GLB with nothing but the specification, checking the container on the way. */
function parseGlb(bytes: Uint8Array): { json: Gltf; read(accessor: number): Float32Array | Uint16Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  expect(view.getUint32(0, true)).toBe(0x46546c67);
  expect(view.getUint32(4, true)).toBe(2);
  expect(view.getUint32(8, true)).toBe(bytes.length);
  const jsonLength = view.getUint32(12, true);
  expect(jsonLength % 4).toBe(0);
  expect(view.getUint32(16, true)).toBe(0x4e4f534a);
  const json = JSON.parse(new TextDecoder().decode(bytes.subarray(20, 20 + jsonLength))) as Gltf;
  const binaryAt = 20 + jsonLength;
  const binaryLength = view.getUint32(binaryAt, true);
  expect(view.getUint32(binaryAt + 4, true)).toBe(0x004e4942);
  expect(binaryAt + 8 + binaryLength).toBe(bytes.length);
  expect(json.buffers[0]!.byteLength).toBeLessThanOrEqual(binaryLength);
  const sizes: Record<string, number> = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4 };
  return {
    json,
    read(index) {
      const accessor = json.accessors[index]!;
      const { byteOffset, byteLength } = json.bufferViews[accessor.bufferView]!;
      const width = accessor.componentType === 5126 ? 4 : 2;
      expect(byteOffset % width).toBe(0);
      expect(byteLength).toBe(accessor.count * sizes[accessor.type]! * width);
      const data = bytes.slice(binaryAt + 8 + byteOffset, binaryAt + 8 + byteOffset + byteLength).buffer;
      return width === 4 ? new Float32Array(data) : new Uint16Array(data);
    },
  };
}

beforeAll(async () => {
  model = await loadFaceModel();
  performance = stage(model);
  folder = await mkdtemp(join(tmpdir(), 'retake-interchange-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('performanceToGlb', () => {
  it('is a valid glTF 2.0 whose mesh, targets and keys are the performance', () => {
    const { json, read } = parseGlb(
      performanceToGlb(performance, model, { rate: { num: 25, den: 1 }, generator: 'test' }),
    );
    expect(json.asset.version).toBe('2.0');
    const [primitive] = json.meshes[0]!.primitives;
    expect(primitive!.targets).toHaveLength(52);
    expect(json.meshes[0]!.weights).toHaveLength(52);
    expect(json.meshes[0]!.extras.targetNames).toEqual(SHAPE_NAMES);
    expect(read(primitive!.attributes['POSITION']!)).toEqual(model.neutral);
    expect(Math.max(...read(primitive!.indices))).toBeLessThan(468);
    const normals = read(primitive!.attributes['NORMAL']!);
    for (let i = 0; i < normals.length; i += 3)
      expect(Math.hypot(normals[i]!, normals[i + 1]!, normals[i + 2]!)).toBeCloseTo(1, 3);
    for (const accessor of [primitive!.attributes['POSITION']!, ...primitive!.targets.map((t) => t['POSITION']!)]) {
      const values = read(accessor);
      const { min, max } = json.accessors[accessor]!;
      for (let d = 0; d < 3; d++) {
        const axis = Array.from(values).filter((_, i) => i % 3 === d);
        expect(min![d]).toBeCloseTo(Math.min(...axis), 5);
        expect(max![d]).toBeCloseTo(Math.max(...axis), 5);
      }
    }
    const [animation] = json.animations;
    expect(animation!.channels.map(({ target }) => target.path).sort()).toEqual([
      'rotation',
      'scale',
      'translation',
      'weights',
    ]);
    const channel = (path: string): { times: Float32Array; values: Float32Array } => {
      const found = animation!.channels.find(({ target }) => target.path === path)!;
      const sampler = animation!.samplers[found.sampler]!;
      return { times: read(sampler.input) as Float32Array, values: read(sampler.output) as Float32Array };
    };
    const { times, values: weights } = channel('weights');
    for (let k = 1; k < times.length; k++) expect(times[k]!).toBeGreaterThan(times[k - 1]!);
    expect(weights.length).toBe(times.length * 52);
    // Frame 5 is row 3 of the first track.
    const key = times.findIndex((time) => Math.abs(time - 5 / 25) < 1e-6);
    expect(weights[key * 52 + shapeIndex('jawOpen')]).toBeCloseTo(0.3, 5);
    const rotation = channel('rotation').values;
    for (let k = 0; k < times.length; k++) expect(Math.hypot(...rotation.subarray(k * 4, k * 4 + 4))).toBeCloseTo(1, 5);
    // Where there is no face there is nothing to see: before frame 2 and from frame 7 to 12.
    const scale = channel('scale').values;
    const size = (seconds: number): number => {
      let k = 0;
      while (k + 1 < times.length && times[k + 1]! <= seconds) k++;
      return scale[k * 3]!;
    };
    expect(size(1 / 25)).toBeLessThan(1e-5);
    expect(size(4 / 25)).toBeCloseTo(0.01, 5);
    expect(size(9 / 25)).toBeLessThan(1e-5);
    expect(size(13 / 25)).toBeCloseTo(0.01, 5);
    expect(size(19 / 25)).toBeLessThan(1e-5);
    // The camera frames the picture: a head at pixel x 100 of 200 stands on its axis.
    const camera = json.cameras[0]!.orthographic;
    expect(camera.xmag / camera.ymag).toBeCloseTo(200 / 160, 6);
    expect(channel('translation').values[(key - 3) * 3]).toBeCloseTo(0, 6);
  });

  it('writes a file without actors that still parses', () => {
    const { json } = parseGlb(
      performanceToGlb({ ...performance, actors: [], tracks: [] }, model, {
        rate: { num: 25, den: 1 },
        generator: 't',
      }),
    );
    expect(json.meshes).toBeUndefined();
    expect(json.nodes).toHaveLength(1);
  });
});

describe('writeObjSequence', () => {
  it('writes every frame with a face, in the scene of the glTF', async () => {
    const out = join(folder, 'obj');
    expect(await writeObjSequence(out, performance, model)).toBe(8);
    const names = (await readdir(out)).sort();
    expect(names).toHaveLength(8);
    expect(names[0]).toBe('actor-1.000002.obj');
    expect(names).not.toContain('actor-1.000013.obj');
    const lines = (await readFile(join(out, names[0]!), 'utf8')).trim().split('\n');
    const vertices = lines.filter((line) => line.startsWith('v ')).map((line) => line.split(' ').slice(1).map(Number));
    expect(vertices).toHaveLength(468);
    expect(vertices[0]![0]).toBeCloseTo(model.neutral[0]! * 0.01, 5);
    const faces = lines.filter((line) => line.startsWith('f '));
    expect(faces).toHaveLength(model.skinTriangles.length / 3);
    for (const face of faces) expect(face).toMatch(/^f (\d+)\/\1 (\d+)\/\2 (\d+)\/\3$/);
  });

  it('removes what it wrote when it is cancelled', async () => {
    const out = join(folder, 'stopped');
    const stop = new AbortController();
    const run = writeObjSequence(out, performance, model, {
      signal: stop.signal,
      onProgress: (done) => {
        if (done === 3) stop.abort();
      },
    });
    await expect(run).rejects.toMatchObject({ code: 'cancelled' });
    expect(await readdir(out)).toEqual([]);
  });
});

describe('createOverlayRenderer', () => {
  it('draws on the plate where the face is and puts the close-ups beside it', () => {
    const colour = {
      range: 'limited',
      matrix: 'bt709',
      transfer: 'bt709',
      primaries: 'bt709',
      chromaLocation: 'left',
    } as const;
    const layout = { family: 'yuv', bitDepth: 8, chromaShiftX: 1, chromaShiftY: 1, alpha: false } as const;
    const plate = allocatePicture(200, 160, layout, colour);
    plate.planes[0]!.fill(60);
    plate.planes[1]!.fill(128);
    plate.planes[2]!.fill(128);
    const frames: TrackFrames[] = performance.tracks.map(({ frameCount }) => ({
      reprojection: new Float32Array(frameCount),
      lipReprojection: new Float32Array(frameCount),
      lipGap: new Float32Array(frameCount).fill(0.4),
      meshGap: new Float32Array(frameCount).fill(0.4),
      closed: new Uint8Array(frameCount),
    }));
    const renderer = createOverlayRenderer(performance, frames, model, { width: 200, height: 160 });
    const zoom = Math.round((renderer.height / 160) * 10) / 10;
    const luma = (frame: number, x: number, y: number, w: number, h: number): number[] => {
      const picture = renderer.render(plate, frame);
      const values: number[] = [];
      for (let row = y; row < y + h; row++)
        for (let column = x; column < x + w; column++) values.push(picture.planes[0]![row * renderer.width + column]!);
      return values;
    };
    const spread = (values: number[]): number => {
      const sorted = values.toSorted((a, b) => a - b);
      return sorted.at(-1)! - sorted[0]!;
    };
    expect(renderer.width).toBeGreaterThan(200 * zoom);
    // Frame 0 has no face: the plate stays as it is.
    expect(spread(luma(0, 0, 0, 200 * zoom, 160 * zoom))).toBeLessThanOrEqual(1);
    expect(spread(luma(4, 60 * zoom, 40 * zoom, 80 * zoom, 80 * zoom))).toBeGreaterThan(30);
    expect(spread(luma(4, 0, 0, 20 * zoom, 10 * zoom))).toBeLessThanOrEqual(1);
    expect(spread(luma(4, 200 * zoom + 4, 20, renderer.width - 200 * zoom - 8, 200))).toBeGreaterThan(60);
  });
});
