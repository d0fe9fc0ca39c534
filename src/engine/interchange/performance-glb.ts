import { vertexNormals } from '../../core/geometry/index.ts';
import { type FaceTrack, type Performance, SHAPE_COUNT, SHAPE_NAMES } from '../../core/performance.ts';
import { frameToSeconds, type Rational, toNumber } from '../../core/rational.ts';
import { type FaceModel, personaliseShapes } from '../capture/face-model/index.ts';
import { GlbBuffer } from './glb-container.ts';
import { headPlacement, type WorldFrame, worldFrame } from './world-space.ts';

/** Share of a frame by which a held key precedes the next one, so that linear interpolation does not smear a cut. */
const HOLD = 1e-3;
/** Scale of a head that is not in the picture: nothing to see, still invertible. */
const HIDDEN = 1e-6;

/** Key frames of one actor over the whole clip. */
interface ActorKeys {
  readonly times: number[];
  readonly translation: number[];
  readonly rotation: number[];
  readonly scale: number[];
  readonly weights: number[];
}

function collectKeys(tracks: readonly FaceTrack[], frame: WorldFrame, rate: Rational): ActorKeys {
  const keys: ActorKeys = { times: [], translation: [], rotation: [], scale: [], weights: [] };
  const add = (time: number, track: FaceTrack, row: number, hidden: boolean): void => {
    const { translation, rotation, scale } = headPlacement(frame, track, row);
    const size = hidden ? HIDDEN : scale;
    keys.times.push(time);
    keys.translation.push(...translation);
    // The same turn has two quaternions: the nearer one, or viewers spin the head the long way round.
    const last = keys.rotation.slice(-4);
    const flip = last.reduce((dot, value, k) => dot + value * rotation[k]!, 0) < 0 ? -1 : 1;
    keys.rotation.push(...rotation.map((value) => value * flip));
    keys.scale.push(size, size, size);
    for (let k = 0; k < SHAPE_COUNT; k++) keys.weights.push(track.coefficients[row * SHAPE_COUNT + k]!);
  };
  const hold = HOLD / toNumber(rate);
  tracks.forEach((track, number) => {
    const start = frameToSeconds(track.firstFrame, rate);
    const previous = tracks[number - 1];
    const resumed = previous !== undefined && previous.firstFrame + previous.frameCount === track.firstFrame;
    if (!resumed && start > 0) {
      if (number === 0) add(0, track, 0, true);
      if (start > 2 * hold) add(start - hold, track, 0, true);
    }
    for (let row = 0; row < track.frameCount; row++)
      add(frameToSeconds(track.firstFrame + row, rate), track, row, false);
    const end = frameToSeconds(track.firstFrame + track.frameCount, rate);
    add(end - 2 * hold, track, track.frameCount - 1, false);
    const next = tracks[number + 1];
    if (next === undefined || next.firstFrame > track.firstFrame + track.frameCount)
      add(end, track, track.frameCount - 1, true);
  });
  return keys;
}

/** Options of {@link performanceToGlb}. */
export interface GlbOptions {
  readonly rate: Rational;
  /** Written into the file's `asset.generator`. */
  readonly generator: string;
}

/**
 * A performance as binary glTF 2.0: per actor a mesh (centimetres) with 52 named morph targets, whose weights and
 * head node are animated frame by frame, and an orthographic camera that sees what the clip's camera saw. Units
 * are metres. A head that is not in the picture is shrunk to nothing.
 */
export function performanceToGlb(performance: Performance, model: FaceModel, options: GlbOptions): Uint8Array {
  const buffer = new GlbBuffer();
  const frame = worldFrame(performance);
  const indices = buffer.add(Uint16Array.from(model.skinTriangles), 'SCALAR', { target: 34963 });
  // glTF counts v downwards, the mesh upwards.
  const uv = buffer.add(
    model.uv.map((value, i) => (i % 2 === 1 ? 1 - value : value)),
    'VEC2',
    { target: 34962 },
  );
  const meshes: Record<string, unknown>[] = [];
  const nodes: Record<string, unknown>[] = [];
  const channels: Record<string, unknown>[] = [];
  const samplers: Record<string, unknown>[] = [];
  for (const actor of performance.actors) {
    const tracks = performance.tracks
      .filter(({ actorId }) => actorId === actor.id)
      .sort((a, b) => a.firstFrame - b.firstFrame);
    if (tracks.length === 0) continue;
    const basis = personaliseShapes(model, actor.neutral);
    const normals = new Float32Array(actor.neutral.length);
    vertexNormals(actor.neutral, model.skinTriangles, normals);
    const node = nodes.length;
    meshes.push({
      name: actor.name,
      primitives: [
        {
          attributes: {
            POSITION: buffer.add(actor.neutral, 'VEC3', { bounds: true, target: 34962 }),
            NORMAL: buffer.add(normals, 'VEC3', { target: 34962 }),
            TEXCOORD_0: uv,
          },
          indices,
          material: 0,
          targets: basis.shapes.map((shape) => ({
            POSITION: buffer.add(shape, 'VEC3', { bounds: true, target: 34962 }),
          })),
        },
      ],
      weights: new Array<number>(SHAPE_COUNT).fill(0),
      extras: { targetNames: SHAPE_NAMES },
    });
    const keys = collectKeys(tracks, frame, options.rate);
    nodes.push({ name: actor.name, mesh: meshes.length - 1, ...restTransform(keys) });
    const input = buffer.add(Float32Array.from(keys.times), 'SCALAR', { bounds: true });
    for (const [path, data, type] of [
      ['translation', keys.translation, 'VEC3'],
      ['rotation', keys.rotation, 'VEC4'],
      ['scale', keys.scale, 'VEC3'],
      ['weights', keys.weights, 'SCALAR'],
    ] as const) {
      samplers.push({ input, output: buffer.add(Float32Array.from(data), type), interpolation: 'LINEAR' });
      channels.push({ sampler: samplers.length - 1, target: { node, path } });
    }
  }
  const k = frame.metresPerPixel;
  nodes.push({ name: 'Camera', camera: 0, translation: [0, 0, 2] });
  const document: Record<string, unknown> = {
    asset: { version: '2.0', generator: options.generator },
    scene: 0,
    scenes: [{ name: 'Performance', nodes: nodes.map((_, n) => n) }],
    nodes,
    cameras: [
      {
        name: 'Clip camera',
        type: 'orthographic',
        orthographic: { xmag: (frame.width / 2) * k, ymag: (frame.height / 2) * k, znear: 0.01, zfar: 10 },
      },
    ],
    materials: [
      {
        name: 'Skin',
        doubleSided: true,
        pbrMetallicRoughness: { baseColorFactor: [0.72, 0.57, 0.49, 1], metallicFactor: 0, roughnessFactor: 0.65 },
      },
    ],
    buffers: [{ byteLength: buffer.byteLength }],
    bufferViews: buffer.bufferViews,
    accessors: buffer.accessors,
  };
  // glTF forbids empty lists.
  if (meshes.length > 0) {
    document['meshes'] = meshes;
    document['animations'] = [{ name: 'Performance', channels, samplers }];
  }
  return buffer.toGlb(document);
}

/** Transform that viewers show when they do not animate: the first visible key. */
function restTransform(keys: ActorKeys): Record<string, number[]> {
  const first = Math.max(
    0,
    keys.times.findIndex((_, n) => keys.scale[n * 3]! > HIDDEN),
  );
  return {
    translation: keys.translation.slice(first * 3, first * 3 + 3),
    rotation: keys.rotation.slice(first * 4, first * 4 + 4),
    scale: keys.scale.slice(first * 3, first * 3 + 3),
  };
}
