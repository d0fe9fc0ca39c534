import { frames } from './frames.ts';

/** A stretch of a captured performance: one person in one shot. */
export interface CapturedTrack {
  readonly actor: string;
  readonly shot: number;
  readonly firstFrame: number;
  readonly frameCount: number;
}

/** What a media item's performance holds. */
export interface CapturedInfo {
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  readonly actors: readonly { readonly id: string; readonly name: string; readonly projectActor: string | null }[];
  readonly tracks: readonly CapturedTrack[];
}

/** The mesh of an actor: neutral [468, 3] and the displacements of the 52 shapes, [52, 468, 3], centimetres. */
export interface ActorMesh {
  readonly neutral: Float32Array;
  readonly shapes: Float32Array;
  readonly triangles: Uint16Array;
}

/** Whose face an answer's row is. */
export interface FaceNote {
  readonly clip: string | null;
  readonly media: string;
  readonly mediaFrame: number;
  readonly track: number;
  readonly row: number;
  readonly actor: string;
  readonly projectActor: string | null;
}

/** A face of a frame and its floats. */
export interface SeenFace {
  readonly note: FaceNote;
  readonly floats: Float32Array;
}

async function bytes(path: string): Promise<ArrayBuffer> {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error('What was captured of this clip cannot be read. Track it again.');
  return await answer.arrayBuffer();
}

/** Floats at an address of the engine. */
export async function floatsAt(path: string): Promise<Float32Array> {
  return new Float32Array(await bytes(path));
}

/** Tracks and actors of a performance. */
export async function capturedInfo(handle: string, performance: string): Promise<CapturedInfo> {
  const answer = await fetch(`/performance/${handle}/${performance}`);
  if (!answer.ok) throw new Error('What was captured of this clip cannot be read. Track it again.');
  return (await answer.json()) as CapturedInfo;
}

/** A table that the engine works out for a clip, all tracks one after the other. */
export function clipTable(
  handle: string,
  performance: string,
  clip: string,
  name: 'after' | 'weight' | 'lips',
): Promise<Float32Array> {
  return floatsAt(`/performance/${handle}/${performance}/clip/${clip}/${name}`);
}

const KEPT = 6;
const meshes = new Map<string, Promise<ActorMesh>>();

/** Mesh of an actor; fetched once. */
export function actorMesh(handle: string, performance: string, actor: string): Promise<ActorMesh> {
  const base = `/performance/${handle}/${performance}/actor/${encodeURIComponent(actor)}`;
  const known = meshes.get(base);
  if (known) return known;
  const made = Promise.all([
    floatsAt(`${base}/neutral`),
    floatsAt(`${base}/shapes`),
    bytes('/face-model/skin-triangles'),
  ]).then(([neutral, shapes, triangles]) => ({ neutral, shapes, triangles: new Uint16Array(triangles) }));
  meshes.set(base, made);
  made.catch(() => meshes.delete(base));
  if (meshes.size > KEPT) meshes.delete(meshes.keys().next().value!);
  return made;
}

/** The faces of a frame of a sequence; undefined when a newer question of this stream overtook it. */
export async function facesAt(
  kind: 'mesh' | 'landmarks',
  stream: string,
  at: { readonly handle: string; readonly sequence: string; readonly frame: number },
): Promise<SeenFace[] | undefined> {
  const answer = await frames.request({ ...at, stream, kind });
  if (!answer) return undefined;
  const floats = new Float32Array(answer.payload.slice().buffer);
  return (answer.notes as { faces: FaceNote[] }).faces.map((note, index) => ({
    note,
    floats: floats.subarray(index * answer.width, (index + 1) * answer.width),
  }));
}
